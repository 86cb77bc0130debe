package gauge

import (
	"context"
	"time"
)

// freshness is how long a good answer serves those who ask next.
const freshness = time.Second

// Readiness asks whether the database can be used. The question writes, and any
// stranger may put it, so one is asked at a time and a good answer is remembered.
type Readiness struct {
	ask  func(context.Context) error
	now  func() time.Time
	turn chan struct{} // held by whoever asks
	good time.Time
}

// NewReadiness asks by ask, at most once in a second.
func NewReadiness(ask func(context.Context) error, now func() time.Time) *Readiness {
	return &Readiness{ask: ask, now: now, turn: make(chan struct{}, 1)}
}

// Check says why the database cannot be used, if it cannot.
func (r *Readiness) Check(ctx context.Context) error {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turn }()
	if age := r.now().Sub(r.good); age >= 0 && age < freshness {
		return nil
	}
	if err := r.ask(ctx); err != nil {
		return err
	}
	r.good = r.now()
	return nil
}
