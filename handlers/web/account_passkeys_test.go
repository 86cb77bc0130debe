package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security/passkey"
	"regain/security/staff"
	"regain/views/words"
)

// signals is what the page tells the browser of its passkeys.
func signals(t *testing.T, b *handlertest.Browser) map[string]map[string]any {
	t.Helper()
	told := map[string]map[string]any{}
	if text := b.Doc.Find("[data-signals]").AttrOr("data-signals", ""); text != "" {
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			t.Fatal(err)
		}
	}
	return told
}

func TestPasskeyPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/passkeys").On(200, "account-passkeys").Wants(200, "main", "You have none yet")
	u.Wants(200, `#name[value="Firefox on Linux"]`, "").Wants(200, "[data-without]", "JavaScript")
	withPasskey(u, "phone")
	withCodes(u)
	withPasskey(u, "laptop").Follow().Wants(200, ".note", words.Say("flash.passkey_added").String())
	u.Wants(200, ".items li:first-child", "phone").Wants(200, ".items", "Not used yet")
	phone, laptop := b.Passkey("phone"), b.Passkey("laptop")
	holder := passkey.Text(phone.Auth.Options.UserHandle)
	want := map[string]map[string]any{
		"accepted": {"rpId": "localhost", "userId": holder,
			"allAcceptedCredentialIds": []any{passkey.Text(phone.Key.ID),
				passkey.Text(laptop.Key.ID)}},
		"details": {"rpId": "localhost", "userId": holder, "name": "ada",
			"displayName": "Ada Byron"},
	}
	if diff := cmp.Diff(want, signals(t, u)); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	// Both are known to the browser that makes another one.
	options := u.Doc.Find("[data-passkey=create]").AttrOr("data-options", "")
	if n := strings.Count(options, `"type":"public-key","id":`); n != 2 {
		t.Errorf("%d keys are left out of %s", n, options)
	}
	u.Fill("name", "again").Use("phone").On(422, "account-passkeys").
		Wants(422, ".error", words.Say("passkey_known").String()).Wants(422, `#name[value=again]`, "")
	// Rename.
	rename := u.Doc.Find(`.items form[action$="/rename"]`).AttrOr("action", "")
	u.Fill("name", "").SubmitTo(rename).On(422, "account-passkeys").
		Wants(422, ".items .error", words.Say("label_missing").String()).Wants(422, ".items details[open]",
		"")
	u.Fill("name", `"><img src=x>`).SubmitTo(rename).Wants(303, "", "/account/passkeys").Follow().
		Wants(200, ".items h2", `"><img src=x>`)
	u.Post("/account/passkeys/none/rename", map[string][]string{"name": {"x"}}).On(404, "problem")
	// Remove.
	path := u.Open("/account/passkeys").Doc.Find(".items a.danger").AttrOr("href", "")
	u.Open(path).On(200, "account-two-factor-remove").Wants(200, "main", "Your other methods stay")
	u.SubmitTo(path).Wants(303, "", "/account/passkeys").Follow().
		Wants(200, ".note", words.Say("flash.passkey_removed").String())
	accepted := signals(t, u)["accepted"]["allAcceptedCredentialIds"]
	if diff := cmp.Diff([]any{passkey.Text(laptop.Key.ID)}, accepted); diff != "" {
		t.Errorf("after the removal (-want +got):\n%s", diff)
	}
}

// TestAddPasskeyRefusedPage keeps the name that was typed and asks anew.
func TestAddPasskeyRefusedPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/passkeys")
	answer := b.Passkey("phone").Answer(u.Doc.Find("[data-passkey]").AttrOr("data-options", ""),
		true)
	old := u.Doc.Find("[data-passkey]").AttrOr("data-options", "")
	b.Advance(passkey.Life)
	u.Fill("name", "mine").Fill("credential", answer).SubmitTo("/account/passkeys").
		On(422, "account-passkeys").Wants(422, ".error", words.Say("passkey_over").String()).
		Wants(422, `#name[value=mine]`, "")
	if u.Doc.Find("[data-passkey]").AttrOr("data-options", "") == old {
		t.Error("the same question again")
	}
	u.Fill("credential", "{").SubmitTo("/account/passkeys").On(422, "account-passkeys").
		Wants(422, ".error", words.Say("passkey_failed").String())
	if u.Doc.Find("input[name=credential]").AttrOr("value", "") != "" {
		t.Error("an answer is kept in the page")
	}
}

