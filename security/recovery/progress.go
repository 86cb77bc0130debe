package recovery

import "slices"

// Step is one part of the guided recovery. Its value is the last part of the page's path.
type Step string

// The steps in their order.
const (
	Verify    Step = "verify"
	Password  Step = "password"
	TwoFactor Step = "two-factor"
	Activity  Step = "activity"
	Support   Step = "support"
)

var steps = []Step{Verify, Password, TwoFactor, Activity, Support}

// Progress is the facts of one recovery. Which steps are met follows from them, so that the
// list of steps is never stored.
type Progress struct {
	Case              State // state of the case; empty in a check-up without a lockout
	LetIn             bool  // by the link, by the mailed code, or back by signing in
	NeedsFactor       bool  // a factor was enrolled before this recovery began
	FactorProved      bool  // that factor was shown in this recovery
	PasswordDone      bool  // updated or, in a check-up, kept
	TwoFactorOn       bool  // a factor is in force, old or new
	TwoFactorSkipped  bool  // the owner postponed it
	TwoFactorRequired bool  // policy: postponing does not meet the step
	CodesUnsaved      bool  // new recovery codes are shown and not yet confirmed as saved
	ActivityDone      bool  // every login that needs an answer has one
	SupportDone       bool  // the owner has written a message
}

// Next returns the first step that is still to be met, and "" when only the status page is
// left: all is met, or Account Security has decided. Even then an enrolled factor has to be
// shown first, since the mail alone opens nothing. Support is optional and never next.
func (p Progress) Next() Step {
	if p.Case.Over() && p.met(Verify) {
		return ""
	}
	for _, s := range steps {
		if s != Support && !p.met(s) {
			return s
		}
	}
	return ""
}

// Open reports whether the page of s may be shown and posted: every step before it is met.
// Support is open as soon as the owner is verified. After the decision of Account Security
// nothing but the proof is.
func (p Progress) Open(s Step) bool {
	switch {
	case p.Case.Over():
		return s == Verify && !p.met(Verify)
	case s == Support:
		return p.met(Verify)
	}
	for _, before := range steps {
		if before == s {
			return true
		}
		if !p.met(before) {
			return false
		}
	}
	return false
}

// Mark is how far a step is.
type Mark string

// The marks of a step.
const (
	MarkOpen    Mark = "open"
	MarkDone    Mark = "done"
	MarkLater   Mark = "later"   // postponed, and can still be done
	MarkRunning Mark = "running" // others are at it
)

// Mark tells how far a step is, whether or not those before it are met. The place of Support is that
// of the review by Account Security, which is under way whoever comes back to it: another visit has to
// answer for the password anew.
func (p Progress) Mark(s Step) Mark {
	switch {
	case s == Support && p.Case != "" && p.Case != Locked && !p.Case.Over():
		return MarkRunning
	case s == Support && !p.Case.Over():
		return MarkOpen
	case s == TwoFactor && p.met(s) && !p.TwoFactorOn:
		return MarkLater
	case s == Support, p.met(s):
		return MarkDone
	}
	return MarkOpen
}

// Steps returns all five steps in order.
func Steps() []Step { return slices.Clone(steps) }

func (p Progress) met(s Step) bool {
	switch s {
	case Verify:
		return p.LetIn && (p.FactorProved || !p.NeedsFactor)
	case Password:
		return p.PasswordDone
	case TwoFactor:
		postponed := p.TwoFactorSkipped && !p.TwoFactorRequired
		return !p.CodesUnsaved && (p.TwoFactorOn || postponed)
	case Activity:
		return p.ActivityDone
	case Support:
		return p.SupportDone
	}
	return false
}
