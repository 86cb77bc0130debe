// Package receiver takes what other services push about people whom they know too (RFC 8935). It has no
// cookie and no page.
package receiver

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security"
	"regain/security/limits"
	"regain/security/receiver"
)

// Path is where every issuer pushes to: which one it is, its signature proves.
const Path = "/ssf/receive"

// says are the words for what is wrong with a signal.
var says = map[string]string{
	"payload":   "The payload must be one JSON object, in UTF-8, without a name twice.",
	"access":    "A SET has no sub, exp or nbf: it is no token that lets anybody in.",
	"iss":       "iss is missing or malformed.",
	"jti":       "jti is missing or malformed.",
	"aud":       "aud is missing or malformed.",
	"iat":       "iat is missing or malformed.",
	"event":     "An event in events is no object.",
	"events":    "events is missing, empty or too long.",
	"sub_id":    "sub_id is no object.",
	"key":       "The issuer has no such key for this algorithm.",
	"header":    "The header must have no crit, b64 or cty.",
	"signature": "The signature is not right.",
	"future":    "iat lies in the future.",
	"typ":       "typ must be secevent+jwt.",
	"issuer":    "The issuer is not trusted here.",
	"audience":  "The SET is for somebody else.",
	"old":       "iat is too long ago.",
	"alg":       "The algorithm must be one of ES256, RS256, PS256 and EdDSA.",
	"form":      "This is no JWT that is signed, in its compact form.",
}

// server answers the pushes.
type server struct {
	*handlers.Portal
	bad, lines *handlers.Budget
}

// Handler answers requests for Path.
func Handler(s *handlers.Server) http.Handler {
	x := server{handlers.New(s), handlers.NewBudget(limits.BadSignals), handlers.NewBudget(limits.APILines)}
	e := handlers.Bare(x.Portal, x.answer)
	e.POST(Path, x.take)
	return e
}

// take answers with an empty 202 when nothing of the signal is left to do.
func (x server) take(c echo.Context) error {
	if err := program.Plain(c.Request(), "application/secevent+jwt"); err != nil {
		return err
	}
	raw, err := program.Read(c, receiver.MaxToken)
	if err == nil {
		err = x.Security.Receiver.Take(c.Request().Context(), string(raw))
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusAccepted)
}

// answer is the one place where an error becomes an answer. What is not signed as it has to be costs
// the network that it comes from some of its budget, and the log has a line a minute from each.
func (x server) answer(err error, c echo.Context) {
	status, wait := x.status(c, err)
	if x.lines.Spend(handlers.Network(handlers.Visitor(c).IP), x.Security.Now()).Wait == 0 {
		if status < http.StatusInternalServerError {
			x.Warn(c, "input_validation_fail", slog.String("reason", err.Error()))
		} else {
			x.Failure(c, "", err)
		}
	}
	if c.Response().Committed {
		return
	}
	if wait > 0 {
		handlers.RetryAfter(c, wait)
	}
	fault, isFault := errors.AsType[*receiver.Fault](err)
	if !isFault || status != http.StatusBadRequest {
		err = c.NoContent(status)
	} else {
		c.Response().Header().Set("Content-Language", "en")
		err = c.JSON(status, map[string]string{"err": string(fault.Code), "description": says[fault.About]})
	}
	if err != nil {
		x.Failure(c, "", err)
	}
}

// status is that of the answer to an error, and how long to wait before the same is sent again.
func (x server) status(c echo.Context, err error) (status int, wait time.Duration) {
	if refused, ok := errors.AsType[*security.Refusal](err); ok {
		return http.StatusTooManyRequests, refused.Retry
	}
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok {
		return plain.Code, 0
	}
	switch {
	case errors.As(err, new(*receiver.Fault)):
		left := x.bad.Spend(handlers.Network(handlers.Visitor(c).IP), x.Security.Now())
		if left.Wait > 0 {
			return http.StatusTooManyRequests, left.Wait
		}
		return http.StatusBadRequest, 0
	case errors.Is(err, handlers.ErrCutOff):
		return http.StatusRequestTimeout, 0
	case program.Later(err):
		return http.StatusServiceUnavailable, handlers.BusyPause
	}
	return http.StatusInternalServerError, 0
}
