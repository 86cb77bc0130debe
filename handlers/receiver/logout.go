package receiver

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security/federation"
	"regain/security/limits"
)

// maxLogout is more than any logout token has, in bytes.
const maxLogout = 16 << 10

// logouts answers issuers that tell of a sign-out.
type logouts struct {
	*handlers.Portal
	bad, lines *handlers.Budget
}

// LogoutHandler answers requests for federation.LogoutPath.
func LogoutHandler(s *handlers.Server) http.Handler {
	x := logouts{handlers.New(s), handlers.NewBudget(limits.BadLogouts), handlers.NewBudget(limits.APILines)}
	e := handlers.Bare(x.Portal, x.answer)
	e.POST(federation.LogoutPath, x.take)
	return e
}

// take answers with an empty 200 when no session is left that the token is about (OpenID Connect
// Back-Channel Logout 1.0 §2.7, §2.8).
func (x logouts) take(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	if err := program.Plain(c.Request(), echo.MIMEApplicationForm); err != nil {
		return err
	}
	raw, err := program.Read(c, maxLogout)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil || len(form["logout_token"]) != 1 {
		return &federation.Fault{Code: federation.BadToken}
	}
	if err := x.Security.Federation.SignedOut(c.Request().Context(), form.Get("logout_token")); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// answer is as that of the signals. A token that is not taken says no more than that.
func (x logouts) answer(err error, c echo.Context) {
	status := x.status(c, err)
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
	if status == http.StatusServiceUnavailable {
		handlers.RetryAfter(c, handlers.BusyPause)
	}
	if status == http.StatusBadRequest {
		err = c.JSON(status, map[string]string{"error": "invalid_request"})
	} else {
		err = c.NoContent(status)
	}
	if err != nil {
		x.Failure(c, "", err)
	}
}

// status is that of the answer to an error. What is not taken costs the network that it comes from some of
// its budget.
func (x logouts) status(c echo.Context, err error) int {
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok {
		return plain.Code
	}
	switch {
	case federation.IsFault(err) != "":
		left := x.bad.Spend(handlers.Network(handlers.Visitor(c).IP), x.Security.Now())
		if left.Wait > 0 {
			handlers.RetryAfter(c, left.Wait)
			return http.StatusTooManyRequests
		}
		return http.StatusBadRequest
	case errors.Is(err, handlers.ErrCutOff):
		return http.StatusRequestTimeout
	case program.Later(err):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
