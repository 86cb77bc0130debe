package security_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"regain/security"
	"regain/security/review"
	"regain/security/staff"
)

func TestResumeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.reviewed(ines)
		notes := len(w.notes())
		d := w.seen(ines, c, "all is well")
		won := race(t, 16, func(int) error {
			_, err := w.Review.ResumeCase(ctx, ines, d)
			return err
		})
		if won != 1 || len(w.notes())-notes != 1 || len(w.deliver()) != 1 {
			t.Errorf("%d won, %d notes more", won, len(w.notes())-notes)
		}
		w.intact()
	})
}

func TestProposeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.hijacked(ines)
		won := race(t, 16, func(int) error {
			_, err := w.Review.ResumeCase(ctx, ines, review.Decision{Number: c.Number, Reason: "x"})
			return err
		})
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if won != 1 || len(all) != 1 {
			t.Errorf("%d won, proposals %+v", won, all)
		}
	})
}

func TestApproveRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.proposed(w.member("ines", staff.RoleSecurity))
		var analysts []*staff.Member
		for i := range 16 {
			m := w.member(fmt.Sprint("analyst", i), staff.RoleSecurity)
			w.seen(m, c, "")
			analysts = append(analysts, m)
		}
		w.deliver()
		notes := len(w.notes())
		won := race(t, 16, func(i int) error {
			return w.Review.ApproveResume(ctx, analysts[i], c.Number)
		})
		if won != 1 || len(w.notes())-notes != 1 || len(w.deliver()) != 1 {
			t.Errorf("%d won, %d notes more", won, len(w.notes())-notes)
		}
		w.intact()
	})
}

// race does the same n times at once and counts how often it worked. The others are
// conflicts or refusals.
func race(t *testing.T, n int, act func(i int) error) (won int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := act(i)
			mu.Lock()
			defer mu.Unlock()
			var r *security.Refusal
			switch {
			case err == nil:
				won++
			case !errors.As(err, &r) && !errors.Is(err, security.ErrConflict):
				t.Errorf("unexpected: %v", err)
			}
		})
	}
	wg.Wait()
	return won
}

func (w *world) notes() []security.Note {
	w.t.Helper()
	notes, err := w.db.Notes(w.t.Context(), "u-1001")
	w.must(err)
	return notes
}
