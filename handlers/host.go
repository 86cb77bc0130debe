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

// place is a host that pages are served at.
type place struct {
	base  *url.URL
	guard *http.CrossOriginProtection
}

func placeAt(origin string) place {
	at := place{guard: http.NewCrossOriginProtection()}
	err := at.guard.AddTrustedOrigin(strings.TrimSuffix(origin, "/"))
	if err == nil {
		at.base, err = url.Parse(origin)
	}
	if err != nil {
		panic("handlers: base URL: " + err.Error())
	}
	return at
}

// Origin is what every address at the place starts with.
func (p place) Origin() string { return p.base.Scheme + "://" + p.base.Host }

// at is the place that a request came to.
func (p *Portal) at(c echo.Context) place {
	if p.apart != nil && hostOf(c) == p.apart.base.Hostname() {
		return *p.apart
	}
	return p.place
}

// OfStaff reports whether a request came to the host of staff, where that is one of its own.
func (p *Portal) OfStaff(c echo.Context) bool { return p.at(c) != p.place }

func hostOf(c echo.Context) string {
	return strings.ToLower((&url.URL{Host: c.Request().Host}).Hostname())
}

// addressed refuses requests for any other host. Somebody else could have a name of theirs point
// here: their page would then count as ours, and a proxy would keep our answers under their name.
// Where staff have a host of their own, it has their pages alone, and the other one has none of them.
func (p gate) addressed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path, ofStaff := c.Request().URL.Path, p.OfStaff(c)
		switch {
		case slices.Contains(probes, c.Path()):
		case !ofStaff && !slices.Contains(p.Names, hostOf(c)):
			return Plain(c, http.StatusMisdirectedRequest, "This portal is at "+p.Origin()+"\n")
		case p.apart == nil || p.common[c.Path()] || sideOf(p.sides, path).OfStaff == ofStaff:
		case ofStaff && path == "/":
			return See(c, "/staff")
		default:
			return echo.ErrNotFound
		}
		return next(c)
	}
}
