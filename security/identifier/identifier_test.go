package identifier_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"regain/security/identifier"
)

// TestRead: every spelling is the name.
func TestRead(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"": {"", " ", "\u200b", "\u00ad\u2060\ufeff", "\x00\x1f", "\u00a0"},
		"ada@example.org": {
			"ada@example.org", "ADA@Example.ORG", " ada@example.org\u00a0", "ada@exam\u200bple.org",
			"ad\u00ada@example.org", "\ufeffada@example.org", "\u202aada@example.org\u202c",
			"<ada@example.org>", "Ada <ada@example.org>", `"Lovelace, Ada" <ada@example.org>;`,
			"mailto:ada@example.org", "MAILTO:ada@example.org?subject=Hello",
			"<mailto:ada@example.org>", "mailto:ada%40example.org", "'ada@example.org'",
			`"ada@example.org"`, "\u201cada@example.org\u201d", "\u201eada@example.org\u201c",
			"(ada@example.org)", "[ada@example.org]", "ada@example.org.", "ada@example.org,",
			"ada@example.org;", "ada@example.org!", "ada@example.org. ", "ada@example.org\t",
			"ada@example.org\u3002", "ada@example\uff0eorg", "\uff41\uff44\uff41@example.org",
			"ada\uff20example.org",
			"ada@example. org", "ada @example.org", "ada@ example.org", " ada@example .org .", "Ada <ada@example. org>",
			"ada@example\u3000.org", "ada@example.\u00a0 org",
			"\uff21\uff24\uff21\uff20\uff25\uff38\uff21\uff2d\uff30\uff2c\uff25.org",
		},
		"ada@xn--bcher-kva.example": {
			"ada@b\u00fccher.example", "ADA@B\u00dcCHER.example", "ada@bu\u0308cher.example",
			"ada@xn--bcher-kva.example", "ada@XN--BCHER-KVA.example", "ada@b\u00fccher.example.",
			"Ada <ada@b\u00fccher\u3002example>",
		},
		"ada.b.lovelace@example.org": {"ada.b. lovelace@example.org", "Ada.  B. Lovelace @ Example. org"},
		"ada lovelace@example.org":   {"ada lovelace@example.org"},
		"dr. ada":                    {"Dr. Ada"},
		"ada@xn--strae-oqa.de":       {"ada@stra\u00dfe.de"},
		"\u00e4da@example.org":       {"\u00c4da@example.org", "a\u0308da@EXAMPLE.org"},
		"ada":                        {"ada", "Ada", "@ada", "@ ada", "<ada>", "'ada'", "ada.", "\uff20ada"},
		"strasse":                    {"Stra\u00dfe", "STRASSE", "\u017ftrasse", "STRA\u1e9eE"},
		"\u03bf\u03b4\u03bf\u03c3":   {"\u03bf\u03b4\u03bf\u03c2", "\u039f\u0394\u039f\u03a3"},
		"ipek":                       {"\u0130pek", "i\u0307pek", "IPEK", "I\u0307pek"},
		"\u0131pek":                  {"\u0131pek"},
		"kelvin":                     {"\u212aelvin"},
		"fi":                         {"\ufb01", "FI"},
		"\u13e3\u13b3\u13a9\u13f5":   {"\u13e3\u13b3\u13a9\u13f5", "\uabb3\uab83\uab79\u13fd"},
		"\u0645\u06cc\u062e\u0648\u0627\u0647\u0645": {
			"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		},
	} {
		for _, typed := range spellings {
			if got := identifier.Read(typed); got != want {
				t.Errorf("%+q is read as %+q, want %+q", typed, got, want)
			}
		}
	}
}

// TestFirst: what is stored under its own key is found by it alone, and a name that looks dressed
// before the name within.
func TestFirst(t *testing.T) {
	t.Parallel()
	found := map[string][]string{" stra\u00dfe": {"sz"}, " strasse": {"ss"}, "bob": {"bob"},
		"bob.": {"bob."}, "a. b@c.de": {"blank"}, "a.b@c.de": {"plain"}, "c. d@c.de": {"odd"}}
	for typed, want := range map[string]string{"STRASSE": "ss", "Stra\u00dfe": "sz",
		"\u017ftrasse": "", "bob.": "bob.", "Bob": "bob", "bob,": "bob", "@bob": "bob",
		"a. b@c.de": "blank", "A. B@c. de": "plain", "a.b@c.de": "plain", "c.d@c.de": "", "c. d@c.de": "odd"} {
		if got := strings.Join(identifier.First(found, typed), " "); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// TestSameAddress: what mail is delivered by tells addresses apart, not what looks alike.
func TestSameAddress(t *testing.T) {
	t.Parallel()
	for other, want := range map[string]bool{
		"ADA@Example.ORG": true, "ada@example.org.": true, "ada@exam\uff50le.org": true,
		"\uff41da@example.org": false, "a\u200bda@example.org": false, "Ada <ada@example.org>": false,
		"ada+1@example.org": false, "a.da@example.org": false, "ada@example.com": false, "ada": false, "": false,
		"@example.org": false,
	} {
		if got := identifier.SameAddress("ada@example.org", other); got != want {
			t.Errorf("%q: %v", other, got)
		}
	}
}

// FuzzIdentifier: folding twice is folding once, what was the same by case alone stays the same,
// and no username is without a key.
func FuzzIdentifier(f *testing.F) {
	for _, s := range []string{"Ada", "\u0130@B\u00fccher.example.", "a@xn--\u00df", "<@>", "mailto:%",
		"\u1e9e\u0345\u03b1", "i\u0307\u0323", "@@", " \u3164", "\u0390\u1fd3",
		"\u13bf", "\u13f5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := identifier.Fold(s)
		if again := identifier.Fold(folded); again != folded {
			t.Errorf("%+q folds to %+q and then to %+q", s, folded, again)
		}
		if read := identifier.Read(s); identifier.Fold(read) != read || !utf8.ValidString(read) {
			t.Errorf("%+q is read as %+q, which is not folded", s, read)
		}
		old := strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
		if utf8.ValidString(s) && !strings.Contains(s, "@") && identifier.Fold(old) != folded {
			t.Errorf("%+q folds to %+q, and in lower case to %+q", s, folded, identifier.Fold(old))
		}
		if identifier.Key(s) == "" || strings.HasPrefix(folded, " ") ||
			slices.Contains(identifier.Keys(s)[1:], identifier.Own(s)) {
			t.Errorf("%+q has the keys %q", s, identifier.Keys(s))
		}
	})
}
