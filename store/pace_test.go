package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/signin"
	"regain/store"
	"regain/store/storetest"
)

func trying(p limits.Pace, key string) []access.PaceTry {
	return []access.PaceTry{{Pace: p, Key: key}}
}

func TestTakeTry(t *testing.T) {
	t.Parallel()
	const m, day = time.Minute, 24 * time.Hour
	pace := limits.Pace{Name: "a", Free: 2, First: m, Longest: 3 * m}
	other := limits.Pace{Name: "b", Free: 0, First: m, Longest: 10 * m}
	odd := limits.Pace{Name: "c", Free: -1, First: 2 * m, Longest: m}
	none := limits.Pace{Name: "d", Free: 1}
	tests := []struct {
		name  string
		pace  limits.Pace
		key   string
		after time.Duration
		wait  time.Duration
	}{
		{"first", pace, "k", 0, 0},
		{"second", pace, "k", 0, 0},
		{"first further one", pace, "k", 0, 0},
		{"first pause", pace, "k", 0, m},
		{"waiting counts nothing", pace, "k", m - 1e6, 1e6},
		{"second further one", pace, "k", m, 0},
		{"pause is twice as long", pace, "k", m, 2 * m},
		{"other key", pace, "l", m, 0},
		{"other pace", other, "k", m, 0},
		{"no free try", other, "k", m, m},
		{"clock went back", pace, "k", 0, 3 * m},
		{"third further one", pace, "k", 3 * m, 0},
		{"longest pause", pace, "k", 3 * m, 3 * m},
		{"fourth further one", pace, "k", 6 * m, 0},
		{"still the longest", pace, "k", 6 * m, 3 * m},
		{"nearly a day", pace, "k", 6*m + day - 1e6, 0},
		{"was not forgotten", pace, "k", 6*m + day - 1e6, 3 * m},
		{"a day later", pace, "k", 6*m + 2*day - 1e6, 0},
		{"starts anew", pace, "k", 6*m + 2*day - 1e6, 0},
		{"up to the first pause", pace, "k", 6*m + 2*day - 1e6, 0},
		{"the first again", pace, "k", 6*m + 2*day - 1e6, m},
		{"longest under first", odd, "k", 0, 0},
		{"longest under first, at once", odd, "k", 0, m},
		{"no pauses named 1", none, "k", 0, 0},
		{"no pauses named 2", none, "k", 0, 0},
		{"no pauses named 3", none, "k", 0, 1e6},
		{"order of two clocks 1", pace, "o", m, 0},
		{"order of two clocks 2", pace, "o", 0, 0},
		{"order of two clocks 3", pace, "o", 0, 0},
		{"order of two clocks 4", pace, "o", 0, 2 * m},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, tt := range tests {
			wait, err := db.TakeTry(t.Context(), trying(tt.pace, tt.key), now.Add(tt.after))
			if err != nil || wait != tt.wait {
				t.Errorf("%s: wait %v, %v, want %v", tt.name, wait, err, tt.wait)
			}
		}
	})
}

// TestTakeTryOfSeveral: what has to wait for one pace counts in none.
func TestTakeTryOfSeveral(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		near := limits.Pace{Name: "near", Free: 2, First: time.Minute, Longest: time.Hour}
		far := limits.Pace{Name: "far", First: time.Hour, Longest: time.Hour}
		both := slices.Concat(trying(near, "k"), trying(far, "k"))
		for i, want := range []time.Duration{0, time.Hour, time.Hour, time.Hour, time.Hour} {
			if wait, err := db.TakeTry(t.Context(), both, now); wait != want || err != nil {
				t.Errorf("try %d: wait %v, %v, want %v", i, wait, err, want)
			}
		}
		for i, want := range []time.Duration{0, 0, time.Minute} { // one of three was used
			if wait, err := db.TakeTry(t.Context(), trying(near, "k"), now); wait != want ||
				err != nil {
				t.Errorf("near try %d: wait %v, %v, want %v", i, wait, err, want)
			}
		}
		if wait, err := db.TakeTry(t.Context(), both, now); wait != time.Minute || err != nil {
			t.Errorf("both: wait %v, %v, want that of the first", wait, err)
		}
		if wait, err := db.TakeTry(t.Context(), nil, now); wait != 0 || err != nil {
			t.Errorf("none: wait %v, %v", wait, err)
		}
	})
}

