// Package attach is the files that come with messages and reports: taken, kept in quarantine until a
// scanner found nothing in them, shown to whoever may read the message, and destroyed.
package attach

import (
	"errors"
	"fmt"
	"time"
)

// What may come at once.
const (
	MaxSize  = 10 << 20 // bytes of one file
	MaxFiles = 5        // of one message
)

// WithAccount is what Attachment.Message begins with of a file that is kept as long as its account.
const WithAccount = "account:"

// State is how a file stands.
type State string

// The states. Nobody but the scanner reads the bytes of a file that is not clean.
const (
	Waiting  State = "waiting"  // nothing is known of it yet
	Clean    State = "clean"    // it may be opened
	Infected State = "infected" // its bytes are destroyed
	Refused  State = "refused"  // likewise: it cannot be checked, or is not what it seemed
)

// Event is what a check comes to.
type Event string

// The events. A check that comes to nothing, because the scanner is away, is none of them: then the
// file waits.
const (
	Passed  Event = "passed"
	Found   Event = "found"
	Unfit   Event = "unfit"   // it is broken, or more than can be checked
	Missing Event = "missing" // its bytes are gone
)

// moves has every move there is.
var moves = map[State]map[Event]State{
	Waiting: {Passed: Clean, Found: Infected, Unfit: Refused, Missing: Refused},
	Clean:   {Missing: Refused},
}

// ErrIllegal says that a file in its state does not move by such an event.
var ErrIllegal = errors.New("no such move of a file")

// Next is the state after an event; ErrIllegal where there is none.
func (s State) Next(e Event) (State, error) {
	next, ok := moves[s][e]
	if !ok {
		return "", fmt.Errorf("%w: %s of %s", ErrIllegal, e, s)
	}
	return next, nil
}

// HasBytes reports whether anything is kept of a file besides its row.
func (s State) HasBytes() bool { return s == Waiting || s == Clean }

// Why a file is refused after it was taken.
const (
	WhyBroken = "broken"   // an image that cannot be read
	WhyPixels = "pixels"   // an image with too many of them
	WhyLong   = "too_long" // more than the scanner takes
	WhyGone   = "gone"     // its bytes are not there any more
)

// Attachment is a file that came with a message, or is about to.
type Attachment struct {
	ID      string
	Account string // whose it is; "" for a stranger's
	// Holder is who may put it on a message while it is on none: the session of an owner, or what a
	// report names.
	Holder          string
	Ticket, Message string // what it belongs to; "" until the message is sent
	Name            string // cleaned, with the ending of its type
	Type            string // as its content says, such as image/png
	Size            int64  // in bytes
	State           State
	Reason          string // why it is refused, or what the scanner calls what it found
	Blob            string // id of its bytes in the depot; "" when they are destroyed
	Sealed          string // the key of its bytes, sealed for the purpose of attachments
	At              time.Time
	SettledAt       time.Time // when it left Waiting; zero before
	Tries           int       // how often a scanner was asked
	NextTry         time.Time // from when it is asked again
}

// Openable reports whether the bytes may be shown to whoever may read the message.
func (a Attachment) Openable() bool { return a.State == Clean && a.Blob != "" }

// Holder is on whose behalf a file is taken.
type Holder struct {
	Key     string // as Attachment.Holder; never ""
	Account string // whose the file is, and whose budget pays; "" for a stranger
	Budget  string // whose budget pays for a stranger's
	// Mail says that it came by mail. Whom that is from anybody can write, and so it has budgets apart:
	// no mail takes what somebody may send on our pages.
	Mail bool
	// Again says that what came was paid for when it was tried before.
	Again bool
}
