package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/certificate"
	"regain/store"
	"regain/store/storetest"
)

// TestOneOrders: of many who begin an order at the same moment one does; none again before its time, and none
// who did not see what came of the one before.
func TestOneOrders(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), storetest.Now
		s := db.Enterprise()
		begin := func(known certificate.Kept, at time.Time) (won int64) {
			var count atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					err := s.BeginOrder(ctx, "d h", known, at, at.Add(time.Hour))
					switch {
					case err == nil:
						count.Add(1)
					case !errors.Is(err, security.ErrConflict):
						t.Error(err)
					}
				})
			}
			all.Wait()
			return count.Load()
		}
		none := certificate.Kept{}
		if won := begin(none, now); won != 1 {
			t.Fatalf("%d began the first order", won)
		}
		first, err := s.Certificate(ctx, "d h")
		if err != nil || first.Attempts != 1 || !first.NextAt.Equal(now.Add(time.Hour)) {
			t.Fatalf("kept %+v, %v", first, err)
		}
		if won := begin(first, now.Add(time.Hour-time.Millisecond)) + begin(none, now.Add(2*time.Hour)); won != 0 {
			t.Errorf("%d began too early, or without having looked", won)
		}
		if won := begin(first, now.Add(time.Hour)); won != 1 {
			t.Errorf("%d began the second order", won)
		}
		if won := begin(certificate.Kept{Attempts: 2}, now.Add(-time.Hour)); won != 1 {
			t.Errorf("%d began after a clock had run ahead", won)
		}
		put := func(until time.Time) error {
			e := storetest.Event()
			e.Kind = audit.CertificateIssued
			return db.Commit(ctx, e, certificate.PutCertificate{ID: "d h", Chain: "c", Sealed: "s", NotAfter: until})
		}
		if err := errors.Join(s.SetChallenge(ctx, "d h", 3, "http-01 x"), put(now.Add(9*time.Hour))); err != nil {
			t.Fatal(err)
		}
		if err := put(now.Add(9 * time.Hour)); !errors.Is(err, security.ErrConflict) {
			t.Errorf("one that is valid for no longer takes the place: %v", err)
		}
		kept, err := s.Certificate(ctx, "d h")
		if err != nil || kept.Attempts != 0 || kept.Challenge != "" || kept.Chain != "c" {
			t.Errorf("kept %+v, %v", kept, err)
		}
		if won := begin(none, now.Add(9*time.Hour)); won != 0 {
			t.Errorf("%d who saw no certificate ordered another one", won)
		}
		if err := s.SetChallenge(ctx, "d h", 3, "late"); !errors.Is(err, security.ErrConflict) {
			t.Errorf("the challenge of an attempt that is over: %v", err)
		}
	})
}
