package account

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/password"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
)

// changeRoutes is password and addresses of a signed-in owner, and what the links in the mails
// about addresses open.
func (p *pages) changeRoutes() []route {
	return []route{
		{method: get, path: "/account/password",
			account: func(c echo.Context, u *account.SignedIn) error { return p.accountPasswordPage(c, u) }},
		{method: post, path: "/account/password", account: p.changePassword},
		{method: get, path: "/account/password/changed", account: p.showPasswordChanged},
		{method: post, path: "/account/password/strength", account: p.adviseChange},
		{method: get, path: "/account/addresses", account: p.showAddresses},
		{method: get, path: "/account/addresses/own", account: p.showAddress, fresh: true},
		{method: post, path: "/account/addresses/own", account: p.askAddress, fresh: true},
		{method: post, path: "/account/addresses/own/cancel", account: p.cancelAddress},
		{method: get, path: "/account/addresses/second", account: p.showAddress, fresh: true},
		{method: post, path: "/account/addresses/second", account: p.askAddress, fresh: true},
		{method: post, path: "/account/addresses/second/cancel", account: p.cancelAddress},
		{method: get, path: "/account/addresses/second/remove", account: p.showRemoveAddress,
			fresh: true},
		{method: post, path: "/account/addresses/second/remove", account: p.removeAddress,
			fresh: true},
	}
}

func (p *pages) accountPasswordPage(c echo.Context, u *account.SignedIn,
	refused ...views.Wrong) error {
	m := page.Password{Page: p.signedInPage(c, refused...), Username: u.Account.Username,
		MinLength: p.Security.Access.MinimumLength(u.Factors),
		MaxLength: password.MaxRunes,
		ChangedAt: accountClock(u).Tell(u.Account.PasswordAt)}
	o, err := p.Security.Federation.Elsewhere(c.Request().Context(), u.Account)
	switch {
	case err != nil:
		return err
	case o != nil:
		m.Elsewhere, m.Wrong = o.Name, nil
	}
	return handlers.Form(c, m.Page, m.View())
}

// changePassword takes the passwords as they were typed: nothing is trimmed or cut.
func (p *pages) changePassword(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	session, err := p.Security.Account.ChangePassword(r.Context(), u,
		r.PostFormValue("current_password"),
		r.PostFormValue("new_password"))
	if handlers.Is(err, refusal.TooManyTries) {
		return err
	}
	if w := handlers.Wrong(err); w != nil {
		return p.accountPasswordPage(c, u, w...)
	}
	if err != nil {
		return err
	}
	p.AccountJar(c).Put(handlers.InSession, session)
	return handlers.See(c, "/account/password/changed")
}

// justNow is how long the page after a new password says so.
const justNow = time.Hour

func (p *pages) showPasswordChanged(c echo.Context, u *account.SignedIn) error {
	at := u.Account.PasswordAt
	if at.IsZero() || p.Security.Now().Sub(at) > justNow {
		return handlers.See(c, "/account/password")
	}
	return handlers.Render(c, http.StatusOK, page.Password{Page: p.signedInPage(c),
		Done:      true,
		ChangedAt: accountClock(u).Tell(at), TwoFactor: len(u.Factors) > 0}.View())
}

// adviseChange is advise for whoever is signed in.
func (p *pages) adviseChange(c echo.Context, u *account.SignedIn) error {
	return p.SendAdvice(c, u.Session.ID, func(candidate string) (password.Advice, []string, error) {
		return p.Security.Account.AdviseChange(c.Request().Context(), u, candidate)
	})
}
