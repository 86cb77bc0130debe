// Package receiver takes what other services push about people whom they know too (RFC 8935). It has no
// cookie and no page.
package receiver

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
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

// server takes the pushes.
type server struct{ *handlers.Portal }

// Handler answers requests for Path.
func Handler(s *handlers.Server) http.Handler {
	x := server{handlers.New(s)}
	return newDoor(x.Portal, limits.BadSignals, faultOf).handler(Path, x.take)
}

// faultOf is what an issuer is told of its signal (RFC 8935 §2.4).
func faultOf(err error) (map[string]string, bool) {
	fault, ok := errors.AsType[*receiver.Fault](err)
	if !ok {
		return nil, false
	}
	return map[string]string{"err": string(fault.Code), "description": says[fault.About]}, true
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
