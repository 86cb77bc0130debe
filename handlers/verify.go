package handlers

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/recovery"
	"regain/views"
)

func (p *portal) showVerify(c echo.Context, o *security.Owner) error {
	if o.Progress.Next() != recovery.Verify {
		return see(c, nextPath(o))
	}
	m := p.verifyPage(c, o)
	if ticket := p.jar(c).get(inTicket); ticket != "" && c.QueryParam("again") == "" {
		m.Asked, m.Ticket, m.NextWord = true, ticket, ownClock(o).tell(p.replyBy(c))
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) verifyPage(c echo.Context, o *security.Owner,
	refused ...views.Wrong) views.Verify {
	left := slices.ContainsFunc(o.Codes,
		func(code security.RecoveryCode) bool { return code.UsedAt.IsZero() })
	return views.Verify{Page: p.page(c, refused...), Masked: security.Mask(o.Account.Username),
		NoCodes: !left}
}

func (p *portal) prove(c echo.Context, o *security.Owner) error {
	session, err := p.Security.ProveFactor(c.Request().Context(), o,
		c.Request().PostFormValue("code"))
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Code == security.TooManyTries {
		return p.waitToVerify(c, o, r)
	}
	if w := wrong(err); w != nil {
		m := p.verifyPage(c, o, w...)
		return form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	p.signIn(c, session)
	return p.done(c, "/recovery", "verified")
}

// waitToVerify shows the page of the step without its field until the next try is possible.
func (p *portal) waitToVerify(c echo.Context, o *security.Owner, r *security.Refusal) error {
	retryAfter(c, r.Retry)
	p.warn(c, "authn_login_fail_max")
	m := p.verifyPage(c, o)
	m.WaitUntil = p.retryTime(c, r.Retry)
	return render(c, http.StatusTooManyRequests, m.View())
}

func (p *portal) cannotProve(c echo.Context, o *security.Owner) error {
	ticket, err := p.Security.CannotProve(c.Request().Context(), o)
	if err != nil {
		return err
	}
	if j := p.jar(c); j.get(inTicket) != ticket {
		j.put(inTicket, ticket)
		p.promise(c)
	}
	return see(c, "/recovery/verify")
}
