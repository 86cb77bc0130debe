package security

import (
	"slices"
	"time"
)

// The kinds of write that staff cause. What a kind guards stands in its comment.
type (
	// AddStaff adds a member of staff; an address that is known is a conflict.
	AddStaff struct{ Staff Staff }
	// SaveStaff replaces what may change of a member whose version is still
	// Staff.Version, and raises the version.
	SaveStaff struct{ Staff Staff }
	// MakeInvitation adds a live invitation. A member has at most one: a second
	// one is a conflict unless EndInvitations stands before it.
	MakeInvitation struct{ Invitation Invitation }
	// EndInvitations ends the live invitation of a member; none is no conflict.
	EndInvitations struct {
		Staff string
		At    time.Time
	}
	// SpendInvitation uses an invitation that is live and not over at At.
	SpendInvitation struct {
		ID string
		At time.Time
	}
	// RecordLook opens an account for a staff session; a second look replaces the
	// reason and the moment.
	RecordLook struct{ Look Look }
	// AskCaller adds a caller check.
	AskCaller struct{ Check CallerCheck }
	// EndCallerChecks ends the checks of the account that still wait for their
	// code; none is no conflict.
	EndCallerChecks struct {
		Account string
		At      time.Time
	}
	// PassCaller marks a check as passed that waits and is not over at At.
	PassCaller struct {
		ID string
		At time.Time
	}
	// MakeProposal adds a pending proposal. An account has at most one of a kind:
	// a second one is a conflict unless EndProposals stands before it.
	MakeProposal struct{ Proposal Proposal }
	// DecideProposal gives a pending proposal its end.
	DecideProposal struct {
		ID, By, Reason string
		State          ProposalState
		At             time.Time
	}
	// EndProposals gives the pending proposals of a kind on the account the state
	// State; an empty kind means all kinds, and none is no conflict.
	EndProposals struct {
		Account string
		Kind    ProposalKind
		State   ProposalState
		By      string
		At      time.Time
	}
	// HoldAccount changes nothing, if the account still has as many Stirs.
	HoldAccount struct {
		ID    string
		Stirs int64
	}
	// Stir counts in Account.Stirs what no other write tells of: the owner wrote, or
	// the platform told of another password.
	Stir struct{ Account string }
	// UnlockAccount takes the lock off an account that Case locks.
	UnlockAccount struct{ Account, Case string }
	// ResetTries forgets the wrong codes of the account's factors and refills the
	// named budgets; Keys are those that Spend was called with.
	ResetTries struct {
		Account string
		Budgets []Budget
	}
	// WakeTicket makes a ticket open again, due at DueAt, unless it is open or
	// closed; then, and when there is no such ticket, nothing happens.
	WakeTicket struct {
		ID    string
		DueAt time.Time
	}
	// DraftLockJob adds a job with its items.
	DraftLockJob struct {
		Job   LockJob
		Items []LockItem
	}
	// StartLockJob starts a job that was not started.
	StartLockJob struct {
		ID string
		At time.Time
	}
	// SettleLockItem gives an item that waits its outcome.
	SettleLockItem struct {
		Job      string
		Position int
		Outcome  LockOutcome
		Case     string
	}
	// FinishLockJob ends a job that was started and not finished.
	FinishLockJob struct {
		ID string
		At time.Time
	}
)

// Budget names one counter that Store.Spend keeps.
type Budget struct {
	Limit Limit
	Key   string
}

func (AddStaff) write()        {}
func (SaveStaff) write()       {}
func (MakeInvitation) write()  {}
func (EndInvitations) write()  {}
func (SpendInvitation) write() {}
func (RecordLook) write()      {}
func (AskCaller) write()       {}
func (EndCallerChecks) write() {}
func (PassCaller) write()      {}
func (MakeProposal) write()    {}
func (DecideProposal) write()  {}
func (EndProposals) write()    {}
func (HoldAccount) write()     {}
func (Stir) write()            {}
func (UnlockAccount) write()   {}
func (ResetTries) write()      {}
func (WakeTicket) write()      {}
func (DraftLockJob) write()    {}
func (StartLockJob) write()    {}
func (SettleLockItem) write()  {}
func (FinishLockJob) write()   {}

// stirring are the activities on which a decision about an account rests.
var stirring = map[string]bool{"password_changed": true, "email_changed": true,
	"phone_changed": true, "payout_changed": true, "two_factor_changed": true,
	"security_question_changed": true, "withdrawal": true}

// Stirred lists the accounts on which the writes change something that a
// decision rests on: a factor, an address, the password, a login that succeeded,
// an answer of the owner. The store counts it in Account.Stirs in the same
// commit, so that no use case can forget to. A failed login stirs nothing.
func Stirred(writes []Write) []string {
	var ids []string
	add := func(id string) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, w := range writes {
		switch w := w.(type) {
		case AddFactor:
			add(w.Factor.Subject)
		case RemoveFactor:
			add(w.Subject)
		case AddAddress:
			add(w.Address.Account)
		case RetireAddress:
			add(w.Account)
		case SetPassword:
			add(w.Account)
		case PutAnswer:
			add(w.Answer.Account)
		case Stir:
			add(w.Account)
		case PutLogins:
			for _, l := range w.Logins {
				if l.Outcome == "succeeded" {
					add(l.Account)
				}
			}
		case PutActivities:
			for _, a := range w.Activities {
				if stirring[a.Kind] {
					add(a.Account)
				}
			}
		}
	}
	return ids
}
