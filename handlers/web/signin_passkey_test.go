package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/security/passkey"
	"regain/views/words"
)

// passkeyDoor is a page that asks for a passkey of ada.
type passkeyDoor struct {
	path, page string
	// come is a browser that may see the page.
	come func(t *testing.T, b *handlertest.Browser) *handlertest.Browser
	// guard is an address that leads to the door, at, until the passkey was shown.
	guard, at string
}

var passkeyDoors = map[string]passkeyDoor{
	"alone": {"/signin", "signin",
		func(t *testing.T, b *handlertest.Browser) *handlertest.Browser { return b.Other() },
		"/account", "/signin"},
	"second factor": {"/signin/verify", "signin-verify",
		func(t *testing.T, b *handlertest.Browser) *handlertest.Browser {
			return b.SignInWith("ada", handlertest.OldPassword)
		}, "/account", "/signin/verify"},
	"fresh proof": {"/account/prove", "account-prove",
		func(t *testing.T, b *handlertest.Browser) *handlertest.Browser {
			o := b.Other().Open("/signin").Use("phone").Wants(303, "", "/account")
			b.Advance(access.ProofFresh)
			return o
		}, "/account/addresses/own", "/account/prove?next=%2Faccount%2Faddresses%2Fown"},
	"recovery": {"/recovery/verify", "recovery-verify",
		func(t *testing.T, b *handlertest.Browser) *handlertest.Browser {
			err := b.Service.Lockout.SendLink(t.Context(), security.Operator("test"), "ada")
			if err != nil {
				t.Fatal(err)
			}
			o := b.Other().Open(b.Mail("recovery_link").Link).Submit()
			return o.Wants(303, "", "/recovery").Follow()
		}, "/recovery", "/recovery/verify"},
}

// asking are the options of the page that asks for a passkey, or for a new one.
func asking(b *handlertest.Browser) string {
	return b.Doc.Find("[data-passkey]").AttrOr("data-options", "")
}

// badAnswers are the answers that open nothing, by what is wrong with them. The device may be
// changed at will: it is set back afterwards.
var badAnswers = map[string]struct {
	code   string
	answer func(o, other *handlertest.Browser, d *handlertest.Device) string
}{
	"wrong origin": {"passkey_failed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		d.Site.Origin = "https://localhost.evil.example"
		return d.Answer(asking(o), false)
	}},
	"wrong party": {"passkey_failed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		d.Site.ID = "evil.example"
		return d.Answer(asking(o), false)
	}},
	"not unlocked": {"passkey_failed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		d.Auth.Options.UserNotVerified = true
		return d.Answer(asking(o), false)
	}},
	"another key": {"passkey_failed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		id := d.Key.ID
		d.Key = o.Passkey("of a stranger").Key
		d.Key.ID = id
		return d.Answer(asking(o), false)
	}},
	"nothing": {"passkey_failed", func(_, _ *handlertest.Browser, _ *handlertest.Device) string {
		return ""
	}},
	"half of an answer": {"passkey_failed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		return d.Answer(asking(o), false)[:200]
	}},
	"foreign challenge": {"passkey_over", func(_, other *handlertest.Browser,
		d *handlertest.Device) string {
		return d.Answer(asking(other), false)
	}},
	"challenge for something else": {"passkey_over", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		return d.Answer(asking(o.Other().Open("/signin")), false)
	}},
	"key that can be backed up now": {"passkey_changed", func(o, _ *handlertest.Browser,
		d *handlertest.Device) string {
		d.Auth.Options.BackupEligible = true
		return d.Answer(asking(o), false)
	}},
	"copied key": {"passkey_cloned", func(o, _ *handlertest.Browser, d *handlertest.Device) string {
		d.Key.Counter = 0
		return d.Answer(asking(o), false)
	}},
}

// TestBadPasskeyAnswers: wherever a passkey is asked for, what is not the right answer to this
// question by this person opens nothing, and the right one does afterwards, once.
func TestBadPasskeyAnswers(t *testing.T) {
	t.Parallel()
	for name, door := range passkeyDoors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			u := b.SignIn("ada")
			withPasskey(u, "phone")
			withCodes(u)
			d := b.Passkey("phone")
			d.Key.Counter = 5
			b.Other().Open("/signin").Use("phone").Wants(303, "", "/account")
			o, other := door.come(t, b), door.come(t, b)
			send := func(answer string) *handlertest.Browser {
				return o.Open(door.path).On(200, door.page).Fill("credential", answer).
					SubmitTo(door.path + "/passkey")
			}
			for wrong, row := range badAnswers {
				o.Open(door.path).On(200, door.page)
				good := *d
				answer := row.answer(o, other.Open(door.path), d)
				used := d.Key.Counter
				*d = good
				d.Key.Counter = max(used, good.Key.Counter)
				send(answer)
				if o.Status != 422 {
					t.Fatalf("%s: status %d", wrong, o.Status)
				}
				o.On(422, door.page).Wants(422, ".error", words.Say(row.code).String())
				o.Open(door.guard).Wants(303, "", door.at)
			}
			late := d.Answer(asking(o.Open(door.path)), false)
			b.Advance(passkey.Life)
			send(late).On(422, door.page).Wants(422, ".error", words.Say("passkey_over").String())
			answer := d.Answer(asking(o.Open(door.path)), false)
			before := o.Cookies()
			if send(answer); o.Status != 303 {
				t.Fatalf("the right one: %d\n%s", o.Status, o.Doc.Find("main").Text())
			}
			replayed := b.Other()
			q := replayed.Request(http.MethodPost, door.path+"/passkey",
				url.Values{"credential": {answer}}.Encode())
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			for _, c := range before {
				q.AddCookie(c)
			}
			replayed.Do(q)
			if replayed.Open(door.guard); replayed.Status == 200 {
				t.Error("the same answer opens it again")
			}
		})
	}
}

