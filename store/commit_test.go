package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

// census is how many rows each of the tables has, and where the chain stands.
func census(t *testing.T, db *store.DB, tables []string) map[string]int64 {
	t.Helper()
	var q []string
	for _, table := range tables {
		q = append(q, "SELECT '"+table+" ' || COUNT(*) FROM "+table)
	}
	counts, err := db.Texts(t.Context(), strings.Join(q, " UNION ALL ")+
		" UNION ALL SELECT 'place ' || seq FROM chain")
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int64{}
	for _, line := range counts {
		table, count, _ := strings.Cut(line, " ")
		if n[table], err = strconv.ParseInt(count, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		all := tables(t, db)
		before := census(t, db, all)
		head, err := db.Texts(t.Context(), "SELECT chain FROM chain")
		if err != nil {
			t.Fatal(err)
		}
		good := []security.Write{
			security.Enqueue{Mail: security.Mail{ID: "m", Code: "c"}},
			security.AddNote{Note: security.Note{ID: "n", Account: "ada"}},
			access.EndSessions{Subject: "ada", At: now},
		}
		recorded := storetest.Event()
		storetest.Commit(t, db) // an event alone
		if err := db.Commit(t.Context(), recorded); err != nil {
			t.Fatal(err)
		}
		before["events"] += 2
		before["event_details"] += 2
		before["place"] += 2
		tests := []struct {
			name     string
			event    security.Event
			last     security.Write
			conflict bool
		}{
			{"guard", storetest.Event(), lockout.SpendLink{ID: "none", At: now}, true},
			{"unique index", storetest.Event(), lockout.MakeLink{Link: p.link}, true},
			{"foreign key", storetest.Event(), security.AddAddress{
				Address: security.Address{ID: "x", Account: "nobody"}}, false},
			{"check", storetest.Event(), feed.PutAccount{
				Account: security.Account{ID: "y", Username: "y", Type: "robot"}}, false},
			{"event", recorded, good[2], true},
		}
		for _, tt := range tests {
			err := db.Commit(t.Context(), tt.event, append(good, tt.last)...)
			if err == nil || errors.Is(err, security.ErrConflict) != tt.conflict {
				t.Errorf("%s: %v, want conflict %v", tt.name, err, tt.conflict)
			}
			if diff := cmp.Diff(before, census(t, db, all)); diff != "" {
				t.Errorf("%s left something (-before +after):\n%s", tt.name, diff)
			}
		}
		if s, err := db.Session(t.Context(), p.session.ID); err != nil || !s.EndedAt.IsZero() {
			t.Errorf("session ended at %v, %v", s.EndedAt, err)
		}
		now, err := db.Texts(t.Context(), "SELECT chain FROM chain")
		if err != nil || now[0] == head[0] {
			t.Errorf("two commits did not move the head of the chain: %v", err)
		}
		if n, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
		}
	})
}

func TestBatch(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		all := tables(t, db)
		before := census(t, db, all)
		var changes []security.Change
		for i := range 6 {
			a := security.Account{ID: fmt.Sprint("u", i), Username: fmt.Sprint("u", i),
				Type: "client"}
			switch i {
			case 2:
				a.Type = "robot"
			case 4:
				a.Username = "U1"
			}
			e := storetest.Event()
			e.Account = a.ID
			changes = append(changes, security.Change{Event: e,
				Writes: []security.Write{
					security.Enqueue{Mail: security.Mail{ID: a.ID, Code: a.ID}},
					feed.PutAccount{Account: a}}})
		}
		errs, err := db.CommitAll(t.Context(), changes)
		if err != nil || len(errs) != len(changes) {
			t.Fatalf("%d errors, %v", len(errs), err)
		}
		for i, err := range errs {
			bad, conflict := i == 2 || i == 4, i == 4
			if (err != nil) != bad || errors.Is(err, security.ErrConflict) != conflict {
				t.Errorf("change %d: %v", i, err)
			}
		}
		for _, name := range []string{"accounts", "outbox", "events", "event_details", "place"} {
			before[name] += 4
		}
		if diff := cmp.Diff(before, census(t, db, all)); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		if n, bad, err := db.VerifyChain(t.Context()); n != 4 || bad != nil || err != nil {
			t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
		}
		if errs, err := db.CommitAll(t.Context(), nil); len(errs) != 0 || err != nil {
			t.Errorf("empty batch: %v, %v", errs, err)
		}
	})
}
