package views_test

import (
	"strings"
	"testing"

	"regain/views"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code string
		args []string
		want string
	}{
		{"password_short", nil, "Use more characters"},
		{"password_short", []string{"15"}, "Use at least 15 characters"},
		{"password_personal", []string{"name", "avoid_personal"}, "Choose a password without your name"},
		{"password_personal", []string{"", ""},
			"Choose a password without your name, username, email address or birth date"},
		{"code_wrong", []string{"2"}, "That code does not match. Check the newest email " +
			"and try again. Tries left: 2"},
		{"answer_missing", []string{"21 May, 14:05"}, "Answer for the sign-in of 21 May, 14:05"},
		{"code_missing", []string{"more", "than", "asked"}, "Enter the code"},
		{"no_such_code", []string{"x"}, "no_such_code"},
	} {
		if got := views.Text(c.code, c.args...); got != c.want {
			t.Errorf("Text(%q, %q) = %q, want %q", c.code, c.args, got, c.want)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"code_missing": true, "flash.password_updated": true, "no_such_code": false, "": false,
	} {
		if got := views.Known(code); got != want {
			t.Errorf("Known(%q) = %v, want %v", code, got, want)
		}
	}
}

// The words that the outside sends us, so that no page shows a code in their place.
func TestOutsideWordsAreKnown(t *testing.T) {
	t.Parallel()
	for prefix, words := range map[string]string{
		"activity.": "password_changed email_changed phone_changed payout_changed two_factor_changed " +
			"security_question_changed profile_changed message_sent job_posted proposal_sent " +
			"withdrawal payment contract_changed",
		"outcome.":        "succeeded stopped failed",
		"reason.stopped.": "security_question two_factor device_check other",
		"reason.":         "new_country new_device impossible_travel stopped",
		"topic.":          "mailbox lost_phone link not_me_changes money other",
		"how.":            "phishing reuse shared_device unknown",
		"answer.":         "me not_me unsure",
		"strength.":       "0 1 2 3 4",
		"role.":           "support account_security admin",
		"staff_state.":    "invited active disabled",
		"staff_since.":    "invited active disabled",
	} {
		for _, word := range strings.Fields(words) {
			if !views.Known(prefix + word) {
				t.Errorf("no sentence for %q", prefix+word)
			}
		}
	}
}

func TestNewQR(t *testing.T) {
	t.Parallel()
	got := views.NewQR([][]bool{{true, true, false}, {false, false, false}, {true, false, true}})
	if want := "M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"; got.Path != want || got.Size != 11 {
		t.Errorf("NewQR = %+v, want size 11 and %q", got, want)
	}
	if empty := views.NewQR(nil); empty.Path != "" || empty.Size != 8 {
		t.Errorf("NewQR(nil) = %+v", empty)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, s := range views.Samples() {
		want, ok := map[string]map[string]string{
			"recovery-codes/normal": {
				".onpaper": "Example Market recovery codes for a•••••@e••••••.org. " +
					"Made 22 November 2026 on protect.market.example.",
				"li:first-child [data-recovery-code]": "7F3K-9QM2-X4WD-T8RA-M2HC-6VZA",
			},
			"recovery-two-factor/set-up":  {"[data-totp-secret]": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
			"recovery-two-factor/markup":  {"h2": "1. Add " + markup + " to your app"},
			"recovery-password/short":     {".error": "Error: Use at least 15 characters"},
			"link/part-done":              {"form[action='/r/TOKEN'] button": "Continue at step 3"},
			"recover/long":                {".error": "Error: Enter a shorter username or email address"},
			"recovery-activity/quiet":     {"li:nth-child(3) .vh": ", left for later"},
			"recovery-status/needs-owner": {".pre": "Which of these places did you work from?"},
		}[s.Name]
		if !ok {
			continue
		}
		doc := draw(t, s)
		for selector, text := range want {
			got := doc.Find(selector).First().Text()
			if got = strings.Join(strings.Fields(got), " "); !strings.HasPrefix(got, text) {
				t.Errorf("%s: %s says %q, want %q", s.Name, selector, got, text)
			}
		}
	}
}

const markup = `<script>alert("x")</script><img src=x onerror=alert(1)> & "quotes"`

func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	for _, s := range views.Samples() {
		page, _, _ := strings.Cut(s.Name, "/")
		setsUp := page == "recovery-two-factor" || page == "staff-setup"
		if !setsUp || s.Name == "recovery-two-factor/methods" {
			continue
		}
		doc := draw(t, s)
		if value, ok := doc.Find("input[name=code]").Attr("value"); ok && value != "" {
			t.Errorf("%s keeps the code that was typed", s.Name)
		}
		href := doc.Find("a[href^='otpauth:']").AttrOr("href", "")
		if s.Name != "recovery-two-factor/markup" && !strings.HasPrefix(href, "otpauth://totp/") {
			t.Errorf("%s has no link to the app", s.Name)
		}
	}
}
