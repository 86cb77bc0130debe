package desk

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/staff"
	page "regain/views/desk"
)

// keys answers requests about what single keys do.
type keys struct{ desk *pages }

const helpPath = "/staff/help"

func (p keys) routes() []route {
	return []route{
		{method: get, path: helpPath, staffed: p.show, right: staff.RightSignedIn},
		{method: post, path: helpPath, staffed: p.turn, right: staff.RightSignedIn},
	}
}

func (p keys) show(c echo.Context, _ *staff.Member) error {
	return handlers.Render(c, http.StatusOK, page.Help{Page: p.desk.deskPage(c)}.View())
}

// turn remembers in this browser whether single keys do something: who speaks to the machine,
// or touches keys by accident, must be able to do without (WCAG 2.1.4).
func (p keys) turn(c echo.Context, _ *staff.Member) error {
	off := ""
	if c.Request().PostFormValue("keys") == "off" {
		off = "off"
	}
	p.desk.DeviceJar(c).Put(handlers.InKeys, off)
	return p.desk.Done(c, helpPath, "keys_changed")
}
