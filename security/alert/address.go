package alert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

// AddressChanged is what follows when the marketplace comes with an account whose address is another one now:
// the change is on record and asked about like any that it tells as an activity, and each of the addresses that
// counted hears of it in the same commit, and the new one. If an activity has told of it up to a day before, only
// the new one does: the others were asked then. Of a locked account not every activity is mailed, and all hear of it.
func AddressChanged(ctx context.Context, s *Service, a security.Account, all []security.Address, to string,
	now time.Time) ([]security.Write, error) {
	old, told := security.InForce(all, false), notice.EmailChanged{At: now}
	before, err := s.askedBefore(ctx, a, old, to, now)
	if err != nil {
		return nil, err
	}
	if before {
		return access.TellOfAddress(s.Core, a, nil, "", to, told), nil
	}
	locked, err := s.LockedAt(ctx, a)
	if err != nil {
		return nil, err
	}
	did := security.Activity{ID: token.OrderedID(now), Account: a.ID, At: now, Kind: recovery.EmailChanged,
		From: security.Mask(old.Email), To: security.Mask(to)}
	x := s.ChangeAlert(did)
	x.MailedAt = now // by the mails of this commit
	mails := access.TellOfAddress(s.Core, a, security.Book(all, locked).Told(now), "", to, told)
	more, err := security.TellOrganisation(ctx, s.Core, a, notice.NewsAddress, now)
	return slices.Concat([]security.Write{security.PutActivities{Activities: []security.Activity{did}},
		AddAlert{x}}, mails, more), err
}

// askedBefore reports whether the addresses of the account were asked about the change from old to another
// address before the account itself came with it: the last change of address that an activity told of was this
// one. Where too much else was asked to know, they are told; and where the account is locked, or was then.
func (s *Service) askedBefore(ctx context.Context, a security.Account, old security.Address, to string,
	now time.Time) (bool, error) {
	if a.Locked() {
		return false, nil
	}
	c, err := s.Store.LatestCase(ctx, a.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return false, fmt.Errorf("read latest case: %w", err)
	}
	since := slices.MaxFunc([]time.Time{now.Add(-alertFresh), old.Since, c.ClosedAt}, time.Time.Compare)
	asked, err := s.Store.Alerts(ctx, old.Account, since, recentAlerts)
	if err != nil {
		return false, fmt.Errorf("read alerts: %w", err)
	}
	last := slices.IndexFunc(asked, func(x Alert) bool { return x.What == recovery.EmailChanged })
	if last < 0 || asked[last].MailedAt.IsZero() {
		return false, nil
	}
	x := asked[last]
	done, err := s.Store.Activities(ctx, old.Account, x.At.Add(-time.Millisecond), recentAlerts)
	if err != nil {
		return false, fmt.Errorf("read activity: %w", err)
	}
	return slices.ContainsFunc(done, func(a security.Activity) bool {
		return a.ID == x.Activity && identifier.Fold(a.To) == identifier.Fold(to)
	}), nil
}

// Untold leaves out the changes of address of which the account itself came with the new one before: their
// addresses were asked about them then. What the marketplace tells of such a change, which is more than we knew,
// takes the place of what was put on record then, by writes. What happened after that is another change, be it to
// the same address.
func Untold(ctx context.Context, s *Service, all []security.Activity) (left []security.Activity,
	writes []security.Write, err error) {
	replaced := map[string]bool{}
	for _, a := range all {
		x, err := s.cameWith(ctx, a)
		if err != nil {
			return nil, nil, err
		}
		if x.ID == "" {
			left = append(left, a)
			continue
		}
		done, err := s.Store.Activities(ctx, a.Account, x.Since.Add(-time.Millisecond), recentAlerts)
		if err != nil {
			return nil, nil, fmt.Errorf("read activity: %w", err)
		}
		for _, d := range done {
			if d.Kind == a.Kind && d.At.Equal(x.Since) && d.Digest == "" && !replaced[d.ID] {
				replaced[d.ID] = true
				writes = append(writes, MoveAlert{From: d.ID, To: a.ID}, DropActivity{ID: d.ID})
				break
			}
		}
	}
	return left, writes, nil
}

// cameWith is the address that the account itself came with, if a is the change to it; it has no id if not.
func (s *Service) cameWith(ctx context.Context, a security.Activity) (security.Address, error) {
	if a.Kind != recovery.EmailChanged {
		return security.Address{}, nil
	}
	all, err := s.Store.Addresses(ctx, a.Account)
	if err != nil {
		return security.Address{}, fmt.Errorf("read addresses: %w", err)
	}
	at := slices.IndexFunc(all, func(x security.Address) bool {
		return x.Origin == security.OriginImport && identifier.Fold(x.Email) == identifier.Fold(a.To) &&
			!a.At.After(x.Since.Add(limits.Skew)) && a.At.After(x.Since.Add(-alertFresh))
	})
	if at < 0 {
		return security.Address{}, nil
	}
	return all[at], nil
}
