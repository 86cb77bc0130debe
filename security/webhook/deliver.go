package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"regain/security"
	"regain/security/survive"
)

// schedule is how long after each failed try the next one comes. After the last it is given up.
var schedule = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
	5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// Bounds of deliveries. A batch of which every try takes all its time is over before its lease.
const (
	AnswerTime  = 10 * time.Second // for the whole answer
	inTurn      = 4
	lease       = time.Minute
	longestHold = 24 * time.Hour     // that an endpoint may ask for
	failingFor  = 4 * 24 * time.Hour // then it is switched off; the schedule is over before
	mostRefused = 20                 // of a stream, in a row: each is lost, so it is switched off
	jitterPart  = 5                  // up to a fifth is added to each wait
)

// LongestWait is how long a delivery waits at most for its next try. One that waits longer was put off
// by a clock that ran ahead.
const LongestWait = 24 * time.Hour * (jitterPart + 1) / jitterPart

// Queue is what is to be delivered, for several processes at once.
type Queue interface {
	// Receiver finds an endpoint of any kind by its id.
	Receiver(ctx context.Context, id string) (Endpoint, error)
	// DueEndpoints lists the endpoints that may be told something that is due at now. When it finds
	// none, what a clock that ran ahead has put off is due soon again.
	DueEndpoints(ctx context.Context, now time.Time) ([]string, error)
	// Claim takes, for as long as the lease, up to so many deliveries of an endpoint that have been
	// due longest and nobody else holds. Each claim counts an attempt.
	Claim(ctx context.Context, endpoint string, now time.Time, lease time.Duration, most int) (
		[]Delivery, error)
	// ClaimNext is Claim of the one whose turn it is in a stream, by the order in which things
	// happened. None is taken while that one is not due, or somebody holds it. Last wants it only if
	// it is about the stream itself.
	ClaimNext(ctx context.Context, stream string, now time.Time, lease time.Duration, last bool) (
		[]Delivery, error)
	// Settle records where claimed deliveries stand now, but for those that somebody else has
	// claimed since.
	Settle(ctx context.Context, all []Delivery) error
	// Refused counts the deliveries of a stream that its receiver has refused for good since then, up
	// to most.
	Refused(ctx context.Context, stream string, since time.Time, most int) (int, error)
	// Fared records how an endpoint does: since when it fails, and until when it is left alone.
	Fared(ctx context.Context, id string, failingSince, heldUntil time.Time) error
}

// Due lists the endpoints that have something to be told.
func (s *Service) Due(ctx context.Context) ([]string, error) {
	ids, err := s.Hooks.DueEndpoints(ctx, s.Now())
	if err != nil {
		return nil, fmt.Errorf("read due webhooks: %w", err)
	}
	return ids, nil
}

// Deliver sends to an endpoint a batch of what is due, several at once, each at least once: it is
// recorded after it was sent. To a stream it sends the one whose turn it is. It returns those that were
// tried, or that nobody wants any more; none when nothing is due.
// When ctx ends, what was not sent is given back. One that panics or cannot be written is tried again
// like all that fail, and takes no other along.
func (s *Service) Deliver(ctx context.Context, id string, send Send) ([]Delivery, error) {
	now := s.Now()
	x, err := s.Hooks.Receiver(ctx, id)
	if errors.Is(err, security.ErrNotFound) {
		return nil, nil
	}
	if err != nil || x.State != Live && x.Kind != Stream || now.Before(x.HeldUntil) {
		return nil, err
	}
	write := s.hooks
	if x.Kind == Stream {
		write = s.Streams
	}
	writer, err := write(ctx, x)
	if err != nil {
		return nil, err
	}
	all, err := s.claim(ctx, x, now)
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	r := &run{Service: s, to: x, write: writer, send: send}
	r.deliver(ctx, all)
	record, done := survive.Stop(ctx)
	defer done()
	if err = s.Hooks.Settle(record, all); err == nil {
		err = r.fared(record)
	}
	if err != nil {
		return nil, fmt.Errorf("record deliveries: %w", err)
	}
	return r.tried, r.fault
}

