package security

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The limits of a signed-in session (NIST SP 800-63B-4 §2.2.3, ASVS 7.3.1, 7.3.2), how long one
// lives that has shown the password and still owes the second factor, and how long a proof counts
// as fresh for what changes the ways into the account.
const (
	SignedInIdle  = 30 * time.Minute
	SignedInWhole = 12 * time.Hour
	SignedInHalf  = 10 * time.Minute
	ProofFresh    = 10 * time.Minute
)

// AccountSession is a signed-in session of an owner. The token in the cookie is derived from ID
// and Generation and stored nowhere, as for Session.
type AccountSession struct {
	ID, Account       string
	Generation        int64
	StartedAt, SeenAt time.Time
	EndsAt            time.Time // absolute end
	EndedAt           time.Time // zero while it lives
	Half              bool      // the password was right, the second factor is owed
	ProvedAt          time.Time // when the owner last proved who they are
	ProvedBy          string    // ProvedByPassword or the kind of the factor
	Visitor
}

// ProvedByPassword is the proof of an account without a second factor; the others are the kinds
// of factor.
const ProvedByPassword = "password"

// SignedIn is whoever holds a living signed-in session. It is read anew for every request.
type SignedIn struct {
	Account Account
	Session AccountSession
	Factors []Factor
	Codes   []RecoveryCode
}

// Began reports whether login began the session in hand. Whoever asks cannot vouch for being here.
func (u *SignedIn) Began(login string) bool { return login == portalLogin(u.Session.ID) }

// Until is when the session ends if nothing more is done.
func (u *SignedIn) Until() time.Time {
	idle := u.Session.SeenAt.Add(SignedInIdle)
	if idle.Before(u.Session.EndsAt) {
		return idle
	}
	return u.Session.EndsAt
}

// Fresh reports whether the owner proved who they are within ProofFresh before now. The password
// counts only as long as there is no second factor: it may have come in a moment before that.
func (u *SignedIn) Fresh(now time.Time) bool {
	x := u.Session
	return !x.Half && now.Before(x.ProvedAt.Add(ProofFresh)) &&
		(x.ProvedBy != ProvedByPassword || len(u.Factors) == 0)
}

// MustEnrol reports whether the policy asks the owner for a second factor before anything else.
func (s *Service) MustEnrol(u *SignedIn) bool {
	return s.Policy.TwoFactorRequired && len(u.Factors) == 0
}

func (u *SignedIn) actor() Actor { return Actor{ByOwner, u.Account.ID, u.Session.Visitor} }

// EnterAccount finds the signed-in session of a token. ErrNoSession: there is none, it is over,
// or the account was locked or closed meanwhile.
func (s *Service) EnterAccount(ctx context.Context, v Visitor, tok string) (*SignedIn, error) {
	id, generation, ok := s.openToken(purposeAccountSession, tok)
	if !ok {
		return nil, ErrNoSession
	}
	now := s.Now()
	u, err := s.signedIn(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, err
	}
	x := u.Session
	if x.Generation != generation || !x.EndedAt.IsZero() || !now.Before(u.Until()) ||
		u.Account.State() != "active" {
		return nil, ErrNoSession
	}
	u.Session.Visitor = v
	if now.Sub(x.SeenAt) >= time.Minute {
		if err := s.Store.TouchAccountSession(ctx, id, now); err != nil {
			return nil, fmt.Errorf("touch signed-in session: %w", err)
		}
		u.Session.SeenAt = now
	}
	return u, nil
}

// signedIn reads a session, dead or alive, and everything around it, the session last: whoever
// holds a token that has moved on meanwhile is not let in on older facts.
func (s *Service) signedIn(ctx context.Context, session string) (*SignedIn, error) {
	x, err := s.Store.AccountSession(ctx, session)
	if err != nil {
		return nil, err
	}
	u := &SignedIn{}
	if u.Account, err = s.Store.Account(ctx, x.Account); err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	if u.Factors, err = s.Store.Factors(ctx, x.Account); err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	if u.Codes, err = s.Store.RecoveryCodes(ctx, x.Account); err != nil {
		return nil, fmt.Errorf("read recovery codes: %w", err)
	}
	if u.Session, err = s.Store.AccountSession(ctx, session); err != nil {
		return nil, fmt.Errorf("read signed-in session again: %w", err)
	}
	return u, nil
}

const purposeAccountSession = "account-session"

func (s *Service) accountToken(x AccountSession) string {
	return s.signToken(purposeAccountSession, x.ID, x.Generation)
}

// signedInEvent is an audit line of what a signed-in owner does.
func (s *Service) signedInEvent(u *SignedIn, kind EventKind, now time.Time) Event {
	e := s.event(u.actor(), kind, now)
	e.Account = u.Account.ID
	return e
}

// needFresh refuses with ProofNeeded what asks for a fresh proof.
func (s *Service) needFresh(u *SignedIn) error {
	if !u.Fresh(s.Now()) {
		return refuse("", ProofNeeded)
	}
	return nil
}
