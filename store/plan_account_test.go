package store_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/staff"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/privacy"
	"regain/store"
	"regain/store/storetest"
)

// accountReads are the reads of owners who sign in, each about one thing or account.
func accountReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{
		"AccountSession": func() error { return ignore(db.Session(ctx, "a")) },
		"AccountSessions": func() error {
			return ignore(db.Sessions(ctx, access.SessionFilter{Kind: access.AccountSession,
				Subject: "a", Since: now, Limit: 9}))
		},
		"FactorByCredential": func() error {
			return ignore(db.FactorByCredential(ctx, []byte("a")))
		},
		"ChallengeSpent": func() error { return ignore(db.ChallengeSpent(ctx, "a")) },
		"AddressChange":  func() error { return ignore(db.AddressChange(ctx, "a")) },
		"AddressChanges": func() error { return ignore(db.AddressChanges(ctx, "a", now)) },
		"Login":          func() error { return ignore(db.Login(ctx, "a")) },
		"Watches":        func() error { return ignore(db.Watches(ctx, []string{"a", "b"})) },
		"WithLogins":     func() error { return ignore(db.WithLogins(ctx, []string{"a", "b"}, now)) },
		"Alert":          func() error { return ignore(db.Alert(ctx, "a")) },
		"AlertOfLogin":   func() error { return ignore(db.AlertOfLogin(ctx, "a")) },
		"Alerts":         func() error { return ignore(db.Alerts(ctx, "a", now, 9)) },
		"UntoldAlerts":   func() error { return ignore(db.UntoldAlerts(ctx, "a", 9)) },
		"AlertSettings":  func() error { return ignore(db.AlertSettings(ctx, "a")) },
		"MailByCode":     func() error { return ignore(db.MailByCode(ctx, "a")) },
		"Export":         func() error { return ignore(db.Export(ctx, "a")) },
		"Exports":        func() error { return ignore(db.Exports(ctx, "a")) },
	}
}

// agedReads are the lists that workers go through, of whatever account.
func agedReads(ctx context.Context, db *store.DB) map[string]func() error {
	reads := map[string]func() error{
		"HalfSessions":   func() error { return ignore(db.HalfSessions(ctx, hours(-24), 100)) },
		"AccountsToTell": func() error { return ignore(db.AccountsToTell(ctx, now, now, 100)) },
		"OpenExports":    func() error { return ignore(db.OpenExports(ctx, 100)) },
		"Tallies":        func() error { return ignore(db.Tallies(ctx, hours(-24), 100)) },
	}
	for _, what := range holdings {
		reads["old "+string(what)] = func() error {
			return ignore(db.Old(ctx, what, hours(-24), 100))
		}
	}
	return reads
}

// countings are what is counted and noted outside of commits, each up to where it is refused.
func countings(ctx context.Context, db *store.DB) map[string]func() error {
	pace := limits.Pace{Name: "p", First: time.Hour, Longest: time.Hour}
	limit := limits.Limit{Name: "l", Burst: 1, Per: time.Hour}
	return map[string]func() error{
		"TakePasswordTry": func() error {
			try := access.PasswordTry{Paces: trying(pace, "a"), Account: "a", Most: 9}
			_, _, err := db.TakePasswordTry(ctx, try, now)
			_, _, again := db.TakePasswordTry(ctx, try, now)
			return errors.Join(err, again)
		},
		"Spend": func() error {
			return errors.Join(ignore(db.Spend(ctx, limit, "a", now)),
				ignore(db.Spend(ctx, limit, "a", now)))
		},
		"CountPasswordTry":    func() error { return ignore(db.CountPasswordTry(ctx, "a", 9)) },
		"CountRequestTry":     func() error { return ignore(db.CountRequestTry(ctx, "a", 9)) },
		"CountFactorTry":      func() error { return ignore(db.CountFactorTry(ctx, "a", 9)) },
		"CountCallerTry":      func() error { return ignore(db.CountCallerTry(ctx, "a", 9)) },
		"NextNumbers":         func() error { return ignore(db.NextNumbers(ctx, "case", 1)) },
		"TouchSession":        func() error { return db.TouchSession(ctx, "a", now) },
		"TouchAccountSession": func() error { return db.TouchSession(ctx, "a", now) },
		"Sent":                func() error { return db.Sent(ctx, "a", now) },
		"Hold":                func() error { _, err := db.Hold(ctx, notice.Item{ID: "a"}, now); return err },
		"Failed":              func() error { return db.Failed(ctx, notice.Item{ID: "a"}, now, "", false) },
		"given up":            func() error { return db.Failed(ctx, notice.Item{ID: "a"}, now, "", true) },
		"Sweep":               func() error { return db.Sweep(ctx, now) },
		"TakeTurn":            func() error { return db.Host().TakeTurn(ctx, apikey.Turn{Key: "a"}, now, now) },
		"KeepAnswer":          func() error { return ignore(0, db.Host().KeepAnswer(ctx, apikey.Turn{}, apikey.Answer{})) },
		"Heard":               func() error { return db.Host().Heard(ctx, "a", now) },
		"Verified":            func() error { return db.Host().Verified(ctx, "a", "", now) },
		"DropTurn":            func() error { return db.Host().DropTurn(ctx, apikey.Turn{}) },
	}
}

