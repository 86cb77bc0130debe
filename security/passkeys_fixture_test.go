package security_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"regain/security"
	"regain/security/account"
	"regain/security/passkey"
	"regain/security/refusal"
)

// device is an authenticator of somebody's with one passkey.
type device struct {
	w    *world
	site virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
	// synced keys do not count their uses.
	synced bool
}

func (w *world) device() *device { return w.deviceAt(w.Passkeys) }

func (w *world) deviceAt(party passkey.Party) *device {
	d := &device{w: w, site: virtualwebauthn.RelyingParty{ID: party.ID, Name: party.Name,
		Origin: party.Origin}, auth: virtualwebauthn.NewAuthenticator()}
	d.anotherKey()
	return d
}

// anotherKey gives the device a key whose coordinates have their full length: the peer leaves
// zeros out.
func (d *device) anotherKey() {
	for {
		d.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(d.key.Key.AttestationData()) == 77 {
			return
		}
	}
}

// create answers creation options, and remembers for whom.
func (d *device) create(options string) string {
	d.w.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(options)
	d.w.must(err)
	d.auth.Options.UserHandle = []byte(o.UserID)
	return virtualwebauthn.CreateAttestationResponse(d.site, d.auth, d.key, *o)
}

// get answers request options.
func (d *device) get(options string) string {
	d.w.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(options)
	d.w.must(err)
	if !d.synced {
		d.key.Counter++
	}
	return virtualwebauthn.CreateAssertionResponse(d.site, d.auth, d.key, *o)
}

// signIn signs in with the old password; the session may owe its second factor.
func (w *world) signIn(who string) *account.SignedIn {
	w.t.Helper()
	session, err := w.Account.SignIn(w.t.Context(), phone, who, oldPassword)
	w.must(err)
	return w.entered(session)
}

func (w *world) entered(session string) *account.SignedIn {
	w.t.Helper()
	u, err := w.Account.EnterAccount(w.t.Context(), phone, session)
	w.must(err)
	return u
}

// alan adds an account without a factor and signs in to it.
func (w *world) alan() *account.SignedIn {
	w.t.Helper()
	w.account("u-1001", "alan", "alan@example.org")
	return w.signIn("alan")
}

// newPasskey asks for options to make a passkey with.
func (w *world) newPasskey(u *account.SignedIn) string {
	w.t.Helper()
	options, err := w.Account.AskNewPasskey(u)
	w.must(err)
	return options
}

// withPasskey adds a passkey, and returns the owner as they are then.
func (w *world) withPasskey(u *account.SignedIn, label string) (*account.SignedIn, *device) {
	w.t.Helper()
	d := w.device()
	session, err := w.Account.AddPasskey(w.t.Context(), u, d.create(w.newPasskey(u)), label)
	w.must(err)
	w.advance(time.Second)
	return w.entered(session), d
}

// withApp enrols an authenticator, and returns its seed too.
func (w *world) withApp(u *account.SignedIn) (*account.SignedIn, string) {
	w.t.Helper()
	e, err := w.Account.AskAuthenticator(w.t.Context(), u)
	w.must(err)
	session, err := w.Account.SetAuthenticator(w.t.Context(), u, w.app(e.Secret))
	w.must(err)
	w.advance(time.Second)
	return w.entered(session), e.Secret
}

// options are those to sign in with in the browser that keeps visit.
func (w *world) options(visit string) string {
	w.t.Helper()
	options, err := w.Access.AskPasskeyToSignIn(visit)
	w.must(err)
	return options
}

// factors are those of alan, as their kinds and names.
func (w *world) factors() string {
	w.t.Helper()
	list, err := w.db.Factors(w.t.Context(), "u-1001")
	w.must(err)
	var names []string
	for _, f := range list {
		names = append(names, strings.TrimSpace(f.Kind+" "+f.Name))
	}
	return strings.Join(names, ", ")
}

// codes counts the recovery codes of alan.
func (w *world) codes() int {
	w.t.Helper()
	codes, err := w.db.RecoveryCodes(w.t.Context(), "u-1001")
	w.must(err)
	return len(codes)
}

func wantField(t testing.TB, err error, field string, code refusal.Code) {
	t.Helper()
	wantRefusal(t, err, code)
	if r, ok := err.(*security.Refusal); ok && r.Field != field {
		t.Errorf("refused beside %q, want %q", r.Field, field)
	}
}

// race does n things at once and counts those that went through; the others are refused.
func (w *world) race(n int, do func(i int) error) (won int) {
	w.t.Helper()
	errs := make([]error, n)
	together(errs, do)
	for _, err := range errs {
		var r *security.Refusal
		switch {
		case err == nil:
			won++
		case !errors.As(err, &r) && !errors.Is(err, security.ErrNoSession):
			w.t.Errorf("unexpected: %v", err)
		}
	}
	return won
}

// mangled is a response with one letter of it changed.
func mangled(response, after string) string {
	b := []byte(response)
	i := bytes.Index(b, []byte(after)) + len(after) + 12
	if b[i]++; b[i] == '{' || b[i] == '[' || b[i] == ':' {
		b[i] = 'A'
	}
	return string(b)
}
