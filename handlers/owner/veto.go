package owner

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/guided"
	"regain/security/refusal"
	page "regain/views/owner"
)

// showVeto changes nothing, however often a mail scanner opens the address.
func (p *pages) showVeto(c echo.Context) error {
	at, err := p.Security.Desk.OpenVeto(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	p.SpeakTo(c, at.Locale)
	m := page.Veto{Page: p.page(c), State: string(at.State), Masked: at.Masked,
		Use: handlers.Use(handlers.WorldClock, at.Use), Action: string(at.Action), To: at.To, Path: "/stop/" + c.Param("token")}
	if at.State == guided.ContestOpen {
		m.Due = handlers.WorldClock.Tell(at.Due)
	}
	return handlers.Render(c, contestStatus[at.State], m.View())
}

func (p *pages) veto(c echo.Context) error {
	err := p.Security.Desk.Veto(c.Request().Context(), handlers.Visitor(c), c.Param("token"))
	return p.pressed(c, err, refusal.VetoOver, p.showVeto)
}
