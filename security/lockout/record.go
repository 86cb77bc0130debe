package lockout

import (
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/staff"
)

// Link is a recovery link. Its token is derived from ID and never stored.
type Link struct {
	ID, Account, Case string
	Address           string // id of the address it is mailed to
	Purpose           LinkPurpose
	MadeAt, ExpiresAt time.Time
	State             security.LinkState
	EndedAt           time.Time
}

// LinkPurpose says why a link was made; it decides how long the link lives.
type LinkPurpose string

// The purposes of a link.
const (
	LinkLockout   LinkPurpose = "lockout"
	LinkRequested LinkPurpose = "requested"
)

// At is the state of the link as a visitor meets it at now.
func (l Link) At(now time.Time) security.LinkState {
	if l.State == security.LinkLive && !limits.Alive(l.MadeAt, l.ExpiresAt, now) {
		return security.LinkExpired
	}
	return l.State
}

// ProposalKind is what a second person has to agree to.
type ProposalKind string

// The kinds of proposal.
const (
	ProposeResume  ProposalKind = "resume"
	ProposeFactor  ProposalKind = "remove_factor"
	ProposeAddress ProposalKind = "set_address"
	ProposeInvite  ProposalKind = "invite"
)

// right is what both people need.
func (k ProposalKind) right() staff.Right {
	if k == ProposeInvite {
		return staff.RightManage
	}
	return staff.RightReview
}

// ProposalState is what became of a proposal.
type ProposalState string

// The states of a proposal. That one which waits is void or over is not stored: the first shows
// in FactsVersion, the second on the clock.
const (
	ProposalWaits     ProposalState = "pending"
	ProposalAgreed    ProposalState = "agreed"   // by two people; it is carried out at DueAt
	ProposalApproved  ProposalState = "approved" // and carried out
	ProposalReturned  ProposalState = "sent_back"
	ProposalWithdrawn ProposalState = "withdrawn"
	ProposalVetoed    ProposalState = "vetoed" // by a reader of the account's mail, once agreed
	ProposalVoid      ProposalState = "void"   // the account was another one by DueAt
)

// Proposal waits for a second person. It is bound to what was known when it
// was made: see Account.FactsVersion.
type Proposal struct {
	ID            string
	Kind          ProposalKind
	Account, Case string // both are "" for an invitation; Case for an account without one
	Ticket        string // the ticket it came from, for re-proofing
	By            string // id of the member who proposes
	At, ExpiresAt time.Time
	Reason        string     // why; for re-proofing what was checked
	Needs         []string   // codes of what asks for four eyes; see recovery.FourEyes
	Target        string     // the address to set or to invite; "" for a resume
	Role          staff.Role // of who is to be invited
	Name          string     // theirs, if it was given
	FactsVersion  int64
	State         ProposalState
	DecidedBy     string
	DecidedAt     time.Time
	Decision      string    // the reason of the second person, or of whoever stopped it later
	DueAt         time.Time // when what was agreed is carried out; zero: at once
	EndedAt       time.Time // when it was, or was stopped; zero for what was decided at once
}

// CarriedOut is when the proposal took effect; zero when it did not.
func (p Proposal) CarriedOut() time.Time {
	switch {
	case p.State != ProposalApproved:
		return time.Time{}
	case !p.EndedAt.IsZero():
		return p.EndedAt
	}
	return p.DecidedAt
}

// LockJob locks many accounts.
type LockJob struct {
	ID, By           string
	ByKind           security.ActorKind
	security.Visitor        // of whoever drafted it
	Cause            string // "" takes the triage rule's proposal for each
	Evidence         string
	DraftedAt        time.Time
	StartedAt        time.Time // zero until it was confirmed
	DoneAt           time.Time // zero until every item is settled, or somebody stopped it
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
	LockStopped   LockOutcome = "stopped" // it waited when somebody stopped the job
)
