package account

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/signin"
)

// ProveSignIn checks a code of the authenticator or a recovery code and makes the session whole.
// It returns the session's new token, the same one to every copy of the form that was sent at
// once.
func (s *Service) ProveSignIn(ctx context.Context, u *SignedIn, code string) (string, error) {
	if !u.Session.Half() {
		return s.Access.SessionToken(u.Session), nil
	}
	return s.Access.ProveByCode(ctx, s.signingIn(u), code)
}

// signingIn is the holder of a session that owes its second factor.
func (s *Service) signingIn(u *SignedIn) access.Prover {
	return s.SignIns.Owing(signin.Half{Account: u.Account, Session: u.Session,
		Factors: u.Counting(), Codes: u.Codes, Of: u.Of}, signin.Succeeded(u.Session, s.Now()))
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
	return access.Prover{Tell: s.Telling(u.Account), Factors: u.Counting(), Codes: u.Codes,
		Session: u.Session, Stage: access.StageIn, Limit: limits.SignInFactor, Holds: security.HoldRules(u.Account, u.Of),
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
	if err := s.Federation.RefuseHere(ctx, u.Account, field); err != nil {
		return nil, err
	}
	if plain == "" {
		return nil, security.Refuse(field, refusal.PasswordMissing)
	}
	ctx, leave, err := s.Access.LetIn(ctx, u.Session, access.ToProve)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := s.Access.SpendTry(ctx, limits.Current, u.Session); err != nil {
		return nil, access.TooManyTries(field, err)
	}
	ok, w, err := s.SignIns.Check(ctx, plain, u.Account)
	if err != nil {
		return nil, err
	}
	if ok {
		return []security.Write{signin.HoldOpen{Account: u.Account.ID, Hash: u.Account.PasswordHash},
			signin.ForgetPasswordTries{Account: u.Account.ID}}, nil
	}
	return nil, s.refuseOwnPassword(ctx, u, field, w)
}

func (s *Service) refuseOwnPassword(ctx context.Context, u *SignedIn, field string,
	w signin.Wrong) error {
	err := security.Retry(ctx, func() error {
		e := s.SignedInEvent(u, audit.SignInRefused, s.Now())
		e.Data = map[string]string{"why": w.Why}
		if w.Off > 0 {
			return s.SignIns.Block(ctx, u.Account, w.Off, e)
		}
		return s.Store.Commit(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("record wrong password: %w", err)
	}
	if w.Off == limits.MaxFailures || w.Why == signin.WhyBlocked {
		return security.Refuse(field, refusal.PasswordOff)
	}
	return security.Refuse(field, refusal.PasswordWrong)
}
