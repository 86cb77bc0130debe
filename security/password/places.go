package password

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Standing is what is known of somebody whose form needs password hashes.
type Standing int

// The standings, first who is let in first: whoever holds a session of a recovery or an account or
// is staff, and everybody else.
const (
	Proven Standing = iota
	Stranger
)

// standings are all of them.
var standings = []Standing{Proven, Stranger}

// Form is one form that needs password hashes. Who, the id of the session, has one place at a time
// that is kept; it is empty for strangers. Hashes is about how many runs of argon2id it takes.
type Form struct {
	Standing
	Who    string
	Hashes int
}

// Full is the ErrBusy of somebody who would have to wait for more than a moment: After is when to
// come again. With Ticket, see WithTicket, strangers keep their place until then.
type Full struct {
	After  time.Duration
	Ticket string
}

// Error implements error.
func (f *Full) Error() string { return ErrBusy.Error() + " for " + f.After.String() }

// Unwrap makes a Full an ErrBusy.
func (f *Full) Unwrap() error { return ErrBusy }

type (
	ticketKey struct{}
	placeKey  struct{}
)

// WithTicket is the context of a form that can come again, with the ticket of a Full if it does. Without
// one, no place of a stranger is kept.
func WithTicket(ctx context.Context, ticket string) context.Context {
	return context.WithValue(ctx, ticketKey{}, ticket)
}

const (
	insidePerSlot = 4                     // forms; they read and write between their hashes
	enough        = 4 * time.Second       // that whoever is let in has left; else a new request may have it
	shortest      = 2 * time.Second       // that somebody is told to wait
	longest       = 30 * time.Second      // likewise
	keptFor       = 30 * time.Second      // a place, after its time has come
	usualRun      = 50 * time.Millisecond // of argon2id, before any was measured
	smoothing     = 8                     // how many forms a measure of the pace follows
)

// places let forms in, so many at once, and keep the order of those that have to wait: by standing,
// then first come. Whoever is in gets every hash of the form and is not turned away any more.
type places struct {
	bound Slots
	clock func() time.Time // nil: nothing is measured, and no place gets lost

	mu            sync.Mutex
	inside        [2]int // forms, by standing
	work          int    // hashes that those inside were let in for
	waiting       [2][]*place
	away          [2]map[string]*place // who was told to come again, by key
	came, refused uint64
	left          time.Time     // when a form left that others had to wait for
	run           time.Duration // that passes for each hash while others wait
}

// place is that of one form.
type place struct {
	of    *places
	form  Form
	key   string
	came  uint64
	until time.Time     // while it is away
	ready chan struct{} // closed when it is in
	in    bool
	// returns says that its sender can show whose place it is.
	returns bool
}

func newPlaces(bound Slots) *places {
	bound.Count = max(bound.Count, 1)
	return &places{bound: bound, run: usualRun / time.Duration(bound.Count),
		away: [2]map[string]*place{{}, {}}}
}

// Join lets a form in, at once or in a moment; what is hashed with the context that it returns has no
// other wait than for a slot. Leave ends that. It comes before anything that a form spends or
// records: errors are a Full, of which nothing is left but the place, and the context's.
func (h *Hasher) Join(ctx context.Context, f Form) (in context.Context, leave func(), err error) {
	if x, ok := ctx.Value(placeKey{}).(*place); ok && x.of == h.places {
		return ctx, func() {}, nil
	}
	x, err := h.places.join(ctx, f)
	if err != nil {
		return nil, nil, fmt.Errorf("password work: %w", err)
	}
	return context.WithValue(ctx, placeKey{}, x), sync.OnceFunc(func() { h.places.leave(x) }), nil
}

func (p *places) join(ctx context.Context, f Form) (*place, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	x, wait := p.arrive(ctx, f), p.bound.Wait
	late := false
	if end, ok := ctx.Deadline(); ok && p.clock != nil {
		spare := end.Sub(p.clock()) - enough
		wait, late = min(wait, spare), spare < 0
	}
	switch {
	case !late && p.room(f.Standing):
		p.enter(x)
		return x, nil
	case late, !p.mayWait(x):
		return nil, p.tell(x)
	}
	line := p.waiting[f.Standing]
	at, _ := slices.BinarySearchFunc(line, x.came, func(o *place, came uint64) int {
		return cmp.Compare(o.came, came)
	})
	p.waiting[f.Standing] = slices.Insert(line, at, x)
	p.mu.Unlock()
	timer := time.NewTimer(wait)
	select {
	case <-x.ready:
	case <-ctx.Done():
	case <-timer.C:
	}
	timer.Stop()
	p.mu.Lock()
	switch err := ctx.Err(); {
	case err != nil && x.in: // both at once
		p.goOut(x)
		return nil, err
	case x.in:
		return x, nil
	default:
		p.forget(x)
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, p.tell(x)
	}
}

