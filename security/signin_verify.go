package security

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/risk"
)

// ProveSignIn checks a code of the authenticator or a recovery code and makes the session whole.
// It returns the session's new token, the same one to every copy of the form that was sent at
// once. The budget of tries is the account's, for sign-ins and fresh proofs alike.
func (s *Service) ProveSignIn(ctx context.Context, u *SignedIn, code string) (string, error) {
	if !u.Session.Half() {
		return s.currentToken(ctx, u.Session.ID)
	}
	got, err := s.showCode(ctx, s.signingIn(u), code)
	if err != nil {
		return "", err
	}
	return s.completeSignIn(ctx, u, got)
}

// signingIn is the holder of a session that owes its second factor.
func (s *Service) signingIn(u *SignedIn) holder {
	return holder{u.Account, u.Factors, u.Codes, u.Session.Visitor,
		func(ctx context.Context, kind EventKind, why string) error {
			return retry(ctx, func() error { return s.stopSignIn(ctx, u, kind, why) })
		}}
}

// stopSignIn records a wrong second factor after the right password. The owner hears of it once
// for each session (OWASP Multifactor Authentication Cheat Sheet): at once when it looks like
// somebody else, and otherwise when the session ends without the right one, because most of those
// who mistype a code are the owner and have it right a moment later.
func (s *Service) stopSignIn(ctx context.Context, u *SignedIn, kind EventKind, why string) error {
	now, x := s.Now(), u.Session
	e := s.stoppedEvent(x, kind, now)
	e.Data = map[string]string{"why": why, "session": x.ID}
	alarming := kind != FactorRefused || why == whyCloned
	if kind == FactorRefused {
		e.Kind = SignInStopped
	}
	if !alarming {
		var err error
		if alarming, err = s.unfamiliar(ctx, x, now); err != nil {
			return err
		}
	}
	var writes []Write
	if alarming {
		var err error
		if writes, err = s.stoppedLogin(ctx, x, now); err != nil {
			return err
		}
	}
	return s.Store.Commit(ctx, e, writes...)
}

func (s *Service) stoppedEvent(x Session, kind EventKind, now time.Time) Event {
	e := s.event(Actor{ByStranger, "", x.Visitor}, kind, now)
	e.Account = x.Subject
	return e
}

// stoppedLogin is what follows from a sign-in that stopped at the second factor: nothing, if that
// is known already.
func (s *Service) stoppedLogin(ctx context.Context, x Session, now time.Time) ([]Write,
	error) {
	l := stoppedBy2FA(x)
	_, err := s.Store.Login(ctx, l.ID)
	if errors.Is(err, ErrNotFound) {
		return s.observe(ctx, []Login{l}, now)
	}
	if err != nil {
		return nil, fmt.Errorf("read stopped login: %w", err)
	}
	return nil, nil
}

func stoppedBy2FA(x Session) Login {
	return Login{ID: portalLogin(x.ID) + "-stopped", Account: x.Subject, At: x.StartedAt, IP: x.IP,
		Agent: x.Agent, Outcome: risk.Stopped, StoppedBy: "two_factor"}
}

// completeSignIn commits the second factor, whose guards are what makes it good once. That it is
// spent is told to whoever comes later, unless the same session has become whole meanwhile: then
// this was the other press of one button.
func (s *Service) completeSignIn(ctx context.Context, u *SignedIn, got shown) (string, error) {
	x, moved := u.Session, false
	err := retry(ctx, func() error {
		now := s.Now()
		known, err := s.observe(ctx, []Login{succeeded(x, now)}, now)
		if err != nil {
			return err
		}
		e := s.signedInEvent(u, SignedInOK, now)
		e.Data = map[string]string{"factor": got.by}
		writes := append([]Write{RotateSession{x.ID, x.Generation, now},
			x.proved(got.by, now)}, got.writes...)
		err = s.Store.Commit(ctx, e, append(writes, known...)...)
		if errors.Is(err, ErrConflict) && s.movedOn(ctx, x) {
			moved = true
			return nil
		}
		return err
	})
	if moved || errors.Is(err, ErrConflict) {
		return s.lostProof(ctx, s.signingIn(u), x, got)
	}
	if err != nil {
		return "", fmt.Errorf("commit sign-in: %w", err)
	}
	x.Generation++
	return s.sessionToken(x), nil
}

