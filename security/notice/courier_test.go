package notice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// outbox keeps its messages in memory, in the order in which they were queued, under the rules
// that notice.Queue states.
type outbox struct {
	mu    sync.Mutex
	rows  []*row
	claim error  // what Claim answers while it is set
	taken func() // called when a message is claimed, before whoever claims it has it
}

type row struct {
	item    notice.Item
	lane    notice.Lane
	free    time.Time // the lease, or the wait for the next try, ends here
	sent    int
	gaveUp  bool
	reasons []string
}

func (o *outbox) put(id string) *row { return o.putInto(notice.LaneAlarm, id) }

func (o *outbox) putInto(lane notice.Lane, id string) *row {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := &row{lane: lane, item: notice.Item{ID: id, Kind: notice.TwoFactorOn{}.Kind(), QueuedAt: time.Now()}}
	o.rows = append(o.rows, r)
	return r
}

func (o *outbox) Claim(ctx context.Context, last notice.Lane, now time.Time,
	lease time.Duration) (notice.Item, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := errors.Join(o.claim, ctx.Err()); err != nil {
		return notice.Item{}, false, err
	}
	for lane := notice.LaneAwaited; lane <= last; lane++ {
		for _, r := range o.rows {
			if r.lane == lane && r.sent == 0 && !r.gaveUp && !r.free.After(now) {
				r.free = now.Add(lease)
				r.item.Attempts++
				if o.taken != nil {
					o.taken()
				}
				return r.item, true, ctx.Err()
			}
		}
	}
	return notice.Item{}, false, nil
}

func (o *outbox) Hold(_ context.Context, item notice.Item, until time.Time) (bool, error) {
	r := o.find(item.ID)
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.item.Attempts != item.Attempts {
		return false, nil
	}
	r.free = until
	return true, nil
}

func (o *outbox) breakWith(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.claim = err
}

func (o *outbox) find(id string) *row {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rows[slices.IndexFunc(o.rows, func(r *row) bool { return r.item.ID == id })]
}

func (o *outbox) Sent(ctx context.Context, id string, _ time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	o.find(id).sent++
	return nil
}

func (o *outbox) Failed(ctx context.Context, item notice.Item, next time.Time, reason string,
	giveUp bool) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r := o.find(item.ID)
	r.free, r.gaveUp, r.reasons = next, giveUp, append(r.reasons, reason)
	return nil
}

// round is a courier that runs inside a synctest bubble until the test ends.
type round struct {
	*notice.Courier
	outbox   *outbox
	tries    []time.Duration // since the start
	reported []string        // "id: error"
	stop     func()
}

func startRound(t *testing.T, box *outbox, deliver func(context.Context, notice.Item) error,
) *round {
	t.Helper()
	r, start := &round{outbox: box}, time.Now()
	r.Courier = &notice.Courier{Queue: box, Now: time.Now,
		Deliver: func(ctx context.Context, item notice.Item) error {
			r.tries = append(r.tries, time.Since(start))
			return deliver(ctx, item)
		},
		Report: func(item notice.Item, err error) {
			r.reported = append(r.reported, item.ID+": "+err.Error())
		}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	r.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v after its context ended, want nil", err)
		}
	}
	go func() { done <- r.Run(ctx) }()
	return r
}

func seconds(all ...int) []time.Duration {
	var d []time.Duration
	for _, s := range all {
		d = append(d, time.Duration(s)*time.Second)
	}
	return d
}

func TestRetriesUntilTheServerIsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		back := time.Now().Add(3 * time.Hour)
		box := &outbox{}
		m := box.put("m1")
		r := startRound(t, box, func(context.Context, notice.Item) error {
			if time.Now().Before(back) {
				return errors.New("451 try later")
			}
			return nil
		})
		time.Sleep(5 * time.Hour)
		r.stop()
		want := seconds(0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110, 8710, 12310)
		if diff := cmp.Diff(want, r.tries); diff != "" {
			t.Errorf("tries (-want +got):\n%s", diff)
		}
		if m.sent != 1 || m.gaveUp || len(m.reasons) != 11 || m.reasons[0] != "451 try later" {
			t.Errorf("sent %d times, gave up %v, reasons %q", m.sent, m.gaveUp, m.reasons)
		}
	})
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		err   error
		tries int
		last  time.Duration
	}{
		{"at once when refused for good", fmt.Errorf("send: %w",
			notice.Permanent{Err: errors.New("550 no such user")}), 1, 0},
		{"after three days", errors.New("451 later"), 80, 257_110 * time.Second},
		{"after three days of a bad set-up", notice.SetUp{Err: errors.New("535 who?")}, 868,
			258_910 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				box := &outbox{}
				m := box.put("m1")
				r := startRound(t, box, func(context.Context, notice.Item) error { return tt.err })
				time.Sleep(4 * 24 * time.Hour)
				r.stop()
				if len(r.tries) != tt.tries || r.tries[len(r.tries)-1] != tt.last {
					t.Errorf("%d tries, the last after %v", len(r.tries), r.tries[len(r.tries)-1])
				}
				if !m.gaveUp || m.sent != 0 || m.reasons[0] != tt.err.Error() {
					t.Errorf("gave up %v, sent %d, reasons %q", m.gaveUp, m.sent, m.reasons)
				}
			})
		})
	}
}

func TestOneBadMessageHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		var reported []string
		c := notice.Courier{Queue: box, Now: time.Now,
			Deliver: func(_ context.Context, item notice.Item) error {
				if item.ID == "bad" {
					return errors.New("does not open")
				}
				return nil
			},
			Report: func(i notice.Item, err error) {
				reported = append(reported, i.ID+": "+err.Error())
			}}
		for _, id := range []string{"a", "bad", "b"} {
			box.put(id)
		}
		n, err := c.Flush(t.Context())
		if n != 2 || err != nil {
			t.Errorf("Flush = %d, %v, want 2 sent", n, err)
		}
		if diff := cmp.Diff([]string{"bad: does not open"}, reported); diff != "" {
			t.Errorf("reported (-want +got):\n%s", diff)
		}
		for id, want := range map[string]int{"a": 1, "bad": 0, "b": 1} {
			if got := box.find(id).sent; got != want {
				t.Errorf("%s sent %d times, want %d", id, got, want)
			}
		}
	})
}

func TestLeaseGivesACrashBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		m := box.put("m1")
		m.free = time.Now().Add(notice.Lease) // held by a courier that died
		r := startRound(t, box, func(context.Context, notice.Item) error { return nil })
		time.Sleep(notice.Lease + 2*time.Second)
		r.stop()
		if diff := cmp.Diff([]time.Duration{notice.Lease}, r.tries); diff != "" {
			t.Errorf("tries (-want +got):\n%s", diff)
		}
		if m.sent != 1 {
			t.Errorf("sent %d times, want once after the lease", m.sent)
		}
	})
}

func TestWake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startRound(t, &outbox{}, func(context.Context, notice.Item) error { return nil })
		time.Sleep(300 * time.Millisecond)
		r.outbox.put("m1")
		r.Wake()
		r.Wake()
		synctest.Wait()
		r.outbox.put("m2")
		time.Sleep(time.Second)
		r.stop()
		want := []time.Duration{300 * time.Millisecond, time.Second}
		if diff := cmp.Diff(want, r.tries); diff != "" {
			t.Errorf("woken, then by itself (-want +got):\n%s", diff)
		}
	})
}

// A server that takes its time has the mail from one courier alone, however many there are.
func TestSlowDeliveryKeepsItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		m := box.put("m1")
		deliver := func(context.Context, notice.Item) error {
			time.Sleep(35 * time.Minute)
			return nil
		}
		first, second := startRound(t, box, deliver), startRound(t, box, deliver)
		time.Sleep(2 * time.Hour)
		first.stop()
		second.stop()
		if tries := len(first.tries) + len(second.tries); tries != 1 || m.sent != 1 {
			t.Errorf("%d tries, sent %d times", tries, m.sent)
		}
	})
}

// A courier that lost its lease, by a pause of its machine, stops before it sends a copy.
func TestLostLeaseEndsTheDelivery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		m := box.put("m1")
		var after time.Duration
		start := time.Now()
		r := startRound(t, box, func(ctx context.Context, _ notice.Item) error {
			box.mu.Lock()
			m.item.Attempts++ // another one claims it
			box.mu.Unlock()
			<-ctx.Done()
			if after == 0 {
				after = time.Since(start)
			}
			return ctx.Err()
		})
		time.Sleep(notice.Lease / 2)
		r.stop()
		if after != notice.Lease/4 {
			t.Errorf("stopped after %v", after)
		}
	})
}

func TestHangingDeliveryEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		m := box.put("m1")
		r := startRound(t, box, func(ctx context.Context, _ notice.Item) error {
			<-ctx.Done()
			return ctx.Err()
		})
		time.Sleep(time.Hour + time.Second) // before the second try
		r.stop()
		want := []string{context.DeadlineExceeded.Error()}
		if len(r.tries) != 1 || !slices.Equal(m.reasons, want) || m.gaveUp {
			t.Errorf("%d tries, reasons %q, gave up %v", len(r.tries), m.reasons, m.gaveUp)
		}
	})
}

// A code goes before 300 lockouts that were queued before it, and does not wait for one that is
// under way: one courier carries nothing else.
func TestCodesGoFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		for i := range 300 {
			box.put(fmt.Sprint("locked-", i))
		}
		var mu sync.Mutex
		var order []string
		slow := func(_ context.Context, item notice.Item) error {
			time.Sleep(time.Minute)
			mu.Lock()
			defer mu.Unlock()
			order = append(order, item.ID)
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for _, last := range []notice.Lane{notice.LaneAwaited, 0, 0} {
			c := &notice.Courier{Queue: box, Now: time.Now, Last: last, Deliver: slow}
			running.Go(func() { _ = c.Run(ctx) })
		}
		time.Sleep(90 * time.Second)
		box.putInto(notice.LaneAwaited, "code")
		time.Sleep(2 * time.Minute)
		cancel()
		running.Wait()
		if at := slices.Index(order, "code"); at < 2 || at > 4 {
			t.Errorf("the code left as number %d of %d", at, len(order))
		}
	})
}

func TestStoppingWhileAMailIsUnderWay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer error
		sent   int
		reason []string
	}{
		{"it went out", nil, 1, nil},
		{"it did not", context.Canceled, 0, []string{"the portal was stopping"}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			box := &outbox{}
			ctx, cancel := context.WithCancel(t.Context())
			c := notice.Courier{Queue: box, Now: time.Now,
				Deliver: func(context.Context, notice.Item) error { cancel(); return tt.answer }}
			m := box.put("m1")
			n, err := c.Flush(ctx)
			if n != tt.sent || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: Flush = %d, %v", tt.name, n, err)
			}
			if m.sent != tt.sent || m.gaveUp || !slices.Equal(m.reasons, tt.reason) {
				t.Errorf("%s: sent %d, reasons %q", tt.name, m.sent, m.reasons)
			}
			if held := m.free.After(time.Now()); held != (tt.sent == 1) {
				t.Errorf("%s: still held: %v", tt.name, held)
			}
		})
	}
}

// TestStoppingWhileAMailIsClaimed: a mail that a courier has claimed, and does not know of, would wait for the end
// of its lease.
func TestStoppingWhileAMailIsClaimed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		box := &outbox{taken: cancel}
		m := box.put("m1")
		c := notice.Courier{Queue: box, Now: time.Now,
			Deliver: func(ctx context.Context, _ notice.Item) error { return ctx.Err() }}
		if n, err := c.Flush(ctx); n != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("Flush = %d, %v", n, err)
		}
		if m.free.After(time.Now()) || !slices.Equal(m.reasons, []string{"the portal was stopping"}) {
			t.Errorf("held until %v, reasons %q", m.free, m.reasons)
		}
	})
}

func TestRunOutlivesABrokenQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{claim: errors.New("database is busy")}
		m := box.put("m1")
		r := startRound(t, box, func(context.Context, notice.Item) error { return nil })
		time.Sleep(3500 * time.Millisecond)
		box.breakWith(nil)
		time.Sleep(time.Second)
		r.stop()
		want := slices.Repeat([]string{": outbox claim: database is busy"}, 4)
		if diff := cmp.Diff(want, r.reported); diff != "" {
			t.Errorf("reported (-want +got):\n%s", diff)
		}
		if m.sent != 1 {
			t.Errorf("sent %d times, want once", m.sent)
		}
	})
}

func TestReasonIsOneShortLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		box := &outbox{}
		long := "451 a\r\nX-Injected: b\x00\u202e " + strings.Repeat("é", 300)
		c := notice.Courier{Queue: box, Now: time.Now,
			Deliver: func(context.Context, notice.Item) error { return errors.New(long) }}
		m := box.put("m1")
		if n, err := c.Flush(t.Context()); n != 0 || err != nil {
			t.Fatalf("Flush = %d, %v", n, err)
		}
		want := "451 a X-Injected: b " + strings.Repeat("é", 180)
		if m.reasons[0] != want {
			t.Errorf("reason %q, want %q", m.reasons[0], want)
		}
	})
}
