package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/views/words"
)

// mistyped is a recovery code with another last character.
func mistyped(code string) string {
	for _, last := range []string{"X", "Y"} {
		if wrong := code[:len(code)-1] + last; !strings.EqualFold(wrong, code) {
			return wrong
		}
	}
	return ""
}

func TestVerifyRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	_, codes := enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b)
	for _, tt := range []struct{ typed, says string }{
		{"  ", "Enter the code"},
		{"12345", words.Say("code_letters").String()},
		{"000000", "does not match"},
		{"12a456", words.Say("code_letters").String()},
		{mistyped(codes[0]), "does not match"},
	} {
		b.Open("/recovery/verify").Fill("code", tt.typed).Submit().On(422, "recovery-verify").
			Wants(422, `[id="code.error"]`, tt.says)
		if kept := b.Doc.Find(`[name="code"]`).AttrOr("value", ""); kept != "" {
			t.Errorf("the page keeps the code %q", kept)
		}
	}
}

// TestRecoveryCodeForm: what is wrong with a recovery code stands in its own form, which is open then, and
// a right one counts there.
func TestRecoveryCodeForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	_, codes := enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b)
	b.Open("/recovery/verify").Fill("of", "recovery_").Fill("code", mistyped(codes[0])).Submit().
		On(422, "recovery-verify").Wants(422, `details[open] [id="recovery_code.error"]`, "does not match").
		Wants(422, `#errors a[href="#recovery_code"]`, "does not match")
	if b.Doc.Find(`[id="code.error"]`).Length() != 0 {
		t.Error("the field for the app is refused too")
	}
	b.Fill("of", `"><b>`).Fill("code", "000000").Submit().Wants(422, `[id="code.error"]`, "does not match")
	b.Fill("of", "recovery_").Fill("code", codes[0]).Submit().Wants(303, "", "/recovery")
}

func TestVerifyWait(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	key, _ := enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b)
	for range 5 {
		b.Open("/recovery/verify").Fill("code", "000000").Submit().Wants(422, "#errors", "")
	}
	b.Open("/recovery/verify").Fill("code", totpCode(t, key, b.Now())).Submit()
	b.On(429, "recovery-verify").Wants(429, ".note", "You can try again at 10:33 (London time)")
	if got := b.Header.Get("Retry-After"); got != "180" {
		t.Errorf("Retry-After %q, want 180 seconds", got)
	}
	if b.Doc.Find(`[name="code"]`).Length() != 0 {
		t.Error("there is a field for a code while nobody may try")
	}
	b.Advance(3 * time.Minute)
	b.Open("/recovery/verify").Fill("code", totpCode(t, key, b.Now())).Submit().
		Wants(303, "", "/recovery")
	if !strings.Contains(b.Log.String(), `"authn_login_fail_max"`) {
		t.Error("the log does not name authn_login_fail_max")
	}
}

func TestCannotProve(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b).SubmitTo("/recovery/verify/cannot").Wants(303, "", "/recovery/verify").Follow().
		Wants(200, "h1", "A person will check").
		Wants(200, ".lede", "21 November 2026, 10:30 (London time)").Wants(200, "dl", "T-")
	b.Advance(10 * time.Minute)
	b.Post("/recovery/verify/cannot", nil).Follow().
		Wants(200, ".lede", "21 November 2026, 10:30 (London time)")
	b.Open("/recovery/verify?again=1").Fill("code", "000000").Submit().Wants(422, "#errors", "")
	b.Open("/recovery").Wants(303, "", "/recovery/verify")
	b.Post("/recovery/password", url.Values{"new_password": {newPassword}}).
		Wants(303, "", "/recovery/verify")
}

// TestSignedInVerify: whoever comes back with a password alone is not told that they have read a mail.
func TestSignedInVerify(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b)
	key, _ := enrol(t, b)
	b.On(200, "recovery-activity").Submit()
	b.Advance(time.Hour)
	b = b.Other()
	b.SignInWith("ada", newPassword).Follow().Follow().On(200, "recovery-verify").
		Wants(200, ".card", "You have signed in").Wants(200, "details", "Signing in alone").
		Fill("code", totpCode(t, key, b.Now())).SubmitTo("/recovery/verify").Wants(303, "", "/recovery").
		Open("/recovery/status").Wants(200, "main", "You came back by signing in")
}
