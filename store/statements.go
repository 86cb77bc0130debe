package store

import (
	"context"
	"reflect"

	"regain/security"
	"regain/store/budget"
	"regain/store/bulk"
	"regain/store/enterprise"
	"regain/store/host"
	"regain/store/invite"
	"regain/store/protect"
)

// statement does writes of one kind that stand one after another.
type statement func(tx, context.Context, []security.Write) error

// entry is the statement of one kind of write.
type entry struct {
	kind reflect.Type
	do   statement
}

func on[W security.Write](do func(tx, context.Context, W) error) entry {
	return entry{reflect.TypeFor[W](), func(t tx, ctx context.Context, all []security.Write) error {
		for _, w := range all {
			if err := do(t, ctx, w.(W)); err != nil {
				return err
			}
		}
		return nil
	}}
}

// onAll is on for a kind of which one statement does many.
func onAll[W security.Write](do func(tx, context.Context, []W) error) entry {
	return entry{reflect.TypeFor[W](), func(t tx, ctx context.Context, all []security.Write) error {
		of := make([]W, len(all))
		for i, w := range all {
			of[i] = w.(W)
		}
		return do(t, ctx, of)
	}}
}

// statements has every kind of write.
var statements = byKind(
	on(tx.putSecret), on(tx.barSecret), on(tx.retireSecret), on(tx.reseal), on(tx.endWaysIn),
	onAll(tx.putAccounts), onAll(tx.addAddresses), on(tx.redateAddress), on(tx.retireAddress),
	on(tx.setPassword), on(tx.lockAccount), on(tx.openCase), on(tx.saveCase), on(tx.moveCase),
	on(tx.holdCase), on(tx.recordCause), on(tx.freezeEvidence), on(tx.startRecovery),
	on(tx.saveRecovery), onAll(tx.putLogins), onAll(tx.putActivities), on(tx.putAnswer),
	on(tx.startSession), on(tx.rotateSession), on(tx.once), on(tx.proveSession),
	on(tx.ownPassword), on(tx.forgetDevice), on(tx.settleSession), on(tx.endSession),
	on(tx.endSessions), on(tx.makeLink), on(tx.spendLink), on(tx.endLinks), on(tx.revokeLink),
	on(tx.putRequest), on(tx.resolveRequest), on(tx.spendRequest), on(tx.endRequests),
	on(tx.addFactor), on(tx.removeFactor), on(tx.useFactor), on(tx.putCodes), on(tx.dropCodes),
	on(tx.spendCode), on(tx.forgetSealedCodes), on(tx.openTicket), on(tx.saveTicket),
	on(tx.adoptTickets), on(tx.raiseTicket), on(tx.addMessage), on(tx.addNote), onAll(tx.enqueue),
	on(tx.addStaff), on(tx.saveStaff), asking(invite.Make), askingAll(invite.End),
	askingAll(invite.EndBy), asking(invite.Spend), on(tx.recordLook), on(tx.askCaller), on(tx.endCallerChecks),
	on(tx.passCaller), on(tx.makeProposal), on(tx.decideProposal), on(tx.endAgreed),
	on(tx.endProposals), on(tx.holdAccount),
	on(func(tx, context.Context, security.FactsChanged) error { return nil }), // commit counts it
	on(tx.unlockAccount), on(tx.resetTries), on(tx.wakeTicket), on(tx.draftLockJob),
	asking(bulk.StartLockJob), asking(bulk.SettleLockItem), askingAll(bulk.LeaveLockItems),
	asking(bulk.FinishLockJob), on(tx.holdOpen), on(tx.forgetTries), asking(budget.Pay), on(tx.forgetPasswordTries),
	on(tx.rehash), on(tx.spendChallenge), on(tx.usePasskey), on(tx.renameFactor),
	on(tx.askAddressChange), on(tx.endAddressChanges), on(tx.confirmAddressChange),
	on(tx.undoAddressChange), onAll(tx.saveWatches), onAll(tx.addAlerts), on(tx.mailAlerts),
	on(tx.answerAlert), on(tx.saveAlertSettings), on(tx.askExport), on(tx.finishExport),
	on(tx.removeOld), on(tx.eraseAccount), on(tx.removeDrill), on(tx.endTally),
	asking(protect.KeepList), askingAll(protect.ClearSteps), asking(protect.PutStep),
	asking(host.AddKey), asking(host.RevokeKey), asking(host.NameOutside),
	asking(host.AddEndpoint), asking(host.SetState), asking(host.SetKeys), asking(host.SetEncryption),
	asking(host.SetTarget), asking(host.SetEvents), askingAll(host.DropWaiting),
	asking(host.AddStream), asking(host.SetWords), asking(host.Verify),
	asking(host.AddSubject), askingAll(host.RenameSubject), askingAll(host.RemoveSubject),
	asking(host.AddSigner), asking(host.RetireSigner), asking(host.RemoveEndpoint),
	asking(host.SendAgain), askingAll(host.SendWaiting), askingAll(host.SendSince),
	asking(host.TrustIssuer), asking(host.DistrustIssuer), asking(host.TakeSignal),
	askingAll(host.MoveAlert), asking(host.DropActivity),
	askingAll(protect.PutMail), asking(protect.SettleMail), asking(protect.SetMailAside),
	asking(protect.OpenCampaign), asking(protect.ClaimKey), asking(protect.JoinCampaign),
	asking(protect.AddReport), asking(protect.PutOriginal), asking(protect.Decide),
	askingAll(protect.OweVerdict), askingAll(protect.FreeKeys), asking(protect.ToldReporter),
	asking(protect.AddBlocked), asking(protect.LiftBlocked),
	asking(protect.MoveReport), askingAll(protect.MoveReports), askingAll(protect.MoveKeys),
	asking(protect.Recount), askingAll(protect.MoveFiles),
	asking(protect.AddAttachment), asking(protect.SettleAttachment), asking(protect.DiscardAttachment),
	asking(protect.PutFile), asking(protect.RemoveAttachment),
	asking(enterprise.AddAccount), asking(enterprise.PutCertificate),
	asking(enterprise.TrustSSOIssuer), asking(enterprise.ForgetSSOIssuer), asking(enterprise.HoldSSOIssuer),
	asking(enterprise.AddSSOLink), asking(enterprise.HoldSSOLink), askingAll(enterprise.DropSSOLinks),
	asking(enterprise.BeginSSOSession), askingAll(enterprise.EndBegun), askingAll(enterprise.EndVouched),
	asking(enterprise.SignOut),
	asking(enterprise.PutOrganisation), asking(enterprise.ClaimDomain), asking(enterprise.LeaveDomain),
	askingAll(enterprise.EndMembers), asking(enterprise.HoldPolicy),
)

func byKind(all ...entry) map[reflect.Type]statement {
	m := map[reflect.Type]statement{}
	for _, k := range all {
		m[k.kind] = k.do
	}
	return m
}
