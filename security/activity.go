package security

// SignalActivity is what the kind of an activity begins with that another service signalled.
const SignalActivity = "signal_"

// ToAccount reports whether an activity changes the account itself; the rest is what was done
// with it. A kind that this version does not know counts as a change, so that it is seen.
func (a Activity) ToAccount() bool {
	switch a.Kind {
	case "message_sent", "job_posted", "proposal_sent", "withdrawal", "payment",
		"contract_changed":
		return false
	}
	return true
}

// Decides reports whether a decision about the account rests on activities of this kind.
func (a Activity) Decides() bool { return factKinds[a.Kind] }
