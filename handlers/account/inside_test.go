package account

import (
	"testing"

	"regain/views/words"
)

// TestOverviewWords: every next action has its words.
func TestOverviewWords(t *testing.T) {
	t.Parallel()
	for code := range ways {
		for _, word := range []string{"", ".do"} {
			if key := "overview." + string(code) + word; !words.Known(key) && !words.Known(key+".totp.do") &&
				code != "factor_single" {
				t.Errorf("no sentence for %s", key)
			}
		}
	}
}
