package security

import (
	"context"
	"errors"
	"fmt"

	"regain/security/passkey"
	"regain/security/risk"
	"regain/security/token"
)

// Why a passkey was refused, on the audit trail alone.
const (
	whyCloned    = "cloned"
	whyPasskey   = "passkey"
	whyChallenge = "challenge"
	whySpent     = "spent"
)

// ProvePasskey shows an enrolled passkey as the second factor of a recovery. It returns the
// session's new token, and refuses beside "passkey" with PasskeyOver, PasskeyCloned,
// TooManyTries, or PasskeyFailed whatever else is wrong.
func (s *Service) ProvePasskey(ctx context.Context, o *Owner, response string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.sessionToken(o.Session), nil
	}
	got, err := s.showPasskey(ctx, s.holderOf(o), o.proving(), response)
	if err != nil {
		return "", err
	}
	return s.prove(ctx, s.holderOf(o), got)
}

// ProvePasskeySignedIn shows an enrolled passkey where a session owes its second factor, or a
// fresh proof. It is as ProvePasskey.
func (s *Service) ProvePasskeySignedIn(ctx context.Context, u *SignedIn, response string) (string,
	error) {
	h := s.provingAgain(u)
	if u.Session.Half() {
		h = s.signingIn(u)
	}
	got, err := s.showPasskey(ctx, h, u.proving(), response)
	if err != nil {
		return "", err
	}
	return s.prove(ctx, h, got)
}

// showPasskey checks an answer to c by a passkey of h. It takes a try out of a budget of its own:
// nobody guesses a passkey, but somebody may fill the audit trail.
func (s *Service) showPasskey(ctx context.Context, h holder, c ceremony, response string) (shown,
	error) {
	if err := s.spend(ctx, c.limit(), h.session.Subject, s.Now()); err != nil {
		return shown{}, tooManyTries("passkey", err)
	}
	writes, why, err := s.answered(ctx, c, h.factors, response)
	if err != nil {
		return shown{}, err
	}
	if why != "" {
		if err := h.refused(ctx, FactorRefused, why); err != nil {
			return shown{}, fmt.Errorf("record refused passkey: %w", err)
		}
		return shown{}, refusedFor(why)
	}
	return shown{FactorPasskey, writes, refusedFor(whyChallenge)}, nil
}

// UnknownPasskey is the id, as in WebAuthn's JSON, of a passkey that an answer names and no account
// has, so that the browser may forget it; "" for one that is enrolled, and was not taken for
// another reason.
func (s *Service) UnknownPasskey(ctx context.Context, response string) (id string, err error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return "", nil
	}
	_, err = s.Store.FactorByCredential(ctx, claim.Credential)
	if errors.Is(err, ErrNotFound) {
		return passkey.Text(claim.Credential), nil
	}
	if err != nil {
		return "", fmt.Errorf("read passkey: %w", err)
	}
	return "", nil
}

// refusedFor is what is said to whoever brought the answer.
func refusedFor(why string) *Refusal {
	switch why {
	case whyCloned:
		return refuse("passkey", PasskeyCloned)
	case whyChallenge:
		return refuse("passkey", PasskeyOver)
	}
	return refuse("passkey", PasskeyFailed)
}

// answered is what makes an answer to c by one of factors count once: the writes that spend the
// challenge and raise the counter of the key. why tells what is wrong with the answer.
func (s *Service) answered(ctx context.Context, c ceremony, factors []Factor, response string) (
	writes []Write, why string, err error) {
	now := s.Now()
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return nil, whyPasskey, nil
	}
	spent, ok := s.spentBy(c, claim.Challenge, now)
	if !ok {
		return nil, whyChallenge, nil
	}
	f, ok := byCredential(factors, claim.Credential)
	if !ok {
		return nil, whyPasskey, nil
	}
	used, cloned, err := s.Passkeys.Verify([]byte(response), claim.Challenge, f.Key)
	switch {
	case errors.Is(err, passkey.ErrRefused), errors.Is(err, passkey.ErrMalformed):
		return nil, whyPasskey, nil
	case err != nil:
		return nil, "", fmt.Errorf("check passkey: %w", err)
	case cloned:
		why, err = s.suspect(ctx, f, spent)
		return nil, why, err
	}
	return []Write{spent, UsePasskey{f.ID, used.Count, used.BackedUp, now}}, "", nil
}

