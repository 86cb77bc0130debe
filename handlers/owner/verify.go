package owner

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/views"
	page "regain/views/owner"
)

func (p *pages) showVerify(c echo.Context, o *guided.Owner) error {
	if o.Progress.Next() != recovery.Verify {
		return handlers.See(c, nextPath(o))
	}
	m, err := p.verifyPage(c, o, nil)
	if err != nil {
		return err
	}
	if ticket := p.Jar(c).Get(handlers.InTicket); ticket != "" && c.QueryParam("again") == "" {
		m.Asked, m.Ticket, m.NextWord = true, ticket, ownClock(o).Tell(p.replyBy(c))
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) verifyPage(c echo.Context, o *guided.Owner, refused *security.Refusal,
	wrong ...views.Wrong) (page.Verify, error) {
	f, err := p.Second(c, o.Session, access.Counting(o.Rules, o.Factors), o.Codes, "/recovery/verify/passkey", refused)
	if err != nil {
		return page.Verify{}, err
	}
	signedIn, err := p.Security.Lockout.SignedIn(c.Request().Context(), o.Session)
	return page.Verify{Page: p.page(c, wrong...), SignedIn: signedIn, Masked: security.Mask(o.Account.Username),
		NoApp: f.NoApp, NoCodes: f.NoCodes, Passkey: f.Passkey, WaitUntil: f.WaitUntil,
		Rules: handlers.LeftOutRules(o.Rules, o.Of, o.Factors)}, err
}

func (p *pages) prove(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.ProveFactor(c.Request().Context(), o,
		c.Request().PostFormValue("code"))
	return p.verified(c, o, session, err)
}

func (p *pages) recoverPasskey(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.ProvePasskey(c.Request().Context(), o,
		c.Request().PostFormValue("credential"))
	return p.verified(c, o, session, err)
}

// verified answers a proof: with the next step, or with the page of this one. Whoever tried too
// often meets it without a field until the next try is possible.
func (p *pages) verified(c echo.Context, o *guided.Owner, session string, err error) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		return p.notVerified(c, o, r)
	}
	return p.Moved(c, session, err, "/recovery", "verified")
}

func (p *pages) notVerified(c echo.Context, o *guided.Owner, r *security.Refusal) error {
	if !handlers.TooOften(r) && r.Field == "" {
		return r
	}
	status, wrong := handlers.Asked(c, r)
	m, err := p.verifyPage(c, o, r, wrong...)
	if err != nil {
		return err
	}
	return handlers.Render(c, status, m.View())
}

func (p *pages) cannotProve(c echo.Context, o *guided.Owner) error {
	ticket, err := p.Security.Guided.CannotProve(c.Request().Context(), o)
	if err != nil {
		return err
	}
	if j := p.Jar(c); j.Get(handlers.InTicket) != ticket {
		j.Put(handlers.InTicket, ticket)
		p.promise(c)
	}
	return handlers.See(c, "/recovery/verify")
}
