package security_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// BenchmarkLockJob locks 10,000 accounts that have some logins each, with their mails
// queued.
func BenchmarkLockJob(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{
		"sqlite": storetest.Open, "postgres": storetest.OpenPostgres,
	} {
		b.Run(name, func(b *testing.B) { benchLockJob(b, open) })
	}
}

func benchLockJob(b *testing.B, open func(testing.TB) *store.DB) {
	const accounts = 10_000
	var drafting time.Duration
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, open(b))
		ines := w.member("ines", staff.RoleSecurity)
		names := w.crowd(accounts)
		w.signedIn(accounts)
		begin := time.Now()
		j := w.draft(ines, names...)
		drafting += time.Since(begin)
		w.must(w.Lockout.StartLock(b.Context(), ines, j.ID))
		b.StartTimer()
		n, err := w.Lockout.RunLockJobs(b.Context())
		if n != accounts || err != nil {
			b.Fatalf("%d, %v", n, err)
		}
	}
	b.ReportMetric(accounts*float64(b.N)/b.Elapsed().Seconds(), "accounts/s")
	b.ReportMetric(drafting.Seconds()/float64(b.N), "s/draft")
}

// signedIn gives each of a crowd a few logins.
func (w *world) signedIn(accounts int) {
	w.t.Helper()
	var put security.PutLogins
	for i := range accounts {
		for n := range 5 {
			put.Logins = append(put.Logins, security.Login{ID: fmt.Sprint("l", i, "-", n),
				Account: fmt.Sprint("u-", i), At: start.AddDate(0, 0, -n), IP: "81.2.69.142",
				Agent: phone.Agent, Outcome: "succeeded"})
		}
	}
	w.commit(audit.LoginsImported, put)
}
