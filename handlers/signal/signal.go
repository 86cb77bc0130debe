// Package signal answers the receivers of shared signals: by the OpenID Shared Signals Framework 1.0
// they manage their streams, and by RFC 8936 they come for what is in them.
package signal

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security"
	"regain/security/apikey"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/signal"
)

// Base is what every path begins with but that of Configuration, which says where the others are.
const (
	Base          = "/ssf"
	Configuration = "/.well-known/ssf-configuration"
)

// server answers the requests.
type server struct {
	program.Gate
	signals *signal.Service
	waiting chan struct{} // has a place for each poll that waits
}

// Handler answers every request below Base and at Configuration.
func Handler(s *handlers.Server) http.Handler {
	x := server{program.New(s, limits.Programs), s.Security.Signals, make(chan struct{}, mostWaiting)}
	e := handlers.Bare(x.Portal, x.answer)
	open := func(path string, serve echo.HandlerFunc) {
		e.GET(path, serve)
		e.HEAD(path, serve)
	}
	open(Configuration, x.showConfiguration)
	open(Base+"/jwks.json", x.showKeys)
	for _, r := range []struct {
		method, path, operation string
		serve                   echo.HandlerFunc
	}{
		{http.MethodPost, "/stream", "createStream", x.createStream},
		{http.MethodGet, "/stream", "readStream", x.readStream},
		{http.MethodPatch, "/stream", "updateStream", x.updateStream},
		{http.MethodPut, "/stream", "replaceStream", x.replaceStream},
		{http.MethodDelete, "/stream", "deleteStream", x.deleteStream},
		{http.MethodGet, "/status", "readStatus", x.readStatus},
		{http.MethodPost, "/status", "updateStatus", x.updateStatus},
		{http.MethodPost, "/subjects/add", "addSubject", x.addSubject},
		{http.MethodPost, "/subjects/remove", "removeSubject", x.removeSubject},
		{http.MethodPost, "/verify", "verifyStream", x.verify},
		{http.MethodPost, "/poll/:stream", "pollStream", x.poll},
	} {
		e.Add(r.method, Base+r.path, r.serve, x.Guard(r.operation, apikey.WebhooksWrite))
	}
	return e
}

// fault is the body of an error, as RFC 8935 §2.3 has it.
type fault struct {
	Code  string `json:"err"`
	Words string `json:"description"`
}

// faults are those of a status alone.
var faults = map[int]fault{
	http.StatusBadRequest:            {"invalid_request", "The request is malformed."},
	http.StatusUnauthorized:          {"authentication_failed", "No key that is good now was shown."},
	http.StatusForbidden:             {"access_denied", "The key has not the scope that this needs."},
	http.StatusNotFound:              {"not_found", "There is no such thing."},
	http.StatusMethodNotAllowed:      {"method", "This address knows another method."},
	http.StatusRequestTimeout:        {"cut_off", "The body did not arrive in time."},
	http.StatusConflict:              {"too_many_streams", "There are as many streams as may be."},
	http.StatusRequestEntityTooLarge: {"too_large", "The body is too large."},
	http.StatusUnsupportedMediaType:  {"media_type", "The body must be application/json in UTF-8."},
	http.StatusTooManyRequests:       {"too_many", "Too many requests; try again later."},
	http.StatusInternalServerError:   {"fault", "Something is wrong on our side."},
	http.StatusServiceUnavailable:    {"busy", "This cannot be done right now; try again later."},
}

// answer is the one place where an error becomes an answer and, if it is a failure, a line in the log.
func (x server) answer(err error, c echo.Context) {
	if c.Response().Committed {
		x.Failure(c, "", err)
		return
	}
	status := x.status(c, err)
	told := faults[status]
	if wrong, ok := errors.AsType[signal.RequestError](err); ok {
		told.Words = string(wrong) + " is not as it must be"
	}
	if err := c.JSON(status, told); err != nil {
		x.Failure(c, "", err)
	}
}

func (x server) status(c echo.Context, err error) int {
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok && faults[plain.Code].Code != "" {
		return plain.Code
	}
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		switch r.Code {
		case refusal.Denied:
			return http.StatusForbidden
		case refusal.TooManyRequests, refusal.TooManyTries:
			handlers.RetryAfter(c, r.Retry)
			x.Exceeded(c)
			return http.StatusTooManyRequests
		}
	}
	switch _, wrong := errors.AsType[signal.RequestError](err); {
	case wrong:
		return http.StatusBadRequest
	case errors.Is(err, apikey.ErrKey):
		x.NoKey(c)
		return http.StatusUnauthorized
	case errors.Is(err, security.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, security.ErrConflict):
		return http.StatusConflict
	}
	x.Failure(c, "", err)
	switch {
	case errors.Is(err, handlers.ErrCutOff):
		return http.StatusRequestTimeout
	case program.Later(err):
		handlers.RetryAfter(c, handlers.BusyPause)
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// The methods of delivery.
const (
	push = "urn:ietf:rfc:8935"
	poll = "urn:ietf:rfc:8936"
)

// scheme names how a receiver shows who it is.
type scheme struct {
	URN string `json:"spec_urn"`
}

func (x server) showConfiguration(c echo.Context) error {
	at := x.signals.Issuer() + Base
	return c.JSON(http.StatusOK, struct {
		Version      string   `json:"spec_version"`
		Issuer       string   `json:"issuer"`
		Keys         string   `json:"jwks_uri"`
		Methods      []string `json:"delivery_methods_supported"`
		Stream       string   `json:"configuration_endpoint"`
		Status       string   `json:"status_endpoint"`
		Add          string   `json:"add_subject_endpoint"`
		Remove       string   `json:"remove_subject_endpoint"`
		Verification string   `json:"verification_endpoint"`
		Schemes      []scheme `json:"authorization_schemes"`
		Subjects     string   `json:"default_subjects"`
	}{"1_0", x.signals.Issuer(), at + "/jwks.json", []string{push, poll}, at + "/stream", at + "/status",
		at + "/subjects/add", at + "/subjects/remove", at + "/verify",
		[]scheme{{"urn:ietf:rfc:6750"}}, "NONE"})
}

func (x server) showKeys(c echo.Context) error {
	keys, err := x.signals.PublicKeys(c.Request().Context())
	if err != nil {
		return err
	}
	body, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/jwk-set+json", body)
}
