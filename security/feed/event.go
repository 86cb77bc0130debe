package feed

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/recovery"
	"regain/security/token"
)

// ImportLogins adds logins. The same line twice is one login; an id that is
// known with other content is refused. One commit holds all of them, and what
// their owners are told.
func (s *Service) ImportLogins(ctx context.Context, by security.Actor,
	lines []security.Login) (results []LineResult, err error) {
	err = security.Retry(ctx, func() error {
		results, err = s.importLogins(ctx, by, lines)
		return err
	})
	return results, err
}

func (s *Service) importLogins(ctx context.Context, by security.Actor,
	lines []security.Login) ([]LineResult, error) {
	results, fresh, err := importNew(ctx, s.importer(), lines, ofLogins)
	if err != nil {
		return nil, fmt.Errorf("import logins: %w", err)
	}
	if len(fresh) == 0 {
		return results, nil
	}
	now := s.Now()
	writes, err := s.Alert.Observe(ctx, fresh, now)
	if err != nil {
		return nil, fmt.Errorf("import logins: %w", err)
	}
	e := s.Event(by, audit.LoginsImported, now)
	e.Data = map[string]string{"added": strconv.Itoa(len(fresh))}
	return results, s.Store.Commit(ctx, e, writes...)
}

// ImportActivities adds activity, by the rules of ImportLogins.
func (s *Service) ImportActivities(ctx context.Context, by security.Actor,
	lines []security.Activity) (results []LineResult, err error) {
	err = security.Retry(ctx, func() error {
		results, err = s.importActivities(ctx, by, lines)
		return err
	})
	return results, err
}

func (s *Service) importActivities(ctx context.Context, by security.Actor,
	lines []security.Activity) ([]LineResult, error) {
	results, fresh, err := importNew(ctx, s.importer(), lines, history[security.Activity]{
		of:  security.OldActivities,
		key: func(a security.Activity) entry { return entry{a.ID, a.Digest, a.Account, a.At} },
	})
	if err != nil {
		return nil, fmt.Errorf("import activity: %w", err)
	}
	if len(fresh) == 0 {
		return results, nil
	}
	var addresses []security.Write
	for _, a := range fresh {
		told, err := s.toldAddress(ctx, a)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, told...)
	}
	now := s.Now()
	ask, replaced, err := alert.Untold(ctx, s.Alert, fresh)
	if err != nil {
		return nil, err
	}
	alerts, err := s.Alert.ObserveChanges(ctx, ask, addresses, now)
	if err != nil {
		return nil, fmt.Errorf("import activity: %w", err)
	}
	e := s.Event(by, audit.ActivityImported, now)
	e.Data = map[string]string{"added": strconv.Itoa(len(fresh))}
	writes := append([]security.Write{security.PutActivities{Activities: fresh}}, addresses...)
	return results, s.Store.Commit(ctx, e, slices.Concat(writes, replaced, alerts)...)
}

// toldAddress mends what is known of an account's addresses by a change that
// the platform tells: the address on file, which so far looked as old as the
// account, came only then and may be somebody else's, and the one before it is
// what the account began with, which proves ownership. A change whose new address
// cannot be read may be this one.
func (s *Service) toldAddress(ctx context.Context, a security.Activity) ([]security.Write, error) {
	if a.Kind != recovery.EmailChanged {
		return nil, nil
	}
	all, err := s.Store.Addresses(ctx, a.Account)
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	a.From, a.To = identifier.Mailbox(a.From), identifier.Mailbox(a.To)
	all = security.Own(all)
	if len(all) != 1 || all[0].Origin != security.OriginFirst ||
		security.ValidEmail(a.To) && identifier.Fold(all[0].Email) != identifier.Fold(a.To) ||
		!a.At.After(all[0].Since) {
		return nil, nil
	}
	writes := []security.Write{alert.RedateAddress{ID: all[0].ID, Origin: security.OriginTold,
		Since: a.At}}
	if security.ValidEmail(a.From) && identifier.Fold(a.From) != identifier.Fold(a.To) {
		writes = append(writes, security.AddAddress{Address: security.Address{ID: token.ShortID(),
			Account: a.Account,
			Email:   a.From, Since: all[0].Since, Until: a.At, Origin: security.OriginFirst}})
	}
	return writes, nil
}

// entry is what logins and activity have in common.
type entry struct {
	id, digest, account string
	at                  time.Time
}

// history is how one of the two is looked up.
type history[T any] struct {
	of  security.Dated
	key func(T) entry
}

// ofLogins is how logins are looked up.
var ofLogins = history[security.Login]{of: security.OldLogins,
	key: func(l security.Login) entry { return entry{l.ID, l.Digest, l.Account, l.At} }}

// importNew finds the lines that are new. The others get their result.
func importNew[T any](ctx context.Context, i *importer, lines []T, h history[T]) (
	results []LineResult, fresh []T, err error) {
	ids, accounts := make([]string, len(lines)), make([]string, len(lines))
	for n, l := range lines {
		k := h.key(l)
		ids[n], accounts[n] = k.id, k.account
	}
	if err := i.meet(ctx, accounts); err != nil {
		return nil, nil, fmt.Errorf("read accounts: %w", err)
	}
	known, err := i.Store.Digests(ctx, h.of, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read ids: %w", err)
	}
	results = make([]LineResult, len(lines))
	for n, l := range lines {
		k := h.key(l)
		fault, err := i.vet(ctx, k.account, k.at)
		if err != nil {
			return nil, nil, fmt.Errorf("read account: %w", err)
		}
		digest, exists := known[k.id]
		switch {
		case fault != nil:
			results[n] = LineResult{Outcome: Refused, Err: fault}
		case !exists:
			known[k.id], fresh = k.digest, append(fresh, l)
			results[n] = LineResult{Outcome: Added}
		case digest == k.digest:
			results[n] = LineResult{Outcome: Unchanged}
		default:
			results[n] = refused("id", LineOtherContent, k.id)
		}
	}
	return results, fresh, nil
}
