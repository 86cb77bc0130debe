package review

import (
	"time"

	"regain/security/limits"
	"regain/security/lockout"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// MakeProposal adds a pending proposal. An account has at most one of a kind:
	// a second one is a conflict unless EndProposals stands before it.
	MakeProposal struct{ Proposal lockout.Proposal }
	// EndProposals gives the pending proposals of a kind on the account the state
	// State; an empty kind means all kinds, and none is no conflict.
	EndProposals struct {
		Account string
		Kind    lockout.ProposalKind
		State   lockout.ProposalState
		By      string
		At      time.Time
	}
	// UnlockAccount takes the lock off an account that Case locks.
	UnlockAccount struct{ Account, Case string }
	// ResetTries forgets the wrong codes of the account's factors and refills the
	// named budgets; Keys are those that Spend was called with.
	ResetTries struct {
		Account string
		Budgets []limits.Budget
	}
)

func (MakeProposal) Write()  {}
func (EndProposals) Write()  {}
func (UnlockAccount) Write() {}
func (ResetTries) Write()    {}
