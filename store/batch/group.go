package batch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"regain/security"
)

// most is how many changes are committed at once at most: the first of them waits for the last.
const most = 64

// errAbandoned is what the others get when the one who committed for all of them did not come back.
var errAbandoned = errors.New("the commit did not come to an end")

// Group lets changes of several callers share one transaction: what comes while one is under way
// waits and goes together in the next. One caller alone waits for nobody. The zero Group is ready.
type Group struct {
	mu      sync.Mutex
	waiting []*waiter // in the order in which they came
	busy    bool      // one of those who came is committing
}

// waiter is a change whose caller waits.
type waiter struct {
	context.Context
	change security.Change
	lead   chan struct{} // tells the caller to commit for all who wait
	done   chan error
}

// Commit has c committed by all, alone or with others, and returns what became of it. It returns an
// error of ctx when ctx ends before it was c's turn.
func (g *Group) Commit(ctx context.Context, c security.Change,
	all func(context.Context, []security.Change) ([]error, error)) error {
	w := &waiter{ctx, c, make(chan struct{}, 1), make(chan error, 1)}
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

// run commits for those who wait, and has one of those who came meanwhile go on.
func (g *Group) run(all func(context.Context, []security.Change) ([]error, error)) {
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
	changes := make([]security.Change, n)
	for i, w := range some {
		changes[i] = w.change
	}
	ctx, cancel := together(some)
	defer cancel()
	var found []error
	if found, err = all(ctx, changes); err == nil {
		errs = found
	}
}

// next lets the first of those who wait commit.
func (g *Group) next() {
	if g.busy = len(g.waiting) > 0; g.busy {
		g.waiting[0].lead <- struct{}{}
	}
}

// leave reports whether w still waited, and then waits no longer.
func (g *Group) leave(w *waiter) bool {
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

// together is a context that lasts until nobody of them waits any more.
func together(some []*waiter) (context.Context, context.CancelFunc) {
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
