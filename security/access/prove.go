package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
)

// Prover is whoever is asked for a proof: in a recovery, at the sign-in, signed in, or staff.
type Prover struct {
	Account *security.Account // nil for staff, whom nobody writes to
	Factors []security.Factor
	Codes   []security.RecoveryCode
	Session Session
	Limit   limits.Limit // of codes that are typed
	// adds is the audit line of a proof, and what only that side commits with it.
	Adds func(ctx context.Context, now time.Time) (security.Event, []security.Write, error)
	// refused records that a proof was not taken, and why, as FactorRefused, or as
	// FactorDisabled when the authenticator took its last wrong code.
	Refused func(ctx context.Context, kind audit.Kind, why string) error
}

// Shown is a proof that somebody has shown.
type Shown struct {
	By     string           // its kind
	Writes []security.Write // make it count, and only once
	Lost   error            // the refusal when another one with the same proof was faster
}

// Prove commits a proof, whose guards are what makes it good once, and returns the session's new
// token.
func (s *Service) Prove(ctx context.Context, h Prover, got Shown) (string, error) {
	x := h.Session
	err := security.Retry(ctx, func() error {
		now := s.Now()
		e, more, err := h.Adds(ctx, now)
		if err != nil {
			return err
		}
		e.Data = map[string]string{"factor": got.By}
		return s.Store.Commit(ctx, e, slices.Concat(s.moveOn(x, now),
			[]security.Write{x.proved(got.By, now)}, got.Writes, more)...)
	})
	if errors.Is(err, security.ErrConflict) {
		return s.lostProof(ctx, h, got)
	}
	if err != nil {
		return "", fmt.Errorf("commit proof: %w", err)
	}
	x.Generation++
	return s.SessionToken(x), nil
}

// lostProof answers whoever showed something that another one spent first.
func (s *Service) lostProof(ctx context.Context, h Prover, got Shown) (string, error) {
	if tok, err := s.overtaken(ctx, h.Session, nil); tok != "" || err != nil {
		return tok, err
	}
	if err := h.Refused(ctx, audit.FactorRefused, whySpent); err != nil {
		return "", fmt.Errorf("record spent proof: %w", err)
	}
	return "", got.Lost
}

// Why a passkey was refused, on the audit trail alone.
const (
	whySpent = "spent"
)
