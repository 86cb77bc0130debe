package account

import (
	"errors"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/views"
	page "regain/views/account"
)

// secondFactor is what the pages that ask for a factor have in common.
type secondFactor struct {
	noApp, noCodes bool
	passkey        views.PasskeyForm
	waitUntil      views.Moment
}

// secondFactor gathers what the owner can show; refused has the time of the next try in it.
func (p *pages) secondFactor(c echo.Context, u *account.SignedIn, action string,
	refused *security.Refusal) (secondFactor, error) {
	options, err := p.Security.Account.AskPasskey(u)
	_, app := access.Authenticator(u.Factors)
	f := secondFactor{noApp: !app, noCodes: !handlers.CodesLeft(u.Codes),
		passkey: handlers.PasskeyForm(withNext(action+"/passkey", next(c)), options)}
	if !handlers.TooOften(refused) {
		return f, err
	}
	handlers.RetryAfter(c, refused.Retry)
	p.Warn(c, "authn_login_fail_max")
	if until := p.RetryTime(c, refused.Retry); refused.Field == "passkey" {
		f.passkey.WaitUntil = until
	} else {
		f.waitUntil = until
	}
	return f, err
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
	status, w := handlers.Asked(refused)
	return handlers.Render(c, status, page.SignInVerify{Page: p.signedInPage(c, w...),
		Next:  next(c),
		NoApp: f.noApp, NoCodes: f.noCodes, Passkey: f.passkey, WaitUntil: f.waitUntil}.View())
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
	p.signedInWith(c, got.token)
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
	status, w := handlers.Asked(refused)
	return handlers.Render(c, status, page.Prove{Page: p.signedInPage(c, w...),
		Next:     next(c),
		Username: u.Account.Username, ByPassword: len(u.Factors) == 0, NoApp: f.noApp,
		NoCodes: f.noCodes, Passkey: f.passkey, WaitUntil: f.waitUntil}.View())
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
