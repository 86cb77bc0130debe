package security_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"regain/security/feed"
	"regain/store"
	"regain/store/storetest"
)

// numbered gives lines, each by its number.
type numbered struct {
	line    func(n int) string
	n, last int
	rest    string
}

func (r *numbered) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if r.rest == "" {
			if r.n == r.last {
				break
			}
			r.rest = r.line(r.n) + "\n"
			r.n++
		}
		c := copy(p[n:], r.rest)
		n, r.rest = n+c, r.rest[c:]
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// benchmarkImport imports b.N lines on each engine: -benchtime 100000x is so many.
func benchmarkImport(b *testing.B, what feed.Kind, before func(w *world),
	line func(w *world, n int) string) {
	run := func(b *testing.B, db *store.DB) {
		w := newWorld(b, db)
		before(w)
		b.ResetTimer()
		var most uint64
		w.must(w.Feed.Import(b.Context(), importing, what,
			&numbered{line: w.whileTimePasses(func(n int) string { return line(w, n) }), last: b.N},
			func(told []feed.Told) error {
				if last := told[len(told)-1]; last.Err != nil {
					return last.Err
				}
				if told[0].Number%50_000 == 1 {
					var m runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
				return nil
			}))
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		b.ReportMetric(float64(most)/(1<<20), "MiB")
	}
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.OpenPostgres(b)) })
}

// whileTimePasses is line at 20,000 lines a second: ids tell the time, and an index takes those of one time in any
// order.
func (w *world) whileTimePasses(line func(n int) string) func(n int) string {
	return func(n int) string {
		if n%20 == 0 {
			w.advance(time.Millisecond)
		}
		return line(n)
	}
}

func accountJSON(n int, hash string) string {
	return fmt.Sprintf(`{"id":"u%d","username":"user%d","name":"Ada Byron","type":"client",`+
		`"email":"u%d@example.org","country":"GB","created_at":"2025-01-02T03:04:05Z",`+
		`"password_hash":%q}`, n, n, n, hash)
}

// BenchmarkImportAccounts: accounts that are new.
func BenchmarkImportAccounts(b *testing.B) {
	var hash string
	benchmarkImport(b, feed.Accounts, func(w *world) {
		var err error
		hash, err = w.Hasher.Hash(b.Context(), oldPassword)
		w.must(err)
	}, func(_ *world, n int) string { return accountJSON(n, hash) })
}

// BenchmarkImportAccountsAgain: accounts of which nothing is new.
func BenchmarkImportAccountsAgain(b *testing.B) {
	const accounts = 1000
	line := func(_ *world, n int) string { return accountJSON(n%accounts, "") }
	benchmarkImport(b, feed.Accounts, func(w *world) { w.accountsOf(accounts) }, line)
}

func (w *world) accountsOf(n int) {
	w.t.Helper()
	w.must(w.Feed.Import(w.t.Context(), importing, feed.Accounts,
		&numbered{line: func(n int) string { return accountJSON(n, "") }, last: n},
		func([]feed.Told) error { return nil }))
}

// BenchmarkLoginImport: logins of many accounts, of which each has a history and one in a hundred
// logins is odd.
func BenchmarkLoginImport(b *testing.B) {
	const accounts = 10_000
	benchmarkImport(b, feed.Logins, func(w *world) { w.accountsOf(accounts) },
		func(w *world, n int) string {
			w.advance(10 * time.Millisecond)
			ip, agent := phone.IP, phone.Agent
			if n%100 == 99 && n > accounts {
				ip, agent = "203.0.113.9", windows
			}
			return fmt.Sprintf(`{"id":"l%d","account":"u%d","at":%q,"ip":%q,"user_agent":%q,`+
				`"outcome":"succeeded"}`, n, n*7919%accounts, w.Now().Format(time.RFC3339Nano), ip, agent)
		})
}

// BenchmarkCommitBesideImport: how long a commit of another program takes while b.N accounts are imported.
func BenchmarkCommitBesideImport(b *testing.B) {
	run := func(b *testing.B, dsn string, open func(testing.TB, string) *store.DB) {
		w, beside := newWorld(b, open(b, dsn)), storetest.Dial(b, dsn)
		var took []time.Duration
		ctx, stop := context.WithCancel(b.Context())
		done := make(chan struct{})
		b.ResetTimer()
		go func() {
			defer close(done)
			for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
				began := time.Now()
				storetest.Commit(b, beside)
				took = append(took, time.Since(began))
			}
		}()
		w.must(w.Feed.Import(b.Context(), importing, feed.Accounts,
			&numbered{line: w.whileTimePasses(func(n int) string { return accountJSON(n, "") }), last: b.N},
			func([]feed.Told) error { return nil }))
		stop()
		<-done
		slices.Sort(took)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms-half")
		b.ReportMetric(float64(took[len(took)*9/10].Milliseconds()), "ms-p90")
		b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "ms-most")
	}
	b.Run("sqlite", func(b *testing.B) {
		run(b, storetest.File(b, filepath.Join(b.TempDir(), "regain.db")), storetest.Dial)
	})
	b.Run("postgres", func(b *testing.B) { run(b, storetest.Schema(b), storetest.Migrated) })
}
