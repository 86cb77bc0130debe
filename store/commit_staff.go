package store

import (
	"context"

	"regain/security"
)

// applyStaff does what concerns staff themselves.
func (t tx) applyStaff(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.AddStaff:
		return t.addStaff(ctx, w.Staff)
	case security.SaveStaff:
		return t.saveStaff(ctx, w.Staff)
	case security.MakeInvitation:
		return t.makeInvitation(ctx, w.Invitation)
	case security.EndInvitations:
		return t.endInvitations(ctx, w)
	case security.SpendInvitation:
		return t.spendInvitation(ctx, w)
	case security.RecordLook:
		return t.recordLook(ctx, w.Look)
	}
	return t.applyDesk(ctx, w)
}

// applyDesk does what staff do to accounts.
func (t tx) applyDesk(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.AskCaller:
		return t.askCaller(ctx, w.Check)
	case security.EndCallerChecks:
		return t.endCallerChecks(ctx, w)
	case security.PassCaller:
		return t.passCaller(ctx, w)
	case security.MakeProposal:
		return t.makeProposal(ctx, w.Proposal)
	case security.DecideProposal:
		return t.decideProposal(ctx, w)
	case security.EndProposals:
		return t.endProposals(ctx, w)
	case security.HoldAccount:
		return t.one(ctx, "UPDATE accounts SET stirs = stirs WHERE id = $1 AND stirs = $2",
			w.ID, w.Stirs)
	case security.Stir:
		return nil // commit counts it
	case security.UnlockAccount:
		return t.unlockAccount(ctx, w)
	case security.ResetTries:
		return t.resetTries(ctx, w)
	case security.WakeTicket:
		return t.wakeTicket(ctx, w)
	case security.DraftLockJob:
		return t.draftLockJob(ctx, w)
	case security.StartLockJob:
		return t.startLockJob(ctx, w)
	case security.SettleLockItem:
		return t.settleLockItem(ctx, w)
	case security.FinishLockJob:
		return t.finishLockJob(ctx, w)
	}
	return t.applyAccount(ctx, w)
}
