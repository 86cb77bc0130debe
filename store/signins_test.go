package store_test

import (
	"fmt"
	"sync"
	"testing"

	"regain/security"
	"regain/security/feed"
	"regain/security/risk"
	"regain/store"
	"regain/store/storetest"
)

// statementsAlone is how many statements a sign-in needs at most that a program tells of while nobody
// else does.
const statementsAlone = 18

// TestSignInsTogether: what many calls tell at the same time takes far fewer statements than one by one,
// and each of them has its line on the audit trail.
func TestSignInsTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const n = 60
		b := portalOn(t, db)
		key := security.Actor{Kind: security.ByHost, ID: "k"}
		for i := range n {
			somebody(t, db, fmt.Sprint("u", i))
		}
		before, round := lines(t, db), 0
		tell := func(i int) error {
			d, err := b.Feed.TellSignIn(t.Context(), key, feed.SignIn{Login: security.Login{
				ID: fmt.Sprint(round, "-", i), Account: fmt.Sprint("u", i), At: b.now, IP: "81.2.69.142",
				Agent: "curl", Outcome: risk.Succeeded}})
			if err == nil && d.Verdict != feed.Allow {
				t.Errorf("sign-in %d: %+v", i, d)
			}
			return err
		}
		for ; round < 2; round++ {
			asked := store.Watch(db, func() error {
				b.must(tell(0))
				return nil
			})
			if t.Logf("alone: %d statements", len(asked)); len(asked) > statementsAlone {
				t.Errorf("%d statements for one sign-in:\n%q", len(asked), asked)
			}
			asked = store.Watch(db, func() error {
				var all sync.WaitGroup
				for i := 1; i < n; i++ {
					all.Go(func() {
						if err := tell(i); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				return nil
			})
			if t.Logf("together: %d statements", len(asked)); len(asked) > n*statementsAlone/3 {
				t.Errorf("%d statements for %d sign-ins at the same time", len(asked), n-1)
			}
		}
		if got := lines(t, db) - before; got != 2*n {
			t.Errorf("%d audit lines, want %d", got, 2*n)
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}
