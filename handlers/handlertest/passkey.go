package handlertest

import (
	"github.com/descope/virtualwebauthn"

	"regain/security/passkey"
)

// party is the portal as passkeys know it. Its id has to be a name, which the address of a test
// server is not.
func (w *World) party() passkey.Party {
	return passkey.Party{ID: "localhost", Name: "Example Market", Origin: w.URL}
}

// Device is an authenticator that holds one passkey and counts its uses. Its fields may be
// changed, to make it answer wrong.
type Device struct {
	Site virtualwebauthn.RelyingParty
	Auth virtualwebauthn.Authenticator
	Key  virtualwebauthn.Credential

	w *World
}

// Passkey is the device with this name, the same one each time. It is empty-handed until Use
// answers a page that makes a passkey.
func (w *World) Passkey(name string) *Device {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.devices[name]; d != nil {
		return d
	}
	party := w.party()
	d := &Device{w: w, Auth: virtualwebauthn.NewAuthenticator(),
		Site: virtualwebauthn.RelyingParty{ID: party.ID, Name: party.Name, Origin: party.Origin}}
	// The peer leaves out the zeros that a coordinate begins with; such a key is not well-formed.
	for len(d.Key.ID) == 0 || len(d.Key.Key.AttestationData()) != 77 {
		d.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	w.devices[name] = d
	return d
}

// Answer is what the device answers to the options of a page, as the script puts it into the
// form: a new passkey where create is true.
func (d *Device) Answer(options string, create bool) string {
	d.w.t.Helper()
	if create {
		o, err := virtualwebauthn.ParseAttestationOptions(options)
		d.w.must(err)
		d.Auth.Options.UserHandle = []byte(o.UserID)
		return virtualwebauthn.CreateAttestationResponse(d.Site, d.Auth, d.Key, *o)
	}
	o, err := virtualwebauthn.ParseAssertionOptions(options)
	d.w.must(err)
	d.Key.Counter++
	return virtualwebauthn.CreateAssertionResponse(d.Site, d.Auth, d.Key, *o)
}

// Use answers the page that asks for a passkey with the device of this name, and sends its form.
func (b *Browser) Use(name string) *Browser {
	b.t.Helper()
	f := b.Doc.Find("form[data-passkey]")
	if f.Length() != 1 {
		b.t.Fatalf("%s (%d): %d forms ask for a passkey in\n%s", b.Path, b.Status, f.Length(),
			b.Doc.Find("main").Text())
	}
	answer := b.Passkey(name).Answer(f.AttrOr("data-options", ""),
		f.AttrOr("data-passkey", "") == "create")
	return b.Fill("credential", answer).SubmitTo(f.AttrOr("action", ""))
}
