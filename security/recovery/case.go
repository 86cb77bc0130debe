// Package recovery holds the rules of a security lockout and of the guided way out of it:
// the states of a case, the steps of an owner, the triage of the cause, which address proves
// ownership, when the next word is due and when a resume needs a second approver. Everything
// here is a pure function of facts and of a moment. The package stores nothing, checks no
// proof and no permission; a use case asks it only after the proof holds.
package recovery

// State is where a case stands. Its value is what the database and the JSON shapes carry.
type State string

// The states of a case.
const (
	Locked     State = "locked"      // nobody has acted since the lockout
	Secured    State = "secured"     // the verified owner has updated the password
	InReview   State = "in_review"   // an analyst has taken the case
	NeedsOwner State = "needs_owner" // the analyst has asked the owner something
	Resumed    State = "resumed"     // Account Security has ended the lockout
	Declined   State = "declined"    // Account Security keeps the account locked
)

// States lists them.
var States = []State{Locked, Secured, InReview, NeedsOwner, Resumed, Declined}

// Event is something that may move a case.
type Event string

// The events of a case. The owner causes EventPasswordUpdated, EventAnswered and EventContested
// ("I did not do this", which an analyst may say for them); all others are decisions of Account
// Security.
const (
	EventPasswordUpdated Event = "password_updated"
	EventTaken           Event = "taken"
	EventAsked           Event = "asked"
	EventAnswered        Event = "answered"
	EventResumed         Event = "resumed"
	EventDeclined        Event = "declined"
	EventReopened        Event = "reopened"
	EventContested       Event = "contested"
)

// moves is the whole machine of a case. What is not listed is not allowed. A password that is
// updated again, or during the review, leaves the case where it is, and an analyst may take a case back
// from an owner who never answers.
var moves = []struct {
	from State
	on   Event
	to   State
}{
	{Locked, EventPasswordUpdated, Secured},
	{Locked, EventTaken, InReview},
	{Locked, EventContested, Locked},
	{Secured, EventTaken, InReview},
	{Secured, EventPasswordUpdated, Secured},
	{Secured, EventContested, Locked},
	{InReview, EventPasswordUpdated, InReview},
	{InReview, EventContested, InReview},
	{InReview, EventAsked, NeedsOwner},
	{InReview, EventResumed, Resumed},
	{InReview, EventDeclined, Declined},
	{NeedsOwner, EventPasswordUpdated, NeedsOwner},
	{NeedsOwner, EventContested, NeedsOwner},
	{NeedsOwner, EventAnswered, InReview},
	{NeedsOwner, EventTaken, InReview},
	{Resumed, EventReopened, InReview},
	{Declined, EventReopened, InReview},
}

// On returns the state after e. It returns s itself and false when e is not allowed in s.
func (s State) On(e Event) (State, bool) {
	for _, m := range moves {
		if m.from == s && m.on == e {
			return m.to, true
		}
	}
	return s, false
}

// Locks reports whether an account whose case is in s is locked. Only resumed sets it free;
// a state this version does not know keeps it locked.
func (s State) Locks() bool { return s != Resumed }

// Over reports whether Account Security has decided, so that no step is left to do.
func (s State) Over() bool { return s == Resumed || s == Declined }
