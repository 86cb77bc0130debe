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
