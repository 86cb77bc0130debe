package security_test

import (
	"testing"
	"time"

	"regain/security"
)

// TestProposalOfSomebodyGone: what was proposed by somebody who is no analyst any more
// nobody agrees to.
func TestProposalOfSomebodyGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		w.must(w.ProposeReproof(ctx, ines, "T-10", newHome))
		id := w.lastReproof().ID
		gone := ines.Staff
		for _, change := range []func(){
			func() { gone.Role = security.RoleSupport },
			func() { gone.Role, gone.DisabledAt = security.RoleSecurity, w.Now() },
			func() { gone.JoinedAt, gone.DisabledAt = time.Time{}, time.Time{} },
		} {
			change()
			w.commit(security.StaffChanged, security.SaveStaff{Staff: gone})
			gone.Version++
			wantRefusal(t, w.ApproveReproof(ctx, omar, "T-10", id), security.ProposalVoid)
		}
		gone.JoinedAt = w.Now()
		w.commit(security.StaffChanged, security.SaveStaff{Staff: gone})
		w.must(w.ApproveReproof(ctx, omar, "T-10", id))
	})
}
