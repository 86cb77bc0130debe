package apikey

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
)

// ErrKey says that what was shown is no key that is good now: none, an unknown one, one that was
// revoked or is over. Whoever shows it is not told which.
var ErrKey = errors.New("no good key")

// usedPause is how exactly it is remembered when a key was last used.
const usedPause = time.Minute

// Show finds the key that a program shows. Any other than a live one is ErrKey.
func (s *Service) Show(ctx context.Context, shown string) (Key, error) {
	rest, ok := strings.CutPrefix(shown, prefix)
	id, _, _ := strings.Cut(rest, "_")
	if !ok || id == "" || len(shown) > maxShown {
		return Key{}, ErrKey
	}
	k, err := s.Keys.Key(ctx, id)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return Key{}, ErrKey
	case err != nil:
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	now := s.Now()
	same := subtle.ConstantTimeCompare([]byte(digest(shown)), []byte(k.Digest)) == 1
	if !same || k.State(now) != Live {
		return Key{}, ErrKey
	}
	if now.Sub(k.UsedAt) >= usedPause {
		if err := s.Keys.KeyUsed(ctx, k.ID, now); err != nil {
			return Key{}, fmt.Errorf("remember use of key: %w", err)
		}
	}
	return k, nil
}

// maxShown bounds what is looked up of what a stranger shows, in bytes.
const maxShown = 200

// Caller is a program that has shown a key.
type Caller struct {
	Key Key
	security.Visitor
}

// Actor is how the caller stands on the audit trail.
func (c Caller) Actor() security.Actor {
	return security.Actor{Kind: security.ByHost, ID: c.Key.ID, Session: c.Key.ID, Visitor: c.Visitor}
}

// Still fails with ErrKey once the key of a caller is good no more: whoever reads a long list, or waits,
// asks for each part.
func (s *Service) Still(ctx context.Context, c Caller) error {
	k, err := s.Keys.Key(ctx, c.Key.ID)
	switch {
	case err != nil:
		return fmt.Errorf("read key again: %w", err)
	case k.State(s.Now()) != Live:
		return ErrKey
	}
	return nil
}

// Allow refuses with Denied what the key has no scope for, and puts the attempt on record; with
// TooManyRequests where that happens all the time. what names the operation.
func (s *Service) Allow(ctx context.Context, c Caller, need Scope, what string) error {
	if slices.Contains(c.Key.Scopes, need) {
		return nil
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Denied, c.Key.ID, now); err != nil {
		return err
	}
	e := s.Event(c.Actor(), audit.AccessDenied, now)
	e.Data = map[string]string{"what": what, "key": c.Key.ID, "scope": string(need)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record denied access: %w", err)
	}
	return security.Refuse("", refusal.Denied)
}
