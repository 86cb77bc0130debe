package apikey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// Bounds of a key. Two of a name may live at once, so that one can take over from the other.
const (
	maxName     = 60
	livePerName = 2
	longestLife = 10 * 365 * 24 * time.Hour
)

// prefix is how every key begins, so that scanners of repositories know it.
const prefix = "rgk_"

// Wanted is a key that somebody asks for. A Life of 0 has no end.
type Wanted struct {
	Name   string
	Scopes []Scope
	Life   time.Duration
}

// Create makes a key for the command line and returns it with what its holder is to show, which
// nobody can find out again. It refuses with NameMissing, NameLong, ScopeMissing, ScopeUnknown,
// KeyLife and KeysLive.
func (s *Service) Create(ctx context.Context, by security.Actor, w Wanted) (Key, string, error) {
	return s.create(ctx, by, w, s.Store.Commit)
}

// create makes a key by way of commit, which must not succeed twice for one wish.
func (s *Service) create(ctx context.Context, by security.Actor, w Wanted,
	commit staff.Commit) (Key, string, error) {
	w, err := w.checked()
	if err != nil {
		return Key{}, "", err
	}
	now := s.Now()
	k := Key{ID: token.ShortID(), Name: w.Name, Scopes: w.Scopes, MadeAt: now}
	if w.Life > 0 {
		k.ExpiresAt = now.Add(w.Life)
	}
	if by.Kind == security.ByStaff {
		k.MadeBy = by.ID
	}
	shown := prefix + k.ID + "_" + token.ID() + token.ID()
	k.Digest = digest(shown)
	e := s.Event(by, audit.KeyMade, now)
	e.Data = map[string]string{"key": k.ID, "name": k.Name, "scopes": join(k.Scopes)}
	err = commit(ctx, e, AddKey{k})
	switch {
	case errors.Is(err, security.ErrConflict):
		return Key{}, "", security.Refuse("name", refusal.KeysLive, strconv.Itoa(livePerName))
	case err != nil:
		return Key{}, "", fmt.Errorf("commit key: %w", err)
	}
	return k, shown, nil
}

// CreateFor is Create for an administrator. It refuses with Denied and ProofNeeded, too;
// access.ErrAnswered: the form has made its key, which is not shown again.
func (s *Service) CreateFor(ctx context.Context, m *staff.Member, w Wanted) (Key, string, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "key.create"); err != nil {
		return Key{}, "", err
	}
	return s.create(ctx, m.Actor(), w, s.Staff.CommitOnce(m))
}

// List lists all keys by name, the newest of a name first, for the command line.
func (s *Service) List(ctx context.Context) ([]Key, error) {
	all, err := s.Keys.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return all, nil
}

// ListFor is List for an administrator.
func (s *Service) ListFor(ctx context.Context, m *staff.Member) ([]Key, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "key.list"); err != nil {
		return nil, err
	}
	return s.List(ctx)
}

// Revoke ends a key at once and returns it, for the command line. Doing it twice is no error;
// ErrNotFound: there is no such key.
func (s *Service) Revoke(ctx context.Context, by security.Actor, id string) (Key, error) {
	var k Key
	err := security.Retry(ctx, func() (err error) {
		if k, err = s.Keys.Key(ctx, id); err != nil || !k.RevokedAt.IsZero() {
			return err
		}
		k.RevokedAt = s.Now()
		e := s.Event(by, audit.KeyRevoked, k.RevokedAt)
		e.Data = map[string]string{"key": k.ID, "name": k.Name}
		return s.Store.Commit(ctx, e, RevokeKey{k.ID, k.RevokedAt})
	})
	if err != nil {
		return Key{}, fmt.Errorf("revoke key: %w", err)
	}
	return k, nil
}

// RevokeFor is Revoke for an administrator. It refuses with Denied and ProofNeeded.
func (s *Service) RevokeFor(ctx context.Context, m *staff.Member, id string) (Key, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "key.revoke"); err != nil {
		return Key{}, err
	}
	return s.Revoke(ctx, m.Actor(), id)
}

func (w Wanted) checked() (Wanted, error) {
	name, err := security.Typed("name", strings.Join(strings.Fields(w.Name), " "), maxName,
		refusal.KeyNameMissing, refusal.NameLong)
	w.Name = name
	switch {
	case err != nil:
		return w, err
	case len(w.Scopes) == 0:
		return w, security.Refuse("scope", refusal.ScopeMissing)
	case w.Life < 0, w.Life > longestLife:
		return w, security.Refuse("expires", refusal.KeyLife)
	}
	for _, wanted := range w.Scopes {
		if !slices.Contains(Scopes, wanted) {
			return w, security.Refuse("scope", refusal.ScopeUnknown)
		}
	}
	w.Scopes = security.InOrder(Scopes, w.Scopes)
	return w, nil
}

// digest is how a key is stored. It has 256 random bits, so that no slow hash is needed.
func digest(shown string) string {
	sum := sha256.Sum256([]byte(shown))
	return hex.EncodeToString(sum[:])
}

func join(scopes []Scope) string {
	words := make([]string, len(scopes))
	for i, x := range scopes {
		words[i] = string(x)
	}
	return strings.Join(words, " ")
}
