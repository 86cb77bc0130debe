package receiver

import (
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

// logouts takes what issuers tell of sign-outs.
type logouts struct{ *handlers.Portal }

// LogoutHandler answers requests for federation.LogoutPath.
func LogoutHandler(s *handlers.Server) http.Handler {
	x := logouts{handlers.New(s)}
	return newDoor(x.Portal, limits.BadLogouts, refusedLogout).handler(federation.LogoutPath, x.take)
}

// refusedLogout is what an issuer is told of a token that is not taken: no more than that.
func refusedLogout(err error) (map[string]string, bool) {
	return map[string]string{"error": "invalid_request"}, federation.IsFault(err) != ""
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
