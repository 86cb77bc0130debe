package web_test

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/limits"
	"regain/security/signin"
)

// letters is how many mails of the kind have left.
func letters(b *handlertest.Browser, kind string) (n int) {
	b.Deliver()
	for _, l := range b.Letters {
		if l.Kind == kind {
			n++
		}
	}
	return n
}

// TestShortPasswordAlone: a password that was long enough only beside a second factor signs nobody
// in once the factor is gone, and is not kept in a check-up either: a new one is demanded.
func TestShortPasswordAlone(t *testing.T) {
	t.Parallel()
	const short, long = "kJ7#vq2mTz", "nine copper lanterns at dawn"
	b := handlertest.New(t)
	b.Authenticator("ada")
	o := b.SignIn("ada")
	o.Open("/account/password").Fill("current_password", handlertest.OldPassword).
		Fill("new_password", short).Submit().Wants(303, "", "/account/password/changed")
	b.Commit(security.RemoveFactor{ID: "ada-authenticator", Subject: "ada", At: b.Now()})

	b.SignInWith("ada", "not the password").On(422, "signin")
	o = b.SignInWith("ada", short).On(403, "signin-short")
	o.Open("/account").Wants(303, "", "/signin")
	o = b.SignInWith("ada", short).On(403, "signin-short")
	o.SubmitTo("/recover").Wants(303, "", "/recover/sent")
	link := b.Mail("recovery_link").Link
	o.Open(link).SubmitTo(link).Wants(303, "", "/recovery")
	o.Open("/recovery/password").On(200, "recovery-password")
	if n := o.Doc.Find(`form[action="/recovery/password/skip"]`).Length(); n != 0 {
		t.Error("the short password may be kept")
	}
	o.Post("/recovery/password/skip", nil)
	o.Open("/recovery/password").Fill("new_password", short).Submit().On(422, "recovery-password")
	o.Fill("new_password", long).Submit().Wants(303, "", "/recovery/two-factor")
	b.SignInWith("ada", long).Wants(303, "", "/account")
}

// TestWrongFactorIsTold: the owner hears at once of the first wrong second factor of each visit to
// a recovery, and there as at the sign-in of the one that switches the authenticator off.
func TestWrongFactorIsTold(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Authenticator("ada")
	b.SignInWith("ada", handlertest.OldPassword).Open("/signin/verify").
		Fill("code", "000000").Submit().On(422, "signin-verify")
	if n := letters(b, "factor_wrong"); n != 0 {
		t.Errorf("%d mails about a sign-in that goes on", n)
	}
	b.Lock("ada")
	enterByLink(b)
	for range 2 {
		b.Open("/recovery/verify").Fill("code", "000000").Submit().On(422, "recovery-verify")
		if n := letters(b, "factor_wrong"); n != 1 {
			t.Errorf("%d mails about the first visit", n)
		}
	}
	for range limits.StrangerFailures - 4 {
		_, err := b.Store.CountFactorTry(t.Context(), "ada-authenticator", limits.MaxFailures)
		if err != nil {
			t.Fatal(err)
		}
	}
	b.Open("/recovery/verify").Fill("code", "000000").Submit()
	b.Open("/recovery/verify").Fill("code", "000000").Submit()
	if n := letters(b, "factor_off"); n != 1 {
		t.Errorf("%d mails about the authenticator that was switched off", n)
	}
}

// TestBcryptReadsAPart: bcrypt looks at 72 bytes, so that the right beginning of a longer password
// signs in, but is not taken for the whole: the hash stays, and the owner is asked for a new one.
func TestBcryptReadsAPart(t *testing.T) {
	t.Parallel()
	whole := strings.Repeat("a quiet lantern ", 5)[:72]
	made, err := bcrypt.GenerateFromPassword([]byte(whole), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	b := handlertest.New(t)
	hash := func() string {
		a, err := b.Store.Account(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		return a.PasswordHash
	}
	b.Commit(signin.Rehash{Account: "ada", Old: hash(), Hash: string(made)})
	b.SignInWith("ada", whole+" and more").Wants(303, "", "/account").Follow().
		Wants(200, "main", "Only the beginning of your password counts")
	if hash() != string(made) {
		t.Error("the hash was replaced by one of what was typed")
	}
	o := b.SignInWith("ada", whole).Wants(303, "", "/account").Follow()
	if now := hash(); now == string(made) || b.Service.Hasher.Stale(now) {
		t.Errorf("the hash is %s", now)
	}
	if strings.Contains(o.Body, "Only the beginning") {
		t.Error("the owner is still asked for a new password")
	}
	b.SignInWith("ada", whole+" and more").On(422, "signin")
}