// TestBadNewPasskeys: what does not make a passkey for this person on this portal makes none.
func TestBadNewPasskeys(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	elsewhere, bob := b.SignIn("ada"), b.SignIn("bob")
	d := b.Passkey("phone")
	const path = "/account/passkeys"
	for name, row := range map[string]struct {
		code   string
		answer func() string
	}{
		"wrong origin": {"passkey_failed", func() string {
			d.Site.Origin = "https://localhost.evil.example"
			return d.Answer(asking(u), true)
		}},
		"wrong party": {"passkey_failed", func() string {
			d.Site.ID = "evil.example"
			return d.Answer(asking(u), true)
		}},
		"not unlocked": {"passkey_failed", func() string {
			d.Auth.Options.UserNotVerified = true
			return d.Answer(asking(u), true)
		}},
		"of another device's page": {"passkey_over", func() string {
			return d.Answer(asking(elsewhere.Open(path)), true)
		}},
		"of somebody else's page": {"passkey_over", func() string {
			return d.Answer(asking(bob.Open(path)), true)
		}},
		"an answer to the sign-in": {"passkey_over", func() string {
			return d.Answer(asking(b.Other().Open("/signin")), false)
		}},
	} {
		u.Open(path).On(200, "account-passkeys")
		good := *d
		answer := row.answer()
		*d = good
		u.Fill("credential", answer).SubmitTo(path)
		if u.Status != 422 {
			t.Fatalf("%s: status %d", name, u.Status)
		}
		u.On(422, "account-passkeys").Wants(422, ".error", words.Say(row.code).String())
	}
	if all, err := b.Store.Factors(t.Context(), "ada"); err != nil || len(all) != 0 {
		t.Errorf("factors %v, %v", all, err)
	}
	withPasskey(u, "phone")
}

// TestPasskeyOfALockedAccount: after the right passkey the account says that it is locked, and
// nobody gets in.
func TestPasskeyOfALockedAccount(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	withPasskey(u, "phone")
	b.Lock("ada")
	o := b.Other().Open("/signin").Use("phone").On(403, "signin-locked")
	o.Open("/account").Wants(303, "", "/signin")
	o.Open("/signin")
	o.Passkey("phone").Auth.Options.UserNotVerified = true
	o.Use("phone").On(422, "signin").Wants(422, ".error", words.Say("passkey_failed").String())
}

// TestSecondPressOfSignIn: the other press of a button comes with the cookie from before, is led
// on to what the first one opened, and takes nothing away.
func TestSecondPressOfSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	code := b.Authenticator("ada")
	o := b.SignInWith("ada", handlertest.OldPassword).Follow().On(200, "signin-verify")
	press := func(path, typed, to string) {
		t.Helper()
		old := o.Cookies()
		o.Open(path).Fill("code", typed).SubmitTo(path).Wants(303, "", "/account")
		late := b.Other()
		q := late.Request(http.MethodPost, path, "code="+typed)
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range old {
			q.AddCookie(c)
		}
		late.Do(q).Wants(303, "", to)
		if got := late.Header.Get("Set-Cookie"); got != "" {
			t.Errorf("%s: the late answer sets a cookie: %q", path, got)
		}
		o.Open(to).Wants(303, "", "/account")
		o.Open("/account").On(200, "account")
	}
	press("/signin/verify", code(), "/signin/verify")
	b.Advance(access.ProofFresh)
	press("/account/prove", code(), "/account/prove")
}

// TestUsedCodesAtTheDoor: a code that opened one session opens no other, there or for a proof.
func TestUsedCodesAtTheDoor(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	app := b.Authenticator("ada")
	other := b.SignIn("ada")
	b.Advance(access.ProofFresh)
	used := app()
	o := b.SignInWith("ada", handlertest.OldPassword).Follow()
	o.Fill("code", used).Submit().Wants(303, "", "/account")
	next := b.SignInWith("ada", handlertest.OldPassword).Follow()
	for range 2 {
		next.Fill("code", used).Submit().On(422, "signin-verify").
			Wants(422, ".error", words.Say("code_spent").String())
		b.Advance(10 * time.Second)
	}
	next.Open("/account").Wants(303, "", "/signin/verify")
	other.Open("/account/prove").Fill("code", used).Submit().On(422, "account-prove").
		Wants(422, ".error", words.Say("code_spent").String())
	other.Open("/account/two-factor").On(200, "account-two-factor")
}
