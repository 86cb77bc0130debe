package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// transport is how browsers are told to come by https alone, for two years.
func (p gate) transport() string {
	const always = "max-age=63072000; includeSubDomains"
	if p.Preload {
		return always + "; preload"
	}
	return always
}

// probes are asked by machines that know the address of the portal and not its name.
var probes = []string{"/healthz", "/readyz"}

// addressed refuses requests for any other host. Somebody else could have a name of theirs point
// here: their page would then count as ours, and a proxy would keep our answers under their name.
func (p gate) addressed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		host := strings.ToLower((&url.URL{Host: c.Request().Host}).Hostname())
		if slices.Contains(p.Names, host) || slices.Contains(probes, c.Path()) {
			return next(c)
		}
		return Plain(c, http.StatusMisdirectedRequest, "This portal is at "+p.Origin()+"\n")
	}
}
