package store_test

import (
	"sync"
	"testing"

	"regain/store"
	"regain/store/storetest"
)

// TestPooler: behind pgbouncer in transaction mode several starters migrate one after the other, and
// statements find their way whichever session they get.
func TestPooler(t *testing.T) {
	t.Parallel()
	dsn := storetest.Pooler(t)
	var starters sync.WaitGroup
	var all [3]*store.DB
	for i := range all {
		starters.Go(func() {
			db, err := store.Open(t.Context(), dsn, store.Options{Chain: storetest.Chain})
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = db.Close() })
			all[i] = db
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	starters.Wait()
	if t.Failed() {
		return
	}
	if pooled, err := store.Pooled(t.Context(), all[0]); !pooled || err != nil {
		t.Errorf("behind a pooler: %t, %v", pooled, err)
	}
	storetest.Person(t, all[0], "ada")
	for i := range 60 {
		starters.Go(func() {
			db := all[i%len(all)]
			if err := db.Commit(t.Context(), storetest.Event()); err != nil {
				t.Error(err)
			}
			if _, err := db.Account(t.Context(), "ada"); err != nil {
				t.Error(err)
			}
		})
	}
	starters.Wait()
	// Other tests migrate in another database of the same server.
	if n, err := all[0].Number(t.Context(), `SELECT COUNT(*) FROM pg_locks JOIN pg_database d
		ON database = d.oid WHERE locktype = 'advisory' AND datname = current_database()`); n != 0 ||
		err != nil {
		t.Errorf("%d locks were left, %v", n, err)
	}
}

func TestNoPooler(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		if pooled, err := store.Pooled(t.Context(), storetest.Dial(t, dsn)); pooled || err != nil {
			t.Errorf("pooled %t, %v", pooled, err)
		}
	})
}
