package recovery

import (
	"slices"
	"time"
)

// ResumeFacts is what decides whether one person may resume an account alone.
type ResumeFacts struct {
	Cause              Cause     // as it stands at the moment of the resume
	OpenedAt           time.Time // moment of the lockout
	Changes            []Change  // changes of the account, those of an address included
	Secured            bool      // the owner has updated the password in this case
	StaffReviewed      bool      // no address or factor proved the owner; staff did
	ProvisionalFactor  bool      // a factor was enrolled inside the recovery
	UnfamiliarDevice   bool      // the recovery came from a device never seen before
	UnfamiliarRecovery bool      // it came from a device and country never seen before
	DeniedSucceeded    bool      // the owner answered "not me" to a login that succeeded
	Unconfirmed        bool      // the mailbox alone set the password, and no later visit confirmed it
	Contested          bool      // somebody who reads an address of the account denied a password
	LockedBySame       bool      // who wants to resume set the lockout, or set it again
	NewKey             bool      // a program wants to resume, with a key that one person made just now
}

// The codes that FourEyes returns. SignalLoginDenied is shared with the triage.
const (
	SignalNotSecured          = "password_not_updated"
	SignalHijacked            = "cause_hijacked"
	SignalEmailChanged        = "email_changed"
	SignalPayoutChanged       = "payout_changed"
	SignalStaffReviewed       = "owner_proved_by_staff"
	SignalProvisionalFactor   = "factor_enrolled_in_recovery"
	SignalUnfamiliarRecovery  = "unfamiliar_recovery"
	SignalLockedBySameAnalyst = "locked_by_same_analyst"
	SignalContested           = "password_contested"
	SignalUnconfirmed         = "password_unconfirmed"
	SignalNewKey              = "resumed_with_new_key"
)

// FourEyesCodes lists every code that FourEyes may return, in its order.
var FourEyesCodes = []string{SignalNotSecured, SignalHijacked, SignalLoginDenied,
	SignalEmailChanged, SignalPayoutChanged, SignalStaffReviewed, SignalProvisionalFactor,
	SignalUnfamiliarRecovery, SignalLockedBySameAnalyst, SignalContested,
	SignalUnconfirmed, SignalNewKey}

// FourEyes returns the codes of the facts for which a resume needs a second approver, in a
// fixed order and each once; none means that one analyst is enough. A change of e-mail or
// payout counts when it is younger than 14 days at the lockout or came later, so that a
// long review does not make it harmless. A factor that was enrolled in the recovery counts
// together with an unfamiliar device only: the owner's own phone is how most set one up.
func FourEyes(f ResumeFacts) []string {
	on := map[string]bool{
		SignalNotSecured:          !f.Secured,
		SignalHijacked:            f.Cause == Hijacked,
		SignalLoginDenied:         f.DeniedSucceeded,
		SignalEmailChanged:        f.changed(EmailChanged),
		SignalPayoutChanged:       f.changed(PayoutChanged),
		SignalStaffReviewed:       f.StaffReviewed,
		SignalProvisionalFactor:   f.ProvisionalFactor && f.UnfamiliarDevice,
		SignalUnfamiliarRecovery:  f.UnfamiliarRecovery,
		SignalContested:           f.Contested,
		SignalUnconfirmed:         f.Unconfirmed,
		SignalLockedBySameAnalyst: f.LockedBySame,
		SignalNewKey:              f.NewKey,
	}
	var codes []string
	for _, code := range FourEyesCodes {
		if on[code] {
			codes = append(codes, code)
		}
	}
	return codes
}

func (f ResumeFacts) changed(kind string) bool {
	return slices.ContainsFunc(f.Changes, func(c Change) bool {
		return c.Kind == kind && recent(c.At, f.OpenedAt)
	})
}
