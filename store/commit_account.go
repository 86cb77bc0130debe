package store

import (
	"context"

	"regain/security"
)

// applyAccount does what owners who sign in do.
func (t tx) applyAccount(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.HoldOpen:
		return t.holdOpen(ctx, w)
	case security.ForgetTries:
		return t.forgetTries(ctx, w)
	case security.ForgetPasswordTries:
		return t.forgetPasswordTries(ctx, w)
	case security.Rehash:
		return t.rehash(ctx, w)
	case security.SpendChallenge:
		return t.spendChallenge(ctx, w)
	case security.UsePasskey:
		return t.usePasskey(ctx, w)
	case security.RenameFactor:
		return t.renameFactor(ctx, w)
	case security.AskAddressChange:
		return t.askAddressChange(ctx, w.Change)
	case security.EndAddressChanges:
		return t.endAddressChanges(ctx, w)
	case security.ConfirmAddressChange:
		return t.confirmAddressChange(ctx, w)
	case security.UndoAddressChange:
		return t.undoAddressChange(ctx, w)
	}
	return t.applyWatch(ctx, w)
}

// applyWatch does what watches over accounts, and what removes what is old.
func (t tx) applyWatch(ctx context.Context, w security.Write) error {
	switch w := w.(type) {
	case security.SaveWatch:
		return t.saveWatch(ctx, w.Watch)
	case security.AddAlert:
		return t.addAlert(ctx, w.Alert)
	case security.MailAlerts:
		return t.mailAlerts(ctx, w)
	case security.AnswerAlert:
		return t.answerAlert(ctx, w)
	case security.SaveAlertSettings:
		return t.saveAlertSettings(ctx, w.Settings)
	case security.AskExport:
		return t.askExport(ctx, w.Export)
	case security.FinishExport:
		return t.finishExport(ctx, w)
	case security.RemoveOld:
		return t.removeOld(ctx, w)
	}
	return errUnknownWrite
}
