package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestStaff: from the first invitation to the end of an access. The link is in the mail and
// nowhere else.
func TestStaff(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	wantShape(t, c.ok("staff", "list", "--json"), `[]`)
	invited := c.ok("staff", "invite", "Ines@market.example", "--role", "admin", "--json")
	id := regexp.MustCompile(`"id":"([A-Z2-7]{26})"`).FindStringSubmatch(invited)
	if id == nil {
		t.Fatalf("no id in %s", invited)
	}
	wantShape(t, invited, `{"id":"`+id[1]+`","email":"Ines@market.example","name":"","role":"admin",
		"state":"invited","invited_at":"TIME","joined_at":null,"disabled_at":null,
		"expires_at":"TIME","sent":true}`)
	mails := c.mails()
	const link = "\nhttps://protect.example.org/staff/join/"
	if len(mails) != 1 || !strings.HasPrefix(mails[0], "staff_invitation to Ines@market.example") ||
		strings.Count(mails[0], link) != 1 {
		t.Errorf("mails %q", mails)
	}
	again := c.run("staff", "invite", "ines@market.example", "--role", "support", "--name", "Ines R.")
	if again.status != 0 || strings.Contains(again.stdout+again.stderr, "/staff/join/") ||
		!strings.HasPrefix(again.stdout, "An invitation for the role support goes to ines@market.example.") {
		t.Errorf("invited again: %+v", again)
	}
	if got, want := c.ok("staff", "list"), "invited  support  ines@market.example  Ines R.\n"; got != want {
		t.Errorf("list %q, want %q", got, want)
	}
	wantShape(t, c.ok("staff", "disable", "INES@market.example", "--json"),
		`{"id":"`+id[1]+`","email":"ines@market.example","name":"Ines R.","role":"support",
		"state":"disabled","invited_at":"TIME","joined_at":null,"disabled_at":"TIME"}`)
	if got, want := c.ok("staff", "disable", "ines@market.example"),
		"ines@market.example has no access any more.\n"; got != want {
		t.Errorf("disable %q, want %q", got, want)
	}
}

func TestStaffRefuses(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	for _, tt := range []struct {
		args   string
		status int
		stderr string
	}{
		{"staff", 2, `regain: expected one of "invite", "list", "disable"` +
			"\nregain: see regain --help\n"},
		{"staff invite", 2, "regain: missing flags: --role=STRING\nregain: see regain --help\n"},
		{"staff invite ines@market.example", 2,
			"regain: missing flags: --role=STRING\nregain: see regain --help\n"},
		{"staff invite ines@market.example --role root", 2, `regain: --role must be one of "support",` +
			`"account_security","trust_safety","admin" but got "root"` + "\nregain: see regain --help\n"},
		{"staff invite ines --role admin", 2,
			"regain: this is no e-mail address; nobody was invited\nregain: see regain --help\n"},
		{"staff invite ines --role admin --json", 2,
			`{"error":{"code":"email_invalid","message":"this is no e-mail address; nobody was invited"}}` + "\n"},
		{"staff disable ines@market.example", 1,
			"regain: nobody of the staff has the address ines@market.example\n"},
	} {
		r := c.run(strings.Fields(tt.args)...)
		if r.status != tt.status || r.stdout != "" || r.stderr != tt.stderr {
			t.Errorf("%s: status %d, output %q, errors %q", tt.args, r.status, r.stdout, r.stderr)
		}
	}
	if m := c.mails(); len(m) != 0 {
		t.Errorf("mails %q", m)
	}
}
