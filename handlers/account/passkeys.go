package account

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
)

const keysPath = "/account/passkeys"

func (p *pages) showPasskeys(c echo.Context, u *account.SignedIn) error {
	if p.waitsForCodes(u) {
		return handlers.See(c, codesPath)
	}
	return p.passkeysPage(c, u)
}

func (p *pages) passkeysPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) error {
	m := page.Passkeys{Page: p.signedInPage(c, refused...), Unsaved: u.CodesUnsaved(),
		Rules: handlers.FactorRules(u.Rules, u.Of)}
	var err error
	m.Passkeys, err = handlers.Holder{Factors: u.Factors, Clock: accountClock(u), Path: keysPath,
		Prove: withNext(provePath, keysPath), Site: p.Security.Passkeys,
		Ask: func() (string, error) { return p.Security.Account.AskNewPasskey(u) }}.Passkeys(c)
	if err != nil {
		return err
	}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) addPasskey(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	session, err := p.Security.Account.AddPasskey(r.Context(), u, r.PostFormValue("credential"),
		handlers.PasskeyName(c))
	if handlers.Is(err, refusal.PasskeyMany) {
		return handlers.See(c, keysPath) // which says so
	}
	if w := handlers.Wrong(err); w != nil {
		return p.passkeysPage(c, u, w...)
	}
	return p.Moved(c, session, err, keysPath, "passkey_added")
}

func (p *pages) renamePasskey(c echo.Context, u *account.SignedIn) error {
	id := c.Param("id")
	err := p.Security.Account.RenamePasskey(c.Request().Context(), u, id,
		c.Request().PostFormValue("name"))
	if w := handlers.Wrong(err); w != nil {
		w[0].Field = id + w[0].Field
		return p.passkeysPage(c, u, w...)
	}
	return p.After(c, err, keysPath, "passkey_renamed")
}

// signals is what the browser is told of its passkeys on a page of somebody who is signed in.
func (p *pages) signals(u *account.SignedIn) string {
	if s, ok := p.Security.Account.PasskeySignals(u); ok {
		return handlers.Signals(s)
	}
	return ""
}
