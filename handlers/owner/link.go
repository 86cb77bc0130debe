package owner

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/lockout"
	"regain/views"
	page "regain/views/owner"
	"regain/views/words"
)

// showLink changes nothing, however often a mail scanner opens the address.
func (p *pages) showLink(c echo.Context) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.linkPage(c, at)
}

func (p *pages) linkPage(c echo.Context, at lockout.Landing) error {
	p.SpeakTo(c, at.Locale)
	path := "/r/" + c.Param("token")
	m := page.Link{Page: p.page(c), Start: path, Revoke: path + "/revoke", Masked: at.Masked}
	switch at.State {
	case security.LinkLive:
		other, err := p.otherHere(c, at)
		if err != nil {
			return err
		}
		m.Other = other
		p.describe(&m, at)
		return handlers.Render(c, http.StatusOK, m.View())
	case security.LinkUnknown:
		m.State = string(at.State)
		return handlers.Render(c, http.StatusNotFound, m.View())
	}
	m.State, m.Renew, m.Use = string(at.State), path+"/renew", handlers.Use(handlers.WorldClock, at.Use)
	return handlers.Render(c, http.StatusGone, m.View())
}

// describe says no more than what the mail around the link said already.
func (p *pages) describe(m *page.Link, at lockout.Landing) {
	m.WorksUntil = handlers.WorldClock.Tell(at.Link.ExpiresAt)
	if at.Begun {
		m.Next = handlers.StepNumber(at.Next)
	}
	if at.Case == nil {
		return
	}
	m.Cause = string(at.Case.Cause)
	m.Reason = words.Say("cause." + m.Cause)
	m.Reassure = views.Safe()
	m.LockedAt = handlers.WorldClock.Tell(at.Case.OpenedAt)
}

// otherHere is the username of whoever is signed in in this browser, if the link is of another
// account.
func (p *pages) otherHere(c echo.Context, at lockout.Landing) (string, error) {
	u, err := p.EnterAccount(c)
	switch {
	case handlers.IsSignedOut(err):
		return "", nil
	case err != nil:
		return "", err
	case u.Session.Half() || u.Account.ID == at.Link.Account:
		return "", nil
	}
	return u.Account.Username, nil
}

// leaving is the link, and who is signed in to another account; both are empty in a browser that
// nobody is signed in in.
func (p *pages) leaving(c echo.Context) (at lockout.Landing, other string, err error) {
	if p.AccountJar(c).Get(handlers.InSession) == "" {
		return at, "", nil
	}
	at, err = p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil || at.State != security.LinkLive {
		return at, "", err
	}
	other, err = p.otherHere(c, at)
	return at, other, err
}

// useLink begins the steps. Whoever is signed in to another account in this browser is asked
// first, and signed out there when they go on.
func (p *pages) useLink(c echo.Context) error {
	at, other, err := p.leaving(c)
	if err != nil {
		return err
	}
	if other != "" && c.Request().PostFormValue("leave") == "" {
		p.SpeakTo(c, at.Locale)
		return handlers.Render(c, http.StatusConflict, page.LinkOther{Page: p.page(c),
			Start: "/r/" + c.Param("token"), Masked: at.Masked, Other: other}.View())
	}
	session, err := p.Security.Lockout.UseLink(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if gone, ok := errors.AsType[*security.LinkGone](err); ok {
		return p.goneLink(c, gone.State)
	}
	if errors.Is(err, security.ErrNotFound) {
		return p.linkPage(c, lockout.Landing{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	if other != "" {
		if err := p.LeaveAccount(c); err != nil {
			return err
		}
		p.AccountJar(c).Put(handlers.InSession, "")
	}
	p.signIn(c, session)
	return handlers.See(c, "/recovery")
}

// goneLink answers whoever presses the button of a link that is over. In the browser that used
// it, for the recovery that it began, this is a second press and leads on.
func (p *pages) goneLink(c echo.Context, state security.LinkState) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if state == security.LinkUsed && p.Jar(c).Get(handlers.InSession) != "" {
		o, err := p.enter(c)
		if err != nil && !handlers.IsSignedOut(err) {
			return err
		}
		if err == nil && o.Account.ID == at.Link.Account && o.Recovery.Case == at.Link.Case {
			return handlers.See(c, "/recovery")
		}
	}
	at.State = state
	return p.linkPage(c, at)
}

func (p *pages) showRevoke(c echo.Context) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if at.State != security.LinkLive && at.State != security.LinkRevoked {
		return p.linkPage(c, at)
	}
	p.SpeakTo(c, at.Locale)
	return handlers.Render(c, http.StatusOK, page.LinkRevoke{Page: p.page(c), Masked: at.Masked,
		Path: "/r/" + c.Param("token") + "/revoke", Done: at.State == security.LinkRevoked}.View())
}

func (p *pages) revokeLink(c echo.Context) error {
	err := p.Security.Lockout.RevokeLink(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if errors.Is(err, security.ErrNotFound) {
		return p.linkPage(c, lockout.Landing{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	return handlers.See(c, "/r/"+c.Param("token")+"/revoke")
}

func (p *pages) renewLink(c echo.Context) error {
	token, err := p.Security.Guided.RenewLink(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if errors.Is(err, security.ErrNotFound) {
		return p.linkPage(c, lockout.Landing{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	return p.requested(c, token)
}
