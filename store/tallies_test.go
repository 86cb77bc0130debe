package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/privacy"
	"regain/store"
	"regain/store/storetest"
	"regain/store/trail"
)

// thisHour is the one that now is in.
var thisHour = now.Truncate(time.Hour)

// tallied makes as if strangers had been at the account more often than there are lines for.
func tallied(t testing.TB, db *store.DB, account string, more int64) security.Tally {
	t.Helper()
	err := db.Exec(t.Context(), `INSERT INTO tallies (kind, account_id, staff_id, hour, lines, more)
		VALUES ('sign_in.refused', $1, '', $2, 1, $3)`, account, thisHour.UnixMilli(), more)
	if err != nil {
		t.Fatal(err)
	}
	return security.Tally{Kind: audit.SignInRefused, Account: account, Hour: thisHour, More: more}
}

func tallyChecks(db *store.DB, p person) []check {
	x := security.Tally{Kind: audit.SignInRefused, Account: p.account.ID, Hour: thisHour, More: 2}
	other := with(x, func(x *security.Tally) { x.More = 1 })
	left := func(ctx context.Context) (any, error) {
		return db.Texts(ctx, "SELECT kind FROM tallies WHERE account_id = '"+x.Account+"'")
	}
	return []check{{name: "end tally", write: privacy.EndTally{Tally: x}, read: left,
		want:    []string(nil),
		refused: []security.Write{privacy.EndTally{Tally: x}, privacy.EndTally{Tally: other}}}}
}

// attempt is something that strangers do at a moment after now, for the i-th time.
func attempt(i int, kind audit.Kind, account, member string) security.Event {
	return security.Event{ID: fmt.Sprint(kind, account, member, i), Kind: kind, Account: account,
		At: now.Add(time.Duration(i) * time.Millisecond), Data: map[string]string{"staff": member},
		By: security.Actor{Kind: security.ByStranger,
			Visitor: security.Visitor{IP: "203.0.113.7", Agent: "Bot"}}}
}

// TestStrangersAreCounted: of each kind strangers leave a number of lines an hour and the rest is
// counted, apart for each account and member of staff; the chain has no gap. Nobody is counted who
// has proved something.
func TestStrangersAreCounted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		before := count(t, db, "events")
		strangers := []security.Event{attempt(0, audit.SignInRefused, "", ""),
			attempt(0, audit.StaffRefused, "", ""), attempt(0, audit.SignInRefused, "ada", ""),
			attempt(0, audit.StaffRefused, "", "s1"), attempt(0, audit.SignInStopped, "ada", "")}
		for i := range 100 {
			for _, e := range strangers {
				e = attempt(i, e.Kind, e.Account, e.Data["staff"])
				put := security.PutLogins{Logins: []security.Login{{ID: e.ID, Account: "ada", At: e.At}}}
				if err := db.Commit(t.Context(), e, put); err != nil {
					t.Fatal(err)
				}
			}
		}
		lines := 2*limits.StrangerLines + 2*limits.AccountLines + 100
		if n := count(t, db, "events") - before; n != lines {
			t.Errorf("%d lines, want %d", n, lines)
		}
		if n := count(t, db, "logins"); n != 500 {
			t.Errorf("%d logins, want all 500: what is counted changes what it is to change", n)
		}
		want := []security.Tally{
			{Kind: audit.SignInRefused, Hour: thisHour, More: 100 - limits.StrangerLines},
			{Kind: audit.SignInRefused, Account: "ada", Hour: thisHour, More: 100 - limits.AccountLines},
			{Kind: audit.StaffRefused, Hour: thisHour, More: 100 - limits.StrangerLines},
			{Kind: audit.StaffRefused, Staff: "s1", Hour: thisHour, More: 100 - limits.AccountLines}}
		got, err := db.Tallies(t.Context(), thisHour.Add(time.Millisecond), 9)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("tallies, %v (-want +got):\n%s", err, diff)
		}
		if got, err := db.Tallies(t.Context(), thisHour, 9); len(got) != 0 || err != nil {
			t.Errorf("of hours before: %v, %v", got, err)
		}
		next := attempt(200, audit.SignInRefused, "ada", "")
		next.At = next.At.Add(time.Hour)
		if err := db.Commit(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		n, bad, err := db.VerifyChain(t.Context())
		if n != int64(before+lines+1) || bad != nil || err != nil {
			t.Errorf("%d lines hold, %v, %v, want %d", n, bad, err, before+lines+1)
		}
	})
}

