package handlers

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/passkey"
	"regain/security/refusal"
	"regain/views"
	"regain/views/words"
)

// Holder is whose passkeys a page shows, at Path. Site is who they are made for, Ask makes the
// options for another one, and Prove is where a fresh proof begins.
type Holder struct {
	Factors     []security.Factor
	Clock       Clock
	Path, Prove string
	Site        passkey.Party
	Ask         func() (string, error)
}

// Passkeys is the list of the passkeys of h, with the form for another one.
func (h Holder) Passkeys(c echo.Context) (views.Passkeys, error) {
	device := Device(Visitor(c)).In(c.Request().Context())
	m := views.Passkeys{Path: h.Path, Name: device, Useless: !h.Site.Usable()}
	for _, f := range access.Passkeys(h.Factors) {
		m.List = append(m.List, views.Passkey{ID: f.ID, Name: f.Name, Device: Device(f.Visitor),
			Added: h.Clock.Tell(f.AddedAt), LastUsed: h.Clock.Tell(f.UsedAt), Synced: f.Key.BackedUp,
			Odd: f.Failures > 0})
	}
	if typed := c.Request().PostFormValue("name"); typed != "" {
		m.Name = typed
		if i := slices.IndexFunc(m.List,
			func(k views.Passkey) bool { return k.ID == c.Param("id") }); i >= 0 {
			m.List[i].Typed, m.Name = typed, device
		}
	}
	options, err := h.Ask()
	switch {
	case Is(err, refusal.ProofNeeded):
		m.Prove = h.Prove
	case Is(err, refusal.PasskeyMany):
		m.Full = true
	case err != nil:
		return m, err
	}
	m.Add = views.PasskeyForm{Action: h.Path, Options: options, Main: true, Create: true,
		Label: words.Say("passkey.do.add"), Else: words.Say("passkey.else.app")}
	return m, nil
}

// PasskeyName is the name that was typed for a new passkey, or else the device that it is made with.
func PasskeyName(c echo.Context) string {
	return cmp.Or(strings.TrimSpace(c.Request().PostFormValue("name")), Device(Visitor(c)).In(c.Request().Context()))
}

// Signals is what the browser is told of its passkeys on a page of somebody who is signed in.
func Signals(s access.PasskeySignals) string {
	return jsonText(map[string]any{
		"accepted": map[string]any{"rpId": s.Party, "userId": s.Holder,
			"allAcceptedCredentialIds": s.Credentials},
		"details": map[string]any{"rpId": s.Party, "userId": s.Holder, "name": s.Name,
			"displayName": s.Display},
	})
}

// UnknownSignal is what the browser is told of a passkey that signs in to nothing.
func UnknownSignal(party, credential string) string {
	return jsonText(map[string]any{"unknown": map[string]any{"rpId": party,
		"credentialId": credential}})
}

func jsonText(v map[string]any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of texts alone
	}
	return string(text)
}
