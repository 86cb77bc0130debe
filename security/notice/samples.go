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
		TwoFactorOff{At: at, Device: device},
		TwoFactorReplaced{At: at, Device: device},
		RecoveryCodeUsed{At: at, Left: 9, Device: device},
		ReviewRequested{Ticket: "T-2078", At: at, NextWord: at.Add(24 * time.Hour)},
		UrgentReview{Case: "C-1042", Ticket: "T-2077", Account: "ada", Since: at,
			AskedBy: AskedByOwner},
		UrgentReceipt{Case: "C-1042", Ticket: "T-2077", At: at.Add(72 * time.Hour),
			NextPossible: at.Add(96 * time.Hour), NextWord: at.Add(97 * time.Hour)},
	}
}
