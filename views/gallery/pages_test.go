package gallery_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"regain/views/gallery"
)

func TestPages(t *testing.T) {
	t.Parallel()
	for _, s := range gallery.Samples() {
		want, ok := map[string]map[string]string{
			"recovery-codes/normal": {
				".onpaper": "Example Market recovery codes for a•••••@e••••••.org. " +
					"Made 22 November 2026, 08:18 on protect.market.example.",
				"li:first-child [data-recovery-code]": "7F3K-9QM2-X4WD-T8RA-M2HC-6VZA",
			},
			"recovery-two-factor/set-up":  {"[data-totp-secret]": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
			"recovery-two-factor/markup":  {".keys p:first-child > b": "Add " + markup + " to your authenticator app"},
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
		// Where only passkeys count, or several methods are on, no app is set up.
		if !setsUp || s.Name == "recovery-two-factor/methods" || strings.HasPrefix(s.Name, "recovery-two-factor/member") {
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

// told finds a moment in words.
var told = regexp.MustCompile(`\d{1,2} (January|March|October|November|December) 20\d\d|\d\d:\d\d \(`)

// TestMoments: the script can show each moment of a page in the zone of whoever reads. What people
// wrote, what is printed, and sentences on staff pages that name the zone stay as they are.
func TestMoments(t *testing.T) {
	t.Parallel()
	for _, s := range gallery.Samples() {
		doc := draw(t, s)
		if n := doc.Find(`time:not([datetime$="Z"])`).Length(); n > 0 {
			t.Errorf("%s: %d moments say nothing to a machine", s.Name, n)
		}
		doc.Find("time, textarea, pre, .pre, .onpaper").Remove()
		doc.Find("*").Each(func(_ int, e *goquery.Selection) {
			text := e.Contents().FilterFunction(func(_ int, c *goquery.Selection) bool {
				return goquery.NodeName(c) == "#text"
			}).Text()
			if told.MatchString(text) {
				t.Errorf("%s: %s has a moment in plain words: %q", s.Name, goquery.NodeName(e), text)
			}
		})
	}
}

// TestOneWayToWrite: a page that takes a message asks for it once.
func TestOneWayToWrite(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for _, s := range gallery.Samples() {
		if page, _, _ := strings.Cut(s.Name, "/"); page != "recovery-status" && page != "recovery-support" {
			continue
		}
		main := draw(t, s).Find("main")
		ways := main.Find(`textarea[name="message"]`).Length() +
			main.Find(`aside a[href="/recovery/support"], aside a[href="/help#person"]`).Length()
		if seen[ways] = true; ways > 1 {
			t.Errorf("%s: %d ways to write", s.Name, ways)
		}
	}
	if !seen[1] {
		t.Error("no page has a way to write")
	}
}
