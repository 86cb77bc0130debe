package access

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/refusal"
)

// Attempt is one try to sign in with a password.
type Attempt struct {
	security.Visitor
	Name, Plain string    // the name is folded
	Keys        []PaceKey // of the paces that count the attempt
}

// SlowDown counts an attempt to sign in as name in the budget of its address and in the paces of
// the name, which it returns. The pace for name and address comes first, so that a single stranger
// does not use up the other one; an attempt that has to wait for either counts in neither.
func (s *Service) SlowDown(ctx context.Context, l limits.Limit, v security.Visitor,
	name string) ([]PaceKey, error) {
	now, from := s.Now(), security.Networks(v.IP)[0].Key
	if err := s.SpendFrom(ctx, l, v.IP, now); err != nil {
		return nil, TooManyTries("", err)
	}
	digest := func(of string) string { return s.Keys.Digest("pace", l.Name+"\n"+of) }
	tries := []PaceTry{{limits.PaceSignInFrom, digest(name + "\n" + from)},
		{limits.PaceSignIn, digest(name)}}
	wait, err := s.Store.TakeTry(ctx, tries, now)
	if err != nil {
		return nil, fmt.Errorf("count sign-in: %w", err)
	}
	if wait > 0 {
		return nil, &security.Refusal{Code: refusal.TooManyTries, Retry: wait}
	}
	keys := make([]PaceKey, len(tries))
	for i, t := range tries {
		keys[i] = PaceKey{t.Name, t.Key}
	}
	return keys, nil
}

// Paced counts what is done for a key at a pace, and says how long it has to wait; 0: it may be done.
func (s *Service) Paced(ctx context.Context, p limits.Pace, key string) (time.Duration, error) {
	wait, err := s.Store.TakeTry(ctx, []PaceTry{{p, s.Keys.Digest("pace", key)}}, s.Now())
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", p.Name, err)
	}
	return wait, nil
}

// PaceKey is one count of a pace: Key is a keyed hash.
type PaceKey struct{ Pace, Key string }

// PaceTry is a try that counts in a pace: Key is a keyed hash.
type PaceTry struct {
	limits.Pace
	Key string
}
