package signal

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers/program"
	"regain/security/apikey"
	"regain/security/signal"
	"regain/security/webhook"
)

// How long a poll waits for something to come, how often it looks then, and how many may wait at the
// same time; more are answered at once.
const (
	longestWait = 8 * time.Second
	lookEvery   = 500 * time.Millisecond
	mostWaiting = 64
)

// mostTold is how many tokens a receiver can acknowledge in one request.
const mostTold = 10 * signal.MostAtOnce

// poll hands out what is in a stream (RFC 8936 §2.4).
func (x server) poll(c echo.Context) error {
	said, err := read(c, "maxEvents", "returnImmediately", "ack", "setErrs")
	if err != nil {
		return err
	}
	ask, wait, err := asked(said)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	got, err := x.await(ctx, program.Caller(ctx), c.Param("stream"), ask, wait)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Tokens map[string]string `json:"sets"`
		More   bool              `json:"moreAvailable,omitempty"`
	}{got.Tokens, got.More})
}

// asked reads what a receiver asks, and whether it waits.
func asked(said members) (ask signal.Ask, wait bool, err error) {
	ask.Most = signal.MostAtOnce
	var atOnce bool
	var refused map[string]struct{ Err, Description string }
	for _, err := range []error{take(said, "maxEvents", &ask.Most), take(said, "ack", &ask.Taken),
		take(said, "returnImmediately", &atOnce), take(said, "setErrs", &refused)} {
		if err != nil {
			return ask, false, err
		}
	}
	switch {
	case ask.Most < 0:
		return ask, false, signal.RequestError("maxEvents")
	case len(ask.Taken)+len(refused) > mostTold:
		return ask, false, signal.RequestError("ack")
	}
	ask.Refused = map[string]string{}
	for id, why := range refused {
		ask.Refused[id] = webhook.Quote(why.Err, why.Description)
	}
	return ask, !atOnce && ask.Most > 0, nil
}

// await polls until there is something, for as long as a poll may wait.
func (x server) await(ctx context.Context, who apikey.Caller, stream string, ask signal.Ask, wait bool) (
	signal.Batch, error) {
	got, err := x.signals.Poll(ctx, who, stream, ask)
	if err != nil || len(got.Tokens) > 0 || !wait {
		return got, err
	}
	select {
	case x.waiting <- struct{}{}:
		defer func() { <-x.waiting }()
	default:
		return got, nil
	}
	end, look := time.NewTimer(longestWait), time.NewTicker(lookEvery)
	defer end.Stop()
	defer look.Stop()
	for len(got.Tokens) == 0 {
		select {
		case <-ctx.Done():
			return got, nil
		case <-end.C:
			return got, nil
		case <-look.C:
		}
		if err = x.Security.APIKeys.Still(ctx, who); err != nil {
			return got, err
		}
		if got, err = x.signals.Poll(ctx, who, stream, signal.Ask{Most: ask.Most}); err != nil {
			return got, err
		}
	}
	return got, nil
}
