package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/audit"
	"regain/security/staff"
	"regain/views/words"
)

const staffPassword = "three wooden kites over water"

// invite sends an invitation from the command line and returns the path in the mail.
func invite(t testing.TB, b *handlertest.Browser, email string, role staff.Role) string {
	t.Helper()
	_, err := b.Service.Staff.InviteStaff(t.Context(), security.Operator("test"),
		staff.Invitee{Email: email, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return b.Mail("staff_invitation").Link
}

// joining is a new browser that has pressed the button of an invitation.
func joining(t testing.TB, b *handlertest.Browser) *handlertest.Browser {
	t.Helper()
	link := invite(t, b, "new@market.example", staff.RoleAdmin)
	o := b.Other()
	return o.Open(link).On(200, "staff-join").SubmitTo(link).Wants(303, "", "/staff/setup")
}

// joined goes from the invitation to the first page and returns what a new member keeps.
func joined(t testing.TB, b *handlertest.Browser) (o *handlertest.Browser, key string,
	codes []string) {
	t.Helper()
	o = joining(t, b)
	o.Follow().On(200, "staff-setup")
	key = secret(o)
	o.Fill("name", "Nora New").Fill("new_password", staffPassword)
	o.Fill("code", totpCode(t, key, b.Now())).Submit().Wants(303, "", "/staff/codes")
	codes = shownCodes(o.Follow().On(200, "staff-codes"))
	o.Fill("saved", "on").Submit().Wants(303, "", "/staff")
	return o, key, codes
}

func TestJoinAndSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	o, key, codes := joined(t, b)
	if len(codes) != 10 {
		t.Errorf("%d recovery codes", len(codes))
	}
	o.Follow().Wants(200, `[role="status"]`, words.Say("flash.staff_joined").String()).On(200, "staff")
	o.Wants(200, ".who", "Nora New")
	o.Open("/staff/signin").Wants(303, "", "/staff")
	for _, path := range []string{"/staff/setup", "/staff/codes", "/staff/signin/verify"} {
		o.Open(path).Wants(303, "", "/staff")
	}
	o.Open("/staff/people").SubmitTo("/staff/signout").Wants(303, "", "/staff/signin")
	if got := o.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data %q", got)
	}
	o.Follow().Wants(200, `[role="status"]`, words.Say("flash.staff_signed_out").String())
	if diff := cmp.Diff([]string{"__Host-regain-staff-device"}, cookieNames(o)); diff != "" {
		t.Errorf("cookies that are left (-want +got):\n%s", diff)
	}
	o.Open("/staff/people").Wants(303, "", "/staff/signin")

	b.Advance(time.Minute)
	signIn := func() {
		o.Open("/staff/signin").Fill("identifier", "NEW@market.example")
		o.Fill("password", staffPassword).Submit().Wants(303, "", "/staff/signin/verify").Follow()
	}
	signIn()
	o.Open("/staff/people").Wants(303, "", "/staff/signin/verify")
	o.Open("/staff/signin").Wants(303, "", "/staff")
	old := o.Cookies()
	o.Open("/staff/signin/verify").Fill("code", totpCode(t, key, b.Now())).Submit()
	o.Wants(303, "", "/staff").Follow().On(200, "staff")
	if cmp.Equal(old, o.Cookies()) {
		t.Error("the cookie is the one from before the code")
	}
	o.SubmitTo("/staff/signout")
	signIn()
	o.Fill("code", codes[2]).Submit().Wants(303, "", "/staff")
}

// TestInvitationIsScannerSafe: opening the address changes nothing, however often.
func TestInvitationIsScannerSafe(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	link := invite(t, b, "new@market.example", staff.RoleSupport)
	before := rows(t, b)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		b.Do(b.Request(method, link, ""))
		if b.Status != 200 || b.Header.Get("Referrer-Policy") != "strict-origin" {
			t.Errorf("%s: %d, %v", method, b.Status, b.Header)
		}
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
	b.Open("/staff").Wants(303, "", "/staff/signin")
}

