package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security"
	"regain/security/apikey"
	"regain/security/feed"
	"regain/security/paging"
	"regain/security/refusal"
)

// titles are the words for people beside the codes of problems that are of no refusal.
var titles = map[string]string{
	"malformed":                 "The request is malformed.",
	"invalid":                   "Something in the request is wrong.",
	"no_key":                    "No key that is good now was shown.",
	"no_scope":                  "The key has not the scope that this needs.",
	"unknown":                   "There is no such thing.",
	"method":                    "This address knows another method.",
	"other_content":             "The id is known with other content.",
	"older_password":            "Another password counts, which is newer.",
	"changed":                   "Something else changed meanwhile; try again.",
	"too_large":                 "The body is too large.",
	"cut_off":                   "The body did not arrive in time.",
	"media_type":                "The body must be of the type that the document says, in UTF-8 and not compressed.",
	"done_before":               "This was done under this Idempotency-Key already, and its secret is shown once.",
	"idempotency_key_malformed": "An Idempotency-Key is 1 to 255 signs of ASCII without blanks.",
	"idempotency_key_reused":    "The Idempotency-Key is that of another request.",
	"idempotency_key_running":   "The request with this Idempotency-Key still runs.",

	"too_many": "Too many requests; try again later.",
	"busy":     "This cannot be done right now; try again later.",
	"fault":    "Something is wrong on our side.",
	"wrong":    "This is refused.",
}

// routed are the codes of what the router and the reader of bodies refuse.
var routed = map[int]string{http.StatusBadRequest: "malformed", http.StatusNotFound: "unknown",
	http.StatusMethodNotAllowed: "method", http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType: "media_type"}

const problemKind = "application/problem+json"

func problemType(code string) string { return "urn:regain:problem:" + code }

// answer is the one place where an error becomes a problem (RFC 9457) and, if it is a failure, a
// line in the log.
func (x server) answer(err error, c echo.Context) {
	if c.Response().Committed {
		x.Failure(c, "", err)
		return
	}
	p := x.problem(c, err)
	body, err := json.Marshal(p)
	if err == nil {
		err = c.Blob(p.Status, problemKind, body)
	}
	if err != nil {
		x.Failure(c, "", err)
	}
}

// problem is what the caller hears of an error.
func (x server) problem(c echo.Context, err error) Problem {
	status, p := x.ofError(c, err)
	if p.Title == "" {
		p.Title = titles[p.Code]
	}
	p.Status, p.Type = status, problemType(p.Code)
	return p
}

// ofError tells what kind of problem an error is. What nobody refused is our failure, whose cause
// the log alone has.
func (x server) ofError(c echo.Context, err error) (int, Problem) {
	if line, ok := errors.AsType[*feed.LineError](err); ok {
		return ofLine(line)
	}
	if wrong, ok := errors.AsType[paging.Error](err); ok {
		return ofLine(&feed.LineError{Key: string(wrong), Code: feed.LineChoice})
	}
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		return x.ofRefusal(c, r)
	}
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok && routed[plain.Code] != "" {
		return plain.Code, Problem{Code: routed[plain.Code]}
	}
	if status, code := refusedName(c, err); code != "" {
		return status, Problem{Code: code}
	}
	switch {
	case errors.Is(err, handlers.ErrCutOff):
		x.Failure(c, "", err)
		return http.StatusRequestTimeout, Problem{Code: "cut_off"}
	case errors.Is(err, apikey.ErrKey):
		x.NoKey(c)
		return http.StatusUnauthorized, Problem{Code: "no_key"}
	case errors.Is(err, security.ErrNotFound):
		return http.StatusNotFound, Problem{Code: "unknown"}
	case errors.Is(err, security.ErrConflict):
		return http.StatusConflict, Problem{Code: "changed"}
	case program.Later(err):
		x.Failure(c, "", err)
		handlers.RetryAfter(c, handlers.Pause(err))
		return http.StatusServiceUnavailable, Problem{Code: "busy"}
	}
	x.Failure(c, "", err)
	return http.StatusInternalServerError, Problem{Code: "fault"}
}

// ofRefusal is a use case's own answer.
func (x server) ofRefusal(c echo.Context, r *security.Refusal) (int, Problem) {
	switch r.Code {
	case refusal.Denied:
		return http.StatusForbidden, Problem{Code: "no_scope"}
	case refusal.TooManyRequests, refusal.TooManyTries:
		handlers.RetryAfter(c, r.Retry)
		x.Exceeded(c)
		return http.StatusTooManyRequests, Problem{Code: "too_many"}
	}
	p := Problem{Code: string(r.Code), Title: titles["wrong"]}
	if r.Field != "" {
		p.Code, p.Title = "invalid", titles["invalid"]
		p.Errors = &[]Fault{{Pointer: "/" + r.Field, Code: string(r.Code)}}
	}
	return http.StatusUnprocessableEntity, p
}

// ofLine tells what is wrong with what the marketplace told.
func ofLine(e *feed.LineError) (int, Problem) {
	switch e.Code {
	case feed.LineNotJSON, feed.LineNotObject, feed.LineTrailing:
		detail := e.Error()
		return http.StatusBadRequest, Problem{Code: "malformed", Detail: &detail}
	case feed.LineOtherContent:
		return http.StatusConflict, Problem{Code: "other_content"}
	case feed.LineConflict:
		return http.StatusConflict, Problem{Code: "changed"}
	case feed.LineOlder:
		return http.StatusConflict, Problem{Code: "older_password"}
	}
	return http.StatusUnprocessableEntity, Problem{Code: "invalid", Errors: &[]Fault{fault(e)}}
}

// fault is what is wrong with one key.
func fault(e *feed.LineError) Fault {
	detail := e.Error()
	return Fault{Pointer: pointer(e.In) + pointer(e.Key), Code: string(e.Code), Detail: &detail}
}

// pointer is the JSON Pointer to a key; "" is the whole.
func pointer(key string) string {
	if key == "" {
		return ""
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
