package security

import (
	"slices"
	"time"
)

// Role says what a member of staff is there for.
type Role string

// The roles.
const (
	RoleSupport  Role = "support"
	RoleSecurity Role = "account_security"
	RoleAdmin    Role = "admin"
)

// Roles lists them.
var Roles = []Role{RoleSupport, RoleSecurity, RoleAdmin}

// Right is something that staff may do. A route names the right it needs and
// each use case asks for it again.
type Right string

// The rights. Ending a lockout is part of RightReview and of nothing else.
const (
	RightSignedIn Right = "signed_in" // whoever is staff
	RightRead     Right = "read"      // find accounts, read tickets
	RightHelp     Right = "help"      // callers, links, tickets, escalation
	RightReview   Right = "review"    // lock, cases, re-proofing
	RightManage   Right = "manage"    // staff accounts
)

// rights is the whole table of who may do what. What is not listed is denied.
var rights = map[Role][]Right{
	RoleSupport:  {RightSignedIn, RightRead, RightHelp},
	RoleSecurity: {RightSignedIn, RightRead, RightHelp, RightReview},
	RoleAdmin:    {RightSignedIn, RightRead, RightManage},
}

// Has reports whether the role has the right.
func (r Role) Has(right Right) bool {
	return slices.Contains(rights[r], right)
}

// Staff is one member of staff.
type Staff struct {
	ID, Email, Name string
	Role            Role
	PasswordHash    string // "" before they joined
	InvitedAt       time.Time
	JoinedAt        time.Time // zero until password and authenticator are set
	DisabledAt      time.Time // zero while they may sign in
	Version         int64
}

// Invitation is the single-use way to become staff. Its token is derived from
// ID and never stored.
type Invitation struct {
	ID, Staff         string
	MadeAt, ExpiresAt time.Time
	EndedAt           time.Time // spent or replaced; zero while it lives
}

// Member is a member of staff with a living session. It is read anew for every
// request.
type Member struct {
	Staff
	Session Session
	Factors []Factor
	Codes   []RecoveryCode
}

func (m *Member) session() *Session { return &m.Session }

func (m *Member) actor() Actor { return Actor{ByStaff, m.ID, m.Session.Visitor} }

// Look is the permission that a reason gives: the account is open to a staff
// session until that ends.
type Look struct {
	Session, Account, Reason string
	At                       time.Time
}

// CallerCheck is one attempt to find out whether a caller is the owner: a code
// goes to the address on file and is read back on the phone.
type CallerCheck struct {
	ID, Account, Staff, Session string
	Address                     string // id of the address
	SentAt, ExpiresAt           time.Time
	Tries                       int
	VerifiedAt                  time.Time // zero: not verified
	EndedAt                     time.Time // replaced by a newer one; zero: not
}

// ProposalKind is what a second person has to agree to.
type ProposalKind string

// The kinds of proposal.
const (
	ProposeResume  ProposalKind = "resume"
	ProposeFactor  ProposalKind = "remove_factor"
	ProposeAddress ProposalKind = "set_address"
)

// ProposalState is what became of a proposal.
type ProposalState string

// The states of a proposal. That one is void or over is not stored: the first
// shows in Stirs, the second on the clock.
const (
	ProposalWaits     ProposalState = "pending"
	ProposalApproved  ProposalState = "approved"
	ProposalReturned  ProposalState = "sent_back"
	ProposalWithdrawn ProposalState = "withdrawn"
)

// Proposal waits for a second person. It is bound to what was known when it
// was made: see Account.Stirs.
type Proposal struct {
	ID            string
	Kind          ProposalKind
	Account, Case string // Case is "" for an account without one
	Ticket        string // the ticket it came from, for re-proofing
	By            string // id of the member who proposes
	At, ExpiresAt time.Time
	Reason        string   // why; for re-proofing what was checked
	Needs         []string // codes of what asks for four eyes; see recovery.FourEyes
	Target        string   // the address to set; "" for the other kinds
	Stirs         int64
	State         ProposalState
	DecidedBy     string
	DecidedAt     time.Time
	Decision      string // the reason of the second person
}

// LockJob locks many accounts.
type LockJob struct {
	ID, By    string
	Visitor          // of whoever drafted it
	Cause     string // "" takes the triage rule's proposal for each
	Evidence  string
	DraftedAt time.Time
	StartedAt time.Time // zero until it was confirmed
	DoneAt    time.Time // zero until every item is settled
}

// LockItem is one line of a job.
type LockItem struct {
	Job      string
	Position int    // from 1, as in the list
	Typed    string // what the line said
	Account  string // "" when it names none
	Outcome  LockOutcome
	Case     string // id of the case, for LockLocked
	// Username and CaseNumber belong to Account and Case; they are looked up when read.
	Username, CaseNumber string
}

// LockOutcome is what became of an item.
type LockOutcome string

// The outcomes. The codes of why an account is left out are also those shown
// before the job starts.
const (
	LockWaits     LockOutcome = "waiting"
	LockLocked    LockOutcome = "locked"
	LockUnknown   LockOutcome = "unknown"
	LockAmbiguous LockOutcome = "ambiguous"
	LockAlready   LockOutcome = "already_locked"
	LockClosed    LockOutcome = "closed"
	LockTwice     LockOutcome = "twice"
)

// CauseChange is one entry in the history of a case's cause.
type CauseChange struct {
	At    time.Time
	Cause string
	By    string
}

// MailState is what staff may know of a mail that was queued.
type MailState struct {
	ID, Kind, To, Code string
	QueuedAt           time.Time
	SentAt, GaveUpAt   time.Time // zero: not
	Reason             string    // of the last failure; "expired" when it had become worthless
	Attempts           int
}
