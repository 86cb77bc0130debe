package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/handlers/handlertest"
)

const newPassword = "gravel otter pinewood sextant"

// secret reads the setup key off the page.
func secret(b *handlertest.Browser) string {
	return strings.Join(strings.Fields(b.Doc.Find("[data-totp-secret]").Text()), "")
}

func totpCode(t testing.TB, key string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(key, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enterByLink opens the newest mailed link of a lockout and starts.
func enterByLink(b *handlertest.Browser) *handlertest.Browser {
	link := b.Mail("locked_out").Link
	return b.Open(link).On(200, "link").SubmitTo(link).Wants(303, "", "/recovery").Follow()
}

// enrol does the two-factor step to its end and returns the key and the recovery codes.
func enrol(t testing.TB, b *handlertest.Browser) (key string, codes []string) {
	t.Helper()
	b.On(200, "recovery-two-factor")
	key = secret(b)
	b.Fill("code", totpCode(t, key, b.Now())).Submit().Wants(303, "", "/recovery/two-factor")
	b.Follow().On(200, "recovery-codes")
	codes = shownCodes(b)
	b.Fill("saved", "on").Submit().Wants(303, "", "/recovery/activity").Follow()
	return key, codes
}

func TestWholeRecovery(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	enterByLink(b).On(200, "recovery-password")
	b.Fill("new_password", newPassword).Submit().Wants(303, "", "/recovery/two-factor")
	b.Follow().Wants(200, `[role="status"]`, "Your new password is saved")
	b.Open("/recovery/two-factor").On(200, "recovery-two-factor")
	if text := b.Doc.Find("main").Text(); strings.Contains(text, "Your new password is saved") {
		t.Error("the news of the last step are told twice")
	}
	_, codes := enrol(t, b)
	if len(codes) != 10 {
		t.Errorf("%d recovery codes, want 10", len(codes))
	}
	b.On(200, "recovery-activity").Submit().Wants(303, "", "/recovery/support")
	b.Follow().On(200, "recovery-support").Fill("topic", "other").
		Fill("message", "Thank you").Submit().Wants(303, "", "/recovery/status")
	b.Follow().On(200, "recovery-status").Wants(200, "h1", "is reviewing").
		Wants(200, "dl", c.Number).Wants(200, "main", "Thank you")
	if got := b.Mail("password_updated").To; got != "ada@example.org" {
		t.Errorf("mail went to %q", got)
	}
}

// toTwoFactor goes from the link to the two-factor step.
func toTwoFactor(b *handlertest.Browser) *handlertest.Browser {
	enterByLink(b).On(200, "recovery-password")
	return b.Fill("new_password", newPassword).Submit().Follow().On(200, "recovery-two-factor")
}

// byCode asks for a mail, types its code and starts.
func byCode(b *handlertest.Browser, who string) *handlertest.Browser {
	b.Open("/recover").On(200, "recover").Fill("identifier", who).Submit().
		Wants(303, "", "/recover/sent").Follow().On(200, "recover-sent")
	return b.Fill("code", b.Mail("recovery_link").Code).Submit().
		Wants(303, "", "/recovery").Follow()
}

// standsForIt says in a later visit that the password which an earlier one set is theirs.
func standsForIt(b *handlertest.Browser) *handlertest.Browser {
	return b.On(200, "recovery-password").Wants(200, "h1", "Is this password yours?").
		SubmitTo("/recovery/password/skip").Follow()
}

// enrolled gives an account a second factor, in a check-up of its own.
func enrolled(t testing.TB, b *handlertest.Browser, who string) (key string, codes []string) {
	t.Helper()
	o := byCode(b.Other(), who)
	o.On(200, "recovery-password").SubmitTo("/recovery/password/skip").
		Wants(303, "", "/recovery/two-factor").Follow()
	key, codes = enrol(t, o)
	o.On(200, "recovery-activity").SubmitTo("/signout").Wants(303, "", "/?signed-out=1").Follow().
		Wants(200, `[role="status"]`, "You are signed out")
	b.Advance(time.Hour)
	return key, codes
}

func TestRecoveryWithSecondFactor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		proof func(b *handlertest.Browser, key string, codes []string) string
	}{
		{"authenticator", func(b *handlertest.Browser, key string, _ []string) string {
			return totpCode(t, key, b.Now())
		}},
		{"recovery code", func(_ *handlertest.Browser, _ string, codes []string) string {
			return codes[3]
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			key, codes := enrolled(t, b, "ada")
			b.Lock("ada")
			enterByLink(b).On(200, "recovery-verify").Wants(200, "dl", "a••••")
			before := b.Cookies()[0].Value
			b.Fill("code", tt.proof(b, key, codes)).Submit().Wants(303, "", "/recovery")
			if b.Cookies()[0].Value == before {
				t.Error("the cookie did not change with the proof")
			}
			b.Follow().On(200, "recovery-password").Wants(200, `[role="status"]`, "it is you").
				Wants(200, "label + .hint", "At least 8 characters")
			b.Fill("new_password", newPassword).Submit().Follow()
			b.On(200, "recovery-two-factor").Wants(200, ".more", "Authenticator app")
			b.SubmitTo("/recovery/two-factor/keep").Wants(303, "", "/recovery/activity")
			b.Follow().On(200, "recovery-activity").Submit().Follow().On(200, "recovery-support")
			b.Open("/recovery").Wants(303, "", "/recovery/status")
			b.Follow().On(200, "recovery-status")
		})
	}
}

