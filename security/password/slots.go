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

// slots bounds how many costly computations run at once and how many wait for it.
type slots struct {
	free    chan struct{}
	wait    time.Duration
	queue   int64
	waiting *atomic.Int64
}

func newSlots(bound Slots) slots {
	return slots{free: make(chan struct{}, max(bound.Count, 1)), wait: bound.Wait,
		queue: int64(bound.Queue), waiting: &atomic.Int64{}}
}

// enter takes a slot, or returns ErrBusy, or the context's error. Each success needs one leave.
func (s slots) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.free <- struct{}{}:
		return nil
	default:
	}
	defer s.waiting.Add(-1)
	if n := s.waiting.Add(1); s.wait <= 0 || s.queue > 0 && n > s.queue {
		return ErrBusy
	}
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ErrBusy
	}
}

func (s slots) leave() { <-s.free }