func count(t *testing.T, db *store.DB, table string) int {
	t.Helper()
	n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// TestRaceForTally: of two workers that tell a tally one does.
func TestRaceForTally(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := tallied(t, db, "ada", 3)
		errs := make(chan error, 8)
		for range cap(errs) {
			go func() { errs <- db.Commit(t.Context(), storetest.Event(), privacy.EndTally{Tally: x}) }()
		}
		won := 0
		for range cap(errs) {
			switch err := <-errs; {
			case err == nil:
				won++
			case !errors.Is(err, security.ErrConflict):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d told it", won)
		}
	})
}

// TestMissingDetailsOfStrangers: they are a fault of the trail unless a line says that they were
// removed for their age, and were old enough.
func TestMissingDetailsOfStrangers(t *testing.T) {
	t.Parallel()
	removal := func(what string, before time.Time) []security.Event {
		e := storetest.Event()
		e.Kind, e.Data = audit.OldRemoved, map[string]string{"what": what,
			"before": before.Format(time.RFC3339)}
		return []security.Event{e}
	}
	bad, both := &trail.BadLine{Seq: 1, Why: trail.BadErased, Count: 1},
		&trail.BadLine{Seq: 1, Why: trail.BadErased, Count: 2}
	for name, tt := range map[string]struct {
		lines []security.Event
		after string
		bad   *trail.BadLine
	}{
		"no line":             {nil, "", bad},
		"removed":             {removal("strangers", now.Add(time.Second)), "", nil},
		"of another kind":     {removal("logins", now.Add(time.Second)), "", bad},
		"younger":             {removal("strangers", now), "", bad},
		"two":                 {append(removal("strangers", now.Add(time.Second)), removal("strangers", now)...), "", nil},
		"a line that is gone": {removal("strangers", now.Add(time.Second)), "DELETE FROM event_details", both},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				for _, e := range append([]security.Event{attempt(0, audit.CodeRefused, "", "")}, tt.lines...) {
					if err := db.Commit(t.Context(), e); err != nil {
						t.Fatal(err)
					}
				}
				for _, q := range []string{"DELETE FROM stranger_details", tt.after} {
					if err := db.Exec(t.Context(), q); err != nil {
						t.Fatal(err)
					}
				}
				_, got, err := db.VerifyChain(t.Context())
				if diff := cmp.Diff(tt.bad, got); diff != "" || err != nil {
					t.Errorf("%v (-want +got):\n%s", err, diff)
				}
			})
		})
	}
}

// TestUpgradeOfStrangers: what strangers left before has an age too, and nothing else has.
func TestUpgradeOfStrangers(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		if err := db.MigrateTo(ctx, 17); err != nil {
			t.Fatal(err)
		}
		want := map[string][]string{}
		for kind, by := range map[audit.Kind]security.ActorKind{
			audit.SignInRefused: security.ByStranger, audit.RequestResolved: security.BySystem,
			audit.RecoveryRequested: security.ByStranger, audit.CodeRefused: security.ByStranger,
			audit.LinkReused: security.ByStranger, audit.StaffRefused: security.ByStaff,
			audit.SignInStopped: security.ByStranger, audit.OldRemoved: security.BySystem} {
			e := storetest.Event()
			e.ID, e.Kind, e.By.Kind = string(kind), kind, by
			if err := db.CommitOld(ctx, e); err != nil {
				t.Fatal(err)
			}
			table := "event_details"
			if e.OfStrangers() {
				table = "stranger_details"
			}
			want[table] = append(want[table], e.ID)
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if len(want["stranger_details"]) != 5 {
			t.Errorf("of strangers: %q", want["stranger_details"])
		}
		for table, want := range want {
			slices.Sort(want)
			got, err := db.Texts(ctx, "SELECT event_id FROM "+table+" ORDER BY event_id")
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", table, err, diff)
			}
		}
		if n, bad, err := db.VerifyChain(ctx); n != 8 || bad != nil || err != nil {
			t.Errorf("%d lines hold, %+v, %v", n, bad, err)
		}
	})
}
