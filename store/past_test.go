package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/store"
	"regain/store/storetest"
)

// TestLineOfAnotherPast: a line that the same key made after another beginning,
// as in an older copy of the database, does not fit into this one.
func TestLineOfAnotherPast(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		other := storetest.Open(t)
		second := storetest.Event()
		var values [2][]string
		for i, on := range []*store.DB{db, other} {
			first := storetest.Event()
			first.Kind = []audit.Kind{audit.LinkSent, audit.CodeRefused}[i]
			for _, e := range []security.Event{first, second} {
				if err := on.Commit(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			values[i], err = on.Texts(t.Context(), "SELECT chain FROM events WHERE seq = 2")
			if err != nil {
				t.Fatal(err)
			}
		}
		if cmp.Equal(values[0], values[1]) {
			t.Error("a line has the same value whatever came before it")
		}
	})
}
