package owner

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/password"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/owner"
)

func (p *pages) showPassword(c echo.Context, o *guided.Owner) error {
	return p.passwordPage(c, o)
}

func (p *pages) passwordPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) error {
	if o.Recovery.PasswordKept {
		return handlers.See(c, nextPath(o))
	}
	m := page.Password{Page: p.page(c, refused...), Username: o.Account.Username,
		MinLength: p.Security.Access.MinimumLength(o.Factors),
		MaxLength: password.MaxRunes, MayKeep: o.MayKeepPassword()}
	if o.Elsewhere() != nil {
		m.Elsewhere, m.Wrong = o.Elsewhere().Name, nil
	}
	if o.Progress.PasswordDone {
		m.Done, m.Deniable, m.Continue = true, o.Case != nil, nextPath(o)
		m.DoneAt = ownClock(o).Tell(o.Recovery.PasswordAt)
	} else if by, err := p.Security.Guided.Updater(c.Request().Context(), o); err != nil {
		return err
	} else if by != nil {
		m.Set = &page.PasswordSet{At: ownClock(o).Tell(o.Recovery.PasswordAt),
			Device: handlers.Device(*by)}
		if country := p.Security.Country(by.IP); country != "" {
			m.Set.Place = views.CountryWords(country)
		}
	}
	return handlers.Form(c, m.Page, m.View())
}

// updatePassword takes the password as it was typed: nothing is trimmed or cut.
func (p *pages) updatePassword(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.UpdatePassword(c.Request().Context(), o,
		c.Request().PostFormValue("new_password"))
	if w := handlers.Wrong(err); w != nil {
		if handlers.Is(err, refusal.PasswordSame) && o.Case != nil && o.MayKeepPassword() {
			w[0].Args = []string{"saved"} // whoever types it again has most likely set it
		}
		return p.passwordPage(c, o, w...)
	}
	if err != nil {
		return err
	}
	p.signIn(c, session)
	if o.Progress.PasswordDone { // a copy of this form came first
		return p.Done(c, nextPath(o), "already_done")
	}
	return p.Done(c, "/recovery/two-factor", "password_updated")
}

func (p *pages) keepPassword(c echo.Context, o *guided.Owner) error {
	if err := p.Security.Guided.KeepPassword(c.Request().Context(), o); err != nil {
		return err
	}
	if o.Case != nil {
		o.Progress.PasswordDone = true
		return p.Done(c, nextPath(o), "password_confirmed")
	}
	return p.Done(c, "/recovery/two-factor", "password_kept")
}

// advise tells how a password looks while it is typed.
func (p *pages) advise(c echo.Context, o *guided.Owner) error {
	return p.SendAdvice(c, o.Session.ID, func(candidate string) (password.Advice, []string, error) {
		return p.Security.Guided.AdvisePassword(c.Request().Context(), o, candidate)
	})
}

// proveBySSO leads an owner whose password is kept elsewhere there, to sign in anew.
func proveBySSO(p *pages, c echo.Context, o *guided.Owner) error {
	if o.Elsewhere() == nil || o.Case == nil {
		return p.outOfOrder(c, o)
	}
	handlers.Leave(p.Portal, c, federation.Recover, o.Elsewhere().ID)
	return handlers.See(c, "/signin/sso/leave")
}
