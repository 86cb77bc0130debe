package security_test

import (
	"testing"

	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestStaffLimits: whoever has a session of staff reads, writes and looks up only so much
// with it.
func TestStaffLimits(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.ticket("T-10")
	ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
	inside := false
	for _, row := range []struct {
		name string
		most int
		do   func(*staff.Member) error
	}{
		{"tickets read", 600, func(m *staff.Member) error {
			_, err := w.Desk.DeskTicket(ctx, m, "T-10")
			return err
		}},
		{"messages", 120, func(m *staff.Member) error {
			inside = !inside
			return w.Desk.WorkTicket(ctx, m, "T-10", 0, desk.Work{Message: "Hello",
				Internal: inside})
		}},
		{"lists", 20, func(m *staff.Member) error {
			_, err := w.Lockout.DraftLock(ctx, m, lockout.LockDraft{List: "ada", Evidence: "e"})
			return err
		}},
	} {
		for i := range row.most {
			if err := row.do(ines); err != nil {
				t.Fatalf("%s %d: %v", row.name, i, err)
			}
		}
		wantRefusal(t, row.do(ines), refusal.TooManyRequests)
		if err := row.do(omar); err != nil {
			t.Errorf("%s of another: %v", row.name, err)
		}
	}
	w.must(w.Desk.WorkTicket(ctx, ines, "T-10", 0, desk.Work{Topic: ticket.Malware}))
}
