package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/review"
	"regain/security/staff"
)

// TestWhatReadersMayDo with a case, from the moment it was taken until its resume is a day old.
func TestWhatReadersMayDo(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	c := w.reviewed(ines)
	check := func(step string, m *staff.Member, want review.CaseActs) {
		t.Helper()
		f, err := w.Review.ReviewCase(ctx, m, c.Number)
		w.must(err)
		if diff := cmp.Diff(want, f.Acts); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", step, m.Name, diff)
		}
	}
	free := c.TakenAt.Add(review.CaseKeptFor)
	check("taken", ines, review.CaseActs{Decide: true, Demand: true})
	check("taken", otto, review.CaseActs{FreeAt: free})
	w.advance(free.Sub(w.Now()) - time.Millisecond)
	check("still held", otto, review.CaseActs{FreeAt: free})
	w.advance(time.Millisecond)
	check("left alone", ines, review.CaseActs{Decide: true, Demand: true})
	check("left alone", otto, review.CaseActs{Take: true})
	_, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
	w.must(err)
	for _, m := range []*staff.Member{ines, otto} {
		check("resumed", m, review.CaseActs{Undo: true, Reopen: true})
	}
	w.advance(24*time.Hour - time.Millisecond)
	ines, otto = w.member("ida", staff.RoleSecurity), w.member("olga", staff.RoleSecurity)
	check("almost a day old", ines, review.CaseActs{Undo: true, Reopen: true})
	w.advance(time.Millisecond)
	check("a day old", otto, review.CaseActs{Reopen: true})
	_, err = w.Lockout.Lock(ctx, security.Operator("lock"), "ada", "", "again")
	w.must(err)
	check("another case locks the account", otto, review.CaseActs{})
}
