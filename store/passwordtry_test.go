package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/access"
	"regain/security/limits"
	"regain/store"
	"regain/store/engine"
	"regain/store/storetest"
)

// TestTakePasswordTry: a try counts with the account if nothing lets it wait, and else it does not.
func TestTakePasswordTry(t *testing.T) {
	t.Parallel()
	day := func(name string, burst int) limits.Budget {
		return limits.Budget{Limit: limits.Limit{Name: name, Burst: burst, Per: 24 * time.Hour}, Key: "k"}
	}
	paces := trying(limits.Pace{Name: "p", Free: 2, First: time.Minute, Longest: time.Hour}, "k")
	paced := access.PasswordTry{First: []limits.Budget{day("paced", 5)}, Paces: paces, Account: "ada", Most: 100}
	first := access.PasswordTry{First: []limits.Budget{day("first", 1)}, Account: "ada", Most: 100}
	then := access.PasswordTry{Paces: trying(limits.Pace{Name: "q", Free: 2, First: time.Hour,
		Longest: time.Hour}, "k"), Then: []limits.Budget{day("then", 1)}, Account: "ada", Most: 100}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		for _, x := range []struct {
			name  string
			try   access.PasswordTry
			count int
			wait  time.Duration
			by    string // what lets it wait
		}{
			{"free", paced, 1, 0, ""}, {"free, second", paced, 2, 0, ""}, {"free, third", paced, 3, 0, ""},
			{"the pace waits", paced, 0, time.Minute, "p"},
			{"first", first, 4, 0, ""}, {"first is over", first, 0, 24 * time.Hour, "first"},
			{"then", then, 5, 0, ""}, {"then is over", then, 0, 24 * time.Hour, "then"},
			{"paces counted before then", access.PasswordTry{Paces: then.Paces}, 0, 0, ""},
			{"and up to the pause", access.PasswordTry{Paces: then.Paces}, 0, time.Hour, "q"},
			{"of no account", access.PasswordTry{Account: "ada"}, 0, 0, ""},
			{"of nobody", access.PasswordTry{Account: "", Most: 100}, 0, 0, ""},
			{"the last", access.PasswordTry{Account: "ada", Most: 6}, 6, 0, ""},
			{"no more", access.PasswordTry{Account: "ada", Most: 6}, 0, 0, ""},
			{"spent by what had to wait", access.PasswordTry{First: []limits.Budget{day("paced", 5),
				day("more", 1)}}, 0, 0, ""},
			{"and no more than once", access.PasswordTry{First: []limits.Budget{day("paced", 5)}}, 0,
				24 * time.Hour / 5, "paced"},
		} {
			by := ""
			x.try.Stopped = &by
			count, wait, err := db.TakePasswordTry(t.Context(), x.try, now)
			if count != x.count || wait != x.wait || by != x.by || err != nil {
				t.Errorf("%s: %d, %v by %q, %v, want %d, %v by %q", x.name, count, wait, by, err, x.count, x.wait, x.by)
			}
		}
	})
}

// TestPasswordTriesTogether: many who come at once get no more tries than there are, nor two the same
// one, and beside commits of sign-ins nobody waits for another in a circle.
func TestPasswordTriesTogether(t *testing.T) {
	t.Parallel()
	const most = 7
	paces := trying(limits.Pace{Name: "p", Free: 2 * crowd, First: time.Hour, Longest: time.Hour}, "k")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		var one sync.Mutex
		counts := map[int]int{}
		for _, err := range together(func(int) error {
			n, wait, err := db.TakePasswordTry(t.Context(),
				access.PasswordTry{Paces: paces, Account: "ada", Most: most}, now)
			one.Lock()
			defer one.Unlock()
			counts[n] += 1 + int(wait)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		want := map[int]int{0: crowd - most, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestNothingAfterTransaction: what waits in a transaction that is over is not done by itself.
func TestNothingAfterTransaction(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	pool, _ := db.Pools()
	in, err := engine.Postgres.Begin(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	defer in.End()
	if err := engine.Flush(t.Context(), in); err != nil { // it begins
		t.Fatal(err)
	}
	if !engine.Later(in, 1, "INSERT INTO limits (key, tat) VALUES ($1, 1)", []any{"late"}) {
		t.Fatal("it does not wait")
	}
	if _, err := in.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := engine.Flush(t.Context(), in); err == nil {
		t.Error("it was done")
	}
	if got, err := db.Texts(t.Context(), "SELECT key FROM limits"); len(got) > 0 || err != nil {
		t.Errorf("limits %q, %v", got, err)
	}
}
