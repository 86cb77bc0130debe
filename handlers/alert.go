package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/alert"
	"regain/security/refusal"
	"regain/security/risk"
)

// showAlertMe and showAlertNotMe change nothing, however often a mail scanner opens the address.
func (p *portal) showAlertMe(c echo.Context) error    { return p.alertPage(c, "me") }
func (p *portal) showAlertNotMe(c echo.Context) error { return p.alertPage(c, "not-me") }

// alertPage asks for one answer, or says which one was given. What is shown is no more than what
// the mail around the link said already.
func (p *portal) alertPage(c echo.Context, answer string) error {
	at, err := p.Security.Alert.OpenAlert(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	m := alertView(worldClock, at)
	m.Page, m.Name = p.page(c), "alert-"+answer
	path := "/alert/" + c.Param("token")
	switch {
	case at.State == alert.AlertUnknown:
		return render(c, http.StatusNotFound, m.View())
	case at.State == alert.AlertExpired:
		return render(c, http.StatusGone, m.View())
	case at.State == alert.AlertOpen && answer == "me":
		m.Me = path + "/me"
	case at.State != risk.NotMe:
		m.NotMe = path + "/not-me"
		if answer == "not-me" {
			m.State = string(alert.AlertOpen)
		}
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) confirmAlert(c echo.Context) error {
	err := p.Security.Alert.ConfirmAlert(c.Request().Context(), visitor(c), c.Param("token"))
	return p.alerted(c, err, "me")
}

// alerted answers a pressed button with the page of the answer, which says what became of it.
func (p *portal) alerted(c echo.Context, err error, answer string) error {
	if is(err, refusal.AlertOver) || errors.Is(err, security.ErrNotFound) {
		return p.alertPage(c, answer)
	}
	if err != nil {
		return err
	}
	return see(c, "/alert/"+c.Param("token")+"/"+answer)
}

// denyAlert leads on to the steps with the link that was made, where this mail proves as much as
// the one with the link does.
func (p *portal) denyAlert(c echo.Context) error {
	d, err := p.Security.Alert.DenyAlert(c.Request().Context(), visitor(c), c.Param("token"))
	if err == nil && d.Link != "" {
		return see(c, "/r/"+d.Link)
	}
	return p.alerted(c, err, "not-me")
}
