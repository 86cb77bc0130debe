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

func TestNetworks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ ip, want string }{
		{"81.2.69.142", "[{81.2.69.142 1} {81.2.69.0/24 16}]"},
		{"::ffff:81.2.69.142", "[{81.2.69.142 1} {81.2.69.0/24 16}]"},
		{"2001:db8:1:2345:6:7:8:9",
			"[{2001:db8:1:2345::/64 1} {2001:db8:1:2300::/56 4} {2001:db8:1::/48 16}]"},
		{"2001:db8:1:2::9", "[{2001:db8:1:2::/64 1} {2001:db8:1::/56 4} {2001:db8:1::/48 16}]"},
		{"fe80::1%eth0", "[{fe80::/64 1} {fe80::/56 4} {fe80::/48 16}]"},
		{"", "[{invalid IP 1}]"},
	} {
		if got := fmt.Sprint(security.Networks(row.ip)); got != row.want {
			t.Errorf("%q: %s, want %s", row.ip, got, row.want)
		}
	}
}
