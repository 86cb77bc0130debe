package notice

import "time"

// All returns one notice of every kind with every field filled in, for tests and page galleries.
func All() []Notice {
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	const device = "Firefox on Linux"
	return []Notice{
		LockedOut{Case: "C-1042", Link: "link-1", LinkExpires: at.Add(24 * time.Hour),
			Cause: "compromised", At: at,
			What: "Somebody typed your password from Latvia and was stopped."},
		RecoveryLink{Link: "link-2", LinkExpires: at.Add(time.Hour), Request: "request-1",
			CodeExpires: at.Add(10 * time.Minute), Locked: true, At: at},
		PasswordUpdated{Case: "C-1042", Ticket: "T-2077", At: at, Device: device,
			Place: "GB", NextWord: at.Add(24 * time.Hour)},
		TwoFactorOn{At: at, Device: device},
		TwoFactorOff{At: at, Device: device, ByStaff: true},
		TwoFactorReplaced{At: at, Device: device},
		RecoveryCodeUsed{At: at, Left: 9, Device: device},
		ReviewRequested{Ticket: "T-2078", At: at, NextWord: at.Add(24 * time.Hour)},
		UrgentReview{Case: "C-1042", Ticket: "T-2077", Account: "ada", Since: at,
			AskedBy: AskedBySupport, Reason: "The owner cannot be paid before Friday."},
		UrgentReceipt{Case: "C-1042", Ticket: "T-2077", At: at.Add(72 * time.Hour),
			NextPossible: at.Add(96 * time.Hour), NextWord: at.Add(97 * time.Hour)},
		StaffInvitation{Invitation: "invitation-1", Role: "account_security",
			Expires: at.Add(48 * time.Hour), At: at},
		CallerCode{Check: "check-1", By: "Ben", Expires: at.Add(15 * time.Minute), At: at},
		SupportReplied{Ticket: "T-2079", Department: "Customer Support", At: at, Solved: true,
			Text: "Your payout date did not change while the account was locked."},
		CaseTaken{Case: "C-1042", At: at, NextWord: at.Add(24 * time.Hour)},
		MoreNeeded{Case: "C-1042", Text: "Which phone did you use on 18 November?", At: at},
		AccountResumed{Case: "C-1042", At: at},
		KeptLocked{Case: "C-1042", At: at,
			Reason: "The new payout account belongs to somebody else."},
		EmailChanged{To: "a••••@e••••.example", At: at, ByStaff: true, New: true},
	}
}
