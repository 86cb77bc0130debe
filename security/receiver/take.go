package receiver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"regain/security"
	"regain/security/keyset"
)

// MaxToken is the size of the largest signal, in bytes.
const MaxToken = 16 << 10

// Oldest is the age at which a signal is too late to act on: longer than a transmitter tries to deliver.
const Oldest = 7 * 24 * time.Hour

// ahead is how far the clock of an issuer may run ahead of ours.
const ahead = 5 * time.Minute

// mediaType is the "typ" of a security event token (RFC 8417 §2.3).
const mediaType = "secevent+jwt"

// Take takes a signal, once: what it tells of an account has its effect in the commit that remembers it,
// and a repeat changes nothing. One about nobody that we know changes nothing either. What is not
// signed by an issuer that is trusted leaves nothing behind. It refuses with a *Fault, and beyond
// limits.SignalLocks with TooManyRequests; ErrUnavailable: the keys cannot be fetched now.
func (s *Service) Take(ctx context.Context, raw string) error {
	x, t, err := s.open(ctx, raw)
	if err != nil {
		return err
	}
	now := s.Now()
	if now.Sub(x.HeardAt) >= time.Minute {
		if err := s.Signals.Heard(ctx, x.Name, now); err != nil {
			return fmt.Errorf("note issuer: %w", err)
		}
	}
	if proof, ok := t.Events[verification]; ok {
		state := []rune(security.Clean(plain(proof["state"], maxName)))
		return s.Signals.Verified(ctx, x.Name, string(state[:min(len(state), maxReason)]), now)
	}
	event, says := s.Actions.gravest(t)
	if event == "" || s.Actions.of(event) == Ignore {
		return nil
	}
	accounts, err := s.meant(ctx, x, t.Subject, now)
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range accounts {
		failed = append(failed, s.act(ctx, signal{x, t, event, reason(says), id}))
	}
	return errors.Join(failed...)
}

// open checks everything that makes a signal one of an issuer that is trusted, for us, and of now.
func (s *Service) open(ctx context.Context, raw string) (x Issuer, t Token, err error) {
	signed, err := parse(raw)
	if err != nil {
		return x, t, err
	}
	if t, err = ParseToken(signed.UnsafePayloadWithoutVerification()); err != nil {
		return x, t, err
	}
	x, err = s.Signals.Issuer(ctx, t.Issuer)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return x, t, &Fault{InvalidIssuer, "issuer"}
	case err != nil:
		return x, t, fmt.Errorf("read issuer: %w", err)
	}
	now := s.Now()
	key, err := s.keyOf(ctx, x, signed)
	if err != nil {
		return x, t, err
	}
	if _, err = signed.Verify(key); err != nil {
		return x, t, &Fault{Unauthentic, "signature"}
	}
	switch {
	case !slices.Contains(t.Audience, x.Audience):
		err = &Fault{InvalidAudience, "audience"}
	case t.At.After(now.Add(ahead)):
		err = &Fault{InvalidRequest, "future"}
	case t.At.Before(now.Add(-Oldest)):
		err = &Fault{InvalidRequest, "old"}
	default:
		err = nil
	}
	if t.At.After(now) {
		t.At = now // their clock runs ahead
	}
	return x, t, err
}

// parse reads the head of a signal.
func parse(raw string) (*jose.JSONWebSignature, error) {
	signed, kind, err := keyset.Parse(raw)
	switch {
	case errors.Is(err, keyset.ErrAlgorithm):
		return nil, &Fault{InvalidKey, "alg"}
	case errors.Is(err, keyset.ErrHeader):
		return nil, &Fault{InvalidRequest, "header"}
	case err != nil:
		return nil, &Fault{InvalidRequest, "form"}
	case kind != mediaType:
		return nil, &Fault{InvalidRequest, "typ"}
	}
	return signed, nil
}

// keyOf is the key that a signal is signed by.
func (s *Service) keyOf(ctx context.Context, x Issuer, signed *jose.JSONWebSignature) (any, error) {
	key, err := s.KeySets.Find(ctx, x.KeysAt, signed.Signatures[0].Protected, s.Now())
	switch {
	case errors.Is(err, keyset.ErrNoKey):
		return nil, &Fault{InvalidKey, "key"}
	case err != nil:
		return nil, fmt.Errorf("%w: %w", security.ErrUnavailable, err)
	}
	return key, nil
}

// signal is what an issuer tells about one account.
type signal struct {
	Issuer
	Token
	event   Event
	reason  string
	account string
}

// digest is that of the signal for its account. Of what it is made, none has a NUL.
func (x signal) digest() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{x.Name, x.ID, x.account}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// act does what follows from a signal, unless that was done.
func (s *Service) act(ctx context.Context, x signal) error {
	err := security.Retry(ctx, func() error {
		taken, err := s.Signals.Taken(ctx, x.digest())
		if err != nil || taken {
			return err
		}
		a, err := s.Store.Account(ctx, x.account)
		if err != nil {
			return err
		}
		change, err := s.change(ctx, x, a)
		if err != nil {
			return err
		}
		return s.Store.Commit(ctx, change.Event, change.Writes...)
	})
	if errors.Is(err, security.ErrConflict) {
		return fmt.Errorf("take signal: %w: %w", security.ErrUnavailable, err)
	}
	return err
}
