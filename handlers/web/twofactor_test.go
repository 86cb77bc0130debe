package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security/token"
	"regain/views/words"
)

func TestTwoFactorRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	key := secret(toTwoFactor(b))
	for _, tt := range []struct{ typed, says string }{
		{"", "Enter the code"},
		{"12345", words.Say("code_letters").String()},
		{"000000", "does not match"},
		{"abcdef", words.Say("code_letters").String()},
		{totpCode(t, key, b.Now().Add(7*time.Minute)), words.Say("code_skew", "7").String()},
	} {
		b.Open("/recovery/two-factor").Fill("code", tt.typed).Submit().
			On(422, "recovery-two-factor").Wants(422, `[id="code.error"]`, tt.says)
		if secret(b) != key {
			t.Errorf("after %q the key is another one", tt.typed)
		}
	}
	b.Wants(422, "svg[role=img] path", "")
	app := b.Doc.Find(`a[href^="otpauth://totp/"]`).AttrOr("href", "")
	if !strings.Contains(app, key) {
		t.Errorf("the link to the app is %q", app)
	}
}

// shownCodes reads the recovery codes off the page.
func shownCodes(b *handlertest.Browser) (all []string) {
	for _, e := range b.Doc.Find("[data-recovery-code]").EachIter() {
		all = append(all, e.Text())
	}
	return all
}

// inArabic is a code as a keyboard of Arabic types it, with the marks that keep it together.
func inArabic(code string) string {
	return "\u2067" + strings.Map(func(c rune) rune { return '٠' + c - '0' }, code) + "\u2069"
}

func TestCodesUntilSaved(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	key := secret(toTwoFactor(b))
	b.Post("/recovery/two-factor/codes.txt", nil).Wants(303, "", "/recovery/two-factor")
	b.Open("/recovery/two-factor").Fill("code", inArabic(totpCode(t, key, b.Now()))).Submit().Follow()
	codes := shownCodes(b)
	b.SubmitTo("/recovery/two-factor/codes.txt")
	var got []string
	for _, line := range strings.Split(b.Body, "\n") {
		if token.IsCode(token.FoldCode(line), 16) {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(codes, got); diff != "" || len(codes) != 10 {
		t.Errorf("file (-page +file):\n%s", diff)
	}
	if !strings.Contains(b.Body, "\nAccount: ada\nSaved: 20 November 2026, 09:30 (London time)\n") {
		t.Errorf("it does not say whose, and from when:\n%s", b.Body)
	}
	if d := b.Header.Get("Content-Disposition"); d != `attachment; filename="recovery-codes.txt"` {
		t.Errorf("disposition %q", d)
	}

	b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor").On(422, "recovery-codes").
		Wants(422, `[id="saved.error"]`, "tick the box")
	if diff := cmp.Diff(codes, shownCodes(b)); diff != "" {
		t.Errorf("shown again (-first +again):\n%s", diff)
	}
	b.Open("/recovery/activity").Wants(303, "", "/recovery/two-factor")
	b.Open("/recovery/two-factor").Fill("saved", "on").Submit().Wants(303, "", "/recovery/activity")
	b.Post("/recovery/two-factor/codes.txt", nil).Wants(303, "", "/recovery/two-factor")
	b.Open("/recovery/two-factor").Wants(200, ".more", "10 of 10 left")
	for _, code := range codes {
		if strings.Contains(b.Body, code) {
			t.Error("a saved code is shown again")
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toTwoFactor(b)
	b.Post("/recovery/two-factor/skip", nil).On(422, "problem")
	b.Open("/recovery").Wants(303, "", "/recovery/two-factor")
	b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/skip").
		Wants(303, "", "/recovery/activity")
}

func TestTwoFactorRequired(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) {
		s.Security.Policy.TwoFactorRequired = true
	})
	b.Lock("ada")
	if toTwoFactor(b).Doc.Find(`form[action="/recovery/two-factor/skip"]`).Length() != 0 {
		t.Error("the page offers to skip")
	}
	b.Post("/recovery/two-factor/skip", url.Values{"skip": {"1"}}).
		On(422, "recovery-two-factor").Wants(422, "#errors", "2-step verification is needed here")
	b.Open("/recovery").Wants(303, "", "/recovery/two-factor")
}

func TestRemoveAndReplace(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	old, codes := enrolled(t, b, "ada")
	b.Lock("ada")
	enterByLink(b).Fill("code", codes[0]).Submit().Follow()
	b.Fill("new_password", newPassword).Submit().Follow().On(200, "recovery-two-factor").
		Wants(200, ".more", "9 of 10 left").Wants(200, ".more .tag", "New")

	b.Open("/recovery/two-factor?replace=1").Wants(200, "h1", "Set up a new authenticator app")
	key := secret(b)
	if key == old || key == "" {
		t.Errorf("new key %q, old key %q", key, old)
	}
	b.Fill("code", "000000").SubmitTo("/recovery/two-factor?replace=1").
		Wants(422, "h1", "Set up a new authenticator app")
	b.Fill("code", totpCode(t, key, b.Now())).SubmitTo("/recovery/two-factor?replace=1").
		Wants(303, "", "/recovery/two-factor").Follow().On(200, "recovery-codes")
	b.Mail("two_factor_replaced")
	b.Fill("saved", "on").Submit().Follow().On(200, "recovery-activity")

	b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/remove").
		Wants(303, "", "/recovery/two-factor").Follow().
		Wants(200, `[role="status"]`, "The method is removed").
		Wants(200, "h1", "Turn on 2-step verification")
	b.Mail("two_factor_off")
	b.Open("/recovery").Wants(303, "", "/recovery/two-factor")
}
