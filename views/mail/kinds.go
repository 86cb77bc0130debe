package mail

import (
	"fmt"

	"regain/security/notice"
)

// wording is what a kind of mail needs besides its notice. A new kind is a notice, in the register
// of package notice, one entry in kinds, and its words: mail_title and mail_subject with its name, and
// the paragraphs of its letter.
type wording[N notice.Notice] struct {
	letter func(w writer, l *letter, n N)
	link   func(s Site, n N) made // to act with; nil where there is none
	code   func(n N) string       // likewise
	to     reader
}

// made is a link that the portal makes from an id; with neither there is none.
type made struct {
	by func(id string) string
	id string
}

// kind is a wording, whatever its notice.
type kind struct {
	wording[notice.Notice]
	name notice.Kind
}

func (x wording[N]) kind() kind {
	var n N
	return kind{wording[notice.Notice]{
		func(w writer, l *letter, n notice.Notice) { x.letter(w, l, n.(N)) },
		func(s Site, n notice.Notice) (m made) {
			if x.link != nil {
				m = x.link(s, n.(N))
			}
			return m
		},
		func(n notice.Notice) (code string) {
			if x.code != nil {
				code = x.code(n.(N))
			}
			return code
		}, x.to}, n.Kind()}
}

// kinds is the register of mails.
var kinds = []kind{
	wording[notice.LockedOut]{
		letter: writer.lockedOut,
		link: func(s Site, n notice.LockedOut) made {
			if n.Link == "" {
				return made{}
			}
			return made{s.Link, n.Link}
		},
	}.kind(),
	wording[notice.RecoveryLink]{
		letter: writer.recoveryLink,
		link:   func(s Site, n notice.RecoveryLink) made { return made{s.Link, n.Link} },
		code:   func(n notice.RecoveryLink) string { return n.Code },
	}.kind(),
	wording[notice.PasswordUpdated]{letter: writer.passwordUpdated}.kind(),
	wording[notice.PasswordContested]{letter: writer.passwordContested}.kind(),
	wording[notice.TwoFactorOn]{letter: writer.twoFactorOn}.kind(),
	wording[notice.TwoFactorOff]{letter: writer.twoFactorOff}.kind(),
	wording[notice.TwoFactorReplaced]{letter: writer.twoFactorReplaced}.kind(),
	wording[notice.RecoveryCodeUsed]{letter: writer.recoveryCodeUsed}.kind(),
	wording[notice.CodesRenewed]{letter: writer.codesRenewed}.kind(),
	wording[notice.PasskeyAdded]{letter: writer.passkeyAdded}.kind(),
	wording[notice.PasskeyRemoved]{letter: writer.passkeyRemoved}.kind(),
	wording[notice.UnfamiliarSignIn]{
		letter: writer.unfamiliarSignIn,
		link:   func(s Site, n notice.UnfamiliarSignIn) made { return made{s.Alert, n.Alert} },
	}.kind(),
	wording[notice.ChangeNoticed]{
		letter: writer.changeNoticed,
		link:   func(s Site, n notice.ChangeNoticed) made { return made{s.Alert, n.Alert} },
	}.kind(),
	wording[notice.AlertDigest]{letter: writer.alertDigest}.kind(),
	wording[notice.PasswordBlocked]{letter: writer.passwordBlocked}.kind(),
	wording[notice.FactorWrong]{letter: writer.factorWrong}.kind(),
	wording[notice.FactorOff]{letter: writer.factorOff}.kind(),
	wording[notice.AlertsChanged]{letter: writer.alertsChanged}.kind(),
	wording[notice.EmailChanged]{
		letter: writer.emailChanged,
		link: func(s Site, n notice.EmailChanged) made {
			if n.Undo == "" || n.New { // the reader of the new address may be who made the change
				return made{}
			}
			return made{s.Undo, n.Undo}
		},
	}.kind(),
	wording[notice.ConfirmAddress]{
		letter: writer.confirmAddress,
		to:     anybody,
		link:   func(s Site, n notice.ConfirmAddress) made { return made{s.Confirm, n.Change} },
	}.kind(),
	wording[notice.AddressRestored]{letter: writer.addressRestored}.kind(),
	wording[notice.ReproofAgreed]{
		letter: writer.reproofAgreed,
		link:   func(s Site, n notice.ReproofAgreed) made { return made{s.Veto, n.Veto} },
	}.kind(),
	wording[notice.ReviewRequested]{letter: writer.reviewRequested}.kind(),
	wording[notice.CaseTaken]{letter: writer.caseTaken}.kind(),
	wording[notice.MoreNeeded]{letter: writer.moreNeeded}.kind(),
	wording[notice.AccountResumed]{letter: writer.accountResumed}.kind(),
	wording[notice.KeptLocked]{letter: writer.keptLocked}.kind(),
	wording[notice.UrgentReceipt]{letter: writer.urgentReceipt}.kind(),
	wording[notice.SupportReplied]{letter: writer.supportReplied}.kind(),
	wording[notice.ReportReceived]{letter: writer.reportReceived, to: reporter}.kind(),
	wording[notice.ReportVerdict]{letter: writer.reportVerdict, to: reporter}.kind(),
	wording[notice.ReportInfected]{letter: writer.reportInfected, to: reporter}.kind(),
	wording[notice.CallerCode]{
		letter: writer.callerCode,
		code:   func(n notice.CallerCode) string { return n.Code },
		to:     caller,
	}.kind(),
	wording[notice.DataExported]{letter: writer.dataExported}.kind(),
	wording[notice.FileInfected]{letter: writer.fileInfected}.kind(),
	wording[notice.DeletionAsked]{letter: writer.deletionAsked}.kind(),
	wording[notice.ReplyNotTaken]{letter: writer.replyNotTaken, to: anybody}.kind(),
	wording[notice.UrgentReview]{letter: writer.urgentReview, to: staff}.kind(),
	wording[notice.StaffInvitation]{
		letter: writer.staffInvitation,
		to:     colleague,
		link:   func(s Site, n notice.StaffInvitation) made { return made{s.Invitation, n.Invitation} },
	}.kind(),
	wording[notice.StaffRoleGiven]{letter: writer.staffRoleGiven, to: colleague}.kind(),
	wording[notice.StaffSignedIn]{letter: writer.staffSignedIn, to: colleague}.kind(),
	wording[notice.StaffOwnChange]{letter: writer.staffOwnChange, to: colleague}.kind(),
	wording[notice.MemberNotice]{letter: writer.memberNotice, to: company}.kind(),
	wording[notice.OrganisationChanged]{letter: writer.organisationChanged, to: company}.kind(),
	wording[notice.WebhookOff]{letter: writer.webhookOff, to: colleague}.kind(),
}

func kindOf(name notice.Kind) (kind, error) {
	for _, k := range kinds {
		if k.name == name {
			return k, nil
		}
	}
	return kind{}, fmt.Errorf("%w: %q", notice.ErrKind, string(name))
}