// suspect counts against a passkey that it came with a counter of the past. The overview shows
// it until the owner has replaced the passkey. The same answer a second time, as after a reload
// of the page, says nothing about the passkey.
func (s *Service) suspect(ctx context.Context, f Factor, w SpendChallenge) (string, error) {
	again, err := s.Store.ChallengeSpent(ctx, w.ID)
	if err != nil {
		return "", fmt.Errorf("read challenge: %w", err)
	}
	if again {
		return whyChallenge, nil
	}
	_, err = s.Store.CountFactorTry(ctx, f.ID, maxFactorFailures)
	if err != nil && !errors.Is(err, ErrConflict) {
		return "", fmt.Errorf("count odd passkey: %w", err)
	}
	return whyCloned, nil
}

// SignInPasskey signs in with a passkey alone, which its device unlocks only for somebody it
// knows: two factors in one. visit is the value of AskPasskeyToSignIn. It returns the token of
// the session, and refuses as ProvePasskey does, an unknown passkey like a false one; after a
// right one of a locked account with AccountLockedOut, as SignIn does.
func (s *Service) SignInPasskey(ctx context.Context, v Visitor, visit, response string) (string,
	error) {
	if err := s.spend(ctx, limitSignIn, network(v.IP), s.Now()); err != nil {
		return "", tooManyTries("passkey", err)
	}
	f, err := s.claimed(ctx, response)
	if err != nil {
		return "", err
	}
	writes, why, err := s.answered(ctx, signInWith(visit), []Factor{f}, response)
	if err != nil {
		return "", err
	}
	if why != "" {
		return "", s.refuseSignInPasskey(ctx, v, f, why)
	}
	session, err := s.admitPasskey(ctx, arrival{Visitor: v, by: FactorPasskey, writes: writes}, f)
	if errors.Is(err, ErrConflict) { // the answer was given before
		return "", s.refuseSignInPasskey(ctx, v, f, whyChallenge)
	}
	return session, err
}

// admitPasskey lets in whoever showed f, on the account as it is now.
func (s *Service) admitPasskey(ctx context.Context, x arrival, f Factor) (string, error) {
	var session string
	err := retry(ctx, func() error {
		a, err := s.Store.Account(ctx, f.Subject)
		if err != nil {
			return fmt.Errorf("read account of passkey: %w", err)
		}
		if a.Closed {
			return s.refuseSignInPasskey(ctx, x.Visitor, f, whyClosed)
		}
		session, err = s.startSignedIn(ctx, a, x)
		return err
	})
	return session, err
}

// claimed finds the passkey of an account that an answer names, or an empty one. An answer that
// names no holder comes from a key that cannot sign in alone.
func (s *Service) claimed(ctx context.Context, response string) (Factor, error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil || len(claim.User) == 0 {
		return Factor{}, nil
	}
	f, err := s.Store.FactorByCredential(ctx, claim.Credential)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return f, fmt.Errorf("read passkey: %w", err)
	}
	if f.Staff {
		return Factor{}, nil
	}
	return f, nil
}

// refuseSignInPasskey records for whom and why. The owner hears of a second copy of their key.
func (s *Service) refuseSignInPasskey(ctx context.Context, v Visitor, f Factor, why string) error {
	err := retry(ctx, func() error {
		now := s.Now()
		e := s.event(Actor{ByStranger, "", v}, SignInRefused, now)
		e.Account, e.Data = f.Subject, map[string]string{"why": why}
		var writes []Write
		var err error
		if why == whyCloned {
			e.Kind = SignInStopped
			writes, err = s.observe(ctx, []Login{{ID: portalLogin(token.ID()), Account: f.Subject,
				At: now, IP: v.IP, Agent: v.Agent, Outcome: risk.Stopped,
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
	return refusedFor(why)
}
