package signal

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers/program"
	"regain/security"
	"regain/security/signal"
	"regain/security/webhook"
)

// configuration is a stream as its receiver sees it.
type configuration struct {
	ID          string         `json:"stream_id"`
	Issuer      string         `json:"iss"`
	Audience    string         `json:"aud"`
	Supported   []webhook.Type `json:"events_supported"`
	Requested   []webhook.Type `json:"events_requested,omitempty"`
	Delivered   []webhook.Type `json:"events_delivered"`
	Delivery    delivery       `json:"delivery"`
	Interval    int            `json:"min_verification_interval"`
	Description string         `json:"description,omitempty"`
}

type delivery struct {
	Method string `json:"method"`
	URL    string `json:"endpoint_url"`
}

// What of a configuration the receiver says, and what we do.
var (
	theirs = []string{"delivery", "events_requested", "description"}
	ours   = []string{"iss", "aud", "events_supported", "events_delivered", "min_verification_interval"}
)

func (x server) describe(of signal.Stream) configuration {
	c := configuration{ID: of.ID, Issuer: x.signals.Issuer(), Audience: x.signals.Audience(of),
		Supported: signal.Types, Requested: of.Events, Delivered: of.Delivered(),
		Delivery: delivery{push, of.URL}, Interval: signal.VerifyEvery, Description: of.Description}
	if of.Polls() {
		c.Delivery = delivery{poll, x.signals.Issuer() + Base + "/poll/" + of.ID}
	}
	return c
}

// wanted puts into w what of it is said.
func wanted(said members, w *signal.Wanted) error {
	if raw, there := said["delivery"]; there {
		d, err := object(raw, "delivery", "method", "endpoint_url", "authorization_header")
		if err != nil {
			return err
		}
		method, err := d.word("method", true)
		if err == nil {
			w.URL, err = d.word("endpoint_url", method == push)
		}
		if err == nil {
			w.Authorization, err = d.word("authorization_header", false)
		}
		switch {
		case err != nil:
			return err
		case method == poll:
			w.URL, w.Authorization = "", ""
		case method != push:
			return signal.RequestError("delivery/method")
		}
	}
	if err := take(said, "events_requested", &w.Events); err != nil {
		return err
	}
	return take(said, "description", &w.Description)
}

func (x server) createStream(c echo.Context) error {
	said, err := read(c, theirs...)
	if err != nil {
		return err
	}
	var w signal.Wanted
	if err := wanted(said, &w); err != nil {
		return err
	}
	ctx := c.Request().Context()
	made, err := x.signals.Create(ctx, program.Caller(ctx), w)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, x.describe(made))
}

func (x server) readStream(c echo.Context) error {
	ctx := c.Request().Context()
	if c.QueryParams().Has("stream_id") {
		of, err := x.signals.Stream(ctx, program.Caller(ctx), c.QueryParam("stream_id"))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, x.describe(of))
	}
	all, err := x.signals.Streams(ctx, program.Caller(ctx))
	if err != nil {
		return err
	}
	list := []configuration{}
	for _, of := range all {
		list = append(list, x.describe(of))
	}
	return c.JSON(http.StatusOK, list)
}

func (x server) updateStream(c echo.Context) error {
	return x.changeStream(c, func(w signal.Wanted) signal.Wanted { return w })
}

func (x server) replaceStream(c echo.Context) error {
	return x.changeStream(c, func(signal.Wanted) signal.Wanted { return signal.Wanted{} })
}

// changeStream changes what from leaves of a stream's configuration into what is said.
func (x server) changeStream(c echo.Context, from func(signal.Wanted) signal.Wanted) error {
	said, err := read(c, append(append([]string{"stream_id"}, theirs...), ours...)...)
	if err != nil {
		return err
	}
	id, err := said.word("stream_id", true)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	of, err := x.signals.Change(ctx, program.Caller(ctx), id, func(of signal.Stream, w *signal.Wanted) error {
		if err := x.agrees(said, of); err != nil {
			return err
		}
		*w = from(*w)
		return wanted(said, w)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, x.describe(of))
}

// agrees refuses another value of what is ours to say.
func (x server) agrees(said members, of signal.Stream) error {
	text, err := json.Marshal(x.describe(of))
	if err != nil {
		return err
	}
	var is map[string]any
	if err := json.Unmarshal(text, &is); err != nil {
		return err
	}
	for _, name := range ours {
		var value any
		if err := take(said, name, &value); err != nil {
			return err
		}
		if _, there := said[name]; there && !reflect.DeepEqual(value, is[name]) {
			return signal.RequestError(name)
		}
	}
	return nil
}

func (x server) deleteStream(c echo.Context) error {
	ctx := c.Request().Context()
	if err := x.signals.Remove(ctx, program.Caller(ctx), c.QueryParam("stream_id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// status is how a stream stands.
type status struct {
	ID     string        `json:"stream_id"`
	Status signal.Status `json:"status"`
	Reason string        `json:"reason,omitempty"`
}

func (x server) readStatus(c echo.Context) error {
	ctx := c.Request().Context()
	of, err := x.signals.Stream(ctx, program.Caller(ctx), c.QueryParam("stream_id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, status{of.ID, of.Status(), of.Why()})
}

func (x server) updateStatus(c echo.Context) error {
	said, err := read(c, "stream_id", "status", "reason")
	if err != nil {
		return err
	}
	id, err := said.word("stream_id", true)
	if err != nil {
		return err
	}
	to, err := said.word("status", true)
	if err != nil {
		return err
	}
	reason, err := said.word("reason", false)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	of, err := x.signals.SetStatus(ctx, program.Caller(ctx), id, signal.Status(to), reason)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, status{of.ID, of.Status(), of.Why()})
}

// subject reads which stream and which subject a request is about.
func subject(c echo.Context, more ...string) (stream string, named json.RawMessage, err error) {
	said, err := read(c, append(more, "stream_id", "subject")...)
	if err != nil {
		return "", nil, err
	}
	var verified bool // we rely on what the account proves here, and on nobody's word
	if err := take(said, "verified", &verified); err != nil {
		return "", nil, err
	}
	if _, err := object(said["subject"], "subject"); err != nil {
		return "", nil, err
	}
	stream, err = said.word("stream_id", true)
	return stream, said["subject"], err
}

func (x server) addSubject(c echo.Context) error {
	stream, named, err := subject(c, "verified")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := x.signals.AddSubject(ctx, program.Caller(ctx), stream, named); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

func (x server) removeSubject(c echo.Context) error {
	stream, named, err := subject(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := x.signals.RemoveSubject(ctx, program.Caller(ctx), stream, named); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (x server) verify(c echo.Context) error {
	said, err := read(c, "stream_id", "state")
	if err != nil {
		return err
	}
	id, err := said.word("stream_id", true)
	if err != nil {
		return err
	}
	state, err := said.word("state", false)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = x.signals.Verify(ctx, program.Caller(ctx), id, state)
	if errors.Is(err, security.ErrConflict) {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(signal.VerifyEvery))
		return echo.ErrTooManyRequests
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
