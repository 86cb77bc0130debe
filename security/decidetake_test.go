package security_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
)

func TestTakeCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		c := w.ada()
		w.deliver()
		w.must(w.Review.TakeCase(ctx, ines, strings.ToLower(c.Number), c.Version))
		first := w.adaCase()
		if first.State != recovery.InReview || first.Assignee != ines.ID ||
			!first.TakenAt.Equal(w.Now()) {
			t.Errorf("taken: %+v", first)
		}
		told := mailed[notice.CaseTaken](w, w.deliver())
		if want := (notice.CaseTaken{Case: c.Number, At: w.Now()}); told != want {
			t.Errorf("told %+v, want %+v", told, want)
		}

		w.must(w.Review.TakeCase(ctx, ines, c.Number, c.Version)) // the second click
		if diff := cmp.Diff(first, w.adaCase()); diff != "" {
			t.Errorf("the second click changed the case:\n%s", diff)
		}
		w.advance(review.CaseKeptFor - time.Millisecond)
		err := w.Review.TakeCase(ctx, otto, c.Number, first.Version)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != refusal.CaseTakenBy ||
			!slices.Equal(r.Args, []string{"ines", first.TakenAt.Format(time.RFC3339)}) {
			t.Errorf("while ines is at it: %v", err)
		}
		w.advance(time.Millisecond)
		if err := w.Review.TakeCase(ctx, otto, c.Number, first.Version-1); !errors.Is(err,
			security.ErrConflict) {
			t.Errorf("an old page: %v", err)
		}
		w.must(w.Review.TakeCase(ctx, otto, c.Number, first.Version))
		if got := w.adaCase(); got.Assignee != otto.ID || !got.TakenAt.Equal(w.Now()) {
			t.Errorf("taken over: %+v", got)
		}
		if mails := w.deliver(); len(mails) != 0 {
			t.Errorf("mails of the take-over: %v", kinds(mails))
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		if diff := cmp.Diff(map[string]string{"from": ines.ID, "to": otto.ID},
			events[len(events)-1].Data); diff != "" {
			t.Errorf("record of the take-over (-want +got):\n%s", diff)
		}
		w.must(w.Review.DeclineCase(ctx, otto, on(w.adaCase(), "no")))
		wantRefusal(t, w.Review.TakeCase(ctx, ines, c.Number, 0), refusal.CaseNotInReview)
		if err := w.Review.TakeCase(ctx, ines, "C-1", 0); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("an unknown number: %v", err)
		}
		w.intact()
	})
}

// TestTakeFromWhere: what being taken does in each state.
func TestTakeFromWhere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from  recovery.State
		mails []string
	}{
		{recovery.Locked, []string{"case_taken ada@example.org"}},
		{recovery.Secured, []string{"case_taken ada@example.org"}},
		{recovery.NeedsOwner, nil},
		{recovery.InReview, nil},
	} {
		w := sqliteWorld(t)
		m := w.member("ines", staff.RoleSecurity)
		w.ada()
		w.secured()
		w.deliver()
		c := w.adaCase()
		c.State = row.from
		w.commit(audit.MessageSent, w.placed(c))
		w.must(w.Review.TakeCase(t.Context(), m, c.Number, 0))
		if got := w.adaCase(); got.State != recovery.InReview || got.Assignee != m.ID ||
			!got.DueAt.Equal(c.DueAt) {
			t.Errorf("from %s: %+v", row.from, got)
		}
		mails := w.deliver()
		if diff := cmp.Diff(row.mails, kinds(mails)); diff != "" {
			t.Errorf("from %s: mails (-want +got):\n%s", row.from, diff)
		}
		if len(mails) == 1 && !mails[0].Notice.(notice.CaseTaken).NextWord.Equal(c.DueAt) {
			t.Errorf("from %s: told %+v", row.from, mails[0].Notice)
		}
	}
}

func TestTakeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.ada()
		w.deliver()
		var won, named, stale int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 16 {
			m := w.member(fmt.Sprint("analyst", i), staff.RoleSecurity)
			wg.Go(func() {
				err := w.Review.TakeCase(t.Context(), m, c.Number, c.Version)
				mu.Lock()
				defer mu.Unlock()
				var r *security.Refusal
				switch {
				case err == nil:
					won++
				case errors.As(err, &r) && r.Code == refusal.CaseTakenBy:
					named++
				case errors.Is(err, security.ErrConflict):
					stale++
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if won != 1 || named+stale != 15 {
			t.Errorf("%d won, %d were told who has it, %d are stale", won, named, stale)
		}
		if got := kinds(w.deliver()); len(got) != 1 {
			t.Errorf("mails %v", got)
		}
		w.intact()
	})
}
