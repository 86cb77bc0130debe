package desk

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/staff"
	page "regain/views/desk"
)

const helpPath = "/staff/help"

func (p *pages) helpRoutes() []route {
	return []route{
		{method: get, path: helpPath, staffed: p.showHelp, right: staff.RightSignedIn},
		{method: post, path: helpPath, staffed: p.switchKeys, right: staff.RightSignedIn},
	}
}

func (p *pages) showHelp(c echo.Context, _ *staff.Member) error {
	return handlers.Render(c, http.StatusOK, page.Help{Page: p.deskPage(c)}.View())
}

// switchKeys remembers in this browser whether single keys do something: who speaks to the machine,
// or touches keys by accident, must be able to do without (WCAG 2.1.4).
func (p *pages) switchKeys(c echo.Context, _ *staff.Member) error {
	off := ""
	if c.Request().PostFormValue("keys") == "off" {
		off = "off"
	}
	p.DeviceJar(c).Put(handlers.InKeys, off)
	return p.Done(c, helpPath, "keys_changed")
}
