package store_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/store"
	"regain/store/storetest"
)

// BenchmarkWatched imports logins of many accounts, 500 in a commit, and saves the watch of
// each account.
func BenchmarkWatched(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		const at = 500
		fill(b, db, at, at)
		familiar := make([]byte, 2000)
		for i := int64(0); b.Loop(); i++ {
			var put security.PutLogins
			var writes []security.Write
			for n := range at {
				account := fmt.Sprint("a", n+1)
				put.Logins = append(put.Logins, security.Login{ID: fmt.Sprint(i, "-", n),
					Account: account, At: now.Add(time.Duration(i) * time.Second),
					IP: "81.2.69.142", Agent: "Firefox", Outcome: "succeeded"})
				writes = append(writes, alert.SaveWatch{Watch: alert.Watch{
					Account: account, Familiar: familiar, Version: i}})
			}
			storetest.Commit(b, db, append(writes, put)...)
		}
		b.ReportMetric(at*float64(b.N)/b.Elapsed().Seconds(), "logins/s")
	})
}

// BenchmarkNamed finds who is meant by a name, as staff, owners and sign-ins do, among few accounts and
// among many.
func BenchmarkNamed(b *testing.B) {
	people := []string{bulk[0], numbers("CASES") + `INSERT INTO addresses (id, account_id, email, email_fold,
		since, until, origin) SELECT 'm' || i, 'a' || i, 'user' || i || '@example.org',
		'user' || i || '@example.org', NOW, 0, 'import' FROM n`, "ANALYZE"}
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			engines(b, func(b *testing.B, db *store.DB) {
				runBulk(b, db, people, n, n)
				for name, form := range map[string]string{"username": "user%d", "email": "user%d@example.org"} {
					b.Run(name, func(b *testing.B) {
						for i := 0; b.Loop(); i++ {
							who := fmt.Sprintf(form, 1+i*7919%n)
							found, err := db.AccountsNamed(b.Context(), []string{who}, now)
							if err != nil || len(found[who]) != 1 {
								b.Fatal(found, err)
							}
						}
					})
				}
			})
		})
	}
}
