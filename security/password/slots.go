package password

import (
	"context"
	"errors"
	"slices"
	"sync"
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

// slots bounds how many costly computations run at once. Who is proven waits for those alone who compute
// already, whoever else waits. What strangers make us check at the cost of somebody else, which can be much
// more than ours, has fewer slots.
type slots struct {
	count, foreign int // at once; of them for strangers at a foreign cost

	mu                 sync.Mutex
	taken, takenByThem int // now; of them by strangers at a foreign cost
	waiting            [2][]*turn
}

// task is what a slot is taken for. It is foreign unless all of it is known to take our own cost.
type task struct {
	Standing
	foreign bool
}

// turn is a task that waits for a slot, or has it.
type turn struct {
	task
	has   bool
	ready chan struct{} // closed when it has its slot
}

func newSlots(bound Slots) *slots {
	count := max(bound.Count, 1)
	return &slots{count: count, foreign: max(count-bound.Kept, 1)}
}

// enter takes a slot within the wait, where 0 is as long as the context lasts. Errors: ErrBusy, or the
// context's. Each success needs one leave, by the function that is returned.
func (s *slots) enter(ctx context.Context, t task, wait time.Duration) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x := &turn{task: t, ready: make(chan struct{})}
	s.mu.Lock()
	s.waiting[t.Standing] = append(s.waiting[t.Standing], x)
	s.letIn()
	has := x.has
	s.mu.Unlock()
	if !has {
		err = x.wait(ctx, wait)
	}
	if err != nil {
		s.end(x)
		return nil, err
	}
	return func() { s.end(x) }, nil
}

func (x *turn) wait(ctx context.Context, wait time.Duration) error {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-x.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-over:
		return ErrBusy
	}
}

// letIn gives the slots that are free to whoever is next: no stranger while somebody waits who is proven.
func (s *slots) letIn() {
	for _, standing := range standings {
		s.waiting[standing] = slices.DeleteFunc(s.waiting[standing], func(x *turn) bool {
			if s.taken == s.count || x.narrow() && s.takenByThem == s.foreign {
				return false
			}
			s.change(x, 1)
			close(x.ready)
			return true
		})
	}
}

// end takes a turn out, from its slot or from those who wait for one.
func (s *slots) end(x *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !x.has {
		s.waiting[x.Standing] = slices.DeleteFunc(s.waiting[x.Standing], func(o *turn) bool { return o == x })
		return
	}
	s.change(x, -1)
	s.letIn()
}

// narrow reports whether the task is one for which not every slot is.
func (t task) narrow() bool { return t.foreign && t.Standing == Stranger }

// change counts one slot more or less for a turn.
func (s *slots) change(x *turn, by int) {
	x.has = by > 0
	s.taken += by
	if x.narrow() {
		s.takenByThem += by
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
	return Load{h.slots.count, h.slots.busy(), len(p.waiting[Proven]) + len(p.waiting[Stranger]),
		int64(p.refused)}
}

// busy is how many slots are taken.
func (s *slots) busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
