package gallery_test

import (
	"strings"
	"testing"

	"regain/views/gallery"
)

func TestPages(t *testing.T) {
	t.Parallel()
	for _, s := range gallery.Samples() {
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
	for _, s := range gallery.Samples() {
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
