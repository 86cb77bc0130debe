package web_test

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/staff"
	"regain/views/words"
)

// TestCookiesBlocked: whatever a browser without cookies presses, nothing is done, it is told why,
// and more often than any limit allows. Then the same works in a browser that has them.
func TestCookiesBlocked(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	b.Desk(staff.RoleAdmin, "ines").Open("/staff/people").Fill("email", "eve@market.example").
		Fill("role", "support").Submit().Wants(303, "", "/staff/people")
	invitation := b.Mail("staff_invitation").Link
	b.Open("/recover").Fill("identifier", "bob").Submit().Wants(303, "", "/recover/sent")
	code := b.Mail("recovery_link").Code
	b.Follow()
	blocked := b.WithoutCookies()
	for _, row := range []struct {
		path, back string
		form       url.Values
	}{
		{link, link, nil},
		{link + "/renew", link, nil},
		{invitation, invitation, nil},
		{"/recover", "/recover", url.Values{"identifier": {"bob"}}},
		{"/recover/code", "/recover/code", url.Values{"code": {code}}},
		{"/signin", "/signin", url.Values{"identifier": {"bob"}, "password": {"wrong"}}},
		{"/signin/passkey", "/signin", url.Values{"credential": {"{}"}}},
		{"/staff/signin", "/staff/signin", url.Values{"identifier": {"ines@market.example"},
			"password": {"wrong"}}},
		{"/genuine", "/genuine", url.Values{"code": {"AAAA-AAAA"}}},
	} {
		mails := len(b.Letters)
		for range 30 {
			blocked.Post(row.path, row.form).On(403, "problem").
				Wants(403, "h1", words.Say("problem.cookies.title").String())
		}
		if to := blocked.Doc.Find("main a.btn").AttrOr("href", ""); to != row.back {
			t.Errorf("%s leads back to %q, want %q", row.path, to, row.back)
		}
		if blocked.Open(row.back).Status >= 400 {
			t.Errorf("%s: status %d", row.back, blocked.Status)
		}
		if b.Deliver(); len(b.Letters) != mails {
			t.Errorf("%s sent a mail", row.path)
		}
	}
	b.Other().Open(link).Submit().Wants(303, "", "/recovery")
	b.Other().Open(invitation).Submit().Wants(303, "", "/staff/setup")
	b.Fill("code", code).Submit().Wants(303, "", "/recovery")
	b.SignIn("bob").Open("/account").On(200, "account")
	b.Desk(staff.RoleAdmin, "ines").Open("/staff/people").On(200, "staff-people")
}

// cookieless are the forms of strangers that work in any browser: what they do is done at once, and
// nothing that follows needs a cookie.
var cookieless = []string{"POST /address/:token", "POST /address/:token/undo", "POST /alert/:token/me",
	"POST /alert/:token/not-me", "POST /csp-report", "POST /language", "POST /password/:token", "POST /protect/fraud",
	"POST /protect/mail", "POST /protect/report", "POST /protect/tips", "POST /r/:token/revoke",
	"POST /recover/no-mailbox", "POST /signout", "POST /staff/csp-report", "POST /stop/:token"}

// TestOpenFormsNeedCookies: every form of strangers does nothing without cookies, but for those that
// are listed, and its page gives the browser one.
func TestOpenFormsNeedCookies(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t).WithoutCookies()
	kept := map[string]bool{}
	for _, r := range web.Routes(server()) {
		kept[r.Method+" "+r.Path] = r.Kept
	}
	var open []string
	for _, r := range web.Routes(server()) {
		if !r.Public || r.Method != "POST" {
			continue
		}
		b.Post(real(r.Path), nil)
		if b.Doc == nil || b.Doc.Find("h1").Text() != words.Say("problem.cookies.title").String() {
			open = append(open, "POST "+r.Path)
		} else if !kept["GET "+r.Path] && !kept["GET "+path.Dir(r.Path)] {
			t.Errorf("the page of POST %s gives no cookie", r.Path)
		}
	}
	slices.Sort(open)
	if diff := cmp.Diff(cookieless, open); diff != "" {
		t.Errorf("forms without cookies (-want +got):\n%s", diff)
	}
}

// TestCookiesBackAfterBlocked: the page about cookies lets a browser try again which has lost its
// cookie and keeps new ones.
func TestCookiesBackAfterBlocked(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	r := b.Request("POST", link, "")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	b.Do(r).On(403, "problem")
	b.Open(b.Doc.Find("main a.btn").AttrOr("href", "")).Submit().Wants(303, "", "/recovery")
}

