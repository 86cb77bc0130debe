package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/alert"
	"regain/security/refusal"
	"regain/security/risk"
)

// showAlertMe and showAlertNotMe change nothing, however often a mail scanner opens the address.
func (p *pages) showAlertMe(c echo.Context) error { return p.alertPage(c, "me") }

func (p *pages) showAlertNotMe(c echo.Context) error { return p.alertPage(c, "not-me") }

// alertPage asks for one answer, or says which one was given. What is shown is no more than what
// the mail around the link said already.
func (p *pages) alertPage(c echo.Context, answer string) error {
	at, err := p.Security.Alert.OpenAlert(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	p.SpeakTo(c, at.Locale)
	m := handlers.AlertView(handlers.WorldClock, at)
	m.Page, m.Name = p.page(c), "alert-"+answer
	path := "/alert/" + c.Param("token")
	switch {
	case at.State == alert.AlertUnknown:
		return handlers.Render(c, http.StatusNotFound, m.View())
	case at.State == alert.AlertExpired:
		return handlers.Render(c, http.StatusGone, m.View())
	case at.State == alert.AlertOpen && answer == "me":
		m.Me = path + "/me"
	case at.State != risk.NotMe:
		m.NotMe = path + "/not-me"
		if answer == "not-me" {
			m.State = string(alert.AlertOpen)
		}
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) confirmAlert(c echo.Context) error {
	err := p.Security.Alert.ConfirmAlert(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	return p.pressed(c, err, refusal.AlertOver, p.showAlertMe)
}

// denyAlert says what became of it and leads on to the steps with the link that was made, where this mail proves as much as
// the one with the link does.
func (p *pages) denyAlert(c echo.Context) error {
	d, err := p.Security.Alert.DenyAlert(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if err == nil && d.Link != "" {
		flash := "login_denied"
		if d.Locked {
			flash = "locked_as_asked"
		}
		return p.Done(c, "/r/"+d.Link, flash)
	}
	return p.pressed(c, err, refusal.AlertOver, p.showAlertNotMe)
}
