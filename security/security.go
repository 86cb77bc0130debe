// Package security is the kernel of what decides: accounts, cases, tickets, events and writes, and
// what every use case needs. The use cases stand in the rooms below it. Each reads through a Store,
// takes one decision, and hands the store one audit event with the writes that go with it. None of
// them knows HTTP, SQL or words: refusals carry codes, and views turns codes into sentences.
package security

import (
	"slices"
	"time"

	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/ticket"
)

// Account is one account of the marketplace.
type Account struct {
	ID, Username, Name string
	Type               string    // "freelancer" or "client"
	PasswordHash       string    // PHC string, "" when the platform gave none
	PasswordAt         time.Time // when the password was set in Regain; zero: never
	ShortPassword      bool      // it is good only together with a second factor
	BirthDate          string    // YYYY-MM-DD or ""
	Country, Locale    string
	TimeZone           string // IANA name, "" reads as UTC
	CreatedAt          time.Time
	Case               string // id of the case that locks the account; "" when it is not locked
	Closed             bool
	Version            int64
	Organisation       string // id of the organisation it belongs to; "" for none
	// FactsVersion counts what happened that a decision about the account rests on; see
	// WhoseFactsChanged.
	FactsVersion int64
}

// Locked reports whether a case holds the account in a security lockout.
func (a Account) Locked() bool { return a.Case != "" }

// State is the word for how the account stands: "locked", "closed" or "active".
func (a Account) State() string {
	switch {
	case a.Locked():
		return "locked"
	case a.Closed:
		return "closed"
	}
	return "active"
}

// Address is one e-mail address of an account and the span in which it was
// valid. The account has no address of its own: what is current, what proves
// ownership and who is told are questions to the whole list.
type Address struct {
	ID, Account, Email string
	Since, Until       time.Time // Until is zero while the address is valid
	Origin             string    // one of the Origin constants
	// Notice marks a second address, confirmed by its reader, that gets security notices and
	// nothing else: it proves nothing and nobody signs in with it.
	Notice bool
}

// InForce is the newest address of the list, oldest first, that is valid: the account's own, or
// the second one; without an id when there is none.
func InForce(all []Address, second bool) Address {
	for _, a := range slices.Backward(all) {
		if a.Until.IsZero() && a.Notice == second {
			return a
		}
	}
	return Address{}
}

// Own leaves out the second addresses, which are for security notices only.
func Own(all []Address) []Address {
	return slices.DeleteFunc(slices.Clone(all), func(a Address) bool { return a.Notice })
}

// Visitor is what the server knows of a browser before it proved anything. Form tells the form
// that it has sent from any other, Device is the token of an earlier sign-in; "" for none. Neither
// is stored with the rest.
type Visitor struct{ IP, Agent, Form, Device string }

// Actor is who an event is attributed to.
type Actor struct {
	Kind ActorKind
	ID   string // account, staff, command or key; "" for a stranger
	// Session is the one in which they act, "" for none; of a program it is the key that it shows. Nothing is
	// committed any more once it was ended: that is an ErrConflict and an ErrNoSession, and an apikey.ErrKey of a
	// program. It is stored nowhere.
	Session string
	Visitor
}

// ActorKind says in which capacity somebody acts.
type ActorKind string

// The kinds of actor.
const (
	ByOwner    ActorKind = "owner"
	ByStranger ActorKind = "stranger"
	ByStaff    ActorKind = "staff"
	ByOperator ActorKind = "operator" // the command line, acting for Account Security
	BySystem   ActorKind = "system"   // workers of the portal itself
	ByHost     ActorKind = "host"     // a program of the marketplace, by the key that it shows
	ByIssuer   ActorKind = "issuer"   // another service that signals what happened, by its name
)

// Case is one incident of one account, from lockout to resume.
type Case struct {
	ID, Number, Account string
	State               recovery.State
	Cause, Proposed     recovery.Cause
	Facts               []recovery.Signal // what made the triage rule propose
	Evidence            string            // what a person wrote
	Remark              Remark            // the evidence instead, where the portal itself says it
	Ticket              string            // id of its ticket; "" before the password was updated
	OpenedBy            string
	OpenedAt            time.Time
	LockedAt            time.Time // when it locked the account, the last time if it did so twice
	ContestedAt         time.Time // when a password of this case was last denied; zero: never
	AppealedAt          time.Time // when the owner asked for a second look at a decline; zero: never
	SecuredAt           time.Time // when the verified owner updated the password; zero: not yet
	EscalatedAt         time.Time // last request for an urgent review; zero: none
	Assignee            string    // id of the analyst who has it; "" when nobody does
	TakenAt             time.Time // when that analyst took it or last acted on it
	DueAt               time.Time // by when Account Security owes the next word
	ClosedAt            time.Time // when it was resumed or declined; zero while it runs
	Version             int64
}

