package guided

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/recovery"
	"regain/security/refusal"
)

// Enrol shows the pending authenticator of a session. The seed is derived from
// the session and from how many factors the account had, so that looking at the
// page stores nothing, a reload shows the same key, and whoever was in another
// session does not know it.
func (s *Service) Enrol(ctx context.Context, o *Owner) (access.Enrolment, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return access.Enrolment{}, err
	}
	e, err := s.Access.EnrolmentFor(ctx, o.Account.Username, o.Session)
	e.Skippable = !o.Rules.SecondFactor.Asked() && len(o.Factors) == 0
	return e, err
}

// ConfirmTwoFactor enrols the pending authenticator once a code shows that the
// app has it, replaces the one before it in the same commit, and makes ten
// recovery codes. Passkeys stay. It returns the session's new token.
func (s *Service) ConfirmTwoFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	if o.Progress.TwoFactorOn && o.Recovery.TwoFactor == security.TwoFactorOn {
		return s.Access.SessionToken(o.Session), nil
	}
	return s.Access.SetAuthenticator(ctx, s.keeperOf(o, recovery.TwoFactor), code)
}

// AskNewPasskey is what a browser needs to make a passkey in the two-factor step; see
// access.AskNewPasskey.
func (s *Service) AskNewPasskey(o *Owner) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	return s.Access.AskNewPasskey(s.keeperOf(o, recovery.TwoFactor))
}

// AddPasskey enrols a passkey in the two-factor step, as access.AddPasskey does, with ten recovery
// codes. It returns the session's new token.
func (s *Service) AddPasskey(ctx context.Context, o *Owner, response, label string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	return s.Access.AddPasskey(ctx, s.keeperOf(o, recovery.TwoFactor), response, label)
}

// stepWrites is what a recovery adds to a change: which steps are met from then on, and what the
// analyst reads of it.
func (s *Service) stepWrites(ctx context.Context, o *Owner, c *access.Change) ([]security.Write,
	error) {
	r, said := o.Recovery, security.Remark{}
	switch c.Kind {
	case audit.PasswordUpdated:
		r.PasswordAt, r.PasswordBy = c.At, o.Session.ID
		secured, err := s.secureCase(ctx, o, c)
		if o.Elsewhere() != nil && o.Case != nil {
			secured = append(secured, casework.AddMessage{Message: s.Remark(casework.OwnTicket(*o.Case),
				security.Remark{Kind: security.SaidSSO, Args: []string{o.Elsewhere().Name}}, c.At)})
		}
		return append(secured, SaveRecovery{r}, access.OwnPassword{ID: o.Session.ID, At: c.At}), err
	case audit.TwoFactorAdded:
		said.Kind = security.SaidTwoFactorOn
	case audit.TwoFactorReplaced:
		said.Kind = security.SaidTwoFactorReplaced
	case audit.TwoFactorRemoved:
		said.Kind = security.SaidTwoFactorOff
	case audit.PasskeyAdded:
		said = security.Remark{Kind: security.SaidPasskeyOn, Args: []string{c.Data["name"]}}
	case audit.PasskeyRemoved:
		said = security.Remark{Kind: security.SaidPasskeyOff, Args: []string{c.Data["name"]}}
	}
	r.TwoFactor, r.TwoFactorAt = security.TwoFactorOn, c.At
	if c.Kind == audit.TwoFactorRemoved || c.Kind == audit.PasskeyRemoved {
		r.TwoFactor, r.TwoFactorAt = "", time.Time{}
	}
	return append(s.comment(o, said, c.At), SaveRecovery{r}), nil
}

// UnsavedCodes returns the recovery codes in their order, as long as the owner
// has not said that they are saved; after that there are none to show.
func (s *Service) UnsavedCodes(o *Owner) ([]string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return nil, err
	}
	return s.Access.Readable(o.Codes)
}

// SaveCodes is "I saved them": from here on only the digests remain.
func (s *Service) SaveCodes(ctx context.Context, o *Owner, saved bool) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	return s.Access.SaveCodes(ctx, s.keeperOf(o, recovery.TwoFactor), saved)
}

// KeepTwoFactor is "these are mine": the enrolled methods meet the step.
func (s *Service) KeepTwoFactor(ctx context.Context, o *Owner) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	if len(o.Factors) == 0 {
		return security.Refuse("", refusal.StepNotOpen)
	}
	if access.Lacking(o.Rules, o.Factors) {
		return security.Refuse("", refusal.TwoFactorNeeded)
	}
	return s.meetTwoFactor(ctx, o, audit.TwoFactorConfirmed, security.TwoFactorKept)
}

// SkipTwoFactor postpones the step, unless the policy demands it.
func (s *Service) SkipTwoFactor(ctx context.Context, o *Owner) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	if o.Rules.SecondFactor.Asked() {
		return security.Refuse("", refusal.TwoFactorNeeded)
	}
	return s.meetTwoFactor(ctx, o, audit.TwoFactorPostponed, security.TwoFactorSkipped)
}

func (s *Service) meetTwoFactor(ctx context.Context, o *Owner, kind audit.Kind,
	how security.TwoFactorChoice) error {
	if o.Recovery.TwoFactor == how || o.Recovery.TwoFactor == security.TwoFactorOn {
		return nil
	}
	r := o.Recovery
	r.TwoFactor, r.TwoFactorAt = how, s.Now()
	return s.commit(ctx, o, s.ownerEvent(o, kind, r.TwoFactorAt), SaveRecovery{r})
}

// RemoveTwoFactor takes away a method that the owner does not recognise, and
// with the last one the recovery codes. Every address is told and the analyst
// sees it. A password that is only long enough together with a second factor
// keeps the last one: it can then be replaced, but not removed. It returns the
// session's new token.
func (s *Service) RemoveTwoFactor(ctx context.Context, o *Owner, factor string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	return s.Access.RemoveFactor(ctx, s.keeperOf(o, recovery.TwoFactor), factor)
}
