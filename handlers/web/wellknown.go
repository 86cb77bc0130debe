package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
)

// contactLife is how long a copy of security.txt is good, well under the year that RFC 9116
// §2.5.5 advises.
const contactLife = 180 * 24 * time.Hour

func (p *pages) showWhereToChange(c echo.Context) error {
	return c.Redirect(http.StatusFound, "/account/password")
}

func (p *pages) showSecurityContact(c echo.Context) error {
	origin := p.Origin()
	var b strings.Builder
	for _, address := range []string{p.Site.AbuseEmail, p.Site.SupportEmail} {
		if address != "" {
			fmt.Fprintf(&b, "Contact: mailto:%s\n", address)
		}
	}
	fmt.Fprintf(&b, "Contact: %s/help\n", origin)
	fmt.Fprintf(&b, "Policy: %s/protect/researchers\n", origin)
	fmt.Fprintf(&b, "Expires: %s\n", p.Security.Now().Add(contactLife).Format(time.RFC3339))
	fmt.Fprintf(&b, "Preferred-Languages: en\nCanonical: %s/.well-known/security.txt\n", origin)
	return handlers.Plain(c, http.StatusOK, b.String())
}

func (p *pages) showRobots(c echo.Context) error {
	return handlers.Plain(c, http.StatusOK, "User-agent: *\nDisallow: /\n")
}

func (p *pages) showHealth(c echo.Context) error { return handlers.Plain(c, http.StatusOK, "ok\n") }

func (p *pages) showReady(c echo.Context) error {
	if err := p.Ready(c.Request().Context()); err != nil {
		handlers.RetryAfter(c, handlers.BusyPause)
		p.Failure(c, "", fmt.Errorf("not ready: %w", err))
		return handlers.Plain(c, http.StatusServiceUnavailable, "not ready\n")
	}
	return handlers.Plain(c, http.StatusOK, "ok\n")
}

// showPasskeyEndpoints tells password managers where passkeys are made and managed.
func (p *pages) showPasskeyEndpoints(c echo.Context) error {
	site, path := p.Security.Passkeys, "/account/passkeys"
	if p.OfStaff(c) {
		site, path = p.Security.StaffPasskeys, "/staff/me/passkeys"
	}
	if !site.Usable() {
		return echo.ErrNotFound
	}
	here := site.Origin + path
	return c.JSON(http.StatusOK, map[string]string{"enroll": here, "manage": here})
}
