package recovery

import "time"

// ResumeFacts is what decides whether one person may resume an account alone.
type ResumeFacts struct {
	Cause              Cause     // as it stands at the moment of the resume
	OpenedAt           time.Time // moment of the lockout
	Changes            []Change  // changes of the account, those of an address included
	Secured            bool      // the owner has updated the password in this case
	StaffReviewed      bool      // no address or factor proved the owner; staff did
	ProvisionalFactor  bool      // a factor was enrolled inside the recovery
	UnfamiliarRecovery bool      // it came from a device and country never seen before
	DeniedSucceeded    bool      // the owner answered "not me" to a login that succeeded
	LockedBy           string    // analyst who set the lockout; empty when no person did
	ResumeBy           string    // analyst who wants to resume
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
)

// FourEyes returns the codes of the facts for which a resume needs a second approver, in a
// fixed order and each once; none means that one analyst is enough. A change of e-mail or
// payout counts when it is younger than 14 days at the lockout or came later, so that a
// long review does not make it harmless.
func FourEyes(f ResumeFacts) []string {
	var codes []string
	for _, fact := range []struct {
		code string
		on   bool
	}{
		{SignalNotSecured, !f.Secured},
		{SignalHijacked, f.Cause == Hijacked},
		{SignalLoginDenied, f.DeniedSucceeded},
		{SignalEmailChanged, f.changed(EmailChanged)},
		{SignalPayoutChanged, f.changed(PayoutChanged)},
		{SignalStaffReviewed, f.StaffReviewed},
		{SignalProvisionalFactor, f.ProvisionalFactor},
		{SignalUnfamiliarRecovery, f.UnfamiliarRecovery},
		{SignalLockedBySameAnalyst, f.LockedBy != "" && f.LockedBy == f.ResumeBy},
	} {
		if fact.on {
			codes = append(codes, fact.code)
		}
	}
	return codes
}

func (f ResumeFacts) changed(kind string) bool {
	for _, c := range f.Changes {
		if c.Kind == kind && recent(c.At, f.OpenedAt) {
			return true
		}
	}
	return false
}
