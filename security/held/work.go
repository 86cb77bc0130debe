package held

import "time"

// Case is one security lockout and what was found out about it.
type Case struct {
	Number      string    `json:"number"`
	State       string    `json:"state"`
	Cause       string    `json:"cause"`
	Proposed    string    `json:"proposed_cause"`
	Facts       []Fact    `json:"facts"`
	Evidence    string    `json:"evidence"`
	OpenedAt    time.Time `json:"opened_at"`
	SecuredAt   time.Time `json:"secured_at,omitzero"`
	EscalatedAt time.Time `json:"escalated_at,omitzero"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	Causes      []Cause   `json:"causes"` // oldest first
	Frozen      Frozen    `json:"frozen"`
	// Messages were written before the ticket of the case was opened, oldest first.
	Messages []Message `json:"messages,omitempty"`
}

// Fact is something that made the rule of triage propose a cause.
type Fact struct {
	Code string    `json:"code"`
	At   time.Time `json:"at,omitzero"`
}

// Cause is one entry in the history of a cause.
type Cause struct {
	At    time.Time `json:"at"`
	Cause string    `json:"cause"`
}

// Frozen is what stood on the account at the moment of the lockout.
type Frozen struct {
	Logins        []Login    `json:"logins"`
	Activities    []Activity `json:"activities"`
	Addresses     []Address  `json:"addresses"`
	SignInMethods []Method   `json:"sign_in_methods"`
	// Signed in here, and in the guided steps.
	Sessions         []Session `json:"sessions"`
	RecoverySessions []Session `json:"recovery_sessions"`
}

// Proposal is something that two people had to agree to.
type Proposal struct {
	Kind      string    `json:"kind"`
	At        time.Time `json:"at"`
	Needs     []string  `json:"needs,omitempty"`
	Target    string    `json:"target,omitempty"`
	State     string    `json:"state"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
}

// Ticket is a piece of work, with what was said to its requester and by them.
type Ticket struct {
	Number     string    `json:"number"`
	Case       string    `json:"case,omitempty"`
	Department string    `json:"department"`
	Status     string    `json:"status"`
	Priority   string    `json:"priority"`
	Topic      string    `json:"topic,omitempty"`
	Subject    string    `json:"subject"`
	OpenedAt   time.Time `json:"opened_at"`
	DueAt      time.Time `json:"due_at,omitzero"`
	Messages   []Message `json:"messages"` // oldest first
}

// Message is one entry of a ticket. Author is "owner", "staff" or "regain", Role that of a
// member of staff.
type Message struct {
	At     time.Time `json:"at"`
	Author string    `json:"author"`
	Role   string    `json:"role,omitempty"`
	Text   string    `json:"text"`
}

// Note is a line of staff record.
type Note struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Mail is a mail that was queued; what it said is not kept.
type Mail struct {
	Kind     string    `json:"kind"`
	To       string    `json:"to"`
	Code     string    `json:"code"`
	QueuedAt time.Time `json:"queued_at"`
	SentAt   time.Time `json:"sent_at,omitzero"`
	GaveUpAt time.Time `json:"gave_up_at,omitzero"`
	Reason   string    `json:"reason,omitempty"`
}

// Caller is one attempt to find out whether somebody on the phone is the owner.
type Caller struct {
	SentAt     time.Time `json:"sent_at"`
	VerifiedAt time.Time `json:"verified_at,omitzero"`
}

// Look is when and why a member of staff looked at the account.
type Look struct {
	At     time.Time `json:"at"`
	Role   string    `json:"role,omitempty"`
	Page   string    `json:"page,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Line is a line of the audit trail. By is the capacity in which somebody acted; the browser is
// that of the owner only.
type Line struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	By   string    `json:"by"`
	Visitor
}

// Export is an earlier copy like this one.
type Export struct {
	AskedAt time.Time `json:"asked_at"`
	ReadyAt time.Time `json:"ready_at,omitzero"`
	EndsAt  time.Time `json:"ends_at"`
}
