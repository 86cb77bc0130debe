package store_test

import (
	"context"
	"strings"
	"testing"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

// accountReads are the reads of owners who sign in, each about one thing or account.
func accountReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{
		"AccountSession": func() error { return ignore(db.AccountSession(ctx, "a")) },
		"AccountSessions": func() error {
			return ignore(db.AccountSessions(ctx, "a", now, 9))
		},
		"FactorByCredential": func() error {
			return ignore(db.FactorByCredential(ctx, []byte("a")))
		},
		"ChallengeSpent": func() error { return ignore(db.ChallengeSpent(ctx, "a")) },
		"AddressChange":  func() error { return ignore(db.AddressChange(ctx, "a")) },
		"AddressChanges": func() error { return ignore(db.AddressChanges(ctx, "a", now)) },
		"Login":          func() error { return ignore(db.Login(ctx, "a")) },
		"Watches":        func() error { return ignore(db.Watches(ctx, []string{"a", "b"})) },
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
		"AccountsToTell": func() error { return ignore(db.AccountsToTell(ctx, now, 100)) },
		"OpenExports":    func() error { return ignore(db.OpenExports(ctx, 100)) },
	}
	for _, what := range holdings {
		reads["old "+string(what)] = func() error {
			return ignore(db.Old(ctx, what, hours(-24), 100))
		}
	}
	return reads
}

// TestWritesUseAnIndex: no write walks over a table of SQLite either.
func TestWritesUseAnIndex(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	pool, _ := db.Pools()
	p := somebody(t, db, "ada")
	writes := []security.Write{}
	for _, c := range allChecks(db, p) {
		writes = append(writes, c.write)
	}
	for _, what := range holdings {
		writes = append(writes, security.RemoveOld{What: what, IDs: []string{"a", "b"}})
	}
	for _, w := range writes {
		// Whether a guard holds does not matter; the statements up to it count.
		asked := store.Watch(db, func() error {
			return db.Commit(t.Context(), storetest.Event(), w)
		})
		for _, q := range asked {
			for _, step := range plan(t, pool, q) {
				whole := strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "USING")
				if whole && !strings.Contains(step, "VALUES CLAUSE") {
					t.Errorf("%T: %s: %s", w, q, step)
				}
			}
		}
	}
}

// TestAgedOnPostgres: with statistics of thousands of rows PostgreSQL finds what is old, and what
// waits, without walking over a table.
func TestAgedOnPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	fill(t, db, 2000, 4000)
	fillOwn(t, db, 2000, 4000)
	walks(t, db, agedReads)
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
					storetest.Commit(b, db, security.RemoveOld{What: what, IDs: ids})
				}
			}
		})
	})
}
