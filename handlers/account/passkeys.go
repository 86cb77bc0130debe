package account

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/access"
	"regain/security/account"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
)

func (p *pages) showPasskeys(c echo.Context, u *account.SignedIn) error {
	if p.waitsForCodes(u) {
		return handlers.See(c, codesPath)
	}
	return p.passkeysPage(c, u)
}

func (p *pages) passkeysPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) error {
	clock := accountClock(u)
	m := page.Passkeys{Page: p.signedInPage(c, refused...), Unsaved: u.CodesUnsaved(),
		Useless: !p.Security.Passkeys.Usable(), Name: handlers.Device(handlers.Visitor(c))}
	for _, f := range access.Passkeys(u.Factors) {
		m.Passkeys = append(m.Passkeys, page.Passkey{ID: f.ID, Name: f.Name,
			Device: handlers.Device(f.Visitor), Added: clock.Tell(f.AddedAt),
			LastUsed: clock.Tell(f.UsedAt),
			Synced:   f.Key.BackedUp, Odd: f.Failures > 0})
	}
	if typed := c.Request().PostFormValue("name"); typed != "" {
		m.Name = typed
		if i := slices.IndexFunc(m.Passkeys,
			func(k page.Passkey) bool { return k.ID == c.Param("id") }); i >= 0 {
			m.Passkeys[i].Typed, m.Name = typed, handlers.Device(handlers.Visitor(c))
		}
	}
	options, err := p.Security.Account.AskNewPasskey(u)
	switch {
	case handlers.Is(err, refusal.ProofNeeded):
		m.Prove = withNext(provePath, "/account/passkeys")
	case handlers.Is(err, refusal.PasskeyMany):
		m.Full = true
	case err != nil:
		return err
	}
	m.Add = views.PasskeyForm{Action: "/account/passkeys", Options: options, Main: true,
		Label: views.Text("passkey.do.add"), Else: views.Text("passkey.else.app")}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) addPasskey(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	name := cmp.Or(strings.TrimSpace(r.PostFormValue("name")), handlers.Device(handlers.Visitor(c)))
	session, err := p.Security.Account.AddPasskey(r.Context(), u, r.PostFormValue("credential"),
		name)
	if handlers.Is(err, refusal.PasskeyMany) {
		return handlers.See(c, "/account/passkeys") // which says so
	}
	if w := handlers.Wrong(err); w != nil {
		return p.passkeysPage(c, u, w...)
	}
	if err != nil {
		return err
	}
	p.signedInWith(c, session)
	return p.Done(c, "/account/passkeys", "passkey_added")
}

func (p *pages) renamePasskey(c echo.Context, u *account.SignedIn) error {
	id := c.Param("id")
	err := p.Security.Account.RenamePasskey(c.Request().Context(), u, id,
		c.Request().PostFormValue("name"))
	if w := handlers.Wrong(err); w != nil {
		w[0].Field = id + w[0].Field
		return p.passkeysPage(c, u, w...)
	}
	if err != nil {
		return err
	}
	return p.Done(c, "/account/passkeys", "passkey_renamed")
}

// signals is what the browser is told of its passkeys on a page of somebody who is signed in.
func (p *pages) signals(u *account.SignedIn) string {
	s, ok := p.Security.Account.PasskeySignals(u)
	if !ok {
		return ""
	}
	return jsonText(map[string]any{
		"accepted": map[string]any{"rpId": s.Party, "userId": s.Holder,
			"allAcceptedCredentialIds": s.Credentials},
		"details": map[string]any{"rpId": s.Party, "userId": s.Holder, "name": s.Name,
			"displayName": s.Display},
	})
}

// unknownSignal is what the browser is told of a passkey that signs in to nothing.
func (p *pages) unknownSignal(id string) string {
	return jsonText(map[string]any{"unknown": map[string]any{"rpId": p.Security.Passkeys.ID,
		"credentialId": id}})
}

func jsonText(v map[string]any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of texts alone
	}
	return string(text)
}
