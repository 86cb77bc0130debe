package security_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestTrustWorksOnItsOwn: a member of Trust & Safety answers, takes and hands on the tickets of
// Trust & Safety. Those of others they read only after saying why, and change nothing on them; each
// attempt is on record.
func TestTrustWorksOnItsOwn(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	tara := w.member("tara", staff.RoleTrust)
	for i, department := range []string{security.CustomerSupport, security.AccountSecurity,
		security.TrustSafety} {
		number := fmt.Sprint("T-", 10+i)
		before := w.ticket(number, func(k *security.Ticket) {
			k.Department, k.Status = department, ticket.Open
		})
		_, read := w.Desk.DeskTicket(ctx, tara, number)
		took := w.Desk.TakeTicket(ctx, tara, number, 0)
		work := w.Desk.WorkTicket(ctx, tara, number, 0, desk.Work{Message: "Hello"})
		if department == security.TrustSafety {
			if read != nil || took != nil || work != nil || w.read(number).Assignee != tara.ID {
				t.Errorf("own ticket: %v, %v, %v", read, took, work)
			}
			w.must(w.Desk.WorkTicket(ctx, tara, number, 0,
				desk.Work{Department: security.CustomerSupport}))
			refusedOn(t, w.Desk.WorkTicket(ctx, tara, number, 0, desk.Work{Message: "More"}), "",
				refusal.Denied)
			continue
		}
		refusedOn(t, read, "", refusal.LookNeeded)
		for _, err := range []error{took, work} {
			refusedOn(t, err, "", refusal.Denied)
		}
		if diff := cmp.Diff(before, w.read(number)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", number, diff)
		}
	}
}
