package owner

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/guided"
	"regain/security/refusal"
	page "regain/views/owner"
)

// contestStatus is that of the page of each state.
var contestStatus = map[guided.ContestState]int{
	guided.ContestOpen: http.StatusOK, guided.ContestDone: http.StatusOK,
	guided.ContestOver: http.StatusGone, guided.ContestUnknown: http.StatusNotFound,
}

// showContest changes nothing, however often a mail scanner opens the address.
func (p *pages) showContest(c echo.Context) error {
	at, err := p.Security.Guided.OpenContest(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	p.SpeakTo(c, at.Locale)
	m := page.Contest{Page: p.page(c), State: string(at.State), Masked: at.Masked,
		Use: handlers.Use(handlers.WorldClock, at.Use), What: at.What, Locked: at.Locked, LinkTo: at.LinkTo, Path: "/password/" + c.Param("token")}
	if at.State == guided.ContestOpen {
		m.At = handlers.WorldClock.Tell(at.At)
	}
	return handlers.Render(c, contestStatus[at.State], m.View())
}

func (p *pages) contest(c echo.Context) error {
	err := p.Security.Guided.Contest(c.Request().Context(), handlers.Visitor(c), c.Param("token"))
	return p.pressed(c, err, refusal.ContestOver, p.showContest)
}

// pressed answers the button of a mailed link with its page, which says what became of it.
func (p *pages) pressed(c echo.Context, err error, over refusal.Code, page echo.HandlerFunc) error {
	if handlers.Is(err, over) || errors.Is(err, security.ErrNotFound) {
		return page(c)
	}
	if err != nil {
		return err
	}
	return handlers.See(c, c.Request().URL.Path)
}

// contestOwn is "I did not do this" of somebody who stands on the status page. Their session ends
// with all others.
func (p *pages) contestOwn(c echo.Context, o *guided.Owner) error {
	if err := p.Security.Guided.ContestOwn(c.Request().Context(), o); err != nil {
		return err
	}
	handlers.Forget(c, p.Jar(c), p.AccountJar(c))
	p.Jar(c).Put(handlers.InFlash, "password_contested")
	return handlers.See(c, "/recover")
}
