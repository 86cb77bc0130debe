package token_test

import (
	"regexp"
	"strings"
	"testing"

	"regain/security/token"
)

const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestRandomCode(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, 1, 6, 8, 24, 40, 200} {
		got := token.RandomCode(n)
		if len(got) != max(n, 0) || strings.Trim(got, alphabet) != "" {
			t.Errorf("code of %d characters = %q", n, got)
		}
	}
	different(t, token.RandomCode(8), token.RandomCode(8), token.RandomCode(9)[:8])
}

// Each of the thirty characters is drawn 10,000 times on average. A plain remainder of 256 would
// draw the first sixteen 10,547 times and the others 9,375 times, which is far outside of what
// chance does: the bound for the sixteen is eight standard deviations from their mean.
func TestRandomCodeIsUnbiased(t *testing.T) {
	t.Parallel()
	var first int
	for _, c := range token.RandomCode(300_000) {
		if strings.ContainsRune(alphabet[:16], c) {
			first++
		}
	}
	if first < 157_800 || first > 162_200 {
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
		{"full width", "ＡＢＣＤ－２３４５", "ABCD2345", "ABCD-2345"},
		{"Arabic digits", "١٢٣٤٥٦", "123456", "1234-56"},
		{"Persian digits", "۱۲۳۴۵۶", "123456", "1234-56"},
		{"Devanagari digits", "१२३ ४५६", "123456", "1234-56"},
		{"digits beyond the first plane", "𑁦𑁧𑁨", "012", "012"},
		{"mathematical digits", "𝟙𝟚𝟛", "123", "123"},
		{"full stop", "123456.", "123456", "1234-56"},
		{"quotes and brackets", "(“ABCD‑2345”).", "ABCD2345", "ABCD-2345"},
		{"line of a mail", "Code: ABCD-2345", "ABCD2345", "ABCD-2345"},
		{"line of a mail to read out", " Staff code: 7KM-3QX\r\n", "7KM3QX", "7KM3-QX"},
		{"Arabic with its own stroke and comma", "\u200fABCDـ٢٣٤٥،", "ABCD2345", "ABCD-2345"},
		{"full width with the stroke of kana", "ＡＢＣＤー２３４５。", "ABCD2345", "ABCD-2345"},
		{"half-width stroke", "ABCDｰ2345", "ABCD2345", "ABCD-2345"},
		{"digits as keys", "2\ufe0f\u20e33\ufe0f\u20e3", "23", "23"},
		{"isolated", "\u2068ABCD-2345\u2069", "ABCD2345", "ABCD-2345"},
		{"label in Arabic", "رمز الرسالة: ABCD-2345", "ABCD2345", "ABCD-2345"},
		{"full-width colon", "Code：ABCD-2345", "ABCD2345", "ABCD-2345"},
		{"colon behind", "ABCD-2345:", "ABCD2345", "ABCD-2345"},
		{"another alphabet", "АВСД2345", "АВСД2345", "АВСД-2345"},
		{"sign", "+55224", "+55224", "+552-24"},
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

// TestFoldNumber: the number of a case or a ticket is understood in any digits and with any stroke, but
// what could be a name stays one.
func TestFoldNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"C-1042": "C-1042", " c-1042\n": "C-1042", "T–2077": "T-2077", "c 1042": "C-1042", "C‑1042.": "C-1042",
		"C-١٠٤٢": "C-1042", "C-۱۰۴۲": "C-1042", "T-२०७७": "T-2077", "Ｃ－１０４２": "C-1042", "Cー1042": "C-1042",
		"\u2066C-1042\u2069": "C-1042", "Case: C-1042": "C-1042",
		"c1042": "C1042", "u-5": "U-5", "ct-5": "CT-5", "C-10A2": "C-10A2", "C-": "C-", "ада": "АДА", "": "",
	} {
		if got := token.FoldNumber(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// TestSearchNumber: beside a search for names, what could be one is read as a number, too.
func TestSearchNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"c1042": "C-1042", " T2077.": "T-2077", "c\u0661\u0660\u0664\u0662": "C-1042", "c 1042": "C-1042",
		"C-1042": "C-1042", "Case: C-1042": "C-1042", "Case: c1042": "C-1042", "@c1042": "C-1042",
		"ct5": "CT5", "c10a2": "C10A2", "c": "C", "u-5": "U-5", "": "",
	} {
		if got := token.SearchNumber(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestIsCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, typed string
		n           int
		want        bool
	}{
		{"as shown", "ABCD-EFGH-JKMN-PQRS-TVWX-2345", 24, true},
		{"as typed", " abcd efgh jkmn pqrs tvwx 2345\n", 24, true},
		{"look-alikes", "0OOO-1IIL-UUUU-PQRS-TVWX-2345", 24, true},
		{"code of an app", "755224", 6, true},
		{"one short", "ABCDEFGHJKMNPQRSTVWX234", 24, false},
		{"one long", "ABCDEFGHJKMNPQRSTVWX23456", 24, false},
		{"letter beyond ASCII", "ABCDEFGHJKMNPQRSTVWX23ſ", 24, false},
		{"as many bytes of another alphabet", "АВС", 6, false},
		{"sign", "+75522", 6, false},
		{"empty", "", 6, false},
	} {
		if got := token.IsCode(token.FoldCode(tt.typed), tt.n); got != tt.want {
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
