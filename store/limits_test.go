package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/limits"
	"regain/store"
	"regain/store/storetest"
)

func TestSpend(t *testing.T) {
	t.Parallel()
	const s = time.Second
	limit := limits.Limit{Name: "a", Burst: 3, Per: 30 * s}
	tests := []struct {
		name  string
		limit limits.Limit
		key   string
		after time.Duration
		wait  time.Duration
	}{
		{"first", limit, "k", 0, 0},
		{"second", limit, "k", 0, 0},
		{"third", limit, "k", s, 0},
		{"spent", limit, "k", s, 9 * s},
		{"other key", limit, "l", s, 0},
		{"other limit", limits.Limit{Name: "b", Burst: 1, Per: 30 * s}, "k", s, 0},
		{"other limit spent", limits.Limit{Name: "b", Burst: 1, Per: 30 * s}, "k", 2 * s, 29 * s},
		{"still spent", limit, "k", 10*s - 1e6, 1e6},
		{"one came back", limit, "k", 10 * s, 0},
		{"spent again", limit, "k", 10 * s, 10 * s},
		{"clock went back", limit, "k", 0, 20 * s},
		{"full again 1", limit, "k", 100 * s, 0},
		{"full again 2", limit, "k", 100 * s, 0},
		{"full again 3", limit, "k", 100 * s, 0},
		{"full again 4", limit, "k", 100 * s, 10 * s},
		{"no burst", limits.Limit{Name: "c", Per: s}, "k", 0, 0},
		{"no burst, spent", limits.Limit{Name: "c", Per: s}, "k", 0, s},
		{"uneven 1", limits.Limit{Name: "d", Burst: 2, Per: 3e6}, "k", 0, 0},
		{"uneven 2", limits.Limit{Name: "d", Burst: 2, Per: 3e6}, "k", 0, 0},
		{"uneven 3", limits.Limit{Name: "d", Burst: 2, Per: 3e6}, "k", 0, 1e6},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, tt := range tests {
			wait, err := db.Spend(t.Context(), tt.limit, tt.key, now.Add(tt.after))
			if err != nil || wait != tt.wait {
				t.Errorf("%s: wait %v, %v, want %v", tt.name, wait, err, tt.wait)
			}
		}
	})
}

// TestSpendSeveral: what has nothing left keeps what comes behind it from being spent, and not what
// came before it.
func TestSpendSeveral(t *testing.T) {
	t.Parallel()
	near := limits.Limit{Name: "near", Burst: 3, Per: 3 * time.Hour}
	wide := limits.Budget{Limit: limits.Limit{Name: "wide", Burst: 1, Per: 2 * time.Hour}, Key: "w"}
	last := limits.Budget{Limit: limits.Limit{Name: "last", Burst: 2, Per: 8 * time.Hour}, Key: "l"}
	pace := trying(limits.Pace{Name: "p", Free: 1, First: time.Minute, Longest: time.Hour}, "k")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		wants := func(name string, want time.Duration) func(time.Duration, error) {
			return func(wait time.Duration, err error) {
				t.Helper()
				if wait != want || err != nil {
					t.Errorf("%s: wait %v, %v, want %v", name, wait, err, want)
				}
			}
		}
		wants("all", 0)(db.Spend(ctx, near, "n", now, wide, last))
		wants("wide is over", 2*time.Hour)(db.Spend(ctx, near, "n", now, wide, last))
		wants("near, third", 0)(db.Spend(ctx, near, "n", now))
		wants("near is over", time.Hour)(db.Spend(ctx, near, "n", now, last))
		wants("last, second", 0)(db.TakeTry(ctx, pace, now, last))
		wants("last is over", 4*time.Hour)(db.TakeTry(ctx, pace, now, last))
		wants("pace, second", 0)(db.TakeTry(ctx, pace, now))
		other := limits.Budget{Limit: wide.Limit, Key: "x"}
		wants("pace is not free", time.Minute)(db.TakeTry(ctx, pace, now, other))
		wants("spent all the same", 2*time.Hour)(db.Spend(ctx, other.Limit, other.Key, now))
	})
}

func TestCountTry(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		expect := func(name string, want int, conflict bool) func(int, error) {
			return func(n int, err error) {
				t.Helper()
				if n != want || errors.Is(err, security.ErrConflict) != conflict {
					t.Errorf("%s: %d, %v, want %d", name, n, err, want)
				}
			}
		}
		ctx := t.Context()
		expect("request", 1, false)(db.CountRequestTry(ctx, p.request.ID, 2))
		expect("request", 2, false)(db.CountRequestTry(ctx, p.request.ID, 2))
		expect("request at max", 0, true)(db.CountRequestTry(ctx, p.request.ID, 2))
		expect("no request", 0, true)(db.CountRequestTry(ctx, "none", 2))
		expect("factor", 1, false)(db.CountFactorTry(ctx, p.factor.ID, 1))
		expect("factor at max", 0, true)(db.CountFactorTry(ctx, p.factor.ID, 1))
		storetest.Commit(t, db, access.UseFactor{ID: p.factor.ID, Step: 11, At: now})
		expect("factor after success", 1, false)(db.CountFactorTry(ctx, p.factor.ID, 1))
		storetest.Commit(t, db, security.RemoveFactor{ID: p.factor.ID, At: now},
			guided.SpendRequest{ID: p.request.ID, At: now})
		expect("removed factor", 0, true)(db.CountFactorTry(ctx, p.factor.ID, 9))
		expect("spent request", 3, false)(db.CountRequestTry(ctx, p.request.ID, 3))
		expect("spent request at max", 0, true)(db.CountRequestTry(ctx, p.request.ID, 3))
		r, err := db.Request(ctx, p.request.ID)
		if err != nil || r.Tries != 3 {
			t.Errorf("%d tries, %v", r.Tries, err)
		}
	})
}

