package account

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/risk"
	"regain/security/signin"
	"regain/security/token"
)

// ProvePasskeySignedIn shows an enrolled passkey where a session owes its second factor, or a
// fresh proof. It is as ProvePasskey.
func (s *Service) ProvePasskeySignedIn(ctx context.Context, u *SignedIn, response string) (string,
	error) {
	h := s.provingAgain(u)
	if u.Session.Half() {
		h = s.signingIn(u)
	}
	return s.Access.ProveByPasskey(ctx, h, response)
}

// SignInPasskey signs in with a passkey alone, which its device unlocks only for somebody it
// knows: two factors in one. visit is the value of AskPasskeyToSignIn. It returns the token of
// the session, and refuses as ProvePasskey does, an unknown passkey like a false one; after a
// right one of a locked account with AccountLockedOut, as SignIn does.
func (s *Service) SignInPasskey(ctx context.Context, v security.Visitor, visit,
	response string) (string, error) {
	if err := s.SpendFrom(ctx, limits.SignIn, v.IP, s.Now()); err != nil {
		return "", access.TooManyTries("passkey", err)
	}
	f, err := s.Access.Claimed(ctx, response)
	if err != nil {
		return "", err
	}
	writes, why, err := s.Access.Answered(ctx, access.SignInWith(visit),
		[]security.Factor{f}, response)
	if err != nil {
		return "", err
	}
	if why != "" {
		return "", s.refuseSignInPasskey(ctx, v, f, why)
	}
	session, err := s.admitPasskey(ctx, signin.Arrival{Visitor: v, By: security.FactorPasskey,
		Key: &f, Login: security.Login{ID: signin.PortalLogin(token.ID())}, Writes: writes}, f)
	if errors.Is(err, security.ErrConflict) { // the answer was given before
		return "", s.refuseSignInPasskey(ctx, v, f, access.WhyChallenge)
	}
	return session, err
}

// admitPasskey lets in whoever showed f, on the account as it is now.
func (s *Service) admitPasskey(ctx context.Context, x signin.Arrival, f security.Factor) (string, error) {
	var session string
	err := security.Retry(ctx, func() error {
		a, err := s.Store.Account(ctx, f.Subject)
		if err != nil {
			return fmt.Errorf("read account of passkey: %w", err)
		}
		if a.Closed {
			return s.refuseSignInPasskey(ctx, x.Visitor, f, security.WhyClosed)
		}
		session, err = s.startSignedIn(ctx, a, x)
		return err
	})
	return session, err
}

// refuseSignInPasskey records for whom and why. The owner hears of a second copy of their key.
func (s *Service) refuseSignInPasskey(ctx context.Context, v security.Visitor, f security.Factor,
	why string) error {
	err := security.Retry(ctx, func() error {
		now := s.Now()
		e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: v},
			audit.SignInRefused, now)
		e.Account, e.Data = f.Subject, map[string]string{"why": why}
		var writes []security.Write
		var err error
		if why == access.WhyCloned {
			e.Kind = audit.SignInStopped
			writes, err = s.Alert.Observe(ctx, []security.Login{{ID: signin.PortalLogin(token.ID()),
				Account: f.Subject, At: now, IP: v.IP, Agent: v.Agent, Outcome: risk.Stopped,
				StoppedBy: "device_check"}}, now)
		}
		if err != nil {
			return err
		}
		return s.Store.Commit(ctx, e, writes...)
	})
	if err != nil {
		return fmt.Errorf("record refused passkey: %w", err)
	}
	return access.RefusedFor(why)
}
