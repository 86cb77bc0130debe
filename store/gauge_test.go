package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security"
	"regain/security/audit"
	"regain/store"
	lists "regain/store/queue"
	"regain/store/storetest"
)

// TestGauges counts what waits and what is open, how much of it is late, and since when the first waits.
func TestGauges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		idle := []lists.Gauge{{Of: "chain"}}
		for _, name := range []string{"mails", "webhooks", "inbound", "attachments", "lock_jobs", "copies",
			"requests"} {
			idle = append(idle, lists.Gauge{Of: "queue", Name: name})
		}
		gauged(t, db, now, idle)
		fill(t, db, 20, 20)
		write, _ := db.Pools()
		for _, q := range []string{
			"UPDATE tickets SET department = 'Trust & Safety', opened_at = 9000 WHERE id = 'k5'",
			"UPDATE tickets SET department = 'Customer Support', status = 'pending' WHERE id = 'k10'",
			"UPDATE cases SET opened_at = 1000 + version",
			`INSERT INTO requests (id, kind, sealed, at, expires_at, resolved_at, ended_at, tries)
				VALUES ('r1', 'x', '', 5000, 0, 0, 0, 0), ('r2', 'x', '', 4000, 0, 0, 0, 0)`,
		} {
			if _, err := write.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		busy := idle[1 : len(idle)-1]
		for _, state := range []string{"locked", "needs_owner", "secured", "in_review"} {
			busy = append(busy, lists.Gauge{Of: "cases", Name: state, Count: 1, Oldest: time.UnixMilli(1001)})
		}
		busy[len(busy)-1].Late, busy[len(busy)-2].Late = 1, 1
		gauged(t, db, now.Add(200_000*time.Second), append(busy, lists.Gauge{Of: "chain", Count: 1},
			lists.Gauge{Of: "queue", Name: "requests", Count: 2, Oldest: time.UnixMilli(4000)},
			lists.Gauge{Of: "tickets", Name: "Customer Support", More: "pending", Count: 1,
				Oldest: now.Add(10 * time.Millisecond)},
			lists.Gauge{Of: "tickets", Name: "Trust & Safety", More: "open", Count: 1, Late: 1,
				Oldest: time.UnixMilli(9000)}))
	})
}

// gauged fails the test unless the numbers at a moment are these.
func gauged(t *testing.T, db *store.DB, at time.Time, want []lists.Gauge) {
	t.Helper()
	got, err := lists.Gauges(t.Context(), db.Enterprise().Conn, at)
	if err != nil {
		t.Fatal(err)
	}
	key := func(g lists.Gauge) string { return g.Of + " " + g.Name + " " + g.More }
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b lists.Gauge) bool {
		return key(a) < key(b)
	}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWatched: whoever watches hears of a change and of a statement outside of one, when each begins and how
// it ended, and of no statement of a change.
func TestWatched(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var heard []string
		var failed []error
		db.Watched = func(_ context.Context, change, statement string) func(error) {
			heard = append(heard, change+statement)
			return func(err error) { failed = append(failed, err) }
		}
		e := security.Event{ID: "e-w", At: now, Kind: audit.StaffJoined, By: security.Operator("test")}
		if err := db.Commit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Case(t.Context(), "none"); !errors.Is(err, security.ErrNotFound) {
			t.Fatal(err)
		}
		if len(heard) != 2 || heard[0] != "staff.joined" || !strings.HasPrefix(heard[1], "SELECT ") {
			t.Errorf("heard of %q", heard)
		}
		if len(failed) != 2 || failed[0] != nil || !errors.Is(failed[1], security.ErrNotFound) {
			t.Errorf("ended with %v", failed)
		}
	})
}
