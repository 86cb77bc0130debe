package password

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// ErrBusy means that every slot for the costly step stayed taken for as long as a caller may
// wait. Nothing was computed; the answer to the visitor is "try again" (503).
var ErrBusy = errors.New("password work is at its limit")

// slots bounds how many costly computations run at once and how many wait for it. Guesses pass a
// narrower gate first, so that some slots stay free of them.
type slots struct {
	free, guesses chan struct{}
	wait          time.Duration
	queue         int64
	waiting       *[2]atomic.Int64 // without and with a session
}

func newSlots(bound Slots) slots {
	count := max(bound.Count, 1)
	return slots{free: make(chan struct{}, count), wait: bound.Wait, queue: int64(bound.Queue),
		guesses: make(chan struct{}, max(count-bound.Kept, 1)), waiting: &[2]atomic.Int64{}}
}

type heldBySession struct{}

// HeldBySession marks the work of somebody who holds a session of an account or a recovery: no
// number of guesses at the sign-in keeps it waiting.
func HeldBySession(ctx context.Context) context.Context {
	return context.WithValue(ctx, heldBySession{}, true)
}

// enter takes a slot, or returns ErrBusy, or the context's error. Each success needs one leave, by
// the function that is returned.
func (s slots) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	gates, class := []chan struct{}{s.guesses, s.free}, 0
	if ctx.Value(heldBySession{}) != nil {
		gates, class = gates[1:], 1
	}
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	for i, gate := range gates {
		if err := s.pass(ctx, gate, &s.waiting[class], timer.C); err != nil {
			leaveAll(gates[:i])
			return nil, err
		}
	}
	return func() { leaveAll(gates) }, nil
}

func leaveAll(gates []chan struct{}) {
	for _, gate := range gates {
		<-gate
	}
}

func (s slots) pass(ctx context.Context, gate chan<- struct{}, waiting *atomic.Int64,
	over <-chan time.Time) error {
	select {
	case gate <- struct{}{}:
		return nil
	default:
	}
	defer waiting.Add(-1)
	if n := waiting.Add(1); s.wait <= 0 || s.queue > 0 && n > s.queue {
		return ErrBusy
	}
	select {
	case gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-over:
		return ErrBusy
	}
}
