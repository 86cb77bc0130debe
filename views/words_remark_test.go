package views

import "testing"

// TestRemark: what the portal says to staff, in words, whatever people have typed into it.
func TestRemark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind string
		args []string
		want string
	}{
		{"two_factor_off", nil,
			"Two-factor removed: the owner did not recognise the enrolled authenticator."},
		{"passkey_off", []string{"my {1} key"},
			"Two-factor removed: the owner did not recognise the passkey “my {1} key”."},
		{"address_restored", []string{"{2}", "b••@c"}, "The reader of {2} undid the change of the " +
			"address to b••@c and put theirs back. Every session was ended."},
		{"no_mailbox", []string{"{2}", "help\nme"}, "Somebody unverified writes that they cannot reach " +
			"the mailbox of the account.\nContact given: {2}\n\nhelp\nme"},
		{"answers", []string{"2026-11-20T08:30:00Z,stopped,chrome/windows,LV,not_me,contradicts",
			"2026-11-20T08:31:00Z,succeeded,,,me,"}, "Logins answered by the owner:\n" +
			"2026-11-20T08:30:00Z, stopped, Chrome on Windows, LV: not_me (contradiction: same device " +
			"and network as this recovery)\n2026-11-20T08:31:00Z, succeeded, Unknown device, place " +
			"unknown: me"},
		{"denied_in_checkup", []string{"x"}, "In a security check-up the owner did not recognise these " +
			"logins:\nx, , Unknown device, place unknown: "},
	} {
		if got := Remark(tt.kind, tt.args); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.kind, got, tt.want)
		}
	}
}