// TestLongPace: pauses do not overflow, however many tries there are.
func TestLongPace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const longest = 23 * time.Hour
		p := limits.Pace{Name: "p", First: time.Millisecond, Longest: longest}
		at := now
		for i := range 70 {
			if wait, err := db.TakeTry(t.Context(), trying(p, "k"), at); wait != 0 || err != nil {
				t.Fatalf("try %d: wait %v, %v", i, wait, err)
			}
			wait, err := db.TakeTry(t.Context(), trying(p, "k"), at)
			want := longest
			if i < 27 {
				want = time.Millisecond << i
			}
			if wait != want || err != nil {
				t.Fatalf("after try %d: wait %v, %v, want %v", i, wait, err, want)
			}
			at = at.Add(wait)
		}
	})
}

func TestForgetTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := limits.Pace{Name: "p", First: time.Minute, Longest: time.Hour}
		other := limits.Pace{Name: "q", First: time.Minute, Longest: time.Hour}
		try := func(p limits.Pace, key string, want time.Duration) {
			t.Helper()
			if wait, err := db.TakeTry(t.Context(), trying(p, key), now); wait != want ||
				err != nil {
				t.Errorf("%s %s: wait %v, %v, want %v", p.Name, key, wait, err, want)
			}
		}
		for _, key := range []string{"k", "l", "m"} {
			try(p, key, 0)
			try(other, key, 0)
		}
		storetest.Commit(t, db, access.ForgetTries{Keys: []access.PaceKey{
			{Pace: "p", Key: "k"}, {Pace: "q", Key: "l"}, {Pace: "none", Key: "m"}}})
		try(p, "k", 0)
		try(p, "l", time.Minute)
		try(p, "m", time.Minute)
		try(other, "k", time.Minute)
		try(other, "l", 0)
		try(other, "m", time.Minute)
	})
}

func TestCountPasswordTry(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		try := func(name, account string, max, want int) {
			t.Helper()
			n, err := db.CountPasswordTry(t.Context(), account, max)
			if n != want || errors.Is(err, security.ErrConflict) != (want == 0) {
				t.Errorf("%s: %d, %v, want %d", name, n, err, want)
			}
		}
		try("first", "ada", 2, 1)
		try("second", "ada", 2, 2)
		try("at max", "ada", 2, 0)
		try("of another", "bob", 2, 1)
		try("of nobody", "eve", 2, 0)
		if got, err := db.Account(t.Context(), "ada"); got.Version != a.Version || err != nil {
			t.Errorf("version %d, %v, want %d", got.Version, err, a.Version)
		}
		storetest.Commit(t, db, signin.ForgetPasswordTries{Account: "ada"})
		try("forgotten", "ada", 1, 1)
		storetest.Commit(t, db, security.SetPassword{Account: "ada", Hash: "$new", At: now,
			IfVersion: a.Version})
		try("another password", "ada", 1, 1)
		storetest.Commit(t, db, signin.Rehash{Account: "ada", Old: "$new", Hash: "$newer"})
		try("the same password", "ada", 1, 0)
		try("of another still", "bob", 2, 2)
	})
}

// TestRehashedHistory: a password that was rehashed stays in the history once, as it was last
// stored.
func TestRehashedHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := storetest.Person(t, db, "ada")
		storetest.Commit(t, db,
			signin.Rehash{Account: "ada", Old: a.PasswordHash, Hash: "$stronger"},
			security.SetPassword{Account: "ada", Hash: "$new", At: now, IfVersion: a.Version})
		got, err := db.OldPasswords(t.Context(), "ada")
		if err != nil || len(got) != 1 || got[0] != "$stronger" {
			t.Errorf("old passwords %q, %v", got, err)
		}
	})
}
