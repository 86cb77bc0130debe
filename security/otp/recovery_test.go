package otp_test

import (
	"regexp"
	"strings"
	"testing"

	"regain/security/otp"
)

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^([2-9A-HJKMNP-TV-Z]{4}-){5}[2-9A-HJKMNP-TV-Z]{4}$`)
	codes, err := otp.RecoveryCodes(1000)
	if err != nil || len(codes) != 1000 {
		t.Fatalf("%d codes, error %v", len(codes), err)
	}
	seen := map[string]bool{}
	for _, c := range codes {
		if !shape.MatchString(c) || seen[c] || !otp.LooksLikeRecoveryCode(c) {
			t.Errorf("code %q, seen before: %v", c, seen[c])
		}
		seen[c] = true
	}
	drawn := map[rune]bool{}
	for _, c := range strings.Join(codes, "") {
		drawn[c] = true
	}
	if len(drawn) != 30+1 {
		t.Errorf("%d different characters, want 30 and the hyphen", len(drawn))
	}
	for _, n := range []int{0, -1} {
		if codes, err := otp.RecoveryCodes(n); err == nil || codes != nil {
			t.Errorf("%d codes asked: %v, %v", n, codes, err)
		}
	}
}

func TestLooksLikeRecoveryCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     bool
	}{
		{"as shown", "ABCD-EFGH-JKMN-PQRS-TVWX-2345", true},
		{"as typed", " abcd efgh jkmn pqrs tvwx 2345\n", true},
		{"bare", "ABCDEFGHJKMNPQRSTVWX2345", true},
		{"look-alikes typed", "0OOO-1IIL-UUUU-PQRS-TVWX-2345", true},
		{"only digits", "234523452345234523452345", true},
		{"code of an app", "755224", false},
		{"mailed code", "ABCD-2345", false},
		{"one short", "ABCDEFGHJKMNPQRSTVWX234", false},
		{"one long", "ABCDEFGHJKMNPQRSTVWX23456", false},
		{"full width", "ＡBCDEFGHJKMNPQRSTVWX23", false},
		{"letter beyond ascii", "ABCDEFGHJKMNPQRSTVWX23ſ", false},
		{"punctuation", "ABCD_EFGH_JKMN_PQRS_TVWX", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		if got := otp.LooksLikeRecoveryCode(tt.in); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzLooksLikeRecoveryCode(f *testing.F) {
	f.Add("ABCD-EFGH-JKMN-PQRS-TVWX-2345")
	f.Add("\xff\u00ad")
	f.Add("ABCDEFGHJKMNPQRSTVWX23ſ")
	letter := regexp.MustCompile(`[A-Za-z0-9]`)
	f.Fuzz(func(t *testing.T, s string) {
		n := len(letter.FindAllString(s, -1))
		if otp.LooksLikeRecoveryCode(s) && n != 24 {
			t.Errorf("%q has %d letters and digits", s, n)
		}
	})
}