// Recovery is one attempt of an owner to go through the steps. For a locked
// account there is one for the case, so that whoever comes back continues where
// they stopped; without a lockout it is a check-up and Case is "".
type Recovery struct {
	ID, Account, Case     string
	StartedAt             time.Time
	PasswordAt            time.Time // when PasswordBy, a session, updated it
	PasswordBy            string
	PasswordKept          bool // a check-up may keep the password
	TwoFactor             TwoFactorChoice
	TwoFactorAt           time.Time
	ActivityAt, SupportAt time.Time
	How                   string // the owner's guess how it happened, a code of the support form
	Version               int64
}

// TwoFactorChoice is how the owner met the two-factor step.
type TwoFactorChoice string

// The ways to meet the two-factor step.
const (
	TwoFactorOn      TwoFactorChoice = "on"
	TwoFactorKept    TwoFactorChoice = "kept"
	TwoFactorSkipped TwoFactorChoice = "skipped"
)

// LinkState is what became of a link. LinkExpired and LinkUnknown are never
// stored: the first is read off the clock, the second means there is no row.
type LinkState string

// The states of a link.
const (
	LinkLive     LinkState = "live"
	LinkUsed     LinkState = "used"
	LinkReplaced LinkState = "replaced"
	LinkRevoked  LinkState = "revoked"
	LinkExpired  LinkState = "expired"
	LinkUnknown  LinkState = "unknown"
)

// Factor is a second factor of an account or a member of staff.
type Factor struct {
	ID, Subject string
	Staff       bool   // Subject is a member of staff and no account
	Kind        string // FactorTOTP or FactorPasskey
	Name        string // what the owner calls a passkey
	Sealed      string // the seed of an authenticator, sealed for the factor
	Key         passkey.Key
	LastStep    int64 // the last time step that was spent
	Failures    int   // consecutive wrong codes
	AddedAt     time.Time
	UsedAt      time.Time
	RemovedAt   time.Time
	Recovery    string // the recovery it was enrolled in: provisional until that case is resumed
	Visitor
}

// The kinds of factor.
const (
	FactorTOTP    = "totp"
	FactorPasskey = "passkey"
	FactorCode    = "recovery_code"
)

// RecoveryCode is one of the ten codes that stand in for a lost authenticator.
type RecoveryCode struct {
	ID, Subject string
	Staff       bool   // Subject is a member of staff and no account
	Digest      string // keyed hash of the folded code
	Sealed      string // the code, sealed, until the owner said that it is saved; then ""
	Position    int
	MadeAt      time.Time
	UsedAt      time.Time
}

// Login is one login at the marketplace, as the host platform told it.
type Login struct {
	ID, Account string
	At          time.Time
	IP, Agent   string
	Outcome     string // "succeeded", "stopped" or "failed"
	StoppedBy   string
	Digest      string // of the line, so that the same id with other content is noticed
}

// Activity is one thing that happened on an account.
type Activity struct {
	ID, Account string
	At          time.Time
	Kind        string
	Summary     string
	From, To    string
	IP          string
	Digest      string
}

// Answer is what the owner said about one login.
type Answer struct {
	Recovery, Account, Login string
	Answer                   string // risk.Me, risk.NotMe or risk.Unsure
	Reasons                  string // why it was asked, comma-separated
	Contradicts              bool   // "not me" of the device in hand; for staff only
	At                       time.Time
}

// Ticket is a piece of work for a department.
type Ticket struct {
	ID, Number, Account, Case string // no Account: it is about none
	Department                string // one of ticket.Departments
	Status                    ticket.Status
	Priority                  string // PriorityNormal or PriorityHigh
	Kind                      TicketKind
	Asked                     string // one of Topics when the owner opened it with that; else ""
	Subject                   string
	OpenedAt                  time.Time
	Own                       bool      // the one ticket that a case opens for itself
	Topic                     string    // one of ticket.Topics; decides the service level
	Assignee                  string    // id of the member of staff who has it; "" when nobody does
	DueAt                     time.Time // by when the requester is to hear
	Messages                  int       // counted when read
	Version                   int64
}

// The departments, as in ticket.Departments.
const (
	AccountSecurity = ticket.AccountSecurity
	CustomerSupport = ticket.CustomerSupport
	TrustSafety     = ticket.TrustSafety
)

// The priorities of a ticket.
const (
	PriorityNormal = "normal"
	PriorityHigh   = "high"
)

// Message is one entry of a ticket.
type Message struct {
	ID, Ticket string
	At         time.Time
	Author     Author
	By         string // id of the member of staff who wrote it, for AuthorStaff
	Public     bool   // shown to the owner
	Body       string // what a person wrote
	Via        Via    // by which it came
	Remark            // what the portal says itself instead
	Files      []File
}

// Remark is what the portal itself says to staff, as a code with what belongs to it.
type Remark struct {
	Kind string
	Args []string
}

// Author is who speaks in a message.
type Author string

// The authors of messages.
const (
	AuthorOwner  Author = "owner"
	AuthorStaff  Author = "staff"
	AuthorRegain Author = "regain"
)

// Same reports whether another message says nothing more.
func (m Message) Same(as Message) bool {
	return m.Body == as.Body && m.Kind == as.Kind && slices.Equal(m.Args, as.Args) &&
		len(as.Files) == 0
}
