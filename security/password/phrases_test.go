package password

import (
	"strings"
	"testing"
)

// TestKnownPhrases: a phrase that everybody knows is refused in every spelling, and with little beside
// it; what is strong beside it is judged by itself, and a phrase of one's own is left alone.
func TestKnownPhrases(t *testing.T) {
	t.Parallel()
	for candidate, refused := range map[string]bool{
		"correct horse battery staple":          true,
		"Correct-Horse-Battery-Staple!":         true,
		"correcthorsebatterystaple":             true,
		"c0rrect h0rse b@ttery $taple":          true,
		"staple battery horse correct":          true,
		"correct horse battery stable":          true,
		"correct horse battery staple 1":        true,
		"correct horse battery staple 2026":     true,
		"CorrectHorseBatteryStaple99!!":         true,
		"horse battery staple":                  true,
		"to be or not to be, that":              true,
		"May the Force be with you!":            true,
		"let me in please":                      true,
		"liberté égalité fraternité":            true,
		"te quiero mucho 22":                    true,
		"one two three four five":               true,
		"correct horse battery staple xk3f9a2b": false,
		"kettle orbit horse seventeen":          false,
		"battery of violet harbours":            false,
		"copper violin marble tunnel":           false,
	} {
		got, err := Policy{}.Judge(t.Context(), candidate, ada)
		if err != nil || (got.Code != "") != refused {
			t.Errorf("%q: %+v, %v, want refused %v", candidate, got, err, refused)
		}
	}
}

// TestPhraseList: every line can be found again, and is long enough to matter.
func TestPhraseList(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line := range strings.Lines(phraseLines) {
		line = strings.TrimSuffix(line, "\n")
		whole := letters(line)
		if line != strings.ToLower(strings.TrimSpace(line)) || len(whole) < FloorRunes || seen[whole] {
			t.Errorf("line %q", line)
		}
		seen[whole] = true
		if rest, found := withoutPhrase(line); !found || rest != "" {
			t.Errorf("%q is found %v and leaves %q", line, found, rest)
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d phrases", len(seen))
	}
}
