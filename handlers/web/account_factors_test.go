package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security/access"
	"regain/views/words"
)

// withCodes saves the recovery codes that the page shows.
func withCodes(b *handlertest.Browser) *handlertest.Browser {
	b.Follow().On(200, "account-codes")
	return b.Fill("saved", "on").SubmitTo("/account/two-factor/codes").
		Wants(303, "", "/account/two-factor").Follow().On(200, "account-two-factor")
}

// withPasskey adds a passkey of the device with this name, under it.
func withPasskey(b *handlertest.Browser, name string) *handlertest.Browser {
	b.Advance(time.Second)
	b.Open("/account/passkeys").On(200, "account-passkeys").Fill("name", name).Use(name)
	return b.Wants(303, "", "/account/passkeys")
}

func TestAccountAuthenticator(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/two-factor").On(200, "account-two-factor").Wants(200, ".tag", "Off")
	u.Wants(200, "svg[role=img] path", "").Wants(200, `a[href^="otpauth://totp/"]`, "Open my")
	key := secret(u)
	u.Fill("code", "12a").SubmitTo("/account/two-factor").On(422, "account-two-factor").
		Wants(422, `[id="code.error"]`, words.Say("code_letters").String())
	if secret(u) != key {
		t.Error("a wrong code moved the key")
	}
	u.Fill("code", totpCode(t, key, b.Now())).SubmitTo("/account/two-factor").
		Wants(303, "", "/account/two-factor").Follow().On(200, "account-codes")
	u.Wants(200, ".note", words.Say("flash.app_on").String())
	codes := shownCodes(u)
	u.Fill("saved", "").Post("/account/two-factor/codes", nil).On(422, "account-codes").
		Wants(422, ".summary", words.Say("codes_not_saved").String())
	if diff := cmp.Diff(codes, shownCodes(u)); diff != "" || len(codes) != 10 {
		t.Errorf("%d codes, another look:\n%s", len(codes), diff)
	}
	u.SubmitTo("/account/two-factor/codes.txt")
	if u.Status != 200 || !strings.Contains(u.Body, codes[0]) ||
		u.Header.Get("Content-Disposition") != `attachment; filename="recovery-codes.txt"` {
		t.Errorf("download: %d %q", u.Status, u.Body)
	}
	u.Open("/account/two-factor/codes?lang=ar").SubmitTo("/account/two-factor/codes.txt")
	for _, code := range codes { // programs read them: no mark for their direction stands beside one
		if !slices.Contains(strings.Split(u.Body, "\n"), code) {
			t.Errorf("in Arabic no line is %q:\n%q", code, u.Body)
		}
	}
	u.Open("/account/two-factor/codes?lang=en")
	withCodes(u.Open("/account/two-factor"))
	u.Wants(200, ".tag", "On").Wants(200, ".items", "10 of 10 left")
	u.Open("/account/two-factor/codes").Wants(303, "", "/account/two-factor")
	u.Post("/account/two-factor/codes.txt", nil).Wants(303, "", "/account/two-factor")
	if u.Open("/account/two-factor").Doc.Find("[data-totp-secret]").Length() != 0 {
		t.Error("a key is shown though an app is there")
	}
	// Replacing shows another key, and keeps the codes.
	u.Open("/account/two-factor?replace=1").Wants(200, "h2", "Change to a new authenticator app")
	next := secret(u)
	u.Fill("code", "000000").SubmitTo("/account/two-factor?replace=1").On(422, "account-two-factor")
	if secret(u) != next || next == key {
		t.Error("the key of the new app moved, or is the old one")
	}
	u.Fill("code", totpCode(t, next, b.Now())).SubmitTo("/account/two-factor?replace=1").
		Wants(303, "", "/account/two-factor").Follow().
		Wants(200, ".note", words.Say("flash.app_replaced").String()).Wants(200, ".items", "10 of 10 left")
	// New codes.
	u.SubmitTo("/account/two-factor/renew").Wants(303, "", "/account/two-factor/codes").Follow()
	if again := shownCodes(u.On(200, "account-codes")); len(again) != 10 || again[0] == codes[0] {
		t.Errorf("renewed codes %v", again)
	}
	withCodes(u.Open("/account/two-factor"))
}

