package guided

import (
	"context"
	"strconv"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// ProveFactor checks a code of the enrolled authenticator or a recovery code.
// It returns the session's new token (ASVS 7.2.4). The budget of tries belongs
// to the account and survives new links; after limits.MaxFailures wrong codes in
// a row the authenticator is disabled.
func (s *Service) ProveFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.Access.SessionToken(o.Session), nil
	}
	return s.Access.ProveByCode(ctx, s.proverOf(o), code)
}

// ProvePasskey shows an enrolled passkey as the second factor of a recovery. It returns the
// session's new token, and refuses as access.ProveByPasskey does.
func (s *Service) ProvePasskey(ctx context.Context, o *Owner, response string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.Access.SessionToken(o.Session), nil
	}
	return s.Access.ProveByPasskey(ctx, s.proverOf(o), response)
}

func (s *Service) proverOf(o *Owner) access.Prover {
	return access.Prover{Tell: s.Telling(o.Account), Factors: access.Counting(o.Rules, o.Factors), Codes: o.Codes,
		Session: o.Session, Stage: access.StageIn, Limit: limits.Factor, Holds: security.HoldRules(o.Account, o.Of),
		Adds: func(_ context.Context, now time.Time) (security.Event, []security.Write, error) {
			return s.ownerEvent(o, audit.FactorProved, now), nil, nil
		},
		Refused: func(ctx context.Context, r access.NotTaken) error {
			return s.factorRefused(ctx, o, r)
		}}
}

// factorRefused records a wrong second factor in a recovery. Whoever shows one has opened the mailed
// link or has the password, so that the owner hears of it at once, and once for each session.
func (s *Service) factorRefused(ctx context.Context, o *Owner, r access.NotTaken) error {
	now, v := s.Now(), o.Session.Visitor
	writes := r.Told
	switch {
	case r.Kind == audit.FactorDisabled:
		said := security.Remark{Kind: security.SaidFactorDisabled}
		if r.Left > 0 {
			said.Args = []string{strconv.Itoa(r.Left)}
		}
		writes = append(writes, s.comment(o, said, now)...)
	case r.Why == access.WhyCloned:
		writes = append(writes,
			s.comment(o, security.Remark{Kind: security.SaidPasskeyCloned}, now)...)
	}
	told, err := s.Access.WrongBefore(ctx, o.Session, audit.FactorRefused)
	if err != nil {
		return err
	}
	if !told && r.Wrong() {
		signedIn, err := s.Lockout.SignedIn(ctx, o.Session)
		if err != nil {
			return err
		}
		mails, err := s.Tell(ctx, o.Account, notice.FactorWrong{At: now, SignedIn: signedIn,
			Device: security.DeviceOf(v), Place: s.Country(v.IP)}, now)
		if err != nil {
			return err
		}
		writes = append(writes, mails...)
	}
	e := s.ownerEvent(o, r.Kind, now)
	e.Data = map[string]string{"why": r.Why, "session": o.Session.ID}
	return s.Store.Commit(ctx, e, writes...)
}

// CannotProve is "I can't use any of these": a ticket for staff review instead
// of a way around the factor (ASVS 6.4.3). It returns the ticket's number.
func (s *Service) CannotProve(ctx context.Context, o *Owner) (string, error) {
	if o.Over() {
		return "", security.Refuse("", refusal.RecoveryReadOnly)
	}
	if o.Progress.Open(recovery.Password) {
		return "", security.Refuse("", refusal.StepNotOpen)
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.CannotProve, o.Account.ID, now); err != nil {
		return "", err
	}
	said := security.Remark{Kind: security.SaidNoFactor,
		Args: []string{strconv.Itoa(len(o.Factors))}}
	signedIn, err := s.Lockout.SignedIn(ctx, o.Session)
	if err != nil {
		return "", err
	}
	if signedIn {
		said.Kind = security.SaidNoFactorSignedIn
	}
	var number string
	err = security.Retry(ctx, func() error {
		writes, n, err := s.Casework.JoinTicket(ctx, security.NewTicket(security.TicketNoFactor,
			o.Account),
			s.Remark("", said, now))
		if err != nil {
			return err
		}
		number = n
		mails, err := s.tellOfReview(ctx, o.Account, writes, number, now)
		if err != nil {
			return err
		}
		if len(writes) == 0 {
			return nil // it was asked for already
		}
		e := s.ownerEvent(o, audit.ReviewRequested, now)
		e.Data = map[string]string{"ticket": number}
		return s.Store.Commit(ctx, e, append(writes, mails...)...)
	})
	return number, err
}
