package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// holder is whoever is asked for a proof: in a recovery, at the sign-in, signed in, or staff.
type holder struct {
	account *Account // nil for staff, whom nobody writes to
	factors []Factor
	codes   []RecoveryCode
	session Session
	limit   Limit // of codes that are typed
	// adds is the audit line of a proof, and what only that side commits with it.
	adds func(ctx context.Context, now time.Time) (Event, []Write, error)
	// refused records that a proof was not taken, and why, as FactorRefused, or as
	// FactorDisabled when the authenticator took its last wrong code.
	refused func(ctx context.Context, kind EventKind, why string) error
}

// shown is a proof that somebody has shown.
type shown struct {
	by     string  // its kind
	writes []Write // make it count, and only once
	lost   error   // the refusal when another one with the same proof was faster
}

// prove commits a proof, whose guards are what makes it good once, and returns the session's new
// token.
func (s *Service) prove(ctx context.Context, h holder, got shown) (string, error) {
	x, moved := h.session, false
	err := retry(ctx, func() error {
		now := s.Now()
		e, more, err := h.adds(ctx, now)
		if err != nil {
			return err
		}
		e.Data = map[string]string{"factor": got.by}
		err = s.Store.Commit(ctx, e, slices.Concat(x.moveOn(now),
			[]Write{x.proved(got.by, now)}, got.writes, more)...)
		if errors.Is(err, ErrConflict) && s.movedOn(ctx, x) {
			moved = true
			return nil
		}
		return err
	})
	if moved || errors.Is(err, ErrConflict) {
		return s.lostProof(ctx, h, got)
	}
	if err != nil {
		return "", fmt.Errorf("commit proof: %w", err)
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
func (s *Service) lostProof(ctx context.Context, h holder, got shown) (string, error) {
	tok, err := s.firstAnswer(ctx, h.session, nil)
	if tok == "" && err == nil {
		tok, err = s.provedMeanwhile(ctx, h.session)
	}
	if tok != "" || err != nil {
		return tok, err
	}
	if err := h.refused(ctx, FactorRefused, whySpent); err != nil {
		return "", fmt.Errorf("record spent proof: %w", err)
	}
	return "", got.lost
}

// provedMeanwhile is the present token of a session that has moved on by a proof since it was
// read: whoever lost a race then pressed one button twice. "" is for any other that lives.
func (s *Service) provedMeanwhile(ctx context.Context, was Session) (string, error) {
	x, err := s.Store.Session(ctx, was.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("read session again: %w", err)
	case !x.EndedAt.IsZero():
		return "", ErrNoSession
	case x.Generation > was.Generation && x.Stage == StageIn && !x.ProvedAt.IsZero():
		return s.sessionToken(x), nil
	}
	return "", nil
}
