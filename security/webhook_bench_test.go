package security_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"regain/cmd/regain/hook"
	"regain/security"
	"regain/security/staff"
	"regain/security/webhook"
	"regain/store"
	"regain/store/storetest"
)

// BenchmarkWebhooks locks 10,000 accounts, each of which queues a webhook, and delivers these over
// HTTP to a receiver that answers at once.
func BenchmarkWebhooks(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{
		"sqlite": storetest.Open, "postgres": storetest.OpenPostgres,
	} {
		b.Run(name, func(b *testing.B) { benchWebhooks(b, open) })
	}
}

func benchWebhooks(b *testing.B, open func(testing.TB) *store.DB) {
	const accounts = 10_000
	to := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer to.Close()
	client := hook.New(hook.Guard{Loopback: true}, nil, nil)
	defer client.Close()
	var queueing time.Duration
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, open(b))
		w.Webhooks.Reach.Loopback = true
		x, err := w.Webhooks.Add(b.Context(), security.Operator("test"), to.URL,
			[]webhook.Type{webhook.AccountLocked}, "")
		w.must(err)
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(accounts)...)
		w.must(w.Lockout.StartLock(b.Context(), ines, j.ID))
		begin := time.Now()
		_, err = w.Lockout.RunLockJobs(b.Context())
		w.must(err)
		queueing += time.Since(begin)
		b.StartTimer()
		sent := 0
		for {
			done, err := w.Webhooks.Deliver(b.Context(), x.ID, client.Send)
			w.must(err)
			if len(done) == 0 {
				break
			}
			sent += len(done)
		}
		if sent != accounts {
			b.Fatalf("%d were sent", sent)
		}
	}
	b.ReportMetric(accounts*float64(b.N)/b.Elapsed().Seconds(), "webhooks/s")
	b.ReportMetric(accounts*float64(b.N)/queueing.Seconds(), "lockouts/s")
}
