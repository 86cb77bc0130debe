package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
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
		if err := s.closeHalf(ctx, x); err != nil {
			failed = append(failed, fmt.Errorf("close half sign-in: %w", err))
		}
	}
	return len(over) - len(failed), errors.Join(failed...)
}

// closeHalf ends a session that owes its second factor. It is no error when that was shown, or
// the session ended, meanwhile.
func (s *Service) closeHalf(ctx context.Context, x access.Session) error {
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
	h := s.Lockout.History(append(logins, l))
	h.Since = since
	for _, f := range risk.Judge(h) {
		if f.Login.ID == l.ID {
			return slices.ContainsFunc(f.Reasons,
				func(r risk.Reason) bool { return r != risk.WasStopped }), nil
		}
	}
	return false, nil
}
