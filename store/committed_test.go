package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/store"
	"regain/store/storetest"
)

// TestCommittedHearsOfWhatWasKept: and of nothing else.
func TestCommittedHearsOfWhatWasKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var heard []string
		db.Committed = func(_ context.Context, c security.Change) {
			heard = append(heard, c.Event.ID)
		}
		now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
		event := func(id string) security.Event {
			return security.Event{ID: id, At: now, Kind: audit.LinkSent, Account: "u" + id,
				By: security.Actor{Kind: security.BySystem}}
		}
		fails := casework.SaveTicket{Ticket: security.Ticket{ID: "nobodys"}}
		if err := db.Commit(t.Context(), event("1")); err != nil {
			t.Fatal(err)
		}
		if err := db.Commit(t.Context(), event("2"), fails); !errors.Is(err, security.ErrConflict) {
			t.Fatalf("error %v", err)
		}
		errs, err := db.CommitAll(t.Context(), []security.Change{
			{Event: event("3"), Writes: []security.Write{fails}}, {Event: event("4")}})
		if err != nil || !errors.Is(errs[0], security.ErrConflict) || errs[1] != nil {
			t.Fatalf("errors %v %v", errs, err)
		}
		if diff := cmp.Diff([]string{"1", "4"}, heard); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}
