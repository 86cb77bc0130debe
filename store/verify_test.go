package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/store"
	"regain/store/storetest"
	"regain/store/trail"
)

// unguard does what somebody does who owns the database: the append-only
// triggers go first.
func unguard(t *testing.T, db *store.DB) {
	t.Helper()
	on := map[string]string{"sqlite": "", "postgres": " ON events"}[db.Engine()]
	for _, trigger := range []string{"events_keep", "events_stay"} {
		if err := db.Exec(t.Context(), "DROP TRIGGER "+trigger+on); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	erase = "DELETE FROM event_details WHERE event_id = "
	space = " ' ' || "
)

// tamperings are statements by somebody who can do everything but has no key.
var tamperings = []struct {
	name string
	do   []string
	good int64
	bad  *trail.BadLine
}{
	{"nothing", nil, 6, nil},
	{"details erased", []string{erase + "'e3'"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadErased, Count: 1}},
	{"details emptied",
		[]string{"UPDATE event_details SET data = '' WHERE event_id = 'e3'"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadErased, Count: 1}},
	{"details changed",
		[]string{"UPDATE event_details SET data =" + space + "data WHERE event_id = 'e3'"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadDetails, Count: 1}},
	{"details and digest changed", []string{
		"UPDATE events SET details = 'x' WHERE seq = 3", erase + "'e3'"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadChanged, Count: 1}},
	{"time changed", []string{"UPDATE events SET at = at + 1 WHERE seq = 4"},
		3, &trail.BadLine{Seq: 4, Why: trail.BadChanged, Count: 1}},
	{"kind changed", []string{"UPDATE events SET kind = 'x' WHERE seq = 1"},
		0, &trail.BadLine{Seq: 1, Why: trail.BadChanged, Count: 1}},
	{"account changed", []string{"UPDATE events SET account_id = 'x' WHERE seq = 2"},
		1, &trail.BadLine{Seq: 2, Why: trail.BadChanged, Count: 1}},
	{"case changed", []string{"UPDATE events SET case_id = '' WHERE seq = 2"},
		1, &trail.BadLine{Seq: 2, Why: trail.BadChanged, Count: 1}},
	{"account and case run together",
		[]string{"UPDATE events SET account_id = 'acc', case_id = 'ount' WHERE seq = 2"},
		1, &trail.BadLine{Seq: 2, Why: trail.BadChanged, Count: 1}},
	{"actor changed", []string{"UPDATE events SET by_kind = 'owner' WHERE seq = 2"},
		1, &trail.BadLine{Seq: 2, Why: trail.BadChanged, Count: 1}},
	{"chain value changed", []string{"UPDATE events SET chain = '00' WHERE seq = 5"},
		4, &trail.BadLine{Seq: 5, Why: trail.BadChanged, Count: 1}},
	{"first deleted", []string{erase + "'e1'", "DELETE FROM events WHERE seq = 1"},
		0, &trail.BadLine{Seq: 1, Why: trail.BadMissing, Count: 1}},
	{"one deleted", []string{erase + "'e3'", "DELETE FROM events WHERE seq = 3"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadMissing, Count: 1}},
	{"one deleted and the rest moved up", []string{erase + "'e3'",
		"DELETE FROM events WHERE seq = 3", "UPDATE events SET seq = 3 WHERE seq = 4"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadChanged, Count: 2}},
	{"two swapped", []string{"UPDATE events SET seq = 99 WHERE seq = 3",
		"UPDATE events SET seq = 3 WHERE seq = 4", "UPDATE events SET seq = 4 WHERE seq = 99"},
		2, &trail.BadLine{Seq: 3, Why: trail.BadChanged, Count: 2}},
	{"end cut off", []string{erase + "'e6'", "DELETE FROM events WHERE seq = 6"},
		5, &trail.BadLine{Seq: 6, Why: trail.BadMissing, Count: 1}},
	{"end cut off, head moved back", []string{erase + "'e6'",
		"DELETE FROM events WHERE seq = 6", "UPDATE chain SET seq = 5"},
		5, &trail.BadLine{Seq: 5, Why: trail.BadHead, Count: 1}},
	{"end cut off, head taken from the table", []string{erase + "'e6'",
		"DELETE FROM events WHERE seq = 6",
		"UPDATE chain SET seq = 5, chain = (SELECT chain FROM events WHERE seq = 5)"},
		5, &trail.BadLine{Seq: 5, Why: trail.BadHead, Count: 1}},
	{"head moved back alone", []string{"UPDATE chain SET seq = 4"},
		4, &trail.BadLine{Seq: 5, Why: trail.BadHead, Count: 1}},
	{"line invented", []string{`INSERT INTO events SELECT 7, 'e7', at, kind, account_id,
		case_id, by_kind, details, chain, key_id FROM events WHERE seq = 6`,
		"UPDATE chain SET seq = 7"},
		6, &trail.BadLine{Seq: 7, Why: trail.BadChanged, Count: 1}},
	{"all deleted", []string{"DELETE FROM event_details", "DELETE FROM events"},
		0, &trail.BadLine{Seq: 1, Why: trail.BadMissing, Count: 6}},
}

func TestTampering(t *testing.T) {
	t.Parallel()
	for _, tt := range tamperings {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			sixLines(t, db)
			unguard(t, db)
			for _, q := range tt.do {
				if err := db.Exec(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			good, bad, err := db.VerifyChain(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.bad, bad); diff != "" || good != tt.good {
				t.Errorf("%s: %d lines hold, want %d; first bad (-want +got):\n%s",
					tt.name, good, tt.good, diff)
			}
		})
	}
}

func TestEmptiedChain(t *testing.T) {
	t.Parallel()
	head := &trail.BadLine{Seq: 1, Why: trail.BadHead, Count: 1}
	alone := map[string]string{"sqlite": "PRAGMA foreign_keys = off",
		"postgres": `ALTER TABLE cases DROP CONSTRAINT cases_account_id_fkey;
			ALTER TABLE tickets DROP CONSTRAINT tickets_account_id_fkey`}
	tests := []struct {
		name string
		do   []string
		want *trail.BadLine
	}{
		{"new", nil, nil},
		{"account", []string{`INSERT INTO accounts VALUES ('a', 'a', 'a', 'A', 'client', '', 0,
			'', '', '', '', 0, '', FALSE, FALSE, 1, 0, 0, 0, NULL)`}, head},
		{"case", []string{`INSERT INTO cases VALUES ('c', 'C', 'a', '', '', '', '', '', '', '',
			0, 0, 0, 1, '', 0, 0, 0, '', '[]', 0, 0, 0, 0)`}, head},
		{"ticket", []string{`INSERT INTO tickets VALUES ('t', 'T', 'a', '', '', '', '', '', 0,
			NULL, 1, '', '', 0, '', '', 0, 0)`}, head},
	}
	for _, tt := range tests {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			for _, q := range append([]string{alone[db.Engine()]}, tt.do...) {
				if err := db.Exec(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			n, bad, err := db.VerifyChain(t.Context())
			if diff := cmp.Diff(tt.want, bad); diff != "" || n != 0 || err != nil {
				t.Errorf("%s: %d lines hold, %v; first bad (-want +got):\n%s",
					tt.name, n, err, diff)
			}
		})
	}
}

// TestTrailThrownAway is what somebody leaves who empties the trail of a
// database in use and sets the head back.
func TestTrailThrownAway(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "ada")
		unguard(t, db)
		for _, q := range []string{"DELETE FROM event_details", "DELETE FROM events",
			"UPDATE chain SET seq = 0, chain = ''"} {
			if err := db.Exec(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		n, bad, err := db.VerifyChain(t.Context())
		want := &trail.BadLine{Seq: 1, Why: trail.BadHead, Count: 1}
		if diff := cmp.Diff(want, bad); diff != "" || n != 0 || err != nil {
			t.Errorf("%d lines hold, %v; first bad (-want +got):\n%s", n, err, diff)
		}
	})
}

