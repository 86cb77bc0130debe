// Package gather does at once what several callers ask for at the same time.
package gather

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// most is how much is done at once at most: the first that comes waits for the last.
const most = 64

// errAbandoned is what the others get when the one who did it for all of them did not come back.
var errAbandoned = errors.New("what was done for several callers did not come to an end")

// Group does together what several callers ask for: what comes while something is under way waits and
// goes together next. One caller alone waits for nobody. The zero Group is ready.
type Group[T any] struct {
	mu      sync.Mutex
	waiting []*waiter[T] // in the order in which they came
	busy    bool         // one of those who came is at it
}

// waiter is something whose caller waits.
type waiter[T any] struct {
	context.Context
	what T
	lead chan struct{} // tells the caller to do it for all who wait
	done chan error
}

// Do has all do what was asked for, alone or with others, and returns what became of it: the error that
// all has for it, or for everything. It returns an error of ctx when ctx ends before it was its turn.
func (g *Group[T]) Do(ctx context.Context, what T,
	all func(context.Context, []T) ([]error, error)) error {
	w := &waiter[T]{ctx, what, make(chan struct{}, 1), make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	if !g.busy {
		g.busy = true
		w.lead <- struct{}{}
	}
	g.mu.Unlock()
	select {
	case <-w.lead:
		g.run(all)
	case <-ctx.Done():
		if g.leave(w) {
			return ctx.Err()
		}
	case err := <-w.done:
		return err
	}
	return <-w.done
}

// run does it for those who wait, and has one of those who came meanwhile go on.
func (g *Group[T]) run(all func(context.Context, []T) ([]error, error)) {
	g.mu.Lock()
	n := min(len(g.waiting), most)
	some := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.mu.Unlock()
	errs, err := make([]error, n), errAbandoned
	defer func() {
		for i, w := range some {
			w.done <- errors.Join(err, errs[i])
		}
		g.mu.Lock()
		g.next()
		g.mu.Unlock()
	}()
	whats, ctxs := make([]T, n), make([]context.Context, n)
	for i, w := range some {
		whats[i], ctxs[i] = w.what, w
	}
	ctx, cancel := together(ctxs)
	defer cancel()
	var found []error
	if found, err = all(ctx, whats); err == nil {
		errs = found
	}
}

// next lets the first of those who wait go on.
func (g *Group[T]) next() {
	if g.busy = len(g.waiting) > 0; g.busy {
		g.waiting[0].lead <- struct{}{}
	}
}

// leave reports whether w still waited, and then waits no longer.
func (g *Group[T]) leave(w *waiter[T]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, x := range g.waiting {
		if x == w {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			if len(w.lead) == 1 {
				g.next()
			}
			return true
		}
	}
	return false
}

// together is a context that lasts until the last of some is over.
func together(some []context.Context) (context.Context, context.CancelFunc) {
	if len(some) == 1 {
		return some[0], func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(some[0]))
	left := new(atomic.Int64)
	left.Store(int64(len(some)))
	stops := make([]func() bool, len(some))
	for i, w := range some {
		stops[i] = context.AfterFunc(w, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}
