package security

import (
	"context"
	"fmt"
	"time"
)

// SignedIn is whoever holds a living signed-in session. It is read anew for every request.
type SignedIn struct {
	Account Account
	Session Session
	Factors []Factor
	Codes   []RecoveryCode
}

// Began reports whether login began the session in hand. Whoever asks cannot vouch for being here.
func (u *SignedIn) Began(login string) bool { return login == portalLogin(u.Session.ID) }

// Fresh reports whether the owner proved who they are within ProofFresh before now. The password
// counts only as long as there is no second factor: it may have come in a moment before that.
func (u *SignedIn) Fresh(now time.Time) bool {
	x := u.Session
	return !x.Half() && now.Before(x.ProvedAt.Add(ProofFresh)) &&
		(x.ProvedBy != ProvedByPassword || len(u.Factors) == 0)
}

// MustEnrol reports whether the policy asks the owner for a second factor before anything else.
func (s *Service) MustEnrol(u *SignedIn) bool {
	return s.Policy.TwoFactorRequired && len(u.Factors) == 0
}

func (u *SignedIn) session() *Session { return &u.Session }

func (u *SignedIn) actor() Actor { return Actor{ByOwner, u.Account.ID, u.Session.Visitor} }

// EnterAccount finds the signed-in session of a token. ErrNoSession: there is none, it is over,
// or the account was locked or closed meanwhile.
func (s *Service) EnterAccount(ctx context.Context, v Visitor, tok string) (*SignedIn, error) {
	return enter(ctx, s, presented{AccountSession, v, tok},
		func(ctx context.Context, session string) (*SignedIn, error) {
			u, err := s.signedIn(ctx, session)
			if err == nil && u.Account.State() != "active" {
				err = ErrNoSession
			}
			return u, err
		})
}

// signedIn reads a session, dead or alive, and everything around it, the session last: whoever
// holds a token that has moved on meanwhile is not let in on older facts.
func (s *Service) signedIn(ctx context.Context, session string) (*SignedIn, error) {
	x, err := s.Store.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	u := &SignedIn{}
	if u.Account, err = s.Store.Account(ctx, x.Subject); err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	if u.Factors, err = s.Store.Factors(ctx, x.Subject); err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	if u.Codes, err = s.Store.RecoveryCodes(ctx, x.Subject); err != nil {
		return nil, fmt.Errorf("read recovery codes: %w", err)
	}
	if u.Session, err = s.Store.Session(ctx, session); err != nil {
		return nil, fmt.Errorf("read signed-in session again: %w", err)
	}
	return u, nil
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

// keeper is the signed-in owner.
func (s *Service) keeper(u *SignedIn) keeper {
	return keeper{account: &u.Account, factors: u.Factors, codes: u.Codes, session: u.Session,
		mustKeep: s.MustKeepFactor(u),
		holds:    []Write{HoldAccount{u.Account.ID, u.Account.Stirs}},
		event: func(kind EventKind, now time.Time) Event {
			return s.signedInEvent(u, kind, now)
		},
		adds: func(context.Context, *change) ([]Write, error) { return nil, nil },
		again: func(ctx context.Context) (keeper, error) {
			now, err := s.sameSession(ctx, u)
			if err != nil {
				return keeper{}, err
			}
			return s.keeper(now), nil
		}}
}