// TestDenyWithoutCookies: somebody else is in the account, so it is locked in any browser. The link
// that this leads to is not spent by one without cookies.
func TestDenyWithoutCookies(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	blocked := b.WithoutCookies().Open(b.Mail("unfamiliar_sign_in").Link + "/not-me").Submit()
	on := b.Mail("locked_out").Link
	blocked.Wants(303, "", on).Follow().On(200, "link").Submit().On(403, "problem")
	b.Other().Open(on).On(200, "link").Submit().Wants(303, "", "/recovery")
}

// TestSignedOutElsewhere: whose session was ended reads that, and not that their time ran out; whose
// time ran out before somebody ended the session reads that.
func TestSignedOutElsewhere(t *testing.T) {
	t.Parallel()
	owner := func(b *handlertest.Browser) *handlertest.Browser { return b.SignIn("ada") }
	recovering := func(b *handlertest.Browser) *handlertest.Browser {
		b.Lock("ada")
		return enterByLink(b.Other())
	}
	desk := func(b *handlertest.Browser) *handlertest.Browser {
		return b.Desk(staff.RoleSupport, "ben")
	}
	ended := func(b *handlertest.Browser) {
		err := b.Service.Access.EndWaysIn(t.Context(), b.Service.Event(security.Operator("test"),
			audit.WaysInEnded, b.Now()))
		if err != nil {
			t.Error(err)
		}
	}
	everywhere := func(b *handlertest.Browser) {
		b.SignIn("ada").Post("/signout/all", nil).Wants(303, "", "/signin")
	}
	late := func(b *handlertest.Browser) {
		b.Advance(access.SignedInIdle)
		everywhere(b)
	}
	disabled := func(b *handlertest.Browser) {
		b.Desk(staff.RoleAdmin, "ines").Post("/staff/people/staff-ben/disable", nil).
			Wants(303, "", "/staff/people")
	}
	for _, row := range []struct {
		name  string
		in    func(b *handlertest.Browser) *handlertest.Browser
		path  string
		end   func(b *handlertest.Browser)
		flash string
	}{
		{"recovery", recovering, "/recovery", ended, "session_gone"},
		{"account", owner, "/account", ended, "account_session_gone"},
		{"everywhere", owner, "/account", everywhere, "account_session_gone"},
		{"locked", owner, "/account", func(b *handlertest.Browser) { b.Lock("ada") },
			"account_session_gone"},
		{"late", owner, "/account", late, "account_session_over"},
		{"staff", desk, "/staff", ended, "staff_session_gone"},
		{"disabled", desk, "/staff", disabled, "staff_session_gone"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			o := row.in(b).Follow()
			row.end(b)
			o.Open(row.path).Follow().Wants(200, ".note.warn", words.Say("flash."+row.flash).String())
		})
	}
}

// TestUnsentIsSaid: whoever sends what they typed after their visit was over reads that it was not sent, on each side;
// who only pressed a button reads why they were signed out.
func TestUnsentIsSaid(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	account, desk := b.SignIn("ada").Follow(), b.Desk(staff.RoleSupport, "ben").Follow()
	b.Lock("ada")
	recovering := enterByLink(b.Other())
	if err := b.Service.Access.EndWaysIn(t.Context(), b.Service.Event(security.Operator("test"),
		audit.WaysInEnded, b.Now())); err != nil {
		t.Fatal(err)
	}
	said := url.Values{"message": {"A long text"}, "once": {"x"}}
	unsent := words.Say("flash.unsent").String()
	for name, row := range map[string]struct {
		o           *handlertest.Browser
		path, flash string
	}{
		"recovery": {recovering, "/recovery/support", "session_gone"},
		"account":  {account, "/account/tickets", "account_session_gone"},
		"staff":    {desk, "/staff/tickets/T-1", "staff_session_gone"},
	} {
		gone := words.Say("flash." + row.flash).String()
		before := row.o.Cookies()
		row.o.Post(row.path, said).Follow().Follow().Wants(200, ".note.warn", gone).Wants(200, ".note.warn", unsent)
		row.o.Post(row.path, said).Follow().Wants(200, ".note", unsent)
		if strings.Contains(row.o.Body, gone) {
			t.Errorf("%s: why they were signed out is said twice", name)
		}
		again := row.o.Request(http.MethodPost, row.path, "once=x")
		again.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		again.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range before {
			again.AddCookie(c)
		}
		if o := b.Other(); strings.Contains(o.Do(again).Header.Get("Location"), "unsent") {
			t.Errorf("%s: nothing was typed, and it is not sent", name)
		}
	}
}
