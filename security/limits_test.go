package security_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"regain/security"
	"regain/security/access"
)

// TestSessionTimesAreDocumented: likewise for how long a session and a fresh proof of an owner last
// (ASVS 7.1.1).
func TestSessionTimesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{
		fmt.Sprintf("| signed in | %d min | %d h |", int(access.SignedInIdle.Minutes()),
			int(access.SignedInWhole.Hours())),
		fmt.Sprintf("| signed in, password alone | – | %d min |",
			int(access.SignedInHalf.Minutes())),
		fmt.Sprintf("needs a proof of the last %d minutes", int(access.ProofFresh.Minutes())),
	} {
		if !strings.Contains(string(text), says) {
			t.Errorf("SECURITY.md lacks %q", says)
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
		if got := security.Network(row.ip); got != row.want {
			t.Errorf("%q: %q, want %q", row.ip, got, row.want)
		}
	}
}
