package password

import (
	"context"
	"errors"
	"time"
)

// ErrBusy means that every slot for the costly step stayed taken for as long as a caller may
// wait. Nothing was computed; the answer to the visitor is "try again" (503).
var ErrBusy = errors.New("password work is at its limit")

// slots bounds how many costly computations run at once.
type slots struct {
	free chan struct{}
	wait time.Duration
}

func newSlots(count int, wait time.Duration) slots {
	return slots{free: make(chan struct{}, max(count, 1)), wait: wait}
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
	if s.wait <= 0 {
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
