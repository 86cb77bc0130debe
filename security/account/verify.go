package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/risk"
)

// ProveSignIn checks a code of the authenticator or a recovery code and makes the session whole.
// It returns the session's new token, the same one to every copy of the form that was sent at
// once. The budget of tries is the account's, for sign-ins and fresh proofs alike.
func (s *Service) ProveSignIn(ctx context.Context, u *SignedIn, code string) (string, error) {
	if !u.Session.Half() {
		return s.Access.SessionToken(u.Session), nil
	}
	return s.Access.ProveByCode(ctx, s.signingIn(u), code)
}

// signingIn is the holder of a session that owes its second factor.
func (s *Service) signingIn(u *SignedIn) access.Prover {
	return access.Prover{Tell: s.Telling(u.Account), Factors: u.Factors, Codes: u.Codes,
		Session: u.Session, Limit: limits.SignInFactor,
		Adds: func(ctx context.Context, now time.Time) (security.Event, []security.Write, error) {
			known, err := s.Alert.Observe(ctx, []security.Login{succeeded(u.Session, now)}, now)
			return s.SignedInEvent(u, audit.SignedInOK, now), known, err
		},
		Refused: func(ctx context.Context, r access.NotTaken) error {
			return security.Retry(ctx, func() error { return s.stopSignIn(ctx, u, r) })
		}}
}

// stopSignIn records a wrong second factor after the right password. The owner hears of it once
// for each session (OWASP Multifactor Authentication Cheat Sheet): at once when it looks like
// somebody else, and otherwise when the session ends without the right one, because most of those
// who mistype a code are the owner and have it right a moment later.
func (s *Service) stopSignIn(ctx context.Context, u *SignedIn, r access.NotTaken) error {
	now, x := s.Now(), u.Session
	e := s.stoppedEvent(x, r.Kind, now)
	e.Data = map[string]string{"why": r.Why, "session": x.ID}
	alarming := r.Kind != audit.FactorRefused || r.Why == access.WhyCloned
	if r.Kind == audit.FactorRefused {
		e.Kind = audit.SignInStopped
	}
	if !alarming {
		var err error
		if alarming, err = s.unfamiliar(ctx, x, now); err != nil {
			return err
		}
	}
	var writes []security.Write
	if alarming {
		var err error
		if writes, err = s.stoppedLogin(ctx, x, now); err != nil {
			return err
		}
	}
	return s.Store.Commit(ctx, e, append(writes, r.Told...)...)
}

func (s *Service) stoppedEvent(x access.Session, kind audit.Kind, now time.Time) security.Event {
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: x.Visitor}, kind, now)
	e.Account = x.Subject
	return e
}

// stoppedLogin is what follows from a sign-in that stopped at the second factor: nothing, if that
// is known already.
func (s *Service) stoppedLogin(ctx context.Context, x access.Session,
	now time.Time) ([]security.Write, error) {
	l := stoppedBy2FA(x)
	_, err := s.Store.Login(ctx, l.ID)
	if errors.Is(err, security.ErrNotFound) {
		return s.Alert.Observe(ctx, []security.Login{l}, now)
	}
	if err != nil {
		return nil, fmt.Errorf("read stopped login: %w", err)
	}
	return nil, nil
}

func stoppedBy2FA(x access.Session) security.Login {
	return security.Login{ID: portalLogin(x.ID) + "-stopped", Account: x.Subject, At: x.StartedAt,
		IP:    x.IP,
		Agent: x.Agent, Outcome: risk.Stopped, StoppedBy: "two_factor"}
}

// ProveAgain is a fresh proof by whoever is signed in: a code where the account has a factor, the
// password otherwise. It returns the session's new token and does not put its end off. The tries
// are counted with those of the sign-in.
func (s *Service) ProveAgain(ctx context.Context, u *SignedIn, proof string) (string, error) {
	if len(u.Factors) == 0 {
		return s.proveByPassword(ctx, u, proof)
	}
	return s.Access.ProveByCode(ctx, s.provingAgain(u), proof)
}

func (s *Service) proveByPassword(ctx context.Context, u *SignedIn, plain string) (string, error) {
	writes, err := s.confirmPassword(ctx, u, "password", plain)
	if err != nil {
		return "", err
	}
	return s.Access.Prove(ctx, s.provingAgain(u), access.Shown{By: access.ProvedByPassword,
		Writes: writes,
		Lost:   security.Refuse("password", refusal.PasswordWrong)})
}

// provingAgain is the holder of a session that is whole.
func (s *Service) provingAgain(u *SignedIn) access.Prover {
	return access.Prover{Tell: s.Telling(u.Account), Factors: u.Factors, Codes: u.Codes,
		Session: u.Session, Limit: limits.SignInFactor,
		Adds: func(_ context.Context, now time.Time) (security.Event, []security.Write, error) {
			return s.SignedInEvent(u, audit.ProofRenewed, now), []security.Write{
				access.SettleSession{ID: u.Session.ID, Visitor: u.Session.Visitor}}, nil
		},
		Refused: func(ctx context.Context, r access.NotTaken) error {
			e := s.SignedInEvent(u, r.Kind, s.Now())
			e.Data = map[string]string{"why": r.Why}
			return s.Store.Commit(ctx, e, r.Told...)
		}}
}

// confirmPassword checks the current password of whoever is signed in; field is what a refusal
// is about. A wrong one counts towards the same hundred as at the sign-in. The writes belong into
// the commit of what the password is asked for: they forget the tries and hold the password.
func (s *Service) confirmPassword(ctx context.Context, u *SignedIn, field,
	plain string) ([]security.Write, error) {
	if plain == "" {
		return nil, security.Refuse(field, refusal.PasswordMissing)
	}
	if err := s.Access.SpendTry(ctx, limits.Current, u.Session); err != nil {
		return nil, access.TooManyTries(field, err)
	}
	why := u.Account.Refuses()
	ok, off, err := s.tryPassword(password.HeldBySession(ctx),
		access.Attempt{Plain: plain, Known: true}, u.Account, &why)
	if err != nil {
		return nil, err
	}
	if ok {
		return []security.Write{HoldOpen{u.Account.ID, u.Account.PasswordHash},
			ForgetPasswordTries{u.Account.ID}}, nil
	}
	return nil, s.refuseOwnPassword(ctx, u, field, refused{why, off})
}

func (s *Service) refuseOwnPassword(ctx context.Context, u *SignedIn, field string,
	r refused) error {
	err := security.Retry(ctx, func() error {
		e := s.SignedInEvent(u, audit.SignInRefused, s.Now())
		e.Data = map[string]string{"why": r.why}
		if r.off > 0 {
			return s.blockPassword(ctx, u.Account, r.off, e)
		}
		return s.Store.Commit(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("record wrong password: %w", err)
	}
	if r.off == limits.MaxFailures || r.why == whyBlocked {
		return security.Refuse(field, refusal.PasswordOff)
	}
	return security.Refuse(field, refusal.PasswordWrong)
}
