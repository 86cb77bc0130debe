package audit

import (
	"os"
	"strings"
	"testing"
)

// TestEventsAreDocumented: SECURITY.md names every event that an audit line has in
// the log (ASVS 16.1.1).
func TestEventsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range owasp {
		if name, _ := kind.OWASP(); !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("SECURITY.md does not name %s, the event of %s", name, kind)
		}
	}
}