func TestCheckUp(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	byCode(b, "BOB@example.org").On(200, "recovery-password")
	b.SubmitTo("/recovery/password/skip").Wants(303, "", "/recovery/two-factor").Follow().
		Wants(200, `[role="status"]`, "You keep your current password")
	b.SubmitTo("/recovery/two-factor/skip").Wants(303, "", "/recovery/activity").Follow()
	b.Submit().Wants(303, "", "/recovery/support").Follow()
	b.Open("/recovery/status").On(200, "recovery-status").Wants(200, "h1", "check-up is finished").
		Wants(200, "main a.btn", "Go to my account").
		Wants(200, ".note", "2-step verification is still off")
	b.Open("/recovery/password").Wants(303, "", "/recovery/status")
	b.Post("/recovery/password", map[string][]string{"new_password": {newPassword}}).
		Wants(303, "", "/recovery/status").Follow().Wants(200, `[role="status"]`, "done already")
}

func TestComingBackContinues(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b)
	key := secret(b)
	o := standsForIt(byCode(b.Other(), "ada")).Wants(200, `[role="status"]`, "is yours").
		On(200, "recovery-two-factor")
	if got := secret(b.Open("/recovery/two-factor")); got != key {
		t.Errorf("a reload shows key %q, before it was %q", got, key)
	}
	if secret(o) == key {
		t.Error("another browser shows the same key: whoever was there knows it")
	}
	o.Open("/recovery/password").Wants(200, "h1", "Your new password is saved").
		Wants(200, ".lede", "20 November 2026, 09:30 (London time)")
}

func TestOnlyTheGuess(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b).Wants(200, `a[href="/recovery/after-care"]`, "what else to take care of")
	b.Open("/recovery/after-care").Wants(200, "h1", "What else to take care of").
		Wants(200, ".btn", "Continue")
	b.Fill("how", "phishing").SubmitTo("/recovery/support").Wants(303, "", "/recovery").Follow().
		Wants(200, `[role="status"]`, "Your answer is saved")
	if b.Doc.Find(`[name="how"]`).Length() != 0 {
		t.Error("the question is asked again")
	}
}

// TestPasskeyInsteadOfApp: the two-factor step takes a passkey, and goes on with the recovery codes.
func TestPasskeyInsteadOfApp(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b).Wants(200, "form[data-passkey=create] button", "Add a passkey")
	b.Use("phone").Wants(303, "", "/recovery/two-factor").Follow().
		On(200, "recovery-codes").Wants(200, `[role="status"]`, "Your passkey is added")
}

// TestWhoseSteps: each step says whose account it is, and leads back to the one before.
func TestWhoseSteps(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b).Wants(200, ".steps", "Account: ada").Wants(200, `.steps a[href="/recovery/password"]`, "Back")
	b.SubmitTo("/recovery/two-factor/skip").Follow().
		Wants(200, `.steps a[href="/recovery/two-factor"]`, "Back")
}

// TestSamePasswordAgain: whoever comes back and types the password that they set is told how to keep it.
func TestSamePasswordAgain(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b)
	byCode(b.Other(), "ada").On(200, "recovery-password").Fill("new_password", newPassword).
		SubmitTo("/recovery/password").
		Wants(422, `[id="new_password.error"]`, "Did you set it? Then press “Yes, I set it: keep it” above").
		Wants(422, `form[action="/recovery/password/skip"] button`, "Yes, I set it: keep it").
		Wants(422, `form[action="/recovery/password/skip"] ~ form[action="/recovery/password"]`, "Save and continue")
}
