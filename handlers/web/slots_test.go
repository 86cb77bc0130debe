package web_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security/password"
)

// TestGuessesKeepNobodyOut: while guesses at the sign-in take all the slots that they may have, and
// their queue is full, owners in a recovery choose a password as if nobody else were there.
func TestGuessesKeepNobodyOut(t *testing.T) {
	t.Parallel()
	const guesses, queue = 30, 4
	b := handlertest.New(t)
	h := password.NewHasher(password.Cost{Memory: 1 << 10, Time: 1},
		password.Slots{Count: 2, Kept: 1, Wait: time.Minute, Queue: queue}, password.Pepper{})
	b.Service.Hasher = h
	owners := []*handlertest.Browser{}
	for _, name := range []string{"ada", "bob", "cleo"} {
		b.Lock(name)
		owners = append(owners, enterByLink(b.Other()).On(200, "recovery-password"))
	}
	slow, err := h.Reserve(t.Context()) // a guess that takes its time
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan int, guesses)
	for i := range guesses {
		other := b.Other()
		go func() {
			answers <- other.Post("/signin", url.Values{"identifier": {fmt.Sprint("ada", i)},
				"password": {"a guess"}}).Status
		}()
	}
	got := map[int]int{}
	for range guesses - queue { // the others wait for the slow one
		got[<-answers]++
	}
	steps := make(chan string, len(owners))
	for _, o := range owners {
		go func() {
			o.Post("/recovery/password", url.Values{"new_password": {newPassword}})
			steps <- fmt.Sprint(o.Status, " ", o.Header.Get("Location"))
		}()
	}
	for range owners {
		if s := <-steps; s != "303 /recovery/two-factor" {
			t.Errorf("an owner got %s", s)
		}
	}
	slow.Release()
	for range queue {
		got[<-answers]++
	}
	if diff := cmp.Diff(map[int]int{503: guesses - queue, 422: queue}, got); diff != "" {
		t.Errorf("guesses (-want +got):\n%s", diff)
	}
}