func TestRemoveAuthenticator(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/two-factor")
	u.Fill("code", totpCode(t, secret(u), b.Now())).SubmitTo("/account/two-factor")
	withCodes(u)
	to := u.Doc.Find(".items a.danger").AttrOr("href", "")
	u.Open(to).On(200, "account-two-factor-remove").Wants(200, ".note", "This is your last one")
	u.SubmitTo(to).Wants(303, "", "/account/two-factor").Follow().
		Wants(200, ".note", words.Say("flash.app_removed").String()).Wants(200, ".tag", "Off")
	u.Post(to, nil).Wants(303, "", "/account/two-factor") // the other press
	u.Open(to).On(404, "problem")
	u.Post("/account/two-factor/renew", nil).Wants(303, "", "/account/two-factor")
}

func TestAuthenticatorMustStay(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) { s.Security.Policy.TwoFactorRequired = true })
	u := b.SignIn("ada")
	u.Open("/account/two-factor")
	u.Fill("code", totpCode(t, secret(u), b.Now())).SubmitTo("/account/two-factor")
	withCodes(u)
	to := u.Doc.Find(".items a.danger").AttrOr("href", "")
	u.Open(to).On(200, "account-two-factor-remove").Wants(200, ".note", "It has to stay")
	if n := u.Doc.Find("main form").Length(); n != 0 {
		t.Errorf("%d forms to remove what has to stay", n)
	}
	u.Post(to, nil).On(200, "account-two-factor-remove").Wants(200, ".note", "It has to stay")
}

// TestFactorsNeedFreshProof: ten minutes later every change asks first, and shows no secret.
func TestFactorsNeedFreshProof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	withPasskey(u, "phone")
	withCodes(u)
	id := factorID(t, b)
	b.Advance(access.ProofFresh)
	u.Open("/account/two-factor").On(200, "account-two-factor")
	if u.Doc.Find("[data-totp-secret]").Length() != 0 {
		t.Error("a key without a fresh proof")
	}
	u.Wants(200, `main a[href="/account/prove?next=%2Faccount%2Ftwo-factor"]`, "Set up")
	u.Open("/account/passkeys").Wants(200,
		`main a[href="/account/prove?next=%2Faccount%2Fpasskeys"]`,
		"Add a passkey")
	if u.Doc.Find("[data-passkey]").Length() != 0 {
		t.Error("a passkey is asked for without a fresh proof")
	}
	for path, to := range map[string]string{
		"GET /account/two-factor/" + id + "/remove":  "/account/two-factor/" + id + "/remove",
		"GET /account/two-factor/codes":              "/account/two-factor/codes",
		"POST /account/two-factor":                   "/account/two-factor",
		"POST /account/two-factor/" + id + "/remove": "/account/two-factor",
		"POST /account/two-factor/renew":             "/account/two-factor",
		"POST /account/two-factor/codes.txt":         "/account/two-factor",
		"POST /account/passkeys":                     "/account/passkeys",
	} {
		method, path, _ := strings.Cut(path, " ")
		if method == "GET" {
			u.Open(path)
		} else {
			u.Post(path, url.Values{"code": {"123456"}})
		}
		u.Wants(303, "", "/account/prove?next="+url.QueryEscape(to))
	}
	// The proof leads back to the page.
	u.Open("/account/two-factor/"+id+"/remove").Follow().On(200, "account-prove").Use("phone").
		Wants(303, "", "/account/two-factor/"+id+"/remove")
	u.Follow().On(200, "account-two-factor-remove")
	b.Advance(time.Minute)
	u.SubmitTo("/account/two-factor/"+id+"/remove").Wants(303, "", "/account/passkeys")
}

// factorID is the id of ada's one factor.
func factorID(t *testing.T, b *handlertest.Browser) string {
	t.Helper()
	all, err := b.Store.Factors(t.Context(), "ada")
	if err != nil || len(all) != 1 {
		t.Fatalf("factors %v, %v", all, err)
	}
	return all[0].ID
}
