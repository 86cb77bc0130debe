package desk

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/federation"
)

// issuerHost is the host at which staff sign in with the account of their company; "" where none is.
func issuerHost(p *handlers.Portal, c echo.Context) (string, error) {
	x, ok, err := p.Security.Staff.Issuer(c.Request().Context())
	if err != nil || !ok {
		return "", err
	}
	return hostOf(x), nil
}

func hostOf(x federation.Issuer) string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return x.URL
	}
	return u.Host
}
