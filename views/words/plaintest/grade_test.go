package plaintest

import "testing"

// TestGrade: the measure tells what is plain from what is not.
func TestGrade(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"account": 2, "locked": 1, "added": 2, "device": 2, "people": 2,
		"recovery": 4, "security": 4, "usernames": 3, "code": 1, "codes": 1, "places": 2, "verification": 5,
		"unusual": 4, "table": 2, "use": 1, "see": 1, "the": 1, "safe": 1, "email": 2, "authenticator": 5,
		"review": 2, "reading": 2, "being": 2, "ask": 1, "asked": 1, "2": 1, "notices": 3, "messages": 3} {
		if got := syllables(text); got != want {
			t.Errorf("%s: %d syllables, want %d", text, got, want)
		}
	}
	easy := Grade([]string{"We have locked your account.", "Nobody can sign in with it now."})
	hard := Grade([]string{"Notwithstanding the aforementioned circumstances, authentication is unavailable pending " +
		"verification of your identity by authorised representatives."})
	if easy > 4 || hard < 15 {
		t.Errorf("easy %.1f, hard %.1f", easy, hard)
	}
}