func TestInvitationStates(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		end    func(b *handlertest.Browser, link string) string
		status int
		said   string
	}{
		{"expired", func(b *handlertest.Browser, link string) string {
			b.Advance(staff.StaffInvitationLife)
			return link
		}, 410, "has expired"},
		{"replaced", func(b *handlertest.Browser, link string) string {
			invite(t, b, "new@market.example", staff.RoleSupport)
			return link
		}, 410, "has been used"},
		{"unknown", func(*handlertest.Browser, string) string { return "/staff/join/nonsense" },
			404, "do not know this invitation"},
		{"of an owner", func(b *handlertest.Browser, _ string) string {
			b.Lock("ada")
			return strings.Replace(b.Mail("locked_out").Link, "/r/", "/staff/join/", 1)
		}, 404, "do not know this invitation"},
	} {
		b := handlertest.New(t)
		link := row.end(b, invite(t, b, "new@market.example", staff.RoleSupport))
		b.Open(link).On(row.status, "staff-join").Wants(row.status, "h1", row.said)
		b.Post(link, nil).On(row.status, "staff-join").Wants(row.status, "h1", row.said)
		b.Open("/staff").Wants(303, "", "/staff/signin")
	}
	b := handlertest.New(t)
	o, _, _ := joined(t, b)
	link := b.Mail("staff_invitation").Link
	b.Open(link).Wants(410, "h1", "has been used")
	b.Post(link, nil).Wants(410, "h1", "has been used")
	o.Post(link, nil).Wants(303, "", "/staff") // in the browser that used it
	b.Desk(staff.RoleAdmin, "ines").Post("/staff/join/nonsense", nil).On(404, "staff-join")
}

// TestSetUpForm: a refused form says why beside its field, and keeps the name and the key but no
// secret.
func TestSetUpForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	o := joining(t, b).Follow()
	key := secret(o)
	if o.Post(b.Mail("staff_invitation").Link, nil); o.Status != 303 || secret(o.Follow()) != key {
		t.Error("pressing the button again shows another key")
	}
	for _, row := range []struct{ field, name, plain, code, said string }{
		{"name", " ", staffPassword, "000000", "Enter your name"},
		{"new_password", "Nora", "", "000000", "Enter a new password"},
		{"new_password", "Nora", "short", "000000", "Use at least 15 characters"},
		{"code", "Nora", staffPassword, "", "Enter the code"},
		{"code", "Nora", staffPassword, "000000", "That code does not match"},
	} {
		o.Open("/staff/setup").Fill("name", row.name).Fill("new_password", row.plain)
		o.Fill("code", row.code).Submit().On(422, "staff-setup")
		o.Wants(422, "#"+row.field+`\.error`, row.said)
		if secret(o) != key || o.Doc.Find("#name").AttrOr("value", "") != row.name {
			t.Errorf("%s: the key or the name is lost", row.said)
		}
		typed := o.Doc.Find("#new_password").AttrOr("value", "") +
			o.Doc.Find("#code").AttrOr("value", "")
		if typed != "" || row.plain == staffPassword && strings.Contains(o.Body, row.plain) {
			t.Errorf("%s: a secret comes back: %q", row.said, typed)
		}
	}
	o.Fill("name", "Nora").Fill("new_password", staffPassword)
	o.Fill("code", totpCode(t, key, b.Now())).Submit().Follow().On(200, "staff-codes")
	codes := shownCodes(o)
	o.SubmitTo("/staff/codes").On(422, "staff-codes").Wants(422, `#saved\.error`, "Save your codes")
	o.Open("/staff/codes").SubmitTo("/staff/codes.txt")
	for _, code := range codes {
		if o.Status != 200 || !strings.Contains(o.Body, code) {
			t.Errorf("the download (%d) lacks a code", o.Status)
		}
	}
	// Whoever comes back before they were saved sees them again, after password and code.
	o = b.Other()
	b.Advance(time.Minute)
	o.Open("/staff/signin").Fill("identifier", "new@market.example").Fill("password", staffPassword)
	o.Submit().Follow().Fill("code", totpCode(t, key, b.Now())).Submit().Follow()
	if diff := cmp.Diff(codes, shownCodes(o.Follow().On(200, "staff-codes"))); diff != "" {
		t.Errorf("codes (-before +after):\n%s", diff)
	}
}

func TestStaffSignInForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSupport, "ben")
	b.StaffMember(staff.RoleSupport, "off")
	_, err := b.Service.Staff.DisableStaff(t.Context(), security.Operator("test"),
		"off@market.example")
	if err != nil {
		t.Fatal(err)
	}
	const same = "The email address or the password is not right"
	bodies := map[string]bool{}
	for _, row := range []struct{ email, plain, field, said string }{
		{"", handlertest.StaffPassword, "identifier", "Enter an email address"},
		{"ben@market.example", "", "password", "Enter your password"},
		{"ben@market.example", "wrong-canary", "identifier", same},
		{"eve@market.example", handlertest.StaffPassword, "identifier", same},
		{"off@market.example", handlertest.StaffPassword, "identifier", same},
	} {
		o := b.Other()
		o.Open("/staff/signin").Fill("identifier", row.email).Fill("password", row.plain).Submit()
		o.On(422, "staff-signin").Wants(422, "#"+row.field+`\.error`, row.said)
		if o.Doc.Find("#identifier").AttrOr("value", "") != row.email ||
			row.plain != "" && strings.Contains(o.Body, row.plain) {
			t.Errorf("%s: the address is lost, or the password comes back", row.email)
		}
		if len(o.Header["Set-Cookie"]) != 0 {
			t.Errorf("%s: a cookie", row.email)
		}
		if row.said == same {
			bodies[strings.ReplaceAll(o.Body, row.email, "TYPED")] = true
		}
	}
	if len(bodies) != 1 {
		t.Errorf("%d different answers to who may not sign in", len(bodies))
	}
}

// TestStaffLimits: told by the clock, with Retry-After, the same for members and strangers.
func TestStaffLimits(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSupport, "ben")
	o := b.HalfDesk("ben").Follow()
	for range 5 {
		o.Open("/staff/signin/verify").Fill("code", "000000").Submit().On(422,
			"staff-signin-verify")
	}
	o.Open("/staff/signin/verify").Fill("code", "000000").Submit().On(429, "staff-signin-verify")
	if o.Wants(429, ".note", "09:33 (UTC)"); o.Header.Get("Retry-After") != "180" {
		t.Errorf("Retry-After %q", o.Header.Get("Retry-After"))
	}
	for _, email := range []string{"ben@market.example", "eve@market.example"} {
		for range 6 {
			b.Post("/staff/signin", url.Values{"identifier": {email}, "password": {"x"}})
			b.On(422, "staff-signin")
		}
		b.Post("/staff/signin", url.Values{"identifier": {email}, "password": {"x"}})
		if b.On(429, "problem"); b.Header.Get("Retry-After") != "30" {
			t.Errorf("%s: Retry-After %q", email, b.Header.Get("Retry-After"))
		}
	}
	if !strings.Contains(b.Log.String(), `"authn_login_fail_max"`) {
		t.Error("the log does not name authn_login_fail_max")
	}
}

func TestStaffSessionOverHTTP(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	d.Open("/staff/people").Wants(200, "dialog", "09:45 (UTC)")
	b.Advance(14 * time.Minute)
	d.SubmitTo("/staff/extend").Wants(303, "", "/staff").Follow()
	d.Wants(200, `[role="status"]`, "You have more time now").Wants(200, "dialog", "09:59 (UTC)")
	q := d.Request(http.MethodPost, "/staff/extend", "")
	q.Header.Set("Accept", "application/json")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	d.Do(q)
	got, want := map[string]any{}, map[string]any{"seconds": 900.0, "at": "2026-11-20T09:59:00Z"}
	if err := json.Unmarshal([]byte(d.Body), &got); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	b.Advance(15 * time.Minute)
	d.Open("/staff/people").Wants(303, "", "/staff/signin").Follow()
	d.Wants(200, ".note.warn", words.Say("flash.staff_session_over").String())
	if !strings.Contains(b.Log.String(), `"session_use_after_expire"`) {
		t.Error("the log does not name session_use_after_expire")
	}
}

