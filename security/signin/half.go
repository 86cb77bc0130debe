package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/policy"
	"regain/security/risk"
)

// halfBatch is how many sessions one round of CloseHalfSignIns closes at most.
const halfBatch = 200

// CloseHalfSignIns closes the sessions that never showed their second factor and ran out, and
// returns how many. Where place or device were unfamiliar, or a second factor was wrong, the owner
// is told that somebody had the right password. Two workers may run it at once.
func (s *Service) CloseHalfSignIns(ctx context.Context) (int, error) {
	over, err := s.Store.HalfSessions(ctx, s.Now(), halfBatch)
	if err != nil {
		return 0, fmt.Errorf("read half sign-ins: %w", err)
	}
	var failed []error
	for _, x := range over {
		if err := s.CloseHalf(ctx, x); err != nil {
			failed = append(failed, fmt.Errorf("close half sign-in: %w", err))
		}
	}
	return len(over) - len(failed), errors.Join(failed...)
}

// CloseHalf ends a session that owes its second factor. It is no error when that was shown, or
// the session ended, meanwhile.
func (s *Service) CloseHalf(ctx context.Context, x access.Session) error {
	return security.Retry(ctx, func() error {
		now := s.Now()
		var writes []security.Write
		alarming, err := s.unfamiliar(ctx, x, now)
		if err == nil && !alarming {
			alarming, err = s.Access.WrongBefore(ctx, x, audit.SignInStopped)
		}
		if err == nil && alarming {
			writes, err = s.stoppedLogin(ctx, x, now)
		}
		if err != nil {
			return err
		}
		err = s.Store.Commit(ctx, s.stoppedEvent(x, audit.SignInStopped, now),
			append([]security.Write{access.EndSession{ID: x.ID, Subject: x.Subject,
				Stage: access.StageVerify, At: now}}, writes...)...)
		if errors.Is(err, security.ErrConflict) {
			again, readErr := s.Store.Session(ctx, x.ID)
			if readErr == nil && (!again.Half() || !again.EndedAt.IsZero()) {
				return nil
			}
		}
		return err
	})
}

// unfamiliar reports whether a session came from a place or a device that the logins of the
// account so far make look odd.
func (s *Service) unfamiliar(ctx context.Context, x access.Session, now time.Time) (bool, error) {
	since := now.Add(-security.Review)
	logins, err := s.Store.Logins(ctx, x.Subject, since, lockout.FrozenRows)
	if err != nil {
		return false, fmt.Errorf("read logins: %w", err)
	}
	l := stoppedBy2FA(x)
	h, err := s.Lockout.Judged(ctx, append(logins, l))
	if err != nil {
		return false, err
	}
	h.Since = since
	for _, f := range risk.Judge(h) {
		if f.Login.ID == l.ID {
			return slices.ContainsFunc(f.Reasons,
				func(r risk.Reason) bool { return r != risk.WasStopped }), nil
		}
	}
	return false, nil
}

// Half is whoever showed the password in a session and owes the second factor.
type Half struct {
	Account security.Account
	Session access.Session
	Factors []security.Factor
	Codes   []security.RecoveryCode
	Of      policy.Organisation // by whose rules these factors count
}

// Owing proves the second factor of a sign-in, whose login is l then. Its budget of tries is the
// account's, for sign-ins and fresh proofs alike.
func (s *Service) Owing(h Half, l security.Login) access.Prover {
	return access.Prover{Tell: s.Telling(h.Account), Factors: h.Factors, Codes: h.Codes,
		Session: h.Session, Stage: access.StageVerify, Limit: limits.SignInFactor, Holds: security.HoldRules(h.Account, h.Of),
		Adds: func(ctx context.Context, now time.Time) (security.Event, []security.Write, error) {
			e := s.Event(security.Actor{Kind: security.ByOwner, ID: h.Account.ID, Session: h.Session.ID,
				Visitor: h.Session.Visitor}, audit.SignedInOK, now)
			e.Account, l.At = h.Account.ID, now
			known, err := s.Alert.Observe(ctx, []security.Login{l}, now)
			return e, known, err
		},
		Refused: func(ctx context.Context, r access.NotTaken) error {
			return security.Retry(ctx, func() error { return s.stopHalf(ctx, h.Session, r) })
		}}
}

// stopHalf records a wrong second factor after the right password. The owner hears of it once
// for each session (OWASP Multifactor Authentication Cheat Sheet): at once when it looks like
// somebody else, and otherwise when the session ends without the right one, because most of those
// who mistype a code are the owner and have it right a moment later.
func (s *Service) stopHalf(ctx context.Context, x access.Session, r access.NotTaken) error {
	now := s.Now()
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
	return security.Login{ID: PortalLogin(x.ID) + "-stopped", Account: x.Subject, At: x.StartedAt,
		IP:    x.IP,
		Agent: x.Agent, Outcome: risk.Stopped, StoppedBy: "two_factor"}
}
