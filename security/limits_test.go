package security

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestLimitsAreDocumented: SECURITY.md lists every limit with its true numbers
// (ASVS 2.1.3, 6.1.1).
func TestLimitsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range limits {
		per := "1h"
		if l.Per != time.Hour {
			per = fmt.Sprintf("%dm", int(l.Per.Minutes()))
		}
		row := fmt.Sprintf("| %s | %d | %s |", l.Name, l.Burst, per)
		if !strings.Contains(string(text), row) {
			t.Errorf("SECURITY.md lacks %q", row)
		}
	}
	rows := len(regexp.MustCompile(`(?m)^\| [a-z-]+:[a-z]+ \|`).FindAll(text, -1))
	if rows != len(limits) {
		t.Errorf("SECURITY.md lists %d limits, the code has %d", rows, len(limits))
	}
}
