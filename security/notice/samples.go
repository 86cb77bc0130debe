package notice

import (
	"slices"
	"time"
)

var at = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

const device = "firefox/linux"

// All is the register of messages: Decode knows the kinds that are in it, and tests and galleries
// show them. Those of one kind have together every field filled in: one is enough but where fields
// exclude each other. Package views/mail has the words for each.
func All() []Notice {
	return slices.Concat(recoverySamples(), accountSamples(), reportSamples())
}

func recoverySamples() []Notice {
	return []Notice{
		LockedOut{Case: "C-1042", Link: "link-1", LinkExpires: at.Add(24 * time.Hour),
			Cause: "compromised", At: at, SeenAt: at.Add(-time.Hour), Device: device, Place: "LV",
			Outcome: "stopped", StoppedBy: "two_factor"},
		RecoveryLink{Link: "link-2", LinkExpires: at.Add(time.Hour), Code: "ABCD-2345",
			CodeExpires: at.Add(10 * time.Minute), Locked: true, At: at},
		PasswordUpdated{Case: "C-1042", Ticket: "T-2077", At: at, Device: device,
			Place: "GB", NextWord: at.Add(24 * time.Hour)},
		PasswordUpdated{Case: "C-1042", Ticket: "T-2077", At: at, Device: device,
			Place: "GB", NextWord: at.Add(24 * time.Hour), Organisation: "Acme"},
		PasswordContested{Case: "C-1042", At: at},
		PasswordContested{Case: "C-1042", At: at, ByStaff: true},
		TwoFactorOn{At: at, Device: device},
		TwoFactorOff{At: at, ByStaff: true},
		TwoFactorOff{At: at, Device: device, Others: true},
		TwoFactorReplaced{At: at, Device: device},
		RecoveryCodeUsed{At: at, Left: 9, Device: device},
		ReviewRequested{Ticket: "T-2078", At: at, NextWord: at.Add(24 * time.Hour)},
		UrgentReview{Case: "C-1042", Ticket: "T-2077", Account: "ada", Since: at,
			AskedBy: AskedBySupport, Reason: "The owner cannot be paid before Friday."},
		UrgentReceipt{Case: "C-1042", Ticket: "T-2077", At: at.Add(72 * time.Hour),
			NextPossible: at.Add(96 * time.Hour), NextWord: at.Add(97 * time.Hour)},
		StaffInvitation{Invitation: "invitation-1", Role: "account_security",
			Expires: at.Add(48 * time.Hour), At: at},
		StaffRoleGiven{Who: "lise@market.example", Role: "account_security", By: "Max Weber", At: at},
		StaffSignedIn{Who: "ines@market.example", At: at, Device: device, Place: "GB"},
		StaffOwnChange{What: "password_updated", At: at, Device: device, Place: "GB"},
		StaffOwnChange{What: "factor_wrong", At: at, Device: device, Place: "GB"},
		WebhookOff{Host: "hooks.market.example", Why: "failing", Since: at.Add(-72 * time.Hour), At: at},
		WebhookOff{Host: "hooks.market.example", Why: "gone", At: at},
		WebhookOff{Host: "signals.partner.example", Why: "gone", Stream: true, At: at},
		MemberNotice{Member: "ada", Organisation: "Acme", What: NewsPassword, At: at},
		OrganisationChanged{Organisation: "Acme", Rules: true, Moved: true, At: at},
		CallerCode{Code: "7KM-3QX", By: "Ben", Expires: at.Add(15 * time.Minute), At: at},
		SupportReplied{Ticket: "T-2079", Department: "Customer Support", At: at, Solved: true,
			Text: "Your payout date did not change while the account was locked."},
		CaseTaken{Case: "C-1042", At: at, NextWord: at.Add(24 * time.Hour)},
		MoreNeeded{Case: "C-1042", Text: "Which phone did you use on 18 November?", At: at},
		AccountResumed{Case: "C-1042", At: at},
		KeptLocked{Case: "C-1042", At: at,
			Reason: "The new payout account belongs to somebody else."},
		ReproofAgreed{Action: "set_address", To: "a••••@n••••.example", At: at,
			Due: at.Add(24 * time.Hour), Veto: "proposal-1_address-1"},
		EmailChanged{To: "a••••@e••••.example", At: at, ByStaff: true, New: true},
		EmailChanged{To: "m••••@e••••.example", At: at, Undo: "change-1",
			UndoUntil: at.Add(48 * time.Hour)},
		EmailChanged{To: "s••••@e••••.example", At: at, Notice: true, Removed: true},
	}
}

func accountSamples() []Notice {
	return []Notice{
		UnfamiliarSignIn{Alert: "alert-1_address-1", At: at, Device: device, Place: "LV",
			IP: "81.2.69.142", Outcome: "stopped", StoppedBy: "two_factor",
			Reasons: []string{"stopped", "new_country", "outside_countries"}, Organisation: "Acme"},
		AlertDigest{Count: 999, Since: at, Until: at.Add(time.Hour),
			Places: []string{"LV", "BR", "US"}, GotIn: 2},
		ChangeNoticed{Alert: "alert-2_address-1", What: "payout_changed", At: at, Place: "LV"},
		ChangeNoticed{Alert: "alert-2_address-1", What: "payout_changed", At: at, Place: "LV", Locked: true},
		PasskeyAdded{At: at, Device: device, Name: "Work laptop"},
		PasskeyRemoved{At: at, Device: device, Name: "Old phone", Last: true},
		CodesRenewed{At: at, Device: device},
		ConfirmAddress{Change: "change-2", Notice: true, At: at, Expires: at.Add(24 * time.Hour)},
		AddressRestored{At: at, To: "a••••@e••••.org"},
		PasswordBlocked{At: at},
		PasswordBlocked{At: at, Known: true},
		FactorWrong{At: at, Device: device, Place: "GB"},
		FactorWrong{At: at, Device: device, Place: "GB", SignedIn: true},
		FactorOff{At: at}, FactorOff{At: at, Known: true},
		DataExported{At: at, Expires: at.Add(7 * 24 * time.Hour)},
		DeletionAsked{Ticket: "T-2080", At: at, NextWord: at.Add(24 * time.Hour)},
		FileInfected{At: at},
		ReplyNotTaken{Why: "stranger", At: at},
		AlertsChanged{At: at, Device: device, Off: []string{"unfamiliar", "money"}, To: "notice"},
	}
}
