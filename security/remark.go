package security

import (
	"time"

	"regain/security/token"
)

// The kinds of remark.
const (
	SaidTwoFactorOn       = "two_factor_on"
	SaidTwoFactorReplaced = "two_factor_replaced"
	SaidTwoFactorOff      = "two_factor_off"
	SaidPasskeyOn         = "passkey_on"  // the name of the passkey
	SaidPasskeyOff        = "passkey_off" // the name of the passkey
	SaidFactorDisabled    = "factor_disabled"
	SaidPasskeyCloned     = "passkey_cloned"
	SaidNoFactor          = "no_factor" // how many are enrolled
	// likewise, of whoever came by signing in, so that no address was proved
	SaidNoFactorSignedIn = "no_factor_signed_in"
	SaidPasswordBlocked  = "password_blocked"  // how many wrong ones, and how many are left to known browsers
	SaidAddressRestored  = "address_restored"  // the old address and the new one, masked
	SaidHow              = "how"               // what the owner chose
	SaidAbout            = "about"             // the topic
	SaidAnswers          = "answers"           // a line for each answer, as Answer.Line makes it
	SaidDenied           = "denied_in_checkup" // likewise
	SaidNoMailbox        = "no_mailbox"        // the contact and the text of a stranger
	// when the password changed, and the name of the member
	SaidHandedOver = "handed_over"
	// of the login: moment, outcome, device, country
	SaidLoginDenied = "login_denied"
	// moment, kind and country of the change
	SaidChangeDenied = "change_denied"
	// cause, proposed cause, moment, second factor, signs with commas between, and the evidence:
	// text, kind and arguments
	SaidSecured = "secured"
	// likewise, of whoever came by signing in
	SaidSecuredSignedIn = "secured_signed_in"
	SaidSSO             = "sso"      // name of the organisation that let the owner in, in the place of a new password
	SaidDeletion        = "deletion" // the owner reads it too
	// what was given to a fake page, codes of casework.Details with commas between, and where; the owner
	// reads it too
	SaidGave     = "gave_details"
	SaidUrgent   = "urgent" // one of the notice.AskedBy constants, and the reason of support
	SaidCause    = "cause_changed"
	SaidReopened = "reopened"
	// somebody who reads an address of the account says that the new password is not theirs
	SaidContested = "password_contested"
	SaidDemanded  = "password_demanded" // the reason of the analyst
	// the reason and who resumed it, or the reason, who proposed and who approved it
	SaidResumed = "resumed"
	// of a re-proofing: the kind of proposal, and what was checked or why it is not done
	SaidReproof     = "reproof_proposed"
	SaidReproofBack = "reproof_sent_back"
	// the kind, who proposed, who approved, what was checked
	SaidReproofApproved = "reproof_approved"
	SaidReproofAgreed   = "reproof_agreed" // likewise; it is carried out later
	SaidReproofVetoed   = "reproof_vetoed" // the kind, and the masked address that stopped it
	// the kind, and "unbacked" where one of the two who agreed may not decide any more
	SaidReproofLapsed = "reproof_lapsed"
	SaidSignal        = "signal" // what another service signals, its name, and its reason or ""
	// of a mail, for its owner too: how many files were not taken; that its end was cut off
	SaidMailFiles     = "mail_files"
	SaidMailCut       = "mail_cut"
	SaidReported      = "reported"       // kind of the report, its number, that of the campaign
	SaidReportedAgain = "reported_again" // number of the report; the ticket was settled
	SaidDecided       = "decided"        // the verdict, and who decided
	SaidMerged        = "merged"         // number of the campaign, and of the one that it became part of
	SaidMalware       = "malware"        // the name of the file, and what the scanner calls what it found
	SaidWithheld      = "withheld"       // instead of what the reader may not read
)

// Remark makes a message for staff of r. Without a ticket it waits for one.
func (s *Core) Remark(ticket string, r Remark, now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: AuthorRegain,
		Remark: r}
}
