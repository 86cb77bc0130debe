package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/access"
	"regain/security/staff"
	"regain/views"
	"regain/views/words"
)

// saysUnsent reports whether the page in hand says that what was typed was not sent.
func saysUnsent(b *handlertest.Browser) bool {
	b.Wants(200, "main", "")
	return strings.Contains(b.Doc.Find(".note.warn").Text(), words.Say("flash.unsent").String())
}

// TestUnsentWhileSignedIn: also who is signed in still, and has to do something else first, reads that what they typed
// was not sent; a button that nothing was typed beside says nothing of it.
func TestUnsentWhileSignedIn(t *testing.T) {
	t.Parallel()
	const text = "A long text"
	account := func(b *handlertest.Browser) *handlertest.Browser { return b.SignIn("ada") }
	old := func(b *handlertest.Browser) *handlertest.Browser {
		o := account(b)
		b.Advance(11 * time.Minute)
		return o
	}
	over := func(b *handlertest.Browser) *handlertest.Browser {
		c := b.Lock("ada")
		o := toStatus(b.Other())
		decide(b, c, "resume", url.Values{"reason": {"It is safe."}})
		return o
	}
	desk := func(b *handlertest.Browser) *handlertest.Browser {
		d := b.Desk(staff.RoleSupport, "ben")
		b.Advance(access.ProofFresh)
		return d
	}
	for name, row := range map[string]struct {
		in       func(*handlertest.Browser) *handlertest.Browser
		path, to string
		form     url.Values
	}{
		"a proof that is over": {old, "/account/addresses/second", "/account/prove?next=%2Faccount%2Faddresses",
			url.Values{"email": {"ada@example.net"}}},
		"a proof for a button": {old, "/account/sessions/end-others", "/account/prove?next=%2Faccount%2Fsessions", nil},
		"half signed in": {func(b *handlertest.Browser) *handlertest.Browser {
			b.Authenticator("ada")
			return b.SignInWith("ada", handlertest.OldPassword)
		}, "/account/tickets", "/signin/verify", url.Values{"message": {text}}},
		"a factor that is owed": {func(b *handlertest.Browser) *handlertest.Browser {
			o := account(b)
			b.Service.Policy.TwoFactorRequired = true
			return o
		}, "/account/tickets", "/account/two-factor", url.Values{"message": {text}}},
		"a message of a case that is decided": {over, "/recovery/status/message", "/recovery/status",
			url.Values{"message": {text}}},
		"a step of a case that is decided": {over, "/recovery/support", "/recovery/status",
			url.Values{"topic": {"other"}, "message": {text}}},
		"a code after the case is decided": {over, "/recovery/verify", "/recovery/status", url.Values{"code": {"123456"}}},
		"half at the desk": {func(b *handlertest.Browser) *handlertest.Browser {
			b.StaffMember(staff.RoleSupport, "ben")
			return b.HalfDesk("ben")
		}, "/staff/tickets/T-1", "/staff/signin/verify", url.Values{"message": {text}}},
		"a password of staff": {desk, "/staff/me/password", "/staff/prove?next=%2Fstaff%2Fme%2Fpassword",
			url.Values{"current_password": {text}, "new_password": {text + " too"}}},
		"notes of a stranger": {(*handlertest.Browser).Other, "/protect/fraud", "/protect/fraud?country=US",
			url.Values{"country": {"US"}, "reference_police": {text}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			o := row.in(b)
			o.Follow().Post(row.path, row.form).Wants(303, "", row.to)
			want := row.form != nil && !row.form.Has("code")
			if got := saysUnsent(o.Follow()); got != want {
				t.Errorf("it says so: %t, want %t", got, want)
			}
		})
	}
}

// TestUnsentAfterWaiting: a form that waited for its turn until the visit was over says that, too.
func TestUnsentAfterWaiting(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b).On(200, "recovery-password").Fill("new_password", newPassword)
	busy(t, b)
	waits(t, b.Submit(), newPassword)
	sealed := b.Doc.Find(`input[name="`+views.WaitingForm+`"]`).AttrOr("value", "")
	b.Advance(access.SessionIdle)
	b.Post("/recovery/password", url.Values{views.WaitingForm: {sealed}}).Wants(303, "", "/recovery/password").
		Follow().Wants(200, ".note.warn", words.Say("flash.session_over").String())
	if !saysUnsent(b) {
		t.Error("nothing is said of what was typed")
	}
}

// TestScriptsUseUpNothing: a script that asks for something after the visit was over gets no page, so that the next one
// that a person opens says all there is to say.
func TestScriptsUseUpNothing(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	account, desk := b.SignIn("ada").Follow(), b.Desk(staff.RoleSupport, "ben").Follow()
	b.Lock("ada")
	recovering := enterByLink(b.Other())
	b.Advance(access.SignedInIdle)
	for home, row := range map[string]struct {
		o           *handlertest.Browser
		path, flash string
	}{
		"/recovery": {recovering, "/recovery/password/strength", "session_over"},
		"/account":  {account, "/account/password/strength", "account_session_gone"},
		"/staff":    {desk, "/staff/me/password/strength", "staff_session_over"},
	} {
		for _, path := range []string{row.path, home + "/extend"} {
			r := row.o.Request(http.MethodPost, path, "new_password=abc")
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.Set("Accept", "application/json")
			if row.o.Do(r); row.o.Status != http.StatusForbidden || row.o.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %d, %q", path, row.o.Status, row.o.Header.Get("Set-Cookie"))
			}
		}
		row.o.Open(home).Follow().Wants(200, ".note.warn", words.Say("flash."+row.flash).String())
		if saysUnsent(row.o) {
			t.Errorf("%s: a script sends nothing", row.path)
		}
	}
}
