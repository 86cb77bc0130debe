package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
)

// TestWhatReadersMayDo with a case, from the moment it was taken until its resume is a day old.
func TestWhatReadersMayDo(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
	c := w.reviewed(ines)
	check := func(step string, m *security.Member, want security.CaseActs) {
		t.Helper()
		f, err := w.ReviewCase(ctx, m, c.Number)
		w.must(err)
		if diff := cmp.Diff(want, f.Acts); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", step, m.Name, diff)
		}
	}
	free := c.TakenAt.Add(security.CaseHold)
	check("taken", ines, security.CaseActs{Decide: true})
	check("taken", otto, security.CaseActs{FreeAt: free})
	w.advance(free.Sub(w.Now()) - time.Millisecond)
	check("still held", otto, security.CaseActs{FreeAt: free})
	w.advance(time.Millisecond)
	check("left alone", ines, security.CaseActs{Decide: true})
	check("left alone", otto, security.CaseActs{Take: true})
	_, err := w.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
	w.must(err)
	for _, m := range []*security.Member{ines, otto} {
		check("resumed", m, security.CaseActs{Undo: true, Reopen: true})
	}
	w.advance(24*time.Hour - time.Millisecond)
	ines, otto = w.member("ida", security.RoleSecurity), w.member("olga", security.RoleSecurity)
	check("almost a day old", ines, security.CaseActs{Undo: true, Reopen: true})
	w.advance(time.Millisecond)
	check("a day old", otto, security.CaseActs{Reopen: true})
	_, err = w.Lock(ctx, security.Operator("lock"), "ada", "", "again")
	w.must(err)
	check("another case locks the account", otto, security.CaseActs{})
}
