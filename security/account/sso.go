package account

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/refusal"
	"regain/security/signin"
	"regain/security/token"
)

// SignInSSO signs in whom an issuer vouches for, and returns the token of the session. No account is made
// by it. A second factor of ours is owed unless the issuer saw one. It refuses as federation.Meant does,
// and on a locked account as SignIn.
func (s *Service) SignInSSO(ctx context.Context, v federation.Vouched) (session string, err error) {
	err = security.Retry(ctx, func() error {
		holder, writes, err := s.Federation.Meant(ctx, v, s.Federation.Owners())
		if err != nil {
			return err
		}
		a, err := s.Store.Account(ctx, holder)
		if err != nil {
			return fmt.Errorf("read account of subject: %w", err)
		}
		switch {
		case a.Closed:
			return s.Federation.Refuse(ctx, v, a.ID, security.WhyClosed)
		case a.Organisation != v.Issuer.Organisation: // it moved a moment ago
			return s.Federation.Refuse(ctx, v, a.ID, federation.Outside)
		}
		session, err = s.startSignedIn(ctx, a, signin.Arrival{Visitor: v.Visitor, By: v.By(),
			Login: security.Login{ID: signin.PortalLogin(token.ID())}, Writes: writes,
			Starts: func(id string) security.Write { return v.Started(id, a.ID) }})
		return err
	})
	return session, err
}

// ProveSSO is a fresh proof by whoever is signed in, by an issuer that asked them just now. It returns the
// new token of the session.
func (s *Service) ProveSSO(ctx context.Context, u *SignedIn, v federation.Vouched) (string, error) {
	if v.Session != u.Session.ID {
		return "", security.Refuse("", refusal.SSOOver)
	}
	holder, writes, err := s.Federation.Meant(ctx, v, s.Federation.Owners())
	switch {
	case err != nil:
		return "", err
	case holder != u.Account.ID:
		return "", s.Federation.Refuse(ctx, v, holder, federation.Other)
	}
	return s.Access.Prove(ctx, s.provingAgain(u), access.Shown{By: v.By(),
		Writes: append(writes, v.Started(u.Session.ID, holder)), Lost: security.Refuse("", refusal.SSOOver)})
}

// SignedInBy is by whom a session was let in; ok is false where nobody else did.
func (s *Service) SignedInBy(ctx context.Context, u *SignedIn) (begun federation.Begun, ok bool, err error) {
	if u.Account.Organisation == "" {
		return begun, false, nil
	}
	begun, err = s.Federation.Trusted.SSOSession(ctx, u.Session.ID)
	if errors.Is(err, security.ErrNotFound) {
		return begun, false, nil
	}
	return begun, err == nil, err
}