// claim takes what is to be sent next, also when ctx ends meanwhile. A stream that was stopped is told that, and
// nothing else.
func (s *Service) claim(ctx context.Context, x Endpoint, now time.Time) ([]Delivery, error) {
	ctx, done := survive.Stop(ctx)
	defer done()
	if x.Kind == Stream {
		return s.Hooks.ClaimNext(ctx, x.ID, now, lease, x.State != Live)
	}
	return s.Hooks.Claim(ctx, x.ID, now, lease, x.Kind.atOnce()*inTurn)
}

// run is one batch on its way.
type run struct {
	*Service
	to    Endpoint
	write Writer
	send  Send

	sync.Mutex
	tried          []Delivery
	taken, refused bool      // at least one
	failedAt       time.Time // the first that failed; zero: none did
	gone           bool
	hold           time.Time
	fault          error // of ours
}

func (r *run) deliver(ctx context.Context, all []Delivery) {
	var going sync.WaitGroup
	next := make(chan *Delivery)
	for range min(r.to.Kind.atOnce(), len(all)) {
		going.Go(func() {
			for d := range next {
				r.one(ctx, d)
			}
		})
	}
	for i := range all {
		next <- &all[i]
	}
	close(next)
	going.Wait()
}

// one sends one delivery, unless the endpoint has just said that it wants no more.
func (r *run) one(ctx context.Context, d *Delivery) {
	fault := survive.Panic(func() error { return r.try(ctx, d) })
	if fault == nil || ctx.Err() != nil {
		return
	}
	r.Lock()
	defer r.Unlock()
	d.TriedAt, d.Status, d.Why = r.Now(), 0, WhyFault
	d.putOff(d.TriedAt, Answer{}, r.to.State != Live)
	r.tried, r.fault = append(r.tried, *d), errors.Join(r.fault, fault)
}

// try fails where the fault is ours. What nobody wants any more is given up.
func (r *run) try(ctx context.Context, d *Delivery) error {
	now := r.Now()
	if d.Due = now; ctx.Err() != nil || r.stopped() {
		return nil
	}
	p, err := r.write(ctx, *d, now)
	if errors.Is(err, security.ErrNotFound) {
		d.GaveUpAt, d.Why = now, WhyUnwanted
		r.Lock()
		defer r.Unlock()
		r.tried = append(r.tried, *d)
		return nil
	}
	if err != nil {
		return err
	}
	a := r.send(ctx, p)
	if ctx.Err() != nil && a.Status == 0 {
		return nil
	}
	now = r.Now()
	d.TriedAt, d.Status, d.Took, d.Why, d.Said = now, a.Status, a.Took, a.Why, a.Said
	switch {
	case a.taken(r.to.Kind):
		d.DoneAt, d.Said = now, ""
	case a.refused(r.to.Kind):
		d.GaveUpAt, d.Why = now, WhyRefused
	case a.Status/100 == 3:
		d.Why = WhyRedirect
	case a.Status != 0:
		d.Why = WhyStatus
	}
	if d.State() == Waiting {
		d.putOff(now, a, r.to.State != Live)
	}
	r.heard(*d, a)
	return nil
}

// putOff says when the next try comes, or that there is none: not for the last words of a stream.
func (d *Delivery) putOff(now time.Time, a Answer, last bool) {
	if d.Step == len(schedule) || last {
		d.GaveUpAt = now
		return
	}
	wait := schedule[d.Step]
	more, err := rand.Int(rand.Reader, big.NewInt(int64(wait/jitterPart)))
	if err == nil {
		wait += time.Duration(more.Int64())
	}
	d.Step++
	d.Due = now.Add(max(wait, a.pause()))
}
