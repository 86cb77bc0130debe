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
	x, moved := h.Session, false
	err := security.Retry(ctx, func() error {
		now := s.Now()
		e, more, err := h.Adds(ctx, now)
		if err != nil {
			return err
		}
		e.Data = map[string]string{"factor": got.By}
		err = s.Store.Commit(ctx, e, slices.Concat(s.moveOn(x, now),
			[]security.Write{x.proved(got.By, now)}, got.Writes, more)...)
		if errors.Is(err, security.ErrConflict) && s.movedOn(ctx, x) {
			moved = true
			return nil
		}
		return err
	})
	if moved || errors.Is(err, security.ErrConflict) {
		return s.lostProof(ctx, h, got)
	}
	if err != nil {
		return "", fmt.Errorf("commit proof: %w", err)
	}
	x.Generation++
	return s.SessionToken(x), nil
}

// movedOn reports whether the session has ended or got another token since it was read.
func (s *Service) movedOn(ctx context.Context, was Session) bool {
	x, err := s.Store.Session(ctx, was.ID)
	return err == nil && (x.Generation != was.Generation || !x.EndedAt.IsZero())
}

// lostProof answers whoever showed something that another one spent first.
func (s *Service) lostProof(ctx context.Context, h Prover, got Shown) (string, error) {
	tok, err := s.firstAnswer(ctx, h.Session, nil)
	if tok == "" && err == nil {
		tok, err = s.provedMeanwhile(ctx, h.Session)
	}
	if tok != "" || err != nil {
		return tok, err
	}
	if err := h.Refused(ctx, audit.FactorRefused, whySpent); err != nil {
		return "", fmt.Errorf("record spent proof: %w", err)
	}
	return "", got.Lost
}

// provedMeanwhile is the present token of a session that has moved on by a proof since it was
// read: whoever lost a race then pressed one button twice. "" is for any other that lives.
func (s *Service) provedMeanwhile(ctx context.Context, was Session) (string, error) {
	x, err := s.Store.Session(ctx, was.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("read session again: %w", err)
	case !x.EndedAt.IsZero():
		return "", security.ErrNoSession
	case x.Generation > was.Generation && x.Stage == StageIn && x.ProvedAt.After(was.ProvedAt):
		return s.SessionToken(x), nil
	}
	return "", nil
}

// Why a passkey was refused, on the audit trail alone.
const (
	whySpent = "spent"
)
