package mail

import "regain/security/notice"

// wording is what a kind of mail needs besides its notice. A new kind is a notice, in the register
// of package notice, and one entry in kinds.
type wording[N notice.Notice] struct {
	title string // in lists of mails
	// subject has the brand in place of %s; by variant are those of the variants that differ.
	subject string
	variant map[string]string
	letter  func(w writer, l *letter, n N)
	link    func(s Site, n N) made // to act with; nil where there is none
	code    func(n N) string       // likewise
	to      reader
	never   string // what a reader is never asked for by mail, "a sign-in code" where it is empty
}

// made is a link that the portal makes from an id; with neither there is none.
type made struct {
	by func(id string) string
	id string
}

// reader is whom a mail greets, and as what.
type reader int

const (
	owner     reader = iota
	anybody          // who reads an address that may be anybody's
	staff            // Account Security
	colleague        // somebody who is or becomes staff
)

// kind is a wording, whatever its notice.
type kind struct {
	wording[notice.Notice]
	name notice.Kind
}

func (x wording[N]) kind() kind {
	var n N
	return kind{wording[notice.Notice]{x.title, x.subject, x.variant,
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
		}, x.to, x.never}, n.Kind()}
}

// kinds is the register of mails.
var kinds = []kind{
	wording[notice.LockedOut]{
		title:   "Your account is locked to keep it safe",
		subject: "Your %s account is locked to keep it safe",
		letter:  writer.lockedOut,
		link: func(s Site, n notice.LockedOut) made {
			if n.Link == "" {
				return made{}
			}
			return made{s.Link, n.Link}
		},
	}.kind(),
	wording[notice.RecoveryLink]{
		title:   "Your link to secure your account",
		subject: "Your link to secure your %s account",
		letter:  writer.recoveryLink,
		link:    func(s Site, n notice.RecoveryLink) made { return made{s.Link, n.Link} },
		code:    func(n notice.RecoveryLink) string { return n.Code },
	}.kind(),
	wording[notice.PasswordUpdated]{
		title:   "Your password was updated",
		subject: "The password of your %s account was updated",
		letter:  writer.passwordUpdated,
	}.kind(),
	wording[notice.PasswordContested]{
		title:   "Your new password was stopped",
		subject: "The new password of your %s account was stopped",
		letter:  writer.passwordContested,
	}.kind(),
	wording[notice.TwoFactorOn]{
		title:   "2-step verification is on",
		subject: "2-step verification is on for your %s account",
		letter:  writer.twoFactorOn,
	}.kind(),
	wording[notice.TwoFactorOff]{
		title:   "2-step verification is off",
		subject: "2-step verification is off for your %s account",
		variant: map[string]string{
			"others": "The authenticator app of your %s account was removed",
		},
		letter: writer.twoFactorOff,
	}.kind(),
	wording[notice.TwoFactorReplaced]{
		title:   "Your authenticator app was replaced",
		subject: "The authenticator app of your %s account was replaced",
		letter:  writer.twoFactorReplaced,
	}.kind(),
	wording[notice.RecoveryCodeUsed]{
		title:   "A recovery code was used",
		subject: "A recovery code of your %s account was used",
		letter:  writer.recoveryCodeUsed,
	}.kind(),
	wording[notice.CodesRenewed]{
		title:   "New recovery codes were made",
		subject: "New recovery codes were made for your %s account",
		letter:  writer.codesRenewed,
	}.kind(),
	wording[notice.PasskeyAdded]{
		title:   "A passkey was added",
		subject: "A passkey was added to your %s account",
		letter:  writer.passkeyAdded,
	}.kind(),
	wording[notice.PasskeyRemoved]{
		title:   "A passkey was removed",
		subject: "A passkey of your %s account was removed",
		letter:  writer.passkeyRemoved,
	}.kind(),
	wording[notice.UnfamiliarSignIn]{
		title:   "New sign-in: was this you?",
		subject: "New sign-in to your %s account: was this you?",
		variant: map[string]string{
			"stopped": "We stopped a sign-in to your %s account: was this you?",
		},
		letter: writer.unfamiliarSignIn,
		link:   func(s Site, n notice.UnfamiliarSignIn) made { return made{s.Alert, n.Alert} },
	}.kind(),
	wording[notice.ChangeNoticed]{
		title:   "A change on your account: was this you?",
		subject: "A change on your %s account: was this you?",
		letter:  writer.changeNoticed,
		link:    func(s Site, n notice.ChangeNoticed) made { return made{s.Alert, n.Alert} },
	}.kind(),
	wording[notice.AlertDigest]{
		title:   "More unusual activity on your account",
		subject: "More unusual activity on your %s account",
		letter:  writer.alertDigest,
	}.kind(),
	wording[notice.PasswordBlocked]{
		title:   "Sign-in by password is off",
		subject: "Sign-in by password is off for your %s account",
		letter:  writer.passwordBlocked,
	}.kind(),
	wording[notice.FactorWrong]{
		title:   "A second step was wrong: was this you?",
		subject: "A wrong second step for your %s account: was this you?",
		letter:  writer.factorWrong,
	}.kind(),
	wording[notice.FactorOff]{
		title:   "Your authenticator app is switched off",
		subject: "The authenticator app of your %s account is switched off",
		letter:  writer.factorOff,
	}.kind(),
	wording[notice.AlertsChanged]{
		title:   "The settings of your alerts were changed",
		subject: "The alerts of your %s account were changed",
		letter:  writer.alertsChanged,
	}.kind(),
	wording[notice.EmailChanged]{
		title:   "An email address of your account was changed",
		subject: "The email address of your %s account was changed",
		variant: map[string]string{
			"removed":    "An address of your %s account was removed",
			"notice_new": "Security notices of your %s account now come here",
			"notice":     "Your %s account has a new address for security notices",
			"new":        "This is now the address of your %s account",
		},
		letter: writer.emailChanged,
		link: func(s Site, n notice.EmailChanged) made {
			if n.Undo == "" || n.New { // the reader of the new address may be who made the change
				return made{}
			}
			return made{s.Undo, n.Undo}
		},
	}.kind(),
	wording[notice.ConfirmAddress]{
		title:   "Confirm an address for your account",
		subject: "Confirm the new address of your %s account",
		variant: map[string]string{
			"notice": "Confirm this address for security notices of your %s account",
		},
		letter: writer.confirmAddress,
		to:     anybody,
		link:   func(s Site, n notice.ConfirmAddress) made { return made{s.Confirm, n.Change} },
	}.kind(),
	wording[notice.AddressRestored]{
		title:   "A change of address was undone",
		subject: "A change of address of your %s account was undone",
		letter:  writer.addressRestored,
	}.kind(),
	wording[notice.ReproofAgreed]{
		title:   "Account Security is going to change your account",
		subject: "Your %s account is going to be changed",
		letter:  writer.reproofAgreed,
		link:    func(s Site, n notice.ReproofAgreed) made { return made{s.Veto, n.Veto} },
	}.kind(),
	wording[notice.ReviewRequested]{
		title:   "Somebody asked our staff to check your account",
		subject: "Somebody asked our staff to check your %s account",
		letter:  writer.reviewRequested,
	}.kind(),
	wording[notice.CaseTaken]{
		title:   "A person now reviews your account",
		subject: "A person now reviews your %s account",
		letter:  writer.caseTaken,
	}.kind(),
	wording[notice.MoreNeeded]{
		title:   "We have a question for you",
		subject: "We have a question before your %s account can be opened",
		letter:  writer.moreNeeded,
	}.kind(),
	wording[notice.AccountResumed]{
		title:   "Your account is open again",
		subject: "Your %s account is open again",
		letter:  writer.accountResumed,
	}.kind(),
	wording[notice.KeptLocked]{
		title:   "Your account stays locked",
		subject: "Your %s account stays locked",
		letter:  writer.keptLocked,
	}.kind(),
	wording[notice.UrgentReceipt]{
		title:   "Somebody asked for an urgent review",
		subject: "Somebody asked for an urgent review of your %s account",
		letter:  writer.urgentReceipt,
	}.kind(),
	wording[notice.SupportReplied]{
		title:   "We answered your message",
		subject: "We answered your message about your %s account",
		letter:  writer.supportReplied,
	}.kind(),
	wording[notice.CallerCode]{
		title:   "Your staff code for talking to support",
		subject: "Your staff code for talking to %s support",
		letter:  writer.callerCode,
		never:   "any other code",
		code:    func(n notice.CallerCode) string { return n.Code },
	}.kind(),
	wording[notice.DataExported]{
		title:   "The copy of your data is ready",
		subject: "The copy of your %s data is ready",
		letter:  writer.dataExported,
	}.kind(),
	wording[notice.DeletionAsked]{
		title:   "Somebody asked us to delete your account",
		subject: "Somebody asked us to delete your %s account",
		letter:  writer.deletionAsked,
	}.kind(),
	wording[notice.UrgentReview]{
		title:   "Urgent review of a case, for Account Security",
		subject: "Urgent review of a case at %s",
		letter:  writer.urgentReview,
		to:      staff,
	}.kind(),
	wording[notice.StaffInvitation]{
		title:   "Invitation to the staff pages",
		subject: "Your invitation to the staff pages of %s",
		letter:  writer.staffInvitation,
		to:      colleague,
		link:    func(s Site, n notice.StaffInvitation) made { return made{s.Invitation, n.Invitation} },
	}.kind(),
	wording[notice.StaffRoleGiven]{
		title:   "Somebody was invited to the staff pages",
		subject: "Somebody was invited to the staff pages of %s",
		letter:  writer.staffRoleGiven,
		to:      colleague,
	}.kind(),
	wording[notice.StaffSignedIn]{
		title:   "Sign-in of staff from a new device",
		subject: "A sign-in to the staff pages of %s from a new device",
		letter:  writer.staffSignedIn,
		to:      colleague,
	}.kind(),
	wording[notice.StaffOwnChange]{
		title:   "Something about a staff account",
		subject: "About your staff account at %s",
		letter:  writer.staffOwnChange, to: colleague,
	}.kind(),
	wording[notice.WebhookOff]{
		title:   "A webhook was switched off",
		subject: "A webhook of %s was switched off",
		letter:  writer.webhookOff, to: colleague,
	}.kind(),
}
