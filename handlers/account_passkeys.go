package handlers

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security/access"
	"regain/security/account"
	"regain/security/refusal"
	"regain/views"
)

func (p *portal) showPasskeys(c echo.Context, u *account.SignedIn) error {
	if p.waitsForCodes(u) {
		return see(c, codesPath)
	}
	return p.passkeysPage(c, u)
}

func (p *portal) passkeysPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) error {
	clock := accountClock(u)
	m := views.AccountPasskeys{Page: p.signedInPage(c, refused...), Unsaved: u.CodesUnsaved(),
		Useless: !p.Security.Passkeys.Usable(), Name: device(visitor(c))}
	for _, f := range access.Passkeys(u.Factors) {
		m.Passkeys = append(m.Passkeys, views.Passkey{ID: f.ID, Name: f.Name,
			Device: device(f.Visitor), Added: clock.Tell(f.AddedAt), LastUsed: clock.Tell(f.UsedAt),
			Synced: f.Key.BackedUp, Odd: f.Failures > 0})
	}
	if typed := c.Request().PostFormValue("name"); typed != "" {
		m.Name = typed
		if i := slices.IndexFunc(m.Passkeys,
			func(k views.Passkey) bool { return k.ID == c.Param("id") }); i >= 0 {
			m.Passkeys[i].Typed, m.Name = typed, device(visitor(c))
		}
	}
	options, err := p.Security.Account.AskNewPasskey(u)
	switch {
	case is(err, refusal.ProofNeeded):
		m.Prove = withNext(provePath, "/account/passkeys")
	case is(err, refusal.PasskeyMany):
		m.Full = true
	case err != nil:
		return err
	}
	m.Add = views.PasskeyForm{Action: "/account/passkeys", Options: options, Main: true,
		Label: views.Text("passkey.do.add"), Else: views.Text("passkey.else.app")}
	return form(c, m.Page, m.View())
}

func (p *portal) addPasskey(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	name := cmp.Or(strings.TrimSpace(r.PostFormValue("name")), device(visitor(c)))
	session, err := p.Security.Account.AddPasskey(r.Context(), u, r.PostFormValue("credential"),
		name)
	if is(err, refusal.PasskeyMany) {
		return see(c, "/account/passkeys") // which says so
	}
	if w := wrong(err); w != nil {
		return p.passkeysPage(c, u, w...)
	}
	if err != nil {
		return err
	}
	p.signedInWith(c, session)
	return p.done(c, "/account/passkeys", "passkey_added")
}

func (p *portal) renamePasskey(c echo.Context, u *account.SignedIn) error {
	id := c.Param("id")
	err := p.Security.Account.RenamePasskey(c.Request().Context(), u, id,
		c.Request().PostFormValue("name"))
	if w := wrong(err); w != nil {
		w[0].Field = id + w[0].Field
		return p.passkeysPage(c, u, w...)
	}
	if err != nil {
		return err
	}
	return p.done(c, "/account/passkeys", "passkey_renamed")
}

// signals is what the browser is told of its passkeys on a page of somebody who is signed in.
func (p *portal) signals(u *account.SignedIn) string {
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
func (p *portal) unknownSignal(id string) string {
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
