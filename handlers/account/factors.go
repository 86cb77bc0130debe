package account

import (
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/otp"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

// factorRoutes is the second factors of a signed-in owner, and passkeys wherever they are shown.
func (p *pages) factorRoutes() []route {
	const app, keys = "/account/two-factor", keysPath
	return []route{
		{method: get, path: app, account: p.showAccountTwoFactor},
		{method: post, path: app, account: p.setAuthenticator, fresh: true},
		{method: get, path: app + "/:id/remove", account: p.showRemoveFactor, fresh: true},
		{method: post, path: app + "/:id/remove", account: p.removeAccountFactor, fresh: true},
		{method: post, path: app + "/renew", account: p.renewCodes, fresh: true},
		{method: get, path: app + "/codes", fresh: true,
			account: func(c echo.Context, u *account.SignedIn) error { return p.accountCodesPage(c, u) }},
		{method: post, path: app + "/codes", account: p.saveAccountCodes, fresh: true},
		{method: post, path: app + "/codes.txt", account: p.sendAccountCodes, fresh: true},
		{method: get, path: keys, account: p.showPasskeys},
		{method: post, path: keys, account: p.addPasskey, fresh: true},
		{method: post, path: keys + "/:id/rename", account: p.renamePasskey},
	}
}

// waitsForCodes reports whether new recovery codes have to be saved before anything else.
func (p *pages) waitsForCodes(u *account.SignedIn) bool {
	return u.CodesUnsaved() && u.Fresh(p.Security.Now())
}

const codesPath = "/account/two-factor/codes"

func (p *pages) showAccountTwoFactor(c echo.Context, u *account.SignedIn) error {
	if p.waitsForCodes(u) {
		return handlers.See(c, codesPath)
	}
	return p.accountTwoFactorPage(c, u)
}

// accountTwoFactorPage shows what is on. The set-up of an app shows a secret, so that it needs a
// fresh proof; an app that is there is replaced only by whoever asks to.
func (p *pages) accountTwoFactorPage(c echo.Context, u *account.SignedIn,
	refused ...views.Wrong) error {
	m := page.TwoFactor{On: len(u.Factors) > 0,
		Passkeys: howManyPasskeys(len(access.Passkeys(u.Factors))), Unsaved: u.CodesUnsaved(),
		Rules: handlers.FactorRules(u.Rules, u.Of)}
	m.Page = p.signedInPage(c, refused...)
	here := "/account/two-factor"
	if app, ok := access.Authenticator(u.Factors); ok {
		m.App, here = true, here+"?replace=1"
		m.Methods = append(m.Methods, handlers.Method(app, accountClock(u), p.Security.Now()))
	}
	m.Methods = append(m.Methods, handlers.CodesMethod(u.Codes, accountClock(u))...)
	m.NoPasskey = !u.Rules.Kinds.Has(policy.Passkey)
	fresh := u.Fresh(p.Security.Now())
	switch {
	case !m.App && !u.Rules.Kinds.Has(policy.TOTP):
		return handlers.Form(c, m.Page, m.View()) // one would not count
	case !fresh || m.App && c.QueryParam("replace") == "":
		m.SetUp = here
		if !fresh {
			m.SetUp = withNext(provePath, here)
		}
		return handlers.Form(c, m.Page, m.View())
	}
	e, err := p.Security.Account.AskAuthenticator(c.Request().Context(), u)
	if err != nil {
		return err
	}
	m.Key, m.AppLink, m.QR = otp.Groups(e.Secret), e.URI, views.NewQR(e.QR)
	m.Replace, m.Beside = m.App, m.On && !m.App
	return handlers.Form(c, m.Page, m.View())
}

// howManyPasskeys counts in words; "" for none.
func howManyPasskeys(n int) words.Text {
	if n == 0 {
		return words.Text{}
	}
	return words.Say("passkeys", n)
}

func (p *pages) setAuthenticator(c echo.Context, u *account.SignedIn) error {
	if p.waitsForCodes(u) {
		return handlers.See(c, codesPath)
	}
	flash := "app_on"
	if _, replaces := access.Authenticator(u.Factors); replaces {
		flash = "app_replaced"
	}
	session, err := p.Security.Account.SetAuthenticator(c.Request().Context(), u,
		c.Request().PostFormValue("code"))
	if w := handlers.Wrong(err); w != nil {
		return p.accountTwoFactorPage(c, u, w...)
	}
	return p.Moved(c, session, err, "/account/two-factor", flash)
}

// factorOf finds the factor that the address names.
func factorOf(c echo.Context, u *account.SignedIn) (security.Factor, error) {
	i := slices.IndexFunc(u.Factors, func(f security.Factor) bool { return f.ID == c.Param("id") })
	if i < 0 {
		return security.Factor{}, security.ErrNotFound
	}
	return u.Factors[i], nil
}

func (p *pages) showRemoveFactor(c echo.Context, u *account.SignedIn) error {
	f, err := factorOf(c, u)
	if err != nil {
		return err
	}
	m := page.RemoveFactor{Page: p.signedInPage(c), Method: handlers.Method(f, accountClock(u),
		p.Security.Now()),
		Passkey: f.Kind == security.FactorPasskey, Last: u.LastFactor(f.ID),
		Keep: string(u.KeepFactor(f)), Organisation: u.Of.Name}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) removeAccountFactor(c echo.Context, u *account.SignedIn) error {
	f, err := factorOf(c, u)
	if err != nil {
		return handlers.See(c, "/account/two-factor") // the other press came first
	}
	session, err := p.Security.Account.RemoveFactor(c.Request().Context(), u, f.ID)
	if handlers.Is(err, refusal.TwoFactorNeeded) || handlers.Is(err, refusal.PasskeyNeeded) {
		return p.showRemoveFactor(c, u)
	}
	if f.Kind == security.FactorPasskey {
		return p.Moved(c, session, err, keysPath, "passkey_removed")
	}
	return p.Moved(c, session, err, "/account/two-factor", "app_removed")
}

func (p *pages) renewCodes(c echo.Context, u *account.SignedIn) error {
	session, err := p.Security.Account.RenewCodes(c.Request().Context(), u)
	if handlers.Is(err, refusal.NoFactor) {
		return handlers.See(c, "/account/two-factor")
	}
	return p.Moved(c, session, err, codesPath, "codes_renewed")
}

func (p *pages) accountCodesPage(c echo.Context, u *account.SignedIn,
	refused ...views.Wrong) error {
	codes, err := p.Security.Account.AccountCodes(u)
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		return handlers.See(c, "/account/two-factor")
	}
	m := views.Codes{Page: p.signedInPage(c, refused...), Codes: codes,
		Masked: security.Mask(u.Account.Username), MadeAt: accountClock(u).Tell(u.Codes[0].MadeAt)}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) saveAccountCodes(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Account.SaveAccountCodes(c.Request().Context(), u,
		c.Request().PostFormValue("saved") == "on")
	if w := handlers.Wrong(err); w != nil {
		return p.accountCodesPage(c, u, w...)
	}
	return p.After(c, err, "/account/two-factor", "codes_kept")
}

// sendAccountCodes is the download of the codes, as long as the page shows them.
func (p *pages) sendAccountCodes(c echo.Context, u *account.SignedIn) error {
	codes, err := p.Security.Account.AccountCodes(u)
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		return handlers.See(c, "/account/two-factor")
	}
	return p.CodesFile(c, u.Account.Username, codes)
}
