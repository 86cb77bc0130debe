package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/security/signin"
)

// SignedIn is whoever holds a living signed-in session. It is read anew for every request.
type SignedIn struct {
	Account security.Account
	Session access.Session
	Factors []security.Factor
	Codes   []security.RecoveryCode
	// Rules are what is asked of the owner, Of is the organisation of the account; see security.Core.Rules.
	Rules policy.Rules
	Of    policy.Organisation
}

// Began reports whether login began the session in hand. Whoever asks cannot vouch for being here.
func (u *SignedIn) Began(login string) bool { return login == signin.PortalLogin(u.Session.ID) }

// Fresh reports whether the owner proved who they are within ProofFresh before now. One factor
// counts only as long as there is no second one: it may have come in a moment before that.
func (u *SignedIn) Fresh(now time.Time) bool {
	return u.Session.Fresh(now) && (!access.Alone(u.Session.ProvedBy) || len(u.Factors) == 0)
}

// MustEnrol reports whether the policy asks the owner for a second factor before anything else.
func (s *Service) MustEnrol(u *SignedIn) bool {
	return access.Lacking(u.Rules, u.Factors)
}

// InSession is the session of the owner.
func (u *SignedIn) InSession() *access.Session { return &u.Session }

// Actor is the owner as an event names them.
func (u *SignedIn) Actor() security.Actor {
	return security.Actor{Kind: security.ByOwner, ID: u.Account.ID, Session: u.Session.ID,
		Visitor: u.Session.Visitor}
}

// EnterAccount finds the signed-in session of a token. ErrNoSession: there is none, it is over,
// or the account was locked or closed meanwhile.
func (s *Service) EnterAccount(ctx context.Context, v security.Visitor, tok string) (*SignedIn,
	error) {
	return access.Enter(ctx, s.Access, access.Presented{Kind: access.AccountSession, Visitor: v,
		Token: tok},
		func(ctx context.Context, session string) (*SignedIn, error) {
			u, err := s.signedIn(ctx, session)
			if err == nil && u.Account.State() != "active" {
				err = security.ErrSessionEnded
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
		return u, fmt.Errorf("read account: %w", err)
	}
	u.Rules, u.Of, err = security.Rules(ctx, s.Core, u.Account)
	return u, errors.Join(err,
		security.Fetched(&u.Factors, "factors")(s.Store.Factors(ctx, x.Subject)),
		security.Fetched(&u.Codes, "recovery codes")(s.Store.RecoveryCodes(ctx, x.Subject)),
		security.Fetched(&u.Session, "signed-in session again")(s.Store.Session(ctx, session)))
}

// SignedInEvent is an audit line of what a signed-in owner does.
func (s *Service) SignedInEvent(u *SignedIn, kind audit.Kind, now time.Time) security.Event {
	e := s.Event(u.Actor(), kind, now)
	e.Account = u.Account.ID
	return e
}

// NeedFresh refuses with ProofNeeded what asks for a fresh proof.
func (s *Service) NeedFresh(u *SignedIn) error {
	if !u.Fresh(s.Now()) {
		return security.Refuse("", refusal.ProofNeeded)
	}
	return nil
}

// keeper is the signed-in owner.
func (s *Service) keeper(u *SignedIn) access.Keeper {
	return access.Keeper{Account: &u.Account, Factors: u.Factors, Codes: u.Codes,
		Session: u.Session, Name: u.Account.Username, Display: u.Account.Name,
		Rules: u.Rules,
		Holds: append([]security.Write{security.HoldAccount{ID: u.Account.ID,
			FactsVersion: u.Account.FactsVersion}}, security.HoldRules(u.Account, u.Of)...),
		Event: func(kind audit.Kind, now time.Time) security.Event {
			return s.SignedInEvent(u, kind, now)
		},
		Adds: func(context.Context, *access.Change) ([]security.Write, error) { return nil, nil },
		Again: func(ctx context.Context) (access.Keeper, error) {
			now, err := s.sameSession(ctx, u)
			if err != nil {
				return access.Keeper{}, err
			}
			return s.keeper(now), nil
		}}
}
