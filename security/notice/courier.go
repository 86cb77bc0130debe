package notice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"regain/security/survive"
)

// Limits of the courier. A lease is made longer for as long as the delivery takes, so that a message
// is with one courier at a time; a crash gives it back when the lease is over.
const (
	Lease          = time.Minute
	renewLease     = Lease / 4
	deliveryTime   = time.Hour // longer than any conversation with a mail server takes
	pollInterval   = time.Second
	firstRetry     = 10 * time.Second
	LongestRetry   = time.Hour
	longestMending = 5 * time.Minute
	keepTrying     = 3 * 24 * time.Hour
	reasonLength   = 200
)

// Item is a message that was claimed from the outbox.
type Item struct {
	ID       string
	Kind     Kind
	Data     string    // as it is stored, sealed; only Deliver can read it
	QueuedAt time.Time // decides when the courier gives up
	Attempts int       // this one included: 1 at the first claim
	Locale   string    // of the account now, as in Envelope; "" where there is none
}

// Queue is the outbox as the courier sees it.
type Queue interface {
	// Claim takes, for as long as the lease, the message of the first lane that has any, up to the
	// named one, that has been due longest and nobody else holds; false when there is none.
	Claim(ctx context.Context, last Lane, now time.Time, lease time.Duration) (Item, bool, error)
	// Hold makes the lease of a claimed message last until the given time; false when somebody
	// else has claimed it since.
	Hold(ctx context.Context, item Item, until time.Time) (bool, error)
	// Sent ends the message and wipes its data.
	Sent(ctx context.Context, id string, now time.Time) error
	// Failed gives a claimed message back, due again at next. With giveUp it is never due again
	// and is to be shown to staff, with the reason, as undeliverable.
	Failed(ctx context.Context, item Item, next time.Time, reason string, giveUp bool) error
}

// Permanent wraps an error that no later try can mend, such as an address that the server
// refuses for good. The courier gives such a message up at once.
type Permanent struct{ Err error }

// Error implements error with the words of the wrapped one.
func (p Permanent) Error() string { return p.Err.Error() }

// Unwrap gives the wrapped error to errors.Is and errors.As.
func (p Permanent) Unwrap() error { return p.Err }

// SetUp wraps a refusal that is not about the message but about who sends it: a wrong password, a
// name or a sender that the server does not take, a relay that it denies. The message is kept, and
// operators have to hear of it.
type SetUp struct{ Err error }

// Error implements error with the words of the wrapped one.
func (s SetUp) Error() string { return s.Err.Error() }

// Unwrap gives the wrapped error to errors.Is and errors.As.
func (s SetUp) Unwrap() error { return s.Err }

// Courier carries messages from the queue to their recipients, each at least once: it marks a
// message as sent after the delivery, so that a crash in between sends it again. Several may
// work on one queue.
type Courier struct {
	Queue Queue
	Last  Lane // that this one carries; 0 for all
	// Deliver sends one message. What its error says is stored and shown to staff: it must hold
	// no secret.
	Deliver func(ctx context.Context, item Item) error
	Now     func() time.Time
	// Report, when set, hears of every failed delivery (with the item) and of every failure of
	// the queue itself (with an empty one).
	Report func(item Item, err error)

	once sync.Once
	wake chan struct{}
}

// Wake makes a waiting Run look at the queue now. It never blocks.
func (c *Courier) Wake() {
	select {
	case c.woken() <- struct{}{}:
	default:
	}
}

func (c *Courier) woken() chan struct{} {
	c.once.Do(func() { c.wake = make(chan struct{}, 1) })
	return c.wake
}

// Run delivers what is due, looks again every second, and returns nil when ctx ends. A queue
// that fails is reported and asked again.
func (c *Courier) Run(ctx context.Context) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for ctx.Err() == nil {
		if _, err := c.Flush(ctx); err != nil && ctx.Err() == nil {
			c.report(Item{}, err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-c.woken():
		}
	}
	return nil
}

// Flush delivers until nothing is due and returns how many messages were sent. Messages that
// failed are not an error of Flush: they are back in the queue for later, or given up.
func (c *Courier) Flush(ctx context.Context) (n int, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		item, ok, err := c.claim(ctx)
		if err != nil {
			return n, fmt.Errorf("outbox claim: %w", err)
		}
		if !ok {
			return n, nil
		}
		sent, err := c.carry(ctx, item)
		if err != nil {
			return n, fmt.Errorf("outbox result: %w", err)
		}
		if sent {
			n++
		}
	}
}

// claim takes what is due next, also when ctx ends meanwhile.
func (c *Courier) claim(ctx context.Context) (Item, bool, error) {
	ctx, done := survive.Stop(ctx)
	defer done()
	return c.Queue.Claim(ctx, c.last(), c.Now(), Lease)
}

// carry delivers one item and records the outcome, also when ctx ends meanwhile: a delivered
// mail that is not marked would go out twice.
func (c *Courier) carry(ctx context.Context, item Item) (sent bool, err error) {
	failure := c.deliver(ctx, item)
	record, done := survive.Stop(ctx)
	defer done()
	now := c.Now()
	switch {
	case failure == nil:
		return true, c.Queue.Sent(record, item.ID, now)
	case ctx.Err() != nil:
		return false, c.Queue.Failed(record, item, now, "the portal was stopping", false)
	}
	c.report(item, failure)
	next := now.Add(backoff(item.Attempts, failure))
	giveUp := errors.As(failure, new(Permanent)) ||
		next.Sub(item.QueuedAt) > keepTrying
	return false, c.Queue.Failed(record, item, next, reason(failure), giveUp)
}

// deliver holds the lease of the item while it is under way, and stops when somebody else has it.
func (c *Courier) deliver(ctx context.Context, item Item) error {
	ctx, cancel := context.WithTimeout(ctx, deliveryTime)
	var holding sync.WaitGroup
	holding.Go(func() { c.hold(ctx, item, cancel) })
	defer holding.Wait()
	defer cancel()
	return c.Deliver(ctx, item)
}

// hold renews the lease until ctx ends. While the queue cannot be asked, nobody else gets the item.
func (c *Courier) hold(ctx context.Context, item Item, lost func()) {
	tick := time.NewTicker(renewLease)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if held, err := c.Queue.Hold(ctx, item, c.Now().Add(Lease)); err == nil && !held {
			lost()
		}
	}
}

func (c *Courier) last() Lane {
	if c.Last == 0 {
		return LaneLast
	}
	return c.Last
}

func (c *Courier) report(item Item, err error) {
	if c.Report != nil {
		c.Report(item, err)
	}
}

// backoff is the wait after the given number of tries: 10, 20, 40 … seconds, an hour at
// most. What somebody has to mend holds up every mail, and is noticed soon when it is.
func backoff(attempts int, failure error) time.Duration {
	wait, longest := firstRetry, LongestRetry
	if errors.As(failure, new(SetUp)) {
		longest = longestMending
	}
	for ; attempts > 1 && wait < longest; attempts-- {
		wait *= 2
	}
	return min(wait, longest)
}

// reason makes one short line of an error, fit to be stored and shown.
func reason(err error) string {
	line := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}), " ")
	if runes := []rune(line); len(runes) > reasonLength {
		return string(runes[:reasonLength])
	}
	return line
}
