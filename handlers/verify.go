package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/views"
)

func (p *portal) showVerify(c echo.Context, o *guided.Owner) error {
	if o.Progress.Next() != recovery.Verify {
		return see(c, nextPath(o))
	}
	m, err := p.verifyPage(c, o)
	if err != nil {
		return err
	}
	if ticket := p.jar(c).get(inTicket); ticket != "" && c.QueryParam("again") == "" {
		m.Asked, m.Ticket, m.NextWord = true, ticket, ownClock(o).Tell(p.replyBy(c))
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) verifyPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) (
	views.Verify, error) {
	options, err := p.Security.Guided.AskPasskeyToRecover(o)
	m := views.Verify{Page: p.page(c, refused...), Masked: security.Mask(o.Account.Username),
		NoCodes: !codesLeft(o.Codes), Passkey: passkeyForm("/recovery/verify/passkey", options)}
	_, app := access.Authenticator(o.Factors)
	m.NoApp = !app
	return m, err
}

func (p *portal) prove(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.ProveFactor(c.Request().Context(), o,
		c.Request().PostFormValue("code"))
	return p.verified(c, o, session, err)
}

func (p *portal) recoverPasskey(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.ProvePasskey(c.Request().Context(), o,
		c.Request().PostFormValue("credential"))
	return p.verified(c, o, session, err)
}

// verified answers a proof: with the next step, or with the page of this one. Whoever tried too
// often meets it without a field until the next try is possible.
func (p *portal) verified(c echo.Context, o *guided.Owner, session string, err error) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		return p.notVerified(c, o, r)
	}
	if err != nil {
		return err
	}
	p.signIn(c, session)
	return p.done(c, "/recovery", "verified")
}

func (p *portal) notVerified(c echo.Context, o *guided.Owner, r *security.Refusal) error {
	if !tooOften(r) && r.Field == "" {
		return r
	}
	status, refused := asked(r)
	m, err := p.verifyPage(c, o, refused...)
	if err != nil {
		return err
	}
	if tooOften(r) {
		retryAfter(c, r.Retry)
		p.warn(c, "authn_login_fail_max")
		if until := p.retryTime(c, r.Retry); r.Field == "passkey" {
			m.Passkey.WaitUntil = until
		} else {
			m.WaitUntil = until
		}
	}
	return render(c, status, m.View())
}

func (p *portal) cannotProve(c echo.Context, o *guided.Owner) error {
	ticket, err := p.Security.Guided.CannotProve(c.Request().Context(), o)
	if err != nil {
		return err
	}
	if j := p.jar(c); j.get(inTicket) != ticket {
		j.put(inTicket, ticket)
		p.promise(c)
	}
	return see(c, "/recovery/verify")
}