func TestTouchSession(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		tests := []struct {
			name     string
			end      bool
			at, seen time.Duration
		}{
			{"later", false, time.Minute, time.Minute},
			{"out of order", false, time.Second, time.Minute},
			{"ended", true, time.Hour, time.Minute},
		}
		for _, tt := range tests {
			if tt.end {
				storetest.Commit(t, db, access.EndSessions{Subject: "ada", At: now})
			}
			if err := db.TouchSession(t.Context(), p.session.ID, now.Add(tt.at)); err != nil {
				t.Error(err)
			}
			s, err := db.Session(t.Context(), p.session.ID)
			if err != nil || s.SeenAt != now.Add(tt.seen) {
				t.Errorf("%s: seen at %v, %v", tt.name, s.SeenAt, err)
			}
		}
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	request := func(id string, at, expires time.Time) guided.PutRequest {
		return guided.PutRequest{Request: guided.Request{ID: id, At: at, ExpiresAt: expires}}
	}
	old, long := now.Add(-time.Hour-time.Second), now.Add(time.Hour)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Commit(t, db,
			request("1 old, expired", old, now),
			request("2 old, spent", old, long),
			request("3 old, alive", old, long),
			request("4 young, expired", now.Add(-time.Hour), now),
			request("5 old, for a person, resolved", old, time.Time{}),
			request("6 old, for a person, waiting", old, time.Time{}),
		)
		for _, id := range []string{"2 old, spent", "3 old, alive",
			"5 old, for a person, resolved"} {
			storetest.Commit(t, db,
				guided.ResolveRequest{ID: id, Answers: []guided.Answer{{Account: "ada"}}, At: now})
		}
		storetest.Commit(t, db, guided.SpendRequest{ID: "2 old, spent", At: now})
		for key, at := range map[string]time.Time{"past": now.Add(-time.Hour), "now": now} {
			limit := limits.Limit{Name: "l", Burst: 2, Per: time.Minute}
			if _, err := db.Spend(t.Context(), limit, key, at); err != nil {
				t.Error(err)
			}
		}
		for key, at := range map[string]time.Time{"past": now.Add(-day),
			"young": now.Add(1e6 - day)} {
			storetest.Commit(t, db, access.SpendChallenge{ID: key, ExpiresAt: at.Add(day)})
			if _, err := db.TakeTry(t.Context(), trying(limits.Pace{Name: "p"}, key),
				at); err != nil {
				t.Error(err)
			}
		}
		for name, at := range map[string]time.Time{"past": now.Add(-apikey.AnswersKept),
			"young": now.Add(1e6 - apikey.AnswersKept)} {
			if err := db.Host().TakeTurn(t.Context(), apikey.Turn{Name: name, At: at}, now, now); err != nil {
				t.Error(err)
			}
		}
		for subject, at := range map[string]time.Time{"past": now, "young": now.Add(1e6)} {
			storetest.Commit(t, db, federation.SignOut{Logout: federation.Logout{Subject: subject}, At: now,
				ExpiresAt: at})
		}
		if err := db.Exec(t.Context(), `INSERT INTO tallies (kind, account_id, staff_id, hour, lines, more)
			VALUES ('over', '', '', $1, 1, 0), ('more', '', '', $1, 1, 1), ('now', '', '', $2, 1, 0)`,
			now.Truncate(time.Hour).Add(-time.Hour).UnixMilli(), now.Truncate(time.Hour).UnixMilli()); err != nil {
			t.Fatal(err)
		}
		if err := db.Sweep(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string][]string{
			"SELECT id FROM requests ORDER BY id": {"3 old, alive", "4 young, expired",
				"6 old, for a person, waiting"},
			"SELECT request_id FROM request_accounts": {"3 old, alive"},
			"SELECT key FROM limits":                  {"l:now"},
			"SELECT key FROM paces":                   {"p:young"},
			"SELECT id FROM challenges":               {"young"},
			"SELECT name FROM api_answers":            {"young"},
			"SELECT subject FROM sso_signouts":        {"young"},
			"SELECT kind FROM tallies ORDER BY kind":  {"more", "now"},
		} {
			got, err := db.Texts(t.Context(), q)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", q, err, diff)
			}
		}
	})
}
