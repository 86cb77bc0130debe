package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/lockout"
	"regain/views"
)

// showLink changes nothing, however often a mail scanner opens the address.
func (p *portal) showLink(c echo.Context) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.linkPage(c, at)
}

func (p *portal) linkPage(c echo.Context, at lockout.Landing) error {
	path := "/r/" + c.Param("token")
	m := views.Link{Page: p.page(c), Start: path, Revoke: path + "/revoke", Masked: at.Masked}
	switch at.State {
	case security.LinkLive:
		other, err := p.otherHere(c, at)
		if err != nil {
			return err
		}
		m.Other = other
		p.describe(&m, at)
		return render(c, http.StatusOK, m.View())
	case security.LinkUnknown:
		m.State = string(at.State)
		return render(c, http.StatusNotFound, m.View())
	}
	m.State, m.Renew = string(at.State), path+"/renew"
	return render(c, http.StatusGone, m.View())
}

// describe says no more than what the mail around the link said already.
func (p *portal) describe(m *views.Link, at lockout.Landing) {
	m.WorksUntil = worldClock.Tell(at.Link.ExpiresAt)
	if at.Begun {
		m.Next = stepNumber(at.Next)
	}
	if at.Case == nil {
		return
	}
	m.Cause = string(at.Case.Cause)
	m.Reason = views.Text("cause." + m.Cause)
	m.LockedAt = worldClock.Tell(at.Case.OpenedAt)
	m.LockedAgo = ago(at.Case.OpenedAt, p.Security.Now())
}

// otherHere is the username of whoever is signed in in this browser, if the link is of another
// account.
func (p *portal) otherHere(c echo.Context, at lockout.Landing) (string, error) {
	u, err := p.enterAccount(c)
	switch {
	case isSignedOut(err):
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
func (p *portal) leaving(c echo.Context) (at lockout.Landing, other string, err error) {
	if p.accountJar(c).get(inSession) == "" {
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
func (p *portal) useLink(c echo.Context) error {
	at, other, err := p.leaving(c)
	if err != nil {
		return err
	}
	if other != "" && c.Request().PostFormValue("leave") == "" {
		return render(c, http.StatusConflict, views.LinkOther{Page: p.page(c),
			Start: "/r/" + c.Param("token"), Masked: at.Masked, Other: other}.View())
	}
	session, err := p.Security.Lockout.UseLink(c.Request().Context(), visitor(c), c.Param("token"))
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
		if err := p.leaveAccount(c); err != nil {
			return err
		}
		p.accountJar(c).put(inSession, "")
	}
	p.signIn(c, session)
	return see(c, "/recovery")
}

// goneLink answers whoever presses the button of a link that is over. In the browser that used
// it, for the recovery that it began, this is a second press and leads on.
func (p *portal) goneLink(c echo.Context, state security.LinkState) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if state == security.LinkUsed && p.jar(c).get(inSession) != "" {
		o, err := p.enter(c)
		if err != nil && !isSignedOut(err) {
			return err
		}
		if err == nil && o.Account.ID == at.Link.Account && o.Recovery.Case == at.Link.Case {
			return see(c, "/recovery")
		}
	}
	at.State = state
	return p.linkPage(c, at)
}

func (p *portal) showRevoke(c echo.Context) error {
	at, err := p.Security.Guided.OpenLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if at.State != security.LinkLive && at.State != security.LinkRevoked {
		return p.linkPage(c, at)
	}
	return render(c, http.StatusOK, views.LinkRevoke{Page: p.page(c), Masked: at.Masked,
		Path: "/r/" + c.Param("token") + "/revoke", Done: at.State == security.LinkRevoked}.View())
}

func (p *portal) revokeLink(c echo.Context) error {
	err := p.Security.Lockout.RevokeLink(c.Request().Context(), visitor(c), c.Param("token"))
	if errors.Is(err, security.ErrNotFound) {
		return p.linkPage(c, lockout.Landing{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	return see(c, "/r/"+c.Param("token")+"/revoke")
}

func (p *portal) renewLink(c echo.Context) error {
	token, err := p.Security.Guided.RenewLink(c.Request().Context(), visitor(c), c.Param("token"))
	if errors.Is(err, security.ErrNotFound) {
		return p.linkPage(c, lockout.Landing{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	return p.requested(c, token)
}
