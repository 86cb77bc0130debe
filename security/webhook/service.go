// Package webhook tells programs of the marketplace what happens to accounts: which addresses want
// to hear of what, what is told, how it is signed, and what follows when an address does not answer.
package webhook

import (
	"context"
	"slices"
	"time"

	"regain/security"
	"regain/security/staff"
)

// Store is what this room reads beside security.Store, and the queue of its deliveries.
type Store interface {
	Queue

	// Endpoint finds one endpoint by its id; streams are none.
	Endpoint(ctx context.Context, id string) (Endpoint, error)
	// Endpoints lists all endpoints, the oldest first.
	Endpoints(ctx context.Context) ([]Endpoint, error)
	// Delivery finds one delivery by its id.
	Delivery(ctx context.Context, id string) (Delivery, error)
	// HashesTaken reports whether some endpoint is sent the hashes of new passwords.
	HashesTaken(ctx context.Context) (bool, error)
	// Deliveries lists what an endpoint is or was told, what was queued last in front.
	Deliveries(ctx context.Context, endpoint string, after security.Cursor, limit int) ([]Delivery,
		error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Hooks Store
	Staff *staff.Service
	Reach Reach
	// Streams says how to write to a stream.
	Streams func(ctx context.Context, x Endpoint) (Writer, error)
}

// Kind is what kind of receiver an endpoint is.
type Kind string

// The kinds of endpoint.
const (
	Hook   Kind = "webhook"
	Stream Kind = "stream" // of signed tokens, see security/signal
)

// atOnce is how many messages are under way at the same time. Streams have an order.
func (k Kind) atOnce() int {
	if k == Stream {
		return 1
	}
	return 8
}

// Writer makes of a delivery what is sent of it at now. ErrNotFound: nobody wants it any more.
type Writer func(ctx context.Context, d Delivery, now time.Time) (Parcel, error)

// Endpoint is somebody who wants to hear of events.
type Endpoint struct {
	ID        string
	Kind      Kind
	URL       string // "" for a stream that comes for what is there
	Events    []Type // none: all
	State     State
	PublicKey string // of the newest pair, beginning with "whpk_"
	Keys      string // sealed; see keys
	EncryptTo string // a public JWK, for hashes of passwords; "": it is sent none
	MadeAt    time.Time
	// FailingSince is when the first of the deliveries failed that have failed since the last that
	// did not; zero: the last one went through, or there was none.
	FailingSince time.Time
	HeldUntil    time.Time // the endpoint asked to be left alone until then

	Waiting, GivenUp int       // counts of its deliveries
	TriedAt          time.Time // the last try
}

// State is how an endpoint stands.
type State string

// The states of an endpoint. What happens while it is Paused or Failing waits for it; for one that
// is Gone or Disabled nothing is kept.
const (
	Live    State = "live"
	Paused  State = "paused"  // by a person
	Failing State = "failing" // switched off: it has failed for days
	Gone    State = "gone"    // switched off: it answered 410

	Disabled State = "disabled" // by the receiver of a stream
)

// Wants reports whether the endpoint is to hear of events of the type; only names the one endpoint
// that an event is for.
func (e Endpoint) Wants(t Type, only string) bool {
	if only != "" {
		return only == e.ID
	}
	return e.State != Gone && e.State != Disabled && (len(e.Events) == 0 || slices.Contains(e.Events, t))
}

// Told are the types of what the endpoint hears.
func (e Endpoint) Told() []Type {
	if len(e.Events) == 0 {
		return Types
	}
	return e.Events
}

// Delivery is one event on its way to one endpoint.
type Delivery struct {
	ID, Event, Endpoint string
	Type                Type
	Account             string
	At                  time.Time // of the event
	Body                string
	QueuedAt            time.Time // the last time
	Attempts            int       // all that were made
	Step                int       // of the schedule: tries since it was queued, or queued again
	Due                 time.Time
	DoneAt, GaveUpAt    time.Time
	TriedAt             time.Time
	Status              int           // of the last answer; 0: there was none
	Took                time.Duration // the last try
	Why                 Why           // the last try failed
	Said                string        // by the receiver of a stream, about what is wrong with it
}

// Standing is how a delivery stands.
type Standing string

// How a delivery stands.
const (
	Waiting   Standing = "waiting"
	Delivered Standing = "delivered"
	GivenUp   Standing = "given_up"
)

// State tells how the delivery stands.
func (d Delivery) State() Standing {
	switch {
	case !d.DoneAt.IsZero():
		return Delivered
	case !d.GaveUpAt.IsZero():
		return GivenUp
	}
	return Waiting
}