func sixLines(t *testing.T, db *store.DB) []security.Event {
	t.Helper()
	var all []security.Event
	for i := range 6 {
		e := security.Event{ID: "e" + string(rune('1'+i)), Kind: audit.LinkSent,
			At: now.Add(time.Duration(i) * time.Second), Account: "account", Case: "case",
			By: security.Actor{Kind: security.ByStranger, ID: "who",
				Visitor: security.Visitor{IP: "::1", Agent: "Firefox"}},
			Data: map[string]string{"b": "2", "a": "1"}}
		if err := db.Commit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		want := sixLines(t, db)
		storetest.Commit(t, db) // of no case
		if err := db.Exec(t.Context(),
			"DELETE FROM event_details WHERE event_id = 'e2'"); err != nil {
			t.Fatal(err)
		}
		if err := db.Exec(t.Context(),
			"UPDATE event_details SET data = '' WHERE event_id = 'e3'"); err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{1, 2} {
			want[i].Data, want[i].By = nil, security.Actor{Kind: security.ByStranger}
		}
		got, err := db.Events(t.Context(), "case")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if got, err := db.Events(t.Context(), ""); len(got) != 0 || err != nil {
			t.Errorf("events of no case: %v, %v", got, err)
		}
	})
}

func TestEventsOnlyGrow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		sixLines(t, db)
		queries := []string{"UPDATE events SET kind = 'x' WHERE seq = 1",
			"DELETE FROM events WHERE seq = 6", "DELETE FROM events"}
		if db.Engine() == "postgres" {
			queries = append(queries, "TRUNCATE events CASCADE")
		}
		for _, q := range queries {
			if err := db.Exec(t.Context(), q); err == nil {
				t.Errorf("%s went through", q)
			}
		}
		if n, bad, err := db.VerifyChain(t.Context()); n != 6 || bad != nil || err != nil {
			t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
		}
	})
}

func TestHead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.Head(t.Context()); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%v before there is one", err)
		}
		for _, at := range []time.Time{now.Add(time.Hour), now} { // the last, not the latest
			e := storetest.Event()
			e.At = at
			if err := db.Commit(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := db.Head(t.Context()); !got.At.Equal(now) || err != nil {
			t.Errorf("%v, %v, want %v", got, err, now)
		}
	})
}
