package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/password"
	"regain/security/recovery"
)

// PasswordLine is a new password that an owner chose at the marketplace.
type PasswordLine struct {
	security.Visitor // who chose it, as far as that was told
	Account, Hash    string
	At               time.Time // zero: now
}

// Taken is what became of a password that the marketplace told of.
type Taken string

// What became of it.
const (
	TakenUpdated   Taken = "updated"   // it counts here, too
	TakenUnchanged Taken = "unchanged" // it counted before
	TakenRecorded  Taken = "recorded"  // the account is locked: it counts nothing, and staff see it
)

// ParsePassword reads what is told of a password. Its error is a *LineError.
func ParsePassword(raw []byte, account string) (PasswordLine, Warnings, error) {
	l := readLine(raw, "hash", "changed_at", "ip", "user_agent")
	l.need("hash")
	p := PasswordLine{Account: account, Hash: l.values["hash"], At: l.time("changed_at"),
		Visitor: security.Visitor{IP: l.ip("ip"), Agent: l.agent("user_agent")}}
	if err := password.Valid(p.Hash); err != nil {
		l.fail("hash", LinePasswordHash, err.Error())
	}
	return p, l.warnings, l.err()
}

// TellPassword takes over a password that the owner changed at the marketplace, and ends every session,
// link and code, as a change here does; the owner is asked whether it was them. On a locked account it
// is recorded alone: a password that did not come through the recovery counts nothing, then or later.
// The same hash again changes nothing. A *LineError says that the hash cannot be checked here, or, with
// LineOlder, that what counts is newer. ErrNotFound: there is no such account.
func (s *Service) TellPassword(ctx context.Context, by security.Actor, l PasswordLine) (t Taken, err error) {
	now := s.Now()
	if l.At.After(now.Add(tooFar)) {
		return "", &LineError{Key: "changed_at", Code: LineFuture}
	}
	if err := s.Hasher.Affordable(l.Hash); err != nil {
		return "", &LineError{Key: "hash", Code: LinePasswordHash, Detail: err.Error()}
	}
	if l.At.IsZero() || l.At.After(now) { // their clock may be ahead
		l.At = now
	}
	err = security.Retry(ctx, func() error {
		t, err = s.tellPassword(ctx, by, l)
		return err
	})
	return t, err
}

func (s *Service) tellPassword(ctx context.Context, by security.Actor, l PasswordLine) (Taken, error) {
	a, err := s.Store.Account(ctx, l.Account)
	if err != nil {
		return "", fmt.Errorf("read account: %w", err)
	}
	did := l.activity()
	t, known, err := s.judgePassword(ctx, a, l, did)
	if known || err != nil {
		return t, err
	}
	now := s.Now()
	by.Visitor = l.Visitor // of the key its id is on record
	writes, err := s.Alert.ObserveChanges(ctx, []security.Activity{did}, nil, now)
	if err != nil {
		return "", fmt.Errorf("judge new password: %w", err)
	}
	writes = append(writes, security.PutActivities{Activities: []security.Activity{did}})
	e := s.Event(by, audit.PasswordTold, now)
	e.Account, e.Case, e.Data = a.ID, a.Case, map[string]string{"what": string(t)}
	if t == TakenUpdated {
		writes = append(writes, security.SetPassword{Account: a.ID, Hash: l.Hash, At: l.At,
			IfVersion: a.Version}, access.EndSessions{Subject: a.ID, At: now})
		writes = append(writes, access.EndMailed(a.ID, now)...)
	}
	return t, s.Store.Commit(ctx, e, writes...)
}

// activity is how the change is on record. The same hash is the same change, whenever it is told again.
func (l PasswordLine) activity() security.Activity {
	x := security.Activity{ID: contentID("a-", contentDigest("password", l.Account, l.Hash)),
		Account: l.Account, At: l.At, Kind: recovery.PasswordChanged, IP: l.IP}
	x.Digest = setAt(x, x.At)
	return x
}

// setAt is the digest of a change that was made at a moment.
func setAt(x security.Activity, at time.Time) string { return contentDigest(x.ID, stamp(at)) }

// judgePassword tells what becomes of a change, and whether that is so already.
func (s *Service) judgePassword(ctx context.Context, a security.Account, l PasswordLine,
	did security.Activity) (t Taken, already bool, err error) {
	before, err := s.Store.Digests(ctx, security.OldActivities, []string{did.ID})
	if err != nil {
		return "", false, fmt.Errorf("read activity: %w", err)
	}
	known := before[did.ID]
	older := &LineError{Key: "changed_at", Code: LineOlder}
	switch {
	case l.Hash == a.PasswordHash, known == setAt(did, a.PasswordAt):
		return TakenUnchanged, true, nil
	case known != "" && a.Locked():
		return TakenRecorded, true, nil
	case known != "", !l.At.After(a.PasswordAt):
		return "", false, older
	case a.Locked():
		return TakenRecorded, false, nil
	}
	old, err := s.Store.OldPasswords(ctx, a.ID)
	if err != nil {
		return "", false, fmt.Errorf("read old passwords: %w", err)
	}
	// After the account: that one is held to, and no lockout comes or goes unseen.
	c, err := s.Store.LatestCase(ctx, a.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return "", false, fmt.Errorf("read latest case: %w", err)
	}
	if slices.Contains(old, l.Hash) || !c.ClosedAt.Before(l.At) {
		return "", false, older
	}
	return TakenUpdated, false, nil
}
