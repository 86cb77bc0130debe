package security_test

import (
	"testing"
	"time"

	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestProposalOfSomebodyGone: what was proposed by somebody who is no analyst any more
// nobody agrees to.
func TestProposalOfSomebodyGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", newHome))
		id := w.lastReproof().ID
		gone := ines.Staff
		for _, change := range []func(){
			func() { gone.Role = staff.RoleSupport },
			func() { gone.Role, gone.DisabledAt = staff.RoleSecurity, w.Now() },
			func() { gone.JoinedAt, gone.DisabledAt = time.Time{}, time.Time{} },
		} {
			change()
			w.commit(audit.StaffChanged, staff.SaveStaff{Staff: gone})
			gone.Version++
			wantRefusal(t, w.Desk.ApproveReproof(ctx, omar, "T-10", id), refusal.ProposalVoid)
		}
		gone.JoinedAt = w.Now()
		w.commit(audit.StaffChanged, staff.SaveStaff{Staff: gone})
		w.must(w.Desk.ApproveReproof(ctx, omar, "T-10", id))
	})
}
