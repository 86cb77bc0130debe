package security_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/signal"
	"regain/security/webhook"
)

// aPartner is the receiver of a stream that notes what reached it, in the order in which it came.
type aPartner struct {
	*world
	sync.Mutex
	got    []string // ids of tokens
	bodies []string // the tokens
	answer func(n int, p webhook.Parcel) webhook.Answer
}

func (p *aPartner) Send(_ context.Context, parcel webhook.Parcel) webhook.Answer {
	p.Lock()
	p.got = append(p.got, fmt.Sprint(p.opened(parcel.Body)["jti"]))
	p.bodies = append(p.bodies, parcel.Body)
	n := len(p.got)
	p.Unlock()
	if p.answer == nil {
		return accepted
	}
	return p.answer(n, parcel)
}

// push delivers all that is due and returns the places in sent, from 1, of what was sent anew.
func (p *aPartner) push(x signal.Stream, sent []string) (places []int) {
	p.t.Helper()
	before := len(p.got)
	for {
		done, err := p.Webhooks.Deliver(p.t.Context(), x.ID, p.Send)
		p.must(err)
		if len(done) == 0 {
			break
		}
	}
	return placesIn(sent, p.got[before:])
}

// placesIn are the places in sent, from 1, of what came.
func placesIn(sent, got []string) (places []int) {
	for _, id := range got {
		places = append(places, slices.Index(sent, id)+1)
	}
	return places
}

// signals ends the sessions of ada so many times and returns the ids of the tokens that a stream is to get.
func (w *world) signals(x signal.Stream, times int, then func()) (ids []string) {
	for range times {
		ids = append(ids, webhook.DeliveryID(signal.EventID(w.endOf("u-1001"), 0), x.ID))
		then()
	}
	return ids
}

// TestStreamOrder: what waits for its next try holds up what happened later, and nothing else; what the
// receiver will never take is given up, and the next one goes on.
func TestStreamOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, p := w.partner("idp"), &aPartner{world: w}
		x, other := w.pushed(idp), w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		w.hears(idp, other, adaOpaque)
		sent := w.signals(x, 6, func() { w.ms.Add(-1) }) // by a clock that goes wrong
		w.ms.Add(10)
		want := func(what string, places ...int) {
			t.Helper()
			if diff := cmp.Diff(places, p.push(x, sent)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		says := func(status int, words string) {
			p.answer = func(n int, _ webhook.Parcel) webhook.Answer {
				return webhook.Answer{Status: status, Said: words}
			}
		}
		says(503, "")
		want("the first fails", 1)
		want("until it is due nothing goes")
		if due, err := w.Webhooks.Due(t.Context()); err != nil || slices.Contains(due, x.ID) ||
			!slices.Contains(due, other.ID) {
			t.Errorf("due while the first waits: %v, %v", due, err)
		}
		for _, later := range []struct {
			status int
			words  string
		}{{401, ""}, {403, ""}, {400, ""}, {400, "authentication_failed: who are you"},
			{400, "access_denied: no"}} {
			says(later.status, later.words)
			w.advance(6 * time.Hour)
			want(fmt.Sprint(later), 1)
		}
		p.answer = func(n int, _ webhook.Parcel) webhook.Answer {
			if p.got[n-1] == sent[1] {
				return webhook.Answer{Status: 400, Said: "invalid_request: what is that"}
			}
			return accepted
		}
		w.advance(15 * time.Hour)
		want("it goes through, the second never will", 1, 2, 3, 4, 5, 6)
		d, err := w.db.Host().Delivery(t.Context(), sent[1])
		w.must(err)
		if d.GaveUpAt.IsZero() || d.Why != webhook.WhyRefused || d.Status != 400 ||
			d.Said != "invalid_request: what is that" || d.Attempts != 1 {
			t.Errorf("refused for good: %+v", d)
		}
		for i, id := range sent {
			sent[i] = strings.TrimSuffix(id, x.ID) + other.ID
		}
		if got := p.push(other, sent); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6}) {
			t.Errorf("the other stream: %v", got)
		}
	})
}

// TestPollOrder: whoever comes for tokens and went away without a word gets the same again, before what
// happened later.
func TestPollOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp := w.partner("idp")
		x := w.polled(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		const many, most = 6, 2
		sent := w.signals(x, many, func() { w.ms.Add(-1) }) // by a clock that goes wrong
		w.ms.Add(many)
		poll := func(taken ...string) (places []int) {
			got, err := w.Signals.Poll(t.Context(), idp, x.ID, signal.Ask{Most: most, Taken: taken})
			w.must(err)
			for id := range got.Tokens {
				places = append(places, slices.Index(sent, id)+1)
			}
			slices.Sort(places)
			return places
		}
		got := [][]int{poll()}
		w.advance(time.Hour)
		got = append(got, poll(), poll(sent[:most]...), poll())
		if diff := cmp.Diff([][]int{{1, 2}, {1, 2}, {3, 4}, {5, 6}}, got); diff != "" {
			t.Errorf("polled (-want +got):\n%s", diff)
		}
	})
}

// TestStreamKeepsWhatIsAboutUs: a receiver that does not know our key yet, or does not want us, says
// nothing of the message: that is sent again.
func TestStreamKeepsWhatIsAboutUs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, p := w.partner("idp"), &aPartner{world: w}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		for _, says := range []string{"invalid_key: made a moment ago", "invalid_issuer: who", "invalid_audience",
			"authentication_failed: who are you", "access_denied: no"} {
			sent := w.signals(x, 1, func() {})
			p.answer = func(int, webhook.Parcel) webhook.Answer {
				return webhook.Answer{Status: 400, Said: says}
			}
			first := p.push(x, sent)
			p.answer = nil
			w.advance(10 * time.Second)
			if again := p.push(x, sent); !slices.Equal(first, []int{1}) || !slices.Equal(again, first) {
				t.Errorf("%s: sent %v, and then %v", says, first, again)
			}
		}
	})
}

// TestStreamOrderOfMany: of several processes that push one stream, each token goes out from one of
// them, and in its turn.
func TestStreamOrderOfMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, p := w.partner("idp"), &aPartner{world: w}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		const many = 20
		var all sync.WaitGroup
		var sent []string
		all.Go(func() { sent = w.signals(x, many, func() {}) })
		for range 3 {
			all.Go(func() {
				for {
					_, err := w.Webhooks.Deliver(t.Context(), x.ID, p.Send)
					if err != nil {
						t.Error(err)
					}
					p.Lock()
					n := len(p.got)
					p.Unlock()
					if n >= many || err != nil {
						return
					}
				}
			})
		}
		all.Wait()
		if diff := cmp.Diff(sent, p.got); diff != "" {
			t.Errorf("pushed (-want +got):\n%s", diff)
		}
	})
}
