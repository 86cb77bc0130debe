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
	"regain/security/notice"
	"regain/security/refusal"
)

// Prover is whoever is asked for a proof: in a recovery, at the sign-in, signed in, or staff.
type Prover struct {
	Factors []security.Factor
	Codes   []security.RecoveryCode
	Session Session
	// Stage is the one at which the session takes this proof: what is shown anew by whoever is in counts for
	// nobody who owes the second factor yet.
	Stage Stage
	Limit limits.Limit     // of codes that are typed
	Holds []security.Write // bind the commit to the rules by which Factors count
	// Tell is the mails by which whoever it is hears of n.
	Tell func(ctx context.Context, n notice.Notice, now time.Time) ([]security.Write, error)
	// Adds is the audit line of a proof, and what only that side commits with it.
	Adds func(ctx context.Context, now time.Time) (security.Event, []security.Write, error)
	// Refused records a proof that was not taken.
	Refused func(ctx context.Context, r NotTaken) error
}

// NotTaken is a proof that was not taken, and why: FactorRefused, or FactorDisabled when the
// authenticator took its last wrong code, at all or from strangers: Left is how many more it takes
// from browsers that are known, Told are the mails of it.
type NotTaken struct {
	Kind audit.Kind
	Why  string
	Left int
	Told []security.Write
}

// Shown is a proof that somebody has shown.
type Shown struct {
	By     string           // its kind
	Writes []security.Write // make it count, and only once
	Lost   error            // the refusal when another one with the same proof was faster
}

// Wrong reports whether what was shown was never right: a spent code is most often a second press,
// and an answer to a challenge that is over came from a page that stood too long.
func (r NotTaken) Wrong() bool {
	return r.Kind == audit.FactorRefused && !slices.Contains([]string{whySpent, WhyChallenge,
		string(refusal.CodeSpent)}, r.Why)
}

// Prove commits a proof, whose guards are what makes it good once, and returns the session's new
// token. ErrNoSession: the session is at another stage than h says.
func (s *Service) Prove(ctx context.Context, h Prover, got Shown) (string, error) {
	x := h.Session
	if x.Stage != h.Stage {
		return "", security.ErrNoSession
	}
	err := security.Retry(ctx, func() error {
		now := s.Now()
		e, more, err := h.Adds(ctx, now)
		if err != nil {
			return err
		}
		e.Data = map[string]string{"factor": got.By}
		return s.Store.Commit(ctx, e, slices.Concat(h.Holds, s.moveOn(x, now),
			[]security.Write{x.proved(got.By, now)}, s.Replace(x), got.Writes, more)...)
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
	if err := h.Refused(ctx, NotTaken{Kind: audit.FactorRefused, Why: whySpent}); err != nil {
		return "", fmt.Errorf("record spent proof: %w", err)
	}
	return "", got.Lost
}

// Why a proof was refused, on the audit trail alone: another press was faster with it, or what is
// wrong with a passkey.
const (
	whySpent     = "spent"
	WhyCloned    = "cloned"
	whyPasskey   = "passkey"
	whyChanged   = "changed"
	WhyChallenge = "challenge"
)

// WrongBefore reports whether somebody showed a wrong second factor in the session, which lines of
// this kind tell.
func (s *Service) WrongBefore(ctx context.Context, x Session, kind audit.Kind) (bool, error) {
	lines, err := s.Store.EventsOf(ctx, x.Subject, kind, x.StartedAt.Add(-time.Millisecond))
	if err != nil {
		return false, fmt.Errorf("read refused factors: %w", err)
	}
	return slices.ContainsFunc(lines,
		func(e security.Event) bool { return e.Data["session"] == x.ID }), nil
}
