package password

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nbutton23/zxcvbn-go/matching"
	"github.com/nbutton23/zxcvbn-go/scoring"
)

// TestGuessesLikeZxcvbn: texts are worth what the original makes of them. Left out are dates, which it
// loses, runs of signs that it takes for falling sequences, and longer texts, for which it takes too long.
func TestGuessesLikeZxcvbn(t *testing.T) {
	t.Parallel()
	x, err := lexiconOf()
	if err != nil {
		t.Fatal(err)
	}
	pieces := []string{"correct", "Horse", "BATTERY", "staPle", "qwertyuiop", "zxcvbn", "!@#$%", "abcdef",
		"XYZ", "987", "aaaa", "LLLl", "dragon", "Smith", "mary", "kq", "Zw.", "m-", "_Gn", "7", "42", " ",
		"147", "aoeui", "pyfg", "hgfedc", "monkey", "TgBnHy", "0", "&*"}
	r := rand.New(rand.NewPCG(1, 2))
	var seen [5]int
	for range 1000 {
		var text strings.Builder
		for range 1 + r.IntN(5) {
			text.WriteString(pieces[r.IntN(len(pieces))])
		}
		plain := text.String()
		if strings.ContainsAny(plain, "-.") && strings.ContainsAny(plain, digits) {
			continue
		}
		found := matching.Omnimatch(plain, nil, matching.FilterL33tMatcher,
			matching.FilterDateSepMatcher, matching.FilterDateWithoutSepMatcher)
		want := scoring.MinimumEntropyMatchSequence(plain, found).Score
		parts := dictionary(plain, x.ranks)
		parts = append(append(parts, repeats(plain)...), sequences(plain)...)
		for _, k := range x.keyboards {
			parts = append(parts, k.rows(plain)...)
		}
		got, _ := cheapest(plain, parts)
		if got != want {
			t.Errorf("%q: score %d, want %d", plain, got, want)
		}
		seen[got]++
	}
	for score, n := range seen {
		if n < 20 {
			t.Errorf("only %d texts of score %d", n, score)
		}
	}
}

// TestDates: days with two digits of a year are days too, and other numbers are none.
func TestDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"x120990y": "120990", "90-12-31": "90-12-31",
		"12.31.90": "12.31.90", "x19901210": "19901210", "839205": "", "x9913": ""} {
		found := ""
		for _, p := range dated(text) {
			if p.reason == ReasonDate {
				found = text[p.from:p.to]
				break
			}
		}
		if found != want {
			t.Errorf("%s: %q, want %q", text, found, want)
		}
	}
}
