package setup

import (
	"os"
	"strings"
	"testing"
)

// TestUnitInSECURITY: the unit that the page shows is the one that is written.
func TestUnitInSECURITY(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "### A unit for systemd\n")
	_, block, _ := strings.Cut(rest, "```ini\n")
	block, _, _ = strings.Cut(block, "```")
	if block != Unit() {
		t.Errorf("SECURITY.md has another unit than\n%s", Unit())
	}
}

// TestStaffAddresses: they are compared and kept as the portal keeps them.
func TestStaffAddresses(t *testing.T) {
	t.Parallel()
	for typed, fits := range map[string]bool{"eve@bücher.example, ines@example.org": true,
		"eve@bücher.example, EVE@xn--bcher-kva.example": false, "jörg@example.org, ines@example.org": false} {
		var s setup
		err := s.takeStaff(typed)
		if err == nil {
			err = s.checkStaff()
		}
		if (err == nil) != fits || fits && s.Admin != "eve@xn--bcher-kva.example" {
			t.Errorf("%q: %q, %v", typed, s.Admin, err)
		}
	}
}

// TestNear: a portal that talks with other machines is not kept from them.
func TestNear(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{"sqlite:/var/lib/regain/regain.db": true, "dir:/mail": true,
		"smtp://localhost:25": true, "smtp://u:p@127.0.0.1": true, "smtps://u:p@mail.example.com": false,
		"postgres:///regain?host=/run/postgresql": true, "postgres://u:p@10.0.0.1/regain": false, "smtp://%": false} {
		if near(address) != want {
			t.Errorf("near(%q) is %v", address, !want)
		}
	}
	far := service{Far: true}.String()
	if !strings.Contains(far, "\n#IPAddressDeny=any\n#IPAddressAllow=localhost\n") {
		t.Errorf("the unit keeps the portal from its mail server:\n%s", far)
	}
}
