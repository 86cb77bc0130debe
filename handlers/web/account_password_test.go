package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
)

// withCookies is a new browser with the cookies that b has now.
func withCookies(b *handlertest.Browser, path string, form url.Values) *handlertest.Browser {
	o := b.Other()
	q := o.Request(http.MethodPost, path, form.Encode())
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range b.Cookies() {
		q.AddCookie(c)
	}
	return o.Do(q)
}

func TestAccountPassword(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada, elsewhere := b.SignIn("ada"), b.SignIn("ada")
	ada.Open("/account/password").On(200, "account-password").
		Wants(200, "label + .hint", "At least 15 characters").
		Wants(200, "summary", "What we check")
	for selector, want := range map[string]string{
		`input[name="current_password"]`: "current-password",
		`input[name="new_password"]`:     "new-password",
		`input[name="username"]`:         "username",
	} {
		if got := ada.Doc.Find(selector).AttrOr("autocomplete", ""); got != want {
			t.Errorf("%s has autocomplete %q, want %q", selector, got, want)
		}
	}
	if rules := ada.Doc.Find(`[name="new_password"]`).AttrOr("passwordrules", ""); rules !=
		"minlength: 15; maxlength: 256; allowed: ascii-printable;" {
		t.Errorf("passwordrules %q", rules)
	}
	old := ada.Cookies()
	ada.Fill("current_password", handlertest.OldPassword).Fill("new_password", newPassword).
		Submit().Wants(303, "", "/account/password/changed")
	ada.Follow().On(200, "account-password").Wants(200, "h1", "Your new password is saved").
		Wants(200, ".lede", "20 November 2026, 09:30 (London time)").
		Wants(200, "h2", "What else to take care of").
		Wants(200, ".row .btn", "Turn on 2-step verification")
	elsewhere.Open("/account/password").Wants(303, "", "/signin?next=%2Faccount%2Fpassword")
	thief := b.Other()
	r := thief.Request(http.MethodGet, "/account", "")
	for _, c := range old {
		r.AddCookie(c)
	}
	if thief.Do(r); thief.Status != 303 {
		t.Errorf("the old cookie still opens the account: %d", thief.Status)
	}
	if got := b.Mail("password_updated").To; got != "ada@example.org" {
		t.Errorf("the mail went to %q", got)
	}
	b.SignInWith("ada", newPassword).Wants(303, "", "/account")
	ada.Advance(2 * time.Hour)
	again := b.SignInWith("ada", newPassword).Wants(303, "", "/account")
	again.Open("/account/password/changed").Wants(303, "", "/account/password").Follow().
		Wants(200, "main", "You last changed it here on 20 November 2026, 09:30 (London time)")
}

func TestAccountPasswordRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	for _, tt := range []struct{ name, current, next, field, says string }{
		{"nothing", "", newPassword, "current_password", "Enter your password"},
		{"wrong", newPassword, newPassword, "current_password", "not your current password"},
		{"short", handlertest.OldPassword, "fourteen chars", "new_password",
			"Use at least 15 characters"},
		{"same", handlertest.OldPassword, handlertest.OldPassword, "new_password",
			"not your current one"},
		{"name", handlertest.OldPassword, "adabyron-adabyron", "new_password", "without your"},
	} {
		ada.Open("/account/password").On(200, "account-password")
		ada.Fill("current_password", tt.current).Fill("new_password", tt.next).Submit().
			On(422, "account-password").Wants(422, `[id="`+tt.field+`.error"]`, tt.says)
		for _, typed := range []string{handlertest.OldPassword, newPassword} {
			if strings.Contains(ada.Body, typed) {
				t.Errorf("%s: the page repeats a password", tt.name)
			}
		}
	}
	for range 20 { // a known browser has tries of its own beside those of all
		ada.Post("/account/password", url.Values{"current_password": {"x"}, "new_password": {"y"}})
	}
	ada.Wants(429, `main[data-page="problem"]`, "Too many tries for now")
	if strings.Contains(b.Log.String(), handlertest.OldPassword) {
		t.Error("the log has a password")
	}
}

// TestAccountPasswordTwice: the second press of the button does not throw the new session away.
func TestAccountPasswordTwice(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	form := url.Values{"current_password": {handlertest.OldPassword}, "new_password": {newPassword}}
	withCookies(ada, "/account/password", form).Wants(303, "", "/account/password/changed")
	// Still with the cookie of before: the answer to the first press brings the new one.
	withCookies(ada, "/account/password", form).Wants(303, "", "/account/password")
	if n := mails(b, "password_updated"); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

func TestAccountStrength(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada").Open("/account/password")
	href := ada.Doc.Find("[data-meter]").AttrOr("data-href", "")
	if href != "/account/password/strength" {
		t.Fatalf("the advice comes from %q", href)
	}
	before := rows(t, b)
	ada.Post("/account/password/strength", url.Values{"new_password": {"short"}, "pad": {"xx"}})
	var got struct {
		Level       int
		Label, Hint string
	}
	err := json.Unmarshal([]byte(ada.Body), &got)
	if err != nil || ada.Status != 200 || got.Level != 0 || got.Label != "Too easy to guess" ||
		got.Hint != "Make it longer: at least 15 characters" {
		t.Errorf("%d %+v, %v", ada.Status, got, err)
	}
	if !sameRows(before, rows(t, b)) {
		t.Error("asking for advice changed rows")
	}
	for range 41 {
		ada.Post("/account/password/strength", url.Values{"new_password": {"a"}})
	}
	ada.Wants(429, `main[data-page="problem"]`, "Too many tries for now")
}
