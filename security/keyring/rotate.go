package keyring

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"regain/security"
	"regain/security/audit"
)

// Rotated is what Rotate came to.
type Rotated struct {
	Sealed  int      // values that were sealed anew
	Damaged int      // values that no secret at hand opens; they stay as they are
	Retired []string // ids of the secrets that nothing needs any more
}

// batch is how many values one commit seals anew.
const batch = 50

// Rotate bars the older secrets, seals anew with the first one what they sealed, and retires them.
// So nothing is sealed behind it by a portal that has an older one first still. Links,
// sessions and codes of theirs live for as long as they are at hand. progress hears of every
// commit. Whoever stops it calls it again; several at once do no harm.
func (s *Service) Rotate(ctx context.Context, by security.Actor,
	progress func(h Holding, n int)) (done Rotated, err error) {
	if err := s.bar(ctx, by); err != nil {
		return done, err
	}
	for _, h := range holdings {
		r := round{s, by, h.Holding, h.purposes}
		for after := ""; ; {
			n, damaged, last, err := r.next(ctx, after)
			if err != nil {
				return done, fmt.Errorf("seal %s anew: %w", h.Holding, err)
			}
			if last == "" {
				break
			}
			after = last
			done.Sealed, done.Damaged = done.Sealed+n, done.Damaged+damaged
			progress(h.Holding, n)
		}
	}
	done.Retired, err = s.retire(ctx, by)
	return done, err
}

// round is the way through one holding.
type round struct {
	*Service
	by       security.Actor
	holding  Holding
	purposes []string
}

// next seals a batch from behind after anew; last is "" at the end.
func (r round) next(ctx context.Context, after string) (n, damaged int, last string, err error) {
	found, err := r.Store.SealedOtherwise(ctx, r.holding, r.SealedPrefix(), after, batch)
	if err != nil || len(found) == 0 {
		return 0, 0, "", err
	}
	var writes []security.Write
	for _, x := range found {
		if to, ok := r.anew(x); ok {
			writes = append(writes, Reseal{r.holding, x.ID, x.Value, to})
		} else {
			damaged++
		}
	}
	if n = len(writes); n > 0 {
		e := r.Event(r.by, audit.SecretRotated, r.Now())
		e.Data = map[string]string{"what": string(r.holding), "rows": strconv.Itoa(n)}
		err = r.Store.Commit(ctx, e, writes...)
	}
	return n, damaged, found[len(found)-1].ID, err
}

func (r round) anew(x Sealed) (to string, ok bool) {
	for _, purpose := range r.purposes {
		if plain, err := r.Unseal(purpose, x.ID, x.Value); err == nil {
			return r.Seal(purpose, x.ID, plain), true
		}
	}
	return "", false
}

// older lists the live secrets but the first one.
func (s *Service) older(ctx context.Context) ([]Secret, error) {
	known, err := s.check(ctx)
	return slices.DeleteFunc(known, func(x Secret) bool {
		return !x.Live() || x.ID == s.Keys.KeyID()
	}), err
}

func (s *Service) bar(ctx context.Context, by security.Actor) error {
	older, err := s.older(ctx)
	if err != nil {
		return err
	}
	for _, x := range older {
		e := s.Event(by, audit.SecretBarred, s.Now())
		e.Data = map[string]string{"secret": x.ID}
		if err := s.Store.Commit(ctx, e, BarSecret{x.ID}); err != nil {
			return fmt.Errorf("bar secret %s: %w", x.ID, err)
		}
	}
	return nil
}

// retire records of each older secret that nothing needs it any more.
func (s *Service) retire(ctx context.Context, by security.Actor) (retired []string, err error) {
	older, err := s.older(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range older {
		left, err := json.Marshal(s.Keys.Leave(x.ID, outlive))
		if err != nil {
			return retired, fmt.Errorf("keep what is left of secret %s: %w", x.ID, err)
		}
		now := s.Now()
		e := s.Event(by, audit.SecretRetired, now)
		e.Data = map[string]string{"secret": x.ID}
		err = s.Store.Commit(ctx, e,
			RetireSecret{x.ID, s.Seal(purposeSecret, x.ID, left), now})
		if err != nil {
			return retired, fmt.Errorf("retire secret %s: %w", x.ID, err)
		}
		retired = append(retired, x.ID)
	}
	return retired, nil
}
