package account

import (
	"errors"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	page "regain/views/account"
)

// secondFactor gathers what the owner can show; refused has the time of the next try in it.
func (p *pages) secondFactor(c echo.Context, u *account.SignedIn, action string,
	refused *security.Refusal) (handlers.Second, error) {
	return p.Second(c, u.Session, u.Counting(), u.Codes, withNext(action+"/passkey", next(c)), refused)
}

func (p *pages) showSecondFactor(c echo.Context, u *account.SignedIn) error {
	return p.secondFactorPage(c, u, nil)
}

func (p *pages) secondFactorPage(c echo.Context, u *account.SignedIn,
	refused *security.Refusal) error {
	f, err := p.secondFactor(c, u, "/signin/verify", refused)
	if err != nil {
		return err
	}
	status, w := handlers.Asked(c, refused)
	return handlers.Render(c, status, page.SignInVerify{Page: p.signedInPage(c, w...),
		Next:  next(c),
		NoApp: f.NoApp, NoCodes: f.NoCodes, Passkey: f.Passkey, WaitUntil: f.WaitUntil,
		Rules: handlers.LeftOutRules(u.Rules, u.Of, u.Factors)}.View())
}

func (p *pages) proveSignIn(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	token, err := p.Security.Account.ProveSignIn(r.Context(), u, r.PostFormValue("code"))
	return p.provedOwner(c, u, proof{token, err, "", p.secondFactorPage})
}

func (p *pages) proveSignInByPasskey(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	token, err := p.Security.Account.ProvePasskeySignedIn(r.Context(), u,
		r.PostFormValue("credential"))
	return p.provedOwner(c, u, proof{token, err, "", p.secondFactorPage})
}

// proof is what came of one: the new token, or why not and the page that asks again.
type proof struct {
	token string
	err   error
	flash string
	page  func(echo.Context, *account.SignedIn, *security.Refusal) error
}

func (p *pages) provedOwner(c echo.Context, u *account.SignedIn, got proof) error {
	if r, ok := errors.AsType[*security.Refusal](got.err); ok &&
		(handlers.TooOften(r) || r.Field != "") {
		return got.page(c, u, r)
	}
	if got.err != nil {
		return got.err
	}
	p.AccountJar(c).Put(handlers.InSession, got.token)
	if _, err := p.KnowDevice(c, access.AccountSession, got.token); err != nil {
		return err
	}
	return p.Done(c, next(c), got.flash)
}

func (p *pages) showProve(c echo.Context, u *account.SignedIn) error {
	if u.Fresh(p.Security.Now()) { // as after the other press of the button
		return handlers.See(c, next(c))
	}
	return p.provePage(c, u, nil)
}

func (p *pages) provePage(c echo.Context, u *account.SignedIn, refused *security.Refusal) error {
	f, err := p.secondFactor(c, u, provePath, refused)
	if err != nil {
		return err
	}
	status, w := handlers.Asked(c, refused)
	by, err := provesBy(p, c, u)
	if err != nil {
		return err
	}
	return handlers.Render(c, status, page.Prove{Page: p.signedInPage(c, w...), Organisation: by,
		Next:     next(c),
		Username: u.Account.Username, ByPassword: len(u.Factors) == 0, NoApp: f.NoApp,
		NoCodes: f.NoCodes, Passkey: f.Passkey, WaitUntil: f.WaitUntil,
		Rules: handlers.LeftOutRules(u.Rules, u.Of, u.Factors)}.View())
}

func (p *pages) proveOwner(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	field := "code"
	if len(u.Factors) == 0 {
		field = "password"
	}
	token, err := p.Security.Account.ProveAgain(r.Context(), u, r.PostFormValue(field))
	return p.provedOwner(c, u, proof{token, err, "proved", p.provePage})
}

func (p *pages) proveOwnerByPasskey(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	token, err := p.Security.Account.ProvePasskeySignedIn(r.Context(), u,
		r.PostFormValue("credential"))
	return p.provedOwner(c, u, proof{token, err, "proved", p.provePage})
}
