package security

import (
	"errors"
	"fmt"
	"time"

	"regain/security/password"
	"regain/security/refusal"
)

// LinkGone says that a link cannot be used and which of its pages to show.
type LinkGone struct{ State LinkState }

// Error makes LinkGone an error.
func (e *LinkGone) Error() string { return "link is " + string(e.State) }

// ErrConflict says that the world moved between reading and writing: a guard of
// the commit did not hold and nothing was written.
var ErrConflict = errors.New("changed meanwhile")

// ErrStale is the ErrConflict that no other attempt mends: what somebody has seen and decided by is not
// so any more.
var ErrStale = fmt.Errorf("not as it was seen: %w", ErrConflict)

// ErrNotFound says that there is no such thing, or none that the asker may see.
var ErrNotFound = errors.New("not found")

// ErrNoSession says that the browser carries no living session.
var ErrNoSession = errors.New("no session")

// ErrSessionEnded is the ErrNoSession of a session that did not live to the end of its time:
// somebody ended it, or it went on with another token.
var ErrSessionEnded = fmt.Errorf("%w: it was ended", ErrNoSession)

// ErrSessionRuled is the ErrNoSession of a session that would live on, had the organisation of its owner not
// asked for less.
var ErrSessionRuled = fmt.Errorf("%w: its organisation asks for less", ErrNoSession)

// ErrBusy says that the server has no room for another password hash now; the
// same request may succeed a little later.
var ErrBusy = password.ErrBusy

// ErrUnavailable says that the database cannot be used now: it is busy, full,
// read-only or away, or did not answer in time. Nothing was written, unless it
// was the answer to a commit that got lost; the same request may succeed later.
var ErrUnavailable = errors.New("database unavailable")

// Refusal is an answer, not a failure: the person is told Code in words, beside
// Field when it is about one.
type Refusal struct {
	Code  refusal.Code
	Field string
	Args  []string      // fills the sentence: a number, a date, a word
	Retry time.Duration // when trying again makes sense; 0: at once
}

// Error makes Refusal an error; it is for logs of programming mistakes only.
func (r *Refusal) Error() string { return "refused: " + string(r.Code) }

// Refuse is a refusal, beside field when it is about one.
func Refuse(field string, code refusal.Code, args ...string) *Refusal {
	return &Refusal{Code: code, Field: field, Args: args}
}