func TestSignInWithPasskey(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	withPasskey(u, "phone")
	withCodes(u)
	withPasskey(u, "laptop")
	// Alone, and back to where it should lead.
	d := b.Other()
	d.Open("/signin?next=/account/sessions").On(200, "signin").Wants(200, "[data-offer]", "")
	d.Use("phone").Wants(303, "", "/account/sessions")
	d.Open("/account/passkeys").On(200, "account-passkeys").
		Wants(200, ".items", "Last used 20 November")
	// As the second step after the password.
	d = b.Other()
	d.Open("/signin").Fill("identifier", "ada").Fill("password", handlertest.OldPassword).Submit().
		Wants(303, "", "/signin/verify").Follow().On(200, "signin-verify")
	if d.Open("/account/passkeys"); d.Status != 303 {
		t.Error("a password alone leads in")
	}
	d.Open("/signin/verify").Fill("credential", "{}").SubmitTo("/signin/verify/passkey").
		On(422, "signin-verify").Wants(422, ".error", words.Say("passkey_failed").String())
	d.Use("laptop").Wants(303, "", "/account")
	// A passkey that was removed: the same words as for a false one, and the browser forgets it.
	path := u.Open("/account/passkeys").Doc.Find(".items a.danger").AttrOr("href", "")
	u.Open(path).SubmitTo(path)
	d = b.Other()
	d.Open("/signin").Use("phone").On(422, "signin").Wants(422, ".error",
		words.Say("passkey_failed").String())
	unknown := map[string]map[string]any{"unknown": {"rpId": "localhost",
		"credentialId": passkey.Text(b.Passkey("phone").Key.ID)}}
	if diff := cmp.Diff(unknown, signals(t, d)); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	d.Open("/signin")
	late := b.Passkey("laptop").Answer(d.Doc.Find("[data-passkey]").AttrOr("data-options", ""),
		false)
	b.Advance(passkey.Life)
	d.Fill("credential", late).SubmitTo("/signin/passkey").On(422, "signin").
		Wants(422, ".error", words.Say("passkey_over").String())
	if len(signals(t, d)) != 0 {
		t.Error("the browser forgets a passkey that only came late")
	}
	b.Passkey("laptop").Key.Counter = 0
	d.Open("/signin").Use("laptop").On(422, "signin").
		Wants(422, ".error", words.Say("passkey_cloned").String())
	u.Open("/account/passkeys").Wants(200, ".items .note", "There may be a copy")
}

// TestRecoverWithPasskey: the mail alone gets nobody past an account that has passkeys only.
func TestRecoverWithPasskey(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	withPasskey(u, "phone")
	withCodes(u)
	b.Lock("ada")
	enterByLink(b).On(200, "recovery-verify")
	b.Wants(200, `[id="code.hint"]`, "One of the codes that you saved")
	b.Wants(200, "summary", "I can’t use any of these")
	b.Fill("credential", "").SubmitTo("/recovery/verify/passkey").On(422, "recovery-verify").
		Wants(422, ".error", words.Say("passkey_failed").String())
	for range 29 {
		b.SubmitTo("/recovery/verify/passkey").On(422, "recovery-verify")
	}
	b.SubmitTo("/recovery/verify/passkey").On(429, "recovery-verify").
		Wants(429, ".note", "You can try a passkey again at 09:31")
	b.Advance(time.Minute)
	b.Open("/recovery/verify").Use("phone").Wants(303, "", "/recovery").Follow().
		On(200, "recovery-password")
	// The step of 2-step verification lists it.
	b.Fill("new_password", newPassword).Submit().Follow().On(200, "recovery-two-factor")
	b.Wants(200, ".more", "Passkey “phone”").Wants(200, "main", "Set up a new authenticator app")
	b.Open("/recovery/two-factor?replace=1").Wants(200, "h1", "Set up an authenticator app")
	b.Fill("code", "000000").Submit().On(422, "recovery-two-factor").Wants(422, ".error", "")
	b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/remove").
		Wants(303, "", "/recovery/two-factor")
	if all, err := b.Store.Factors(t.Context(), "ada"); err != nil || len(all) != 0 {
		t.Errorf("factors %v, %v", all, err)
	}
	if m := b.Mail("passkey_removed"); m.To != "ada@example.org" {
		t.Errorf("mail %+v", m)
	}
}

// TestStaffSeePasskeys: the case compares what stood there at the lockout with now.
func TestStaffSeePasskeys(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	withPasskey(u, "phone")
	b.Lock("ada")
	ines := b.Desk(staff.RoleSecurity, "ines")
	ines.Open("/staff/cases/C-1001")
	ines.Wants(200, "main", words.Say("method.passkey").String()+" phone added 20 November 2026, ")
}

func TestPasskeyEndpoints(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/.well-known/passkey-endpoints")
	var got map[string]string
	if err := json.Unmarshal([]byte(b.Body), &got); err != nil || b.Status != 200 ||
		!strings.HasPrefix(b.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("%d %s, %v", b.Status, b.Body, err)
	}
	here := b.URL + "/account/passkeys"
	if diff := cmp.Diff(map[string]string{"enroll": here, "manage": here}, got); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	b.Service.Passkeys.ID = "127.0.0.1"
	b.Open("/.well-known/passkey-endpoints").On(404, "problem")
}