// arrive is the place of a form: the one that was kept, or a new one at the end.
func (p *places) arrive(ctx context.Context, f Form) *place {
	key, returns := f.Who, f.Who != ""
	if f.Standing == Stranger {
		key, returns = ctx.Value(ticketKey{}).(string)
	}
	if x := p.away[f.Standing][key]; x != nil {
		delete(p.away[f.Standing], key)
		x.form, x.ready = f, make(chan struct{})
		return x
	}
	p.came++
	return &place{of: p, form: f, key: key, returns: returns, came: p.came,
		ready: make(chan struct{})}
}

// room reports whether one more of the standing may come in.
func (p *places) room(s Standing) bool {
	all, strangers := p.bound.Count*insidePerSlot, max(p.bound.Count-p.bound.Kept, 1)*insidePerSlot
	return p.inside[Proven]+p.inside[Stranger] < all && (s == Proven || p.inside[Stranger] < strangers)
}

func (p *places) full() bool { return !p.room(Proven) || len(p.waiting[Stranger]) > 0 }

// mayWait reports whether the form is let in soon enough to wait for it here.
func (p *places) mayWait(x *place) bool {
	if x.form.Standing == Stranger && p.bound.Queue > 0 && len(p.waiting[Stranger]) >= p.bound.Queue {
		return false
	}
	ahead := p.work
	for _, s := range standings[:x.form.Standing+1] {
		for _, o := range p.waiting[s] {
			if s < x.form.Standing || o.came < x.came {
				ahead += o.form.Hashes
			}
		}
	}
	return p.takes(ahead) < p.bound.Wait
}

func (p *places) takes(hashes int) time.Duration { return p.run * time.Duration(hashes) }

// tell keeps the place of a form that has to come again, and says when.
func (p *places) tell(x *place) *Full {
	p.refused++
	now, ahead := p.now(), p.work
	for _, s := range standings[:x.form.Standing+1] {
		for key, o := range p.away[s] {
			switch {
			case !o.until.IsZero() && o.until.Before(now):
				delete(p.away[s], key)
			case s < x.form.Standing || o.came < x.came:
				ahead += o.form.Hashes
			}
		}
		for _, o := range p.waiting[s] {
			if s < x.form.Standing || o.came < x.came {
				ahead += o.form.Hashes
			}
		}
	}
	const whole = time.Second
	after := min(max((p.takes(ahead)+whole-1).Truncate(whole), shortest), longest)
	if p.clock != nil {
		x.until = now.Add(after + keptFor)
	}
	kept := p.away[x.form.Standing]
	switch {
	case !x.returns:
		return &Full{After: after}
	case x.form.Standing == Proven:
		kept[x.key] = x
		return &Full{After: after}
	case len(kept) >= max(p.bound.Queue, 1):
		return &Full{After: after}
	case x.key == "" || kept[x.key] != nil:
		x.key = rand.Text()
	}
	kept[x.key] = x
	return &Full{After: after, Ticket: x.key}
}

func (p *places) enter(x *place) {
	x.in = true
	p.inside[x.form.Standing]++
	p.work += x.form.Hashes
	close(x.ready)
}

func (p *places) forget(x *place) {
	s := x.form.Standing
	p.waiting[s] = slices.DeleteFunc(p.waiting[s], func(o *place) bool { return o == x })
}

func (p *places) leave(x *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.goOut(x)
}

// goOut gives the room of a form to who is next.
func (p *places) goOut(x *place) {
	p.measure(x)
	x.in = false
	p.inside[x.form.Standing]--
	p.work -= x.form.Hashes
	for _, s := range standings {
		for len(p.waiting[s]) > 0 && p.room(s) {
			next := p.waiting[s][0]
			p.waiting[s] = slices.Delete(p.waiting[s], 0, 1)
			p.enter(next)
		}
	}
}

// measure follows how long the forms take that others wait for.
func (p *places) measure(x *place) {
	before := p.left
	p.left = time.Time{}
	if p.clock == nil || !p.full() {
		return
	}
	p.left = p.clock()
	took := p.left.Sub(before) / time.Duration(max(x.form.Hashes, 1))
	if !before.IsZero() && took >= 0 {
		p.run += (min(took, longestCheck) - p.run) / smoothing
	}
}

func (p *places) now() time.Time {
	if p.clock == nil {
		return time.Time{}
	}
	return p.clock()
}
