package handlertest

import (
	"encoding/base64"

	"regain/security"
	"regain/security/otp"
	"regain/security/seal"
)

// owned is the name under which the authenticator of an owner is kept, apart from those of staff.
func owned(name string) string { return "owner " + name }

// Authenticator gives the account an authenticator past the use cases, unless it has one from
// here, and returns what shows its codes: each call one that counts now and was not shown before.
// There are three of them while the clock stands still.
func (w *World) Authenticator(name string) (code func() string) {
	w.t.Helper()
	w.mu.Lock()
	known := w.apps[owned(name)] != nil
	if !known {
		w.apps[owned(name)] = &authenticator{secret: otp.Secret(key()[:20])}
	}
	secret := w.apps[owned(name)].secret
	w.mu.Unlock()
	if !known {
		id := name + "-authenticator"
		sealed := w.Service.Box.Seal([]byte(secret), seal.For("factor", id))
		w.Commit(security.AddFactor{Factor: security.Factor{ID: id, Subject: name,
			Kind: security.FactorTOTP, Sealed: base64.StdEncoding.EncodeToString(sealed),
			AddedAt: w.Now(), UsedAt: w.Now()}})
	}
	return func() string { return w.code(owned(name)) }
}

// SignIn is a new browser in which the owner of the account is signed in, through the forms: with
// OldPassword, and a code where Authenticator gave the account one.
func (b *Browser) SignIn(name string) *Browser {
	b.t.Helper()
	o := b.SignInWith(name, OldPassword)
	b.mu.Lock()
	_, app := b.apps[owned(name)]
	b.mu.Unlock()
	if app {
		o.Wants(303, "", "/signin/verify").Follow().On(200, "signin-verify")
		o.Fill("code", b.Authenticator(name)()).Submit()
	}
	return o.Wants(303, "", "/account")
}

// SignInWith is a new browser that has sent the form of the sign-in.
func (b *Browser) SignInWith(identifier, password string) *Browser {
	b.t.Helper()
	o := b.Other().Open("/signin").On(200, "signin")
	return o.Fill("identifier", identifier).Fill("password", password).Submit()
}
