package handlers

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// longestNext is more than any page of ours needs, and less than what a proxy takes in a header.
const longestNext = 1000

// ReturnPath is next if it is an address of ours in the section of the portal that home begins,
// else home. Nothing leads out of the portal, whatever a link to the sign-in says (ASVS 3.7.2).
func ReturnPath(next, home string) string {
	u, err := url.Parse(next)
	if err != nil || len(next) > longestNext || u.Scheme != "" || u.Host != "" || u.User != nil ||
		u.Fragment != "" || home != "/" && !UnderPath(u.Path, home) || strings.HasPrefix(next, "//") || strings.Contains(u.Path, "..") ||
		strings.ContainsAny(next, "\\\r\n\t") || !strings.HasPrefix(next, home) {
		return home
	}
	return u.RequestURI()
}

// Next is the page in the section of home that the browser wants to come to.
func Next(c echo.Context, home string) string {
	if path := c.Request().PostFormValue("next"); path != "" {
		return ReturnPath(path, home)
	}
	return ReturnPath(c.QueryParam("next"), home)
}
