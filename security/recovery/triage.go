package recovery

import (
	"cmp"
	"slices"
	"time"
)

// Cause is what Account Security believes has happened to an account.
type Cause string

// The causes of a lockout.
const (
	Compromised Cause = "compromised" // somebody had the password and was stopped
	Hijacked    Cause = "hijacked"    // somebody got in
)

// Signal is a fact that fired. Code is one of the Signal constants, At the moment of the fact.
type Signal struct {
	Code string
	At   time.Time
}

// The codes of the signals that Propose returns.
const (
	SignalPasswordRecent = "password_changed_recently"
	SignalPasswordSince  = "password_changed_since_own_login"
	SignalEmailRecent    = "email_changed_recently"
	SignalEmailSince     = "email_changed_since_own_login"
	SignalQuestionRecent = "security_question_changed_recently"
	SignalQuestionSince  = "security_question_changed_since_own_login"
	SignalLoginDenied    = "succeeded_login_denied"
	SignalChangeDenied   = "change_denied"
)

// Kinds of change that the rules of this package read; they are the host platform's activity
// kinds. Every other kind is ignored.
const (
	PasswordChanged         = "password_changed"
	EmailChanged            = "email_changed"
	SecurityQuestionChanged = "security_question_changed"
	PayoutChanged           = "payout_changed"
)

// Change is one change of an account's details. Changes that the owner made inside a recovery
// do not belong here: they would make every secured case look hijacked.
type Change struct {
	Kind string
	At   time.Time
}

// TriageInput is what Propose looks at.
type TriageInput struct {
	Changes         []Change
	LastOwnLogin    time.Time   // last login known to be the owner's; zero when none is known
	DeniedSucceeded []time.Time // succeeded logins to which the owner answered "not me"
	DeniedChanges   []time.Time // changes of credentials or payout to which they did
	Now             time.Time
}

// Propose applies the triage rule: hijacked when the password, the e-mail address or the
// security question was changed less than 14 days ago or after the owner's last own login, or
// when the owner denies a login that succeeded or such a change; otherwise compromised. A change at exactly
// 14 days, or in the very moment of that login, does not fire. Without a known own login the
// second half of the rule is left out. The signals are all facts that fired, oldest first.
func Propose(in TriageInput) (Cause, []Signal) {
	var fired []Signal
	for _, c := range in.Changes {
		fired = append(fired, in.signals(c)...)
	}
	for _, at := range in.DeniedSucceeded {
		fired = append(fired, Signal{SignalLoginDenied, at})
	}
	for _, at := range in.DeniedChanges {
		fired = append(fired, Signal{SignalChangeDenied, at})
	}
	if len(fired) == 0 {
		return Compromised, nil
	}
	slices.SortFunc(fired, func(a, b Signal) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Code, b.Code))
	})
	// A change of address is told as activity, and stands among the addresses.
	return Hijacked, slices.CompactFunc(fired, func(a, b Signal) bool { return a.Code == b.Code && a.At.Equal(b.At) })
}

func (in TriageInput) signals(c Change) []Signal {
	codes, ok := triageCodes[c.Kind]
	if !ok {
		return nil
	}
	var fired []Signal
	if recent(c.At, in.Now) {
		fired = append(fired, Signal{codes.recent, c.At})
	}
	if !in.LastOwnLogin.IsZero() && c.At.After(in.LastOwnLogin) {
		fired = append(fired, Signal{codes.since, c.At})
	}
	return fired
}

var triageCodes = map[string]struct{ recent, since string }{
	PasswordChanged:         {SignalPasswordRecent, SignalPasswordSince},
	EmailChanged:            {SignalEmailRecent, SignalEmailSince},
	SecurityQuestionChanged: {SignalQuestionRecent, SignalQuestionSince},
}
