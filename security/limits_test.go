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
		switch {
		case l.Per > time.Hour:
			per = fmt.Sprintf("%dh", int(l.Per.Hours()))
		case l.Per < time.Hour:
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

// TestPacesAreDocumented: likewise for the waits of the sign-in.
func TestPacesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	short := strings.NewReplacer("h0m0s", "h", "m0s", "m")
	for _, p := range paces {
		row := fmt.Sprintf("| %s | %d | %s | %s |", p.Name, p.Free, short.Replace(p.First.String()),
			short.Replace(p.Longest.String()))
		if !strings.Contains(string(text), row) {
			t.Errorf("SECURITY.md lacks %q", row)
		}
	}
}

// TestSessionTimesAreDocumented: likewise for how long a session and a fresh proof of an owner last
// (ASVS 7.1.1).
func TestSessionTimesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{
		fmt.Sprintf("| signed in | %d min | %d h |", int(SignedInIdle.Minutes()),
			int(SignedInWhole.Hours())),
		fmt.Sprintf("| signed in, password alone | – | %d min |", int(SignedInHalf.Minutes())),
		fmt.Sprintf("needs a proof of the last %d minutes", int(ProofFresh.Minutes())),
	} {
		if !strings.Contains(string(text), says) {
			t.Errorf("SECURITY.md lacks %q", says)
		}
	}
}

// TestEventsAreDocumented: SECURITY.md names every event that an audit line has in
// the log (ASVS 16.1.1).
func TestEventsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range owasp {
		if name, _ := kind.OWASP(); !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("SECURITY.md does not name %s, the event of %s", name, kind)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ ip, want string }{
		{"81.2.69.142", "81.2.69.142"},
		{"::ffff:81.2.69.142", "81.2.69.142"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::9", "2001:db8:1:2::/64"},
		{"2001:db8:1:3::9", "2001:db8:1:3::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", "invalid IP"},
	} {
		if got := network(row.ip); got != row.want {
			t.Errorf("%q: %q, want %q", row.ip, got, row.want)
		}
	}
}
