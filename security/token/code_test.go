package token_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/token"
)

const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestCode(t *testing.T) {
	t.Parallel()
	old, now := keys(t, secretA), keys(t, secretB, secretA)
	for _, n := range []int{0, 1, 6, 8, 24, 40, 200} {
		got := now.Code("request", "A1", n)
		if len(got) != n || strings.Trim(got, alphabet) != "" {
			t.Errorf("code of %d characters = %q", n, got)
		}
	}
	if got := now.Code("request", "A1", -1); got != "" {
		t.Errorf("code of -1 characters = %q", got)
	}
	want := []string{now.Code("request", "A1", 8), old.Code("request", "A1", 8)}
	if diff := cmp.Diff(want, now.CodeAll("request", "A1", 8)); diff != "" {
		t.Error(diff)
	}
	different(t, want[0], want[1], now.Code("request", "A2", 8), now.Code("caller", "A1", 8),
		now.Code("request", "A1", 9)[:8])
}

// Each of the thirty characters is drawn 10,000 times on average. A plain remainder of 256 would
// draw the first sixteen 10,547 times and the others 9,375 times; the bounds let chance pass and
// not that. The code is derived, so the outcome is always the same.
func TestCodeIsUnbiased(t *testing.T) {
	t.Parallel()
	text := keys(t, secretA).Code("bias", "x", 300_000)
	var first int
	for _, c := range alphabet {
		n := strings.Count(text, string(c))
		if n < 9_600 || n > 10_400 {
			t.Errorf("%q drawn %d times of 300000", c, n)
		}
		if strings.ContainsRune(alphabet[:16], c) {
			first += n
		}
	}
	if first < 158_900 || first > 161_100 {
		t.Errorf("the first sixteen drawn %d times, want about 160000", first)
	}
}

func TestFoldAndFormat(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, fold, format string }{
		{"as shown", "ABCD-2345", "ABCD2345", "ABCD-2345"},
		{"as typed", " abcd 2345 ", "ABCD2345", "ABCD-2345"},
		{"bare", "ABCD2345", "ABCD2345", "ABCD-2345"},
		{"dashes", "AB–CD—23‑4−5", "ABCD2345", "ABCD-2345"},
		{"invisible", "AB\u200bCD\u00ad23\u00a045\ufeff\t\r\n", "ABCD2345", "ABCD-2345"},
		{"u for v", "uUvV", "VVVV", "VVVV"},
		{"rest shorter", "ABCDEF", "ABCDEF", "ABCD-EF"},
		{"look-alikes without a partner", "0O1IL", "0O1IL", "0O1I-L"},
		{"full width stays", "ＡB", "ＡB", "ＡB"},
		{"empty", "", "", ""},
		{"only hyphens", "---", "", ""},
	}
	for _, tt := range tests {
		if got := token.FoldCode(tt.in); got != tt.fold {
			t.Errorf("%s: fold = %q, want %q", tt.name, got, tt.fold)
		}
		if got := token.FormatCode(tt.in); got != tt.format {
			t.Errorf("%s: format = %q, want %q", tt.name, got, tt.format)
		}
	}
}

func TestSameCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		codes       []string
		want        bool
	}{
		{"same", "ABCD2345", []string{"ABCD2345"}, true},
		{"formatted", "abcd-2345", []string{"ABCD2345"}, true},
		{"second of two", "ABCD2345", []string{"WXYZ2345", "ABCD2345"}, true},
		{"first of two", "ABCD2345", []string{"ABCD2345", "WXYZ2345"}, true},
		{"listed twice", "ABCD2345", []string{"ABCD2345", "ABCD2345"}, true},
		{"other", "ABCD2346", []string{"ABCD2345"}, false},
		{"shorter", "ABCD234", []string{"ABCD2345"}, false},
		{"longer", "ABCD23456", []string{"ABCD2345"}, false},
		{"none", "ABCD2345", nil, false},
		{"both empty", "", []string{""}, false},
		{"empty typed", " - ", []string{"ABCD2345"}, false},
	}
	for _, tt := range tests {
		if got := token.SameCode(tt.typed, tt.codes...); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzFoldCode(f *testing.F) {
	for _, s := range []string{"ABCD-2345", "u\u00ad‑", "\xff\xfe", "ÄÖ"} {
		f.Add(s)
	}
	between := regexp.MustCompile(`[\s\-a-zU]`)
	f.Fuzz(func(t *testing.T, s string) {
		folded := token.FoldCode(s)
		if token.FoldCode(folded) != folded || between.MatchString(folded) {
			t.Errorf("FoldCode(%q) = %q", s, folded)
		}
		if got := token.FormatCode(s); token.FoldCode(got) != folded || token.FormatCode(got) != got {
			t.Errorf("FormatCode(%q) = %q", s, got)
		}
	})
}