// allWrites hands each write of the checks, and each removal, to do where it finds something to
// do.
func allWrites(t *testing.T, db *store.DB, checks func(*store.DB, person) []check,
	do func(w security.Write)) {
	t.Helper()
	for i := range checks(db, nobody) {
		c := checks(db, somebody(t, db, fmt.Sprint("w", i)))[i]
		storetest.Commit(t, db, c.before...)
		do(c.write)
	}
	for _, what := range holdings {
		do(privacy.RemoveOld{What: what, IDs: []string{"a", "b"}})
	}
}

// TestWritesUseAnIndex: no write walks over a table of SQLite either.
func TestWritesUseAnIndex(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	seen := map[string]bool{}
	check := func(name string, asked []string) {
		for _, q := range asked {
			if seen[q] {
				continue
			}
			seen[q] = true
			for _, step := range wasteful(t, db, q, false) {
				// Once an hour is less than an index at each request would take.
				// Of webhooks there are twenty at most, and of issuers fifty.
				if step != "SCAN limits" && !strings.HasPrefix(step, "SCAN webhooks") &&
					!strings.HasPrefix(step, "SCAN signal_issuers") {
					t.Errorf("%s: %s: %s", name, q, step)
				}
			}
		}
	}
	allWrites(t, db, allChecks, func(w security.Write) {
		check(fmt.Sprintf("%T", w), store.Watch(db, func() error {
			err := db.Commit(t.Context(), storetest.Event(), w)
			if err != nil {
				t.Errorf("%T: %v", w, err)
			}
			return err
		}))
	})
	for name, count := range countings(t.Context(), db) {
		check(name, store.Watch(db, count))
	}
}

// TestAccountsOnPostgres: with statistics of thousands of rows PostgreSQL finds what one owner
// asks for, what is old, what waits, and what is to be changed, without walking over a table.
func TestAccountsOnPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	fill(t, db, 2000, 4000)
	fillOwn(t, db, 2000, 4000)
	walks(t, db, agedReads)
	walks(t, db, accountReads)
	walks(t, db, copyReads)
	asked, err := store.Trace(t.Context(), db, func(traced *store.DB) error {
		allWrites(t, traced, ownChecks, func(w security.Write) { storetest.Commit(t, traced, w) })
		for name, count := range countings(t.Context(), traced) {
			if name != "Sweep" { // it may delete most of a table
				_ = count() // the statement counts, not what it finds
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, a := range asked {
		verb, _, _ := strings.Cut(a.Query, " ")
		if seen[a.Query] || !slices.Contains([]string{"SELECT", "UPDATE", "DELETE"}, verb) {
			continue
		}
		seen[a.Query] = true
		if steps := explain(t, db, a); whole.MatchString(steps) {
			t.Errorf("%s\n%s", a.Query, steps)
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d statements", len(seen))
	}
}

// TestEveryReadIsPlanned: what the store is asked for, and what it counts, is among that whose
// plans are looked at.
func TestEveryReadIsPlanned(t *testing.T) {
	t.Parallel()
	planned := map[string]bool{"Commit": true, "CommitAll": true}
	for _, name := range []string{"plan_test.go", "plan_account_test.go", "datacopy_test.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "db" {
					planned[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	for _, of := range []reflect.Type{reflect.TypeFor[security.Store](),
		reflect.TypeFor[access.Store](), reflect.TypeFor[staff.Store](),
		reflect.TypeFor[casework.Store](), reflect.TypeFor[lockout.Store](),
		reflect.TypeFor[alert.Store](), reflect.TypeFor[guided.Store](),
		reflect.TypeFor[account.Store](), reflect.TypeFor[review.Store](),
		reflect.TypeFor[desk.Store](), reflect.TypeFor[feed.Store](),
		reflect.TypeFor[privacy.Store](),
		reflect.TypeFor[notice.Queue]()} {
		for m := range of.Methods() {
			if !planned[m.Name] {
				t.Errorf("nobody looks at the plan of %s", m.Name)
			}
		}
	}
}

// TestAttackedAccount: however many audit lines and alerts an account has that is under attack,
// those of one kind are found without the others, and the accounts after it without its alerts.
func TestAttackedAccount(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	_, pool := db.Pools()
	for want, read := range map[string]func() error{
		"SEARCH e USING INDEX events_kind (account_id=? AND kind=? AND at>?)": func() error {
			return ignore(db.EventsOf(t.Context(), "a", audit.LinkSent, now))
		},
		"SEARCH alerts USING COVERING INDEX alerts_untold (account_id>?)": func() error {
			return ignore(db.AccountsToTell(t.Context(), now, now, 9))
		},
	} {
		for _, q := range store.Watch(db, read) {
			if steps := plan(t, pool, q); !slices.Contains(steps, want) {
				t.Errorf("%s\n%s", q, strings.Join(steps, "\n"))
			}
		}
	}
}

// BenchmarkAged is what workers read among a million rows of each kind, most of them old.
func BenchmarkAged(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		fill(b, db, 100_000, 1_000_000)
		fillOwn(b, db, 100_000, 1_000_000)
		for name, read := range agedReads(b.Context(), db) {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if err := read(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("remove", func(b *testing.B) {
			for b.Loop() {
				for _, what := range holdings {
					ids, err := db.Old(b.Context(), what, now, 500)
					if err != nil {
						b.Fatal(err)
					}
					storetest.Commit(b, db, privacy.RemoveOld{What: what, IDs: ids})
				}
			}
		})
	})
}
