package attach_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"regain/security/attach"
)

// TestMoves: every state and every event, and nothing leads to clean but the word of the scanner.
func TestMoves(t *testing.T) {
	t.Parallel()
	states := []attach.State{attach.Waiting, attach.Clean, attach.Infected, attach.Refused}
	want := map[attach.State]map[attach.Event]attach.State{
		attach.Waiting: {attach.Passed: attach.Clean, attach.Found: attach.Infected,
			attach.Unfit: attach.Refused, attach.Missing: attach.Refused},
		attach.Clean: {attach.Missing: attach.Refused},
	}
	for _, s := range append(states, "", "other") {
		for _, e := range []attach.Event{attach.Passed, attach.Found, attach.Unfit, attach.Missing, "", "x"} {
			next, err := s.Next(e)
			if next != want[s][e] || (err == nil) != (next != "") || err != nil && !errors.Is(err, attach.ErrIllegal) {
				t.Errorf("%q by %q: %q, %v", s, e, next, err)
			}
		}
		opens := attach.Attachment{State: s, Blob: "x"}.Openable()
		if opens != (s == attach.Clean) || (attach.Attachment{State: s}).Openable() {
			t.Errorf("%q opens: %v", s, opens)
		}
		if s.HasBytes() != (s == attach.Waiting || s == attach.Clean) {
			t.Errorf("%q has bytes: %v", s, s.HasBytes())
		}
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, want string }{
		{"photo.png", "image/png", "photo.png"},
		{"photo.JPEG", "image/jpeg", "photo.jpg"},
		{"scan.PDF", "application/pdf", "scan.pdf"},
		{"../../etc/passwd", "image/png", "passwd.png"},
		{`C:\Users\ada\bill.pdf`, "application/pdf", "bill.pdf"},
		{"invoice.pdf.exe", "application/pdf", "invoice.pdf.exe.pdf"},
		{"invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"},
		{"a\u200fb\u061cc\u2067d\u200b\ufeffe.png", "image/png", "abcde.png"},
		{"a\x00b\r\nc.png", "image/png", "abc.png"},
		{"\xff\xfe.png", "image/png", "file.png"},
		{".htaccess", "image/png", "htaccess.png"},
		{"...", "image/png", "file.png"},
		{"", "application/pdf", "file.pdf"},
		{"con: a<b>|c?*\";.png", "image/png", "con_ a_b__c____.png"},
		{"صورة الشاشة.png", "image/png", "صورة الشاشة.png"},
		{"screen \t\u00a0 shot.png", "image/png", "screen shot.png"},
		{strings.Repeat("ä", 300) + ".png", "image/png", strings.Repeat("ä", 96) + ".png"},
		{"x.webp", "image/jpeg", "x.webp.jpg"},
		{"x", "application/x-unheard-of", "x.bin"},
	} {
		if got := attach.CleanName(tt.name, tt.kind); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.name, got, tt.want)
		} else if again := attach.CleanName(got, tt.kind); again != got {
			t.Errorf("%q again is %q", got, again)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\u202eb.png", "image/png")
	f.Fuzz(func(t *testing.T, name, kind string) {
		got := attach.CleanName(name, kind)
		if got == "" || strings.ContainsAny(got, "/\\\x00\r\n\u202e\u200f\"") || len([]rune(got)) > 100 {
			t.Errorf("%q is %q", name, got)
		}
	})
}

func TestReadTypes(t *testing.T) {
	t.Parallel()
	for v, want := range map[string][]string{"": attach.UsualTypes, " ": attach.UsualTypes,
		"image/png":                        {"image/png"},
		"IMAGE/PNG, text/plain,image/png ": {"image/png", "text/plain"}} {
		if got, err := attach.ReadTypes(v); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", v, got, err)
		}
	}
	for _, bad := range []string{"png", "image/svg+xml", "text/html", "application/octet-stream",
		"image/png,", "application/vnd.microsoft.portable-executable", "text/javascript", "image/*"} {
		if got, err := attach.ReadTypes(bad); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}
