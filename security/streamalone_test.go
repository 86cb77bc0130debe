package security_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"regain/cmd/regain/hook"
	"regain/security"
	"regain/security/signal"
	"regain/security/webhook"
)

// TestStreamHangs: a stream whose receiver never answers holds up no other stream and no webhook.
func TestStreamHangs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, free := w.partner("idp"), make(chan struct{})
		stuck, err := w.Signals.Create(t.Context(), idp, signal.Wanted{URL: "https://stuck.example/in"})
		w.must(err)
		fast := w.pushed(idp)
		told := w.hook()
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, stuck, adaOpaque)
		w.hears(idp, fast, adaOpaque)
		const many = 5
		for range many {
			w.endOf("u-1001")
		}
		var got sync.WaitGroup
		got.Add(2 * many)
		r := hook.NewRunner(w.Webhooks, func(_ context.Context, p webhook.Parcel) webhook.Answer {
			if p.URL == stuck.URL {
				<-free
			} else {
				got.Done()
			}
			return accepted
		}, slog.New(slog.DiscardHandler), hook.Tries())
		w.must(r.Run(t.Context()))
		got.Wait() // while the first message to the stuck one is under way
		for id, want := range map[string]webhook.Standing{stuck.ID: webhook.Waiting, fast.ID: "", told.ID: ""} {
			all, err := w.db.Host().Deliveries(t.Context(), id, security.Cursor{}, 9)
			w.must(err)
			if len(all) != many || want != "" && all[0].State() != want {
				t.Errorf("%s: %+v", id, all)
			}
		}
		close(free)
		r.Wait()
	})
}

// TestStreamLeftBehind: what a process had taken when it was killed, pushed or not, goes out once more
// under the same name and in its turn when the lease is over, and what was pushed is not lost.
func TestStreamLeftBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, p := w.partner("idp"), &aPartner{world: w}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		sent := w.signals(x, 3, func() {})
		claimed, err := w.db.Host().ClaimNext(t.Context(), x.ID, w.Now(), time.Minute, false)
		w.must(err)
		if len(claimed) != 1 || claimed[0].ID != sent[0] {
			t.Fatalf("claimed %+v", claimed)
		}
		if got := p.push(x, sent); got != nil {
			t.Errorf("while it is held: %v", got)
		}
		w.advance(time.Minute)
		if got := p.push(x, sent); len(got) != 3 || got[0] != 1 || got[1] != 2 || got[2] != 3 {
			t.Errorf("after the lease: %v", got)
		}
		claimed[0].DoneAt = w.Now() // the first comes to itself, and changes nothing
		w.must(w.db.Host().Settle(t.Context(), claimed))
		if d, err := w.db.Host().Delivery(t.Context(), sent[0]); err != nil || d.Attempts != 2 {
			t.Errorf("%+v, %v", d, err)
		}
	})
}
