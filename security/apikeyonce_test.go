package security_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/apikey"
)

// TestRequestIsDoneOnce, however many come at once: one gets the turn, and its answer is the answer
// of all that come later.
func TestRequestIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		k, _ := w.key(wanted)
		c := apikey.Caller{Key: k}
		var wg sync.WaitGroup
		var mu sync.Mutex
		var turns []apikey.Turn
		for range 8 {
			wg.Go(func() {
				turn, before, err := w.APIKeys.Begin(t.Context(), c, "n", "request")
				if err == nil && before == nil {
					mu.Lock()
					defer mu.Unlock()
					turns = append(turns, turn)
				} else if !errors.Is(err, apikey.ErrRunning) {
					t.Errorf("%v, %v", before, err)
				}
			})
		}
		wg.Wait()
		if len(turns) != 1 {
			t.Fatalf("%d turns at once", len(turns))
		}
		want := apikey.Answer{Digest: turns[0].Digest, Status: 201, Kind: "text/plain", Location: "/x",
			Body: []byte("b\x00\xff")}
		w.must(w.APIKeys.End(t.Context(), turns[0], &want))
		_, before, err := w.APIKeys.Begin(t.Context(), c, "n", "request")
		if diff := cmp.Diff(&want, before); diff != "" || err != nil {
			t.Errorf("again: %v (-want +got):\n%s", err, diff)
		}
		w.must(w.APIKeys.End(t.Context(), turns[0], &apikey.Answer{Status: 500})) // comes too late
		w.must(w.APIKeys.End(t.Context(), turns[0], nil))
		_, before, err = w.APIKeys.Begin(t.Context(), c, "n", "request")
		if diff := cmp.Diff(&want, before); diff != "" || err != nil {
			t.Errorf("after a late end: %v (-want +got):\n%s", err, diff)
		}
	})
}

// TestWhoseTurn goes through a day of one name. The names of another key are others.
func TestWhoseTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		k, _ := w.key(wanted)
		begin := func(what, key, request string, want error) apikey.Turn {
			t.Helper()
			turn, before, err := w.APIKeys.Begin(t.Context(), apikey.Caller{Key: apikey.Key{ID: key}}, "n",
				request)
			if !errors.Is(err, want) || before != nil {
				t.Errorf("%s: %v, %v; want %v", what, before, err, want)
			}
			return turn
		}
		first := begin("first", k.ID, "a", nil)
		begin("at once", k.ID, "a", apikey.ErrRunning)
		begin("another body", k.ID, "b", apikey.ErrOtherRequest)
		begin("another key", "other", "b", nil)
		w.must(w.APIKeys.End(t.Context(), first, nil))
		begin("after a failure", k.ID, "b", nil)
		w.advance(time.Minute - 1e6)
		begin("as long as a request may take", k.ID, "b", apikey.ErrRunning)
		w.advance(time.Millisecond)
		begin("another body after a crash", k.ID, "a", apikey.ErrOtherRequest)
		begin("after a crash", k.ID, "b", nil)
		w.advance(-time.Hour)
		turn := begin("after a clock that ran ahead", k.ID, "b", nil)
		w.must(w.APIKeys.End(t.Context(), turn, &apikey.Answer{Status: 200}))
		w.advance(apikey.AnswersKept - 1e6)
		begin("still kept", k.ID, "a", apikey.ErrOtherRequest)
		w.advance(time.Millisecond)
		begin("a day later", k.ID, "a", nil)
	})
}

// TestNoSecretInAnswers: of the request and its name there is a digest, and not one that tells a
// password that stands in it.
func TestNoSecretInAnswers(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	k, _ := w.key(wanted)
	turn, _, err := w.APIKeys.Begin(t.Context(), apikey.Caller{Key: k}, "n", "request")
	w.must(err)
	other := sqliteWorld(t)
	again, _, err := other.APIKeys.Begin(t.Context(), apikey.Caller{Key: k}, "n", "request")
	other.must(err)
	if turn.Name == "n" || turn.Digest == "request" || turn.ID == again.ID {
		t.Errorf("%+v, %+v", turn, again)
	}
}
