package security_test

import "testing"

func TestZZWalk(t *testing.T) {
	for seed := range uint64(12) {
		w := sqliteWorld(t)
		w.account("u-1002", "bob", "bob@example.org")
		c := w.ada()
		x := newWalker(w, seed)
		err := x.walk(c, 2000)
		t.Log(seed, err, x.steps)
	}
}
