package password

import (
	"context"
	"errors"
	"time"
)

// ErrBusy means that there is no room for the costly step now. Nothing was computed; the answer to
// the visitor is "in a moment" (503). Where it is known when to come again, it is a Full.
var ErrBusy = errors.New("password work is at its limit")

// Slots bounds parallel hashing: Count at once, and a form waits for at most Wait to be let in, and
// only where that can end well, before its sender is told to come again. Own hashes take Cost.Memory
// each, an imported one up to 128 MiB.
type Slots struct {
	Count int
	Kept  int // of Count, never for a hash that a stranger makes us check at another cost than ours
	Wait  time.Duration
	Queue int // of strangers who wait, and as many places of those who were told to; 0 lets any number wait
}

// slots bounds how many costly computations run at once. Strangers pass a gate of their own first, so
// that whoever is proven waits behind those alone who compute already; and what they make us check at
// the cost of somebody else, which can be much more than ours, passes a narrower one before.
type slots struct {
	free, guesses, foreign chan struct{}
	wait                   time.Duration // 0 is as long as the context lasts
}

func newSlots(bound Slots) slots {
	count := max(bound.Count, 1)
	return slots{free: make(chan struct{}, count), guesses: make(chan struct{}, count),
		foreign: make(chan struct{}, max(count-bound.Kept, 1))}
}

// task is what a slot is taken for. It is foreign unless all of it is known to take our own cost.
type task struct {
	Standing
	foreign bool
}

// enter takes a slot, or returns ErrBusy, or the context's error. Each success needs one leave, by
// the function that is returned.
func (s slots) enter(ctx context.Context, t task) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	gates := []chan struct{}{s.foreign, s.guesses, s.free}
	switch {
	case t.Standing == Proven:
		gates = gates[2:]
	case !t.foreign:
		gates = gates[1:]
	}
	var over <-chan time.Time
	if s.wait > 0 {
		timer := time.NewTimer(s.wait)
		defer timer.Stop()
		over = timer.C
	}
	for i, gate := range gates {
		select {
		case gate <- struct{}{}:
			continue
		default:
		}
		select {
		case gate <- struct{}{}:
			continue
		case <-ctx.Done():
			err = ctx.Err()
		case <-over:
			err = ErrBusy
		}
		leaveAll(gates[:i])
		return nil, err
	}
	return func() { leaveAll(gates) }, nil
}

func leaveAll(gates []chan struct{}) {
	for _, gate := range gates {
		<-gate
	}
}

// Load is how much work with passwords there is.
type Load struct {
	Slots   int   // hashes at once, at most
	Busy    int   // of them, at work now
	Waiting int   // forms that wait for room
	Refused int64 // forms that were told to come again, since the start
}

// Load tells how much there is to do now.
func (h *Hasher) Load() Load {
	p := h.places
	p.mu.Lock()
	defer p.mu.Unlock()
	return Load{cap(h.slots.free), len(h.slots.free), len(p.waiting[Proven]) + len(p.waiting[Stranger]),
		int64(p.refused)}
}
