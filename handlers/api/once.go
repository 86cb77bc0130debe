package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/apikey"
)

// once are the operations that a program may name by an Idempotency-Key, whose answers are kept for a day. The
// document says the same.
var once = []string{"tellSignIn", "tellActivity", "openTicket", "addMessage", "lockAccount", "takeCase", "askOwner", "resumeCase", "approveResume", "sendBackResume", "declineCase", "changeCause", "demandPassword", "reopenCase",
	"addWebhook", "rotateWebhook", "testWebhook", "sendAgain", "replayWebhook", "batchLocks", "stopLockJob"}

// shownOnce are those of them whose answer has a secret. Of that one nothing is kept but that it was given.
var shownOnce = []string{"addWebhook", "rotateWebhook"}

const nameHeader = "Idempotency-Key"

// isName reports whether a request may be called so. As a regular expression it would cost every command two
// milliseconds before it begins, for each of the 255 places is one of its own.
func isName(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

var errName = errors.New("the Idempotency-Key is none")

// endPatience is how long the end of a request may take to be kept.
const endPatience = 5 * time.Second

// single answers a request that has a name as the first time, behind a guard.
func (x server) single(operation string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if !slices.Contains(once, operation) {
			return next
		}
		return func(c echo.Context) error {
			r := c.Request()
			names := r.Header.Values(nameHeader)
			switch {
			case len(names) == 0:
				return next(c)
			case len(names) > 1, !isName(names[0]):
				return errName
			}
			body, err := read(c, max(maxBody, larger[operation]))
			if err != nil {
				return err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			turn, before, err := x.Security.APIKeys.Begin(r.Context(), caller(r.Context()), names[0],
				r.Method+" "+r.RequestURI+"\n"+string(body))
			switch {
			case err != nil:
				return err
			case before != nil:
				if id := letIn(operation, *before); id != "" {
					c.SetRequest(r.WithContext(context.WithValue(r.Context(), sameSignIn{}, id)))
					return next(c)
				}
				return repeat(c, *before)
			}
			return x.do(c, next, turn, slices.Contains(shownOnce, operation))
		}
	}
}

// sameSignIn is where the context of a request holds the id of the sign-in that it told of before.
type sameSignIn struct{}

// letIn is the id of a sign-in that did not end with the answer, "" for everything else. Such an answer is not
// repeated: the password, the factors and the lockouts that it rests on may be others by now. The sign-in is the
// same, and is decided anew.
func letIn(operation string, a apikey.Answer) string {
	var d Decision
	if operation != "tellSignIn" || json.Unmarshal(a.Body, &d) != nil || d.Decision == Refuse {
		return ""
	}
	return d.Signin
}

// repeat sends an answer of before.
func repeat(c echo.Context, a apikey.Answer) error {
	h := c.Response().Header()
	h.Set("Idempotent-Replayed", "true")
	if a.Location != "" {
		h.Set(echo.HeaderLocation, a.Location)
	}
	if len(a.Body) == 0 {
		return c.NoContent(a.Status)
	}
	return c.Blob(a.Status, a.Kind, a.Body)
}

// held is an answer that is kept before it is sent.
type held struct {
	http.ResponseWriter
	body bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(int) {}

// Write implements http.ResponseWriter.
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

// Flush implements http.Flusher. What is kept is sent in the end.
func (h *held) Flush() {}

// do takes a turn to its end, whatever happens on the way.
func (x server) do(c echo.Context, next echo.HandlerFunc, turn apikey.Turn, secret bool) (err error) {
	out := c.Response()
	answer, to := &held{ResponseWriter: out.Writer}, out.Writer
	out.Writer = answer
	var kept *apikey.Answer
	defer func() {
		out.Writer = to
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), endPatience)
		defer cancel()
		if err := x.Security.APIKeys.End(ctx, turn, kept); err != nil {
			x.Failure(c, "", err)
		}
		if out.Committed {
			to.WriteHeader(out.Status)
			_, _ = to.Write(answer.body.Bytes()) // whoever asked may have gone
		}
	}()
	if err := next(c); err != nil {
		c.Error(err)
	}
	kind := out.Header().Get(echo.HeaderContentType)
	if lasting(out.Status) && kind != lines {
		kept = &apikey.Answer{Status: out.Status, Kind: kind,
			Location: out.Header().Get(echo.HeaderLocation), Body: answer.body.Bytes()}
	}
	if secret && out.Status == http.StatusOK {
		kept, err = doneBefore()
	}
	return err
}

// doneBefore is what is kept in the place of an answer with a secret.
func doneBefore() (*apikey.Answer, error) {
	p := Problem{Status: http.StatusConflict, Code: "done_before"}
	p.Title, p.Type = titles[p.Code], problemType(p.Code)
	body, err := json.Marshal(p)
	return &apikey.Answer{Status: p.Status, Kind: problemKind, Body: body}, err
}

// lasting tells the answers that are worth repeating, if they are no lines, which only tell how things
// stand: not what went wrong on our side, and not what a
// wait, another key or another look at things mends.
func lasting(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests,
		http.StatusRequestTimeout:
		return false
	}
	return status < http.StatusInternalServerError
}

// refusedName tells what kind of problem a name is that is refused.
func refusedName(c echo.Context, err error) (int, string) {
	switch {
	case errors.Is(err, errName):
		return http.StatusBadRequest, "idempotency_key_malformed"
	case errors.Is(err, apikey.ErrOtherRequest):
		return http.StatusUnprocessableEntity, "idempotency_key_reused"
	case errors.Is(err, apikey.ErrRunning):
		handlers.RetryAfter(c, time.Second)
		return http.StatusConflict, "idempotency_key_running"
	}
	return 0, ""
}