// TestStaffAndOwnerInOneBrowser: each has a cookie of their own, and signing out of one leaves the
// other.
func TestStaffAndOwnerInOneBrowser(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	b.StaffMember(staff.RoleSupport, "ben")
	b.Open("/staff/signin").Fill("identifier", "ben@market.example")
	b.Fill("password", handlertest.StaffPassword).Submit().Follow().Fill("code", b.StaffCode("ben"))
	b.Submit().Wants(303, "", "/staff").Follow()
	want := []string{"__Host-regain-recovery", "__Host-regain-staff", "__Host-regain-staff-device"}
	if diff := cmp.Diff(want, cookieNames(b)); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
	b.Open("/recovery").Wants(303, "", "/recovery/password")
	b.Post("/staff/signout", nil).Wants(303, "", "/staff/signin")
	b.Open("/recovery").Wants(303, "", "/recovery/password")
}

// TestNothingSecretOfStaffIsKept looks for canaries of a joining and a sign-in.
func TestNothingSecretOfStaffIsKept(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	link := joining(t, b).Follow()
	canaries := []string{strings.TrimPrefix(b.Mail("staff_invitation").Link, "/staff/join/")}
	link.Fill("new_password", "wrong-canary-4711").Fill("name", "x").Submit()
	o, key, codes := joined(t, b)
	for _, typed := range []string{"canary-of-sign-in", staffPassword} {
		o.Other().Open("/staff/signin?password="+staffPassword[:5]).Fill("password", typed).
			Fill("identifier", "canary@nowhere.example").Submit()
	}
	half := b.Other()
	b.Advance(time.Minute)
	half.Open("/staff/signin").Fill("identifier", "new@market.example")
	half.Fill("password", staffPassword).Submit().Follow()
	canaries = append(canaries, half.Cookies()[0].Value)
	half.Fill("code", "canary-of-code-4712").Submit()
	half.Fill("code", codes[3]).Submit().Wants(303, "", "/staff")
	canaries = append(canaries, half.Cookies()[0].Value, o.Cookies()[0].Value, key, staffPassword,
		"wrong-canary-4711", "canary-of-sign-in", "canary@nowhere.example", "canary-of-code-4712",
		strings.TrimPrefix(b.Mail("staff_invitation").Link, "/staff/join/"))
	notKept(t, b, append(canaries, codes...))
	if !strings.Contains(b.Log.String(), `"route":"/staff/join/:token"`) {
		t.Error("the log does not name the route of an invitation")
	}
}

// TestStaffFiftyAtOnce: an invitation and a recovery code over HTTP, each used once.
func TestStaffFiftyAtOnce(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	o := joining(t, b).Follow()
	form := url.Values{"name": {"Nora"}, "new_password": {staffPassword},
		"code": {totpCode(t, secret(o), b.Now())}}
	got := crowded(o, "/staff/setup", form)
	if got[303] == 0 || got[303]+got[422]+got[429]+got[403] != 50 {
		t.Errorf("set-up: %v", got)
	}
	if n := strings.Count(rows(t, b)["events"], "|"+string(audit.StaffJoined)+"|"); n != 1 {
		t.Errorf("%d have joined", n)
	}
	h := b.Other()
	b.Advance(time.Hour)
	key := secret(o)
	h.Open("/staff/signin").Fill("identifier", "new@market.example").Fill("password", staffPassword)
	h.Submit().Follow().On(200, "staff-signin-verify")
	got = crowded(h, "/staff/signin/verify", url.Values{"code": {totpCode(t, key, b.Now())}})
	if got[303] == 0 || got[303]+got[422]+got[429] != 50 {
		t.Errorf("code: %v", got)
	}
	if n := strings.Count(rows(t, b)["events"], "|"+string(audit.StaffProved)+"|"); n != 1 {
		t.Errorf("%d have signed in", n)
	}
}
