package lockout

import (
	"time"

	"regain/security"
	"regain/security/recovery"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// LockAccount points the account to the case that locks it, if it is not
	// locked yet.
	LockAccount struct{ Account, Case string }
	// OpenCase adds a case.
	OpenCase struct{ Case security.Case }
	// RecordCause appends to the history of a case's cause.
	RecordCause struct {
		Case  string
		Cause recovery.Cause
		Facts []recovery.Signal
		By    string
		At    time.Time
	}
	// FreezeEvidence stores what was known at lockout. It is written once for a
	// case and has no counterpart that changes it.
	FreezeEvidence struct {
		Case string
		At   time.Time
		Data []byte // JSON of Evidence
	}
	// StartRecovery adds a recovery. There is at most one for a case.
	StartRecovery struct{ Recovery security.Recovery }
	// MakeLink adds a live link. An account has at most one: a second one is a
	// conflict unless EndLinks stands before it.
	MakeLink struct{ Link Link }
	// SpendLink uses a link that is live and not over at At.
	SpendLink struct {
		ID string
		At time.Time
	}
	// RevokeLink kills one link that is live.
	RevokeLink struct {
		ID string
		At time.Time
	}
	// AdoptTickets hands the account's unsolved tickets to Account Security, where
	// nobody has them yet, and ties those that belong to no case to Case. What
	// Account Security has already stays with whoever has it; none is no conflict.
	AdoptTickets struct{ Account, Case string }
	// DecideProposal gives a pending proposal its end, or the moment at which it is carried out. Either
	// yes, ProposalApproved and ProposalAgreed, is for one whose proposer has not left: a member of staff
	// who was disabled or is to join anew, or a key that was revoked.
	DecideProposal struct {
		ID, By, Reason string
		State          ProposalState
		At             time.Time
		DueAt          time.Time // for ProposalAgreed
	}
	// EndAgreed gives an agreed proposal its end. ProposalApproved, which is that it is carried
	// out, is for one that is due, on an open account that still is locked by the same case, or
	// by none, and in the name of nobody who has left.
	EndAgreed struct {
		ID, Reason string
		State      ProposalState
		At         time.Time
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
	// LeaveLockItems gives every item of a job that waits the outcome LockStopped.
	LeaveLockItems struct{ Job string }
	// FinishLockJob ends a job that was started and not finished.
	FinishLockJob struct {
		ID string
		At time.Time
	}
)

func (LockAccount) Write()    {}
func (OpenCase) Write()       {}
func (RecordCause) Write()    {}
func (FreezeEvidence) Write() {}
func (StartRecovery) Write()  {}
func (MakeLink) Write()       {}
func (SpendLink) Write()      {}
func (RevokeLink) Write()     {}
func (AdoptTickets) Write()   {}
func (DecideProposal) Write() {}
func (EndAgreed) Write()      {}
func (DraftLockJob) Write()   {}
func (StartLockJob) Write()   {}
func (SettleLockItem) Write() {}
func (LeaveLockItems) Write() {}
func (FinishLockJob) Write()  {}
