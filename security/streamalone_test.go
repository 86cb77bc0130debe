package security_test

import (
	"context"
	"log/slog"
	"slices"
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

// TestStreamSlow: a receiver that answers after seconds gets each token once and in its turn, and one
// that answers at once has each before the slow one has answered.
func TestStreamSlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp := w.partner("idp")
		slow, err := w.Signals.Create(t.Context(), idp, signal.Wanted{URL: "https://slow.example/in"})
		w.must(err)
		fast := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, slow, adaOpaque)
		w.hears(idp, fast, adaOpaque)
		const many = 5
		late, quick := &aPartner{world: w}, &aPartner{world: w}
		asked, answered, took := make(chan bool), make(chan bool), make(chan bool, many)
		r := hook.NewRunner(w.Webhooks, func(ctx context.Context, p webhook.Parcel) webhook.Answer {
			if p.URL != slow.URL {
				defer func() { took <- true }()
				return quick.Send(ctx, p)
			}
			a := late.Send(ctx, p)
			asked <- true
			<-answered
			return a
		}, slog.New(slog.DiscardHandler), hook.Tries())
		var sent []string
		for range many {
			sent = append(sent, w.signals(slow, 1, func() {})...)
			for served := false; !served; {
				w.must(r.Run(t.Context())) // as after each commit, and at times
				select {
				case served = <-took:
				default:
				}
			}
			if len(sent) == 1 {
				<-asked
			}
			w.advance(webhook.AnswerTime - time.Second)
		}
		if got := placesIn(sent, late.got); !slices.Equal(got, []int{1}) || len(quick.got) != many {
			t.Errorf("before the slow one has answered it has %v, the other %d", got, len(quick.got))
		}
		for i := range many {
			if i > 0 {
				<-asked
			}
			w.advance(webhook.AnswerTime - time.Second)
			answered <- true
		}
		r.Wait()
		if got := placesIn(sent, late.got); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
			t.Errorf("the slow one has %v", got)
		}
		x, err := w.db.Host().Receiver(t.Context(), slow.ID)
		w.must(err)
		all, err := w.db.Host().Deliveries(t.Context(), slow.ID, security.Cursor{}, 9)
		w.must(err)
		for _, d := range all {
			if d.State() != webhook.Delivered || d.Attempts != 1 {
				t.Errorf("%+v", d)
			}
		}
		if len(all) != many || !x.FailingSince.IsZero() {
			t.Errorf("%d told, fails since %v", len(all), x.FailingSince)
		}
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
