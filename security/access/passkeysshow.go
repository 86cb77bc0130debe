package access

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/passkey"
	"regain/security/refusal"
)

// ProveByPasskey proves h by the answer of a passkey of theirs in their session, and returns the
// session's new token. It takes a try out of a budget of its own: nobody guesses a passkey, but somebody
// may fill the audit trail. It refuses beside "passkey" with PasskeyOver, PasskeyCloned, PasskeyChanged,
// TooManyTries, or PasskeyFailed whatever else is wrong.
func (s *Service) ProveByPasskey(ctx context.Context, h Prover, response string) (string, error) {
	got, err := s.showPasskey(ctx, h, response)
	if err != nil {
		return "", err
	}
	return s.Prove(ctx, h, got)
}

func (s *Service) showPasskey(ctx context.Context, h Prover, response string) (Shown, error) {
	c := proving(h.Session)
	if err := s.SpendTry(ctx, c.limit(), h.Session); err != nil {
		return Shown{}, TooManyTries("passkey", err)
	}
	writes, why, err := s.Answered(ctx, c, h.Factors, response)
	if err != nil {
		return Shown{}, err
	}
	if why != "" {
		err := h.Refused(ctx, NotTaken{Kind: audit.FactorRefused, Why: why})
		if err != nil {
			return Shown{}, fmt.Errorf("record refused passkey: %w", err)
		}
		return Shown{}, RefusedFor(why)
	}
	return Shown{By: security.FactorPasskey, Writes: writes, Lost: RefusedFor(WhyChallenge)},
		nil
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
	if errors.Is(err, security.ErrNotFound) {
		return passkey.Text(claim.Credential), nil
	}
	if err != nil {
		return "", fmt.Errorf("read passkey: %w", err)
	}
	return "", nil
}

// RefusedFor is what is said to whoever brought the answer.
func RefusedFor(why string) *security.Refusal {
	switch why {
	case WhyCloned:
		return security.Refuse("passkey", refusal.PasskeyCloned)
	case whyChanged:
		return security.Refuse("passkey", refusal.PasskeyChanged)
	case WhyChallenge:
		return security.Refuse("passkey", refusal.PasskeyOver)
	}
	return security.Refuse("passkey", refusal.PasskeyFailed)
}

// Answered is what makes an answer to c by one of factors count once: the writes that spend the
// challenge and raise the counter of the key. why tells what is wrong with the answer.
func (s *Service) Answered(ctx context.Context, c Ceremony, factors []security.Factor,
	response string) (writes []security.Write, why string, err error) {
	now := s.Now()
	claim, err := passkey.Claims([]byte(response))
	if err != nil {
		return nil, whyPasskey, nil
	}
	spent, ok := s.spentBy(c, claim.Challenge, now)
	if !ok {
		return nil, WhyChallenge, nil
	}
	f, ok := ByCredential(factors, claim.Credential)
	if !ok || f.Staff != (c.kind == StaffSession) {
		return nil, whyPasskey, nil
	}
	used, cloned, err := s.Site(c.kind).Verify([]byte(response), claim.Challenge, f.Key)
	switch {
	case errors.Is(err, passkey.ErrChanged):
		return nil, whyChanged, nil
	case errors.Is(err, passkey.ErrRefused), errors.Is(err, passkey.ErrMalformed):
		return nil, whyPasskey, nil
	case err != nil:
		return nil, "", fmt.Errorf("check passkey: %w", err)
	case cloned:
		why, err = s.suspect(ctx, f, spent)
		return nil, why, err
	}
	return []security.Write{spent, UsePasskey{f.ID, used.Count, used.BackedUp, now}}, "", nil
}

// suspect counts against a passkey that it came with a counter of the past. The overview shows
// it until the owner has replaced the passkey. The same answer a second time, as after a reload
// of the page, says nothing about the passkey.
func (s *Service) suspect(ctx context.Context, f security.Factor, w SpendChallenge) (string,
	error) {
	again, err := s.Store.ChallengeSpent(ctx, w.ID)
	if err != nil {
		return "", fmt.Errorf("read challenge: %w", err)
	}
	if again {
		return WhyChallenge, nil
	}
	_, err = s.Store.CountFactorTry(ctx, f.ID, limits.MaxFailures)
	if err != nil && !errors.Is(err, security.ErrConflict) {
		return "", fmt.Errorf("count odd passkey: %w", err)
	}
	return WhyCloned, nil
}

// Claimed finds the passkey of an owner that an answer names, or an empty one. An answer that
// names no holder comes from a key that cannot sign in alone.
func (s *Service) Claimed(ctx context.Context, response string) (security.Factor, error) {
	claim, err := passkey.Claims([]byte(response))
	if err != nil || len(claim.User) == 0 {
		return security.Factor{}, nil
	}
	f, err := s.Store.FactorByCredential(ctx, claim.Credential)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return f, fmt.Errorf("read passkey: %w", err)
	}
	if f.Staff {
		return security.Factor{}, nil
	}
	return f, nil
}