// movedOn reports whether the session has ended or got another token since it was read.
func (s *Service) movedOn(ctx context.Context, was Session) bool {
	x, err := s.Store.Session(ctx, was.ID)
	return err == nil && (x.Generation != was.Generation || !x.EndedAt.IsZero())
}

// lostProof answers whoever showed something that another one spent first.
func (s *Service) lostProof(ctx context.Context, h holder, was Session, got shown) (string,
	error) {
	x, err := s.Store.Session(ctx, was.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("read signed-in session again: %w", err)
	case !x.EndedAt.IsZero():
		return "", ErrNoSession
	case x.Generation > was.Generation && !x.Half():
		return s.sessionToken(x), nil
	}
	if err := h.refused(ctx, FactorRefused, whySpent); err != nil {
		return "", fmt.Errorf("record spent proof: %w", err)
	}
	return "", got.lost
}

// ProveAgain is a fresh proof by whoever is signed in: a code where the account has a factor, the
// password otherwise. It returns the session's new token and does not put its end off. The tries
// are counted with those of the sign-in.
func (s *Service) ProveAgain(ctx context.Context, u *SignedIn, proof string) (string, error) {
	if len(u.Factors) == 0 {
		return s.proveByPassword(ctx, u, proof)
	}
	got, err := s.showCode(ctx, s.provingAgain(u), proof)
	if err != nil {
		return "", err
	}
	return s.completeProof(ctx, u, got)
}

func (s *Service) proveByPassword(ctx context.Context, u *SignedIn, plain string) (string, error) {
	writes, err := s.confirmPassword(ctx, u, "password", plain)
	if err != nil {
		return "", err
	}
	return s.completeProof(ctx, u, shown{ProvedByPassword, writes,
		refuse("password", PasswordWrong)})
}

// provingAgain is the holder of a session that is whole.
func (s *Service) provingAgain(u *SignedIn) holder {
	return holder{u.Account, u.Factors, u.Codes, u.Session.Visitor,
		func(ctx context.Context, kind EventKind, why string) error {
			e := s.signedInEvent(u, kind, s.Now())
			e.Data = map[string]string{"why": why}
			return s.Store.Commit(ctx, e)
		}}
}

// completeProof commits a fresh proof and moves the session on to a new token.
func (s *Service) completeProof(ctx context.Context, u *SignedIn, got shown) (string, error) {
	now, x := s.Now(), u.Session
	e := s.signedInEvent(u, ProofRenewed, now)
	e.Data = map[string]string{"factor": got.by}
	err := s.Store.Commit(ctx, e, append([]Write{RotateSession{x.ID, x.Generation, now},
		x.proved(got.by, now)}, got.writes...)...)
	if errors.Is(err, ErrConflict) {
		return s.lostProof(ctx, s.provingAgain(u), x, got)
	}
	if err != nil {
		return "", fmt.Errorf("commit proof: %w", err)
	}
	x.Generation++
	return s.sessionToken(x), nil
}

// confirmPassword checks the current password of whoever is signed in; field is what a refusal
// is about. A wrong one counts towards the same hundred as at the sign-in. The writes belong into
// the commit of what the password is asked for: they forget the tries and hold the password.
func (s *Service) confirmPassword(ctx context.Context, u *SignedIn, field, plain string) ([]Write,
	error) {
	if plain == "" {
		return nil, refuse(field, PasswordMissing)
	}
	if err := s.spend(ctx, limitCurrent, u.Account.ID, s.Now()); err != nil {
		return nil, tooManyTries(field, err)
	}
	why := u.Account.refuses()
	ok, last, err := s.tryPassword(ctx, u.Account, &why, plain)
	if err != nil {
		return nil, err
	}
	if ok {
		return []Write{HoldOpen{u.Account.ID, u.Account.PasswordHash},
			ForgetPasswordTries{u.Account.ID}}, nil
	}
	return nil, s.refuseOwnPassword(ctx, u, field, why, last)
}

func (s *Service) refuseOwnPassword(ctx context.Context, u *SignedIn, field, why string,
	last bool) error {
	err := retry(ctx, func() error {
		e := s.signedInEvent(u, SignInRefused, s.Now())
		e.Data = map[string]string{"why": why}
		if last {
			return s.blockPassword(ctx, u.Account, e, nil)
		}
		return s.Store.Commit(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("record wrong password: %w", err)
	}
	if last || why == whyBlocked {
		return refuse(field, PasswordOff)
	}
	return refuse(field, PasswordWrong)
}
