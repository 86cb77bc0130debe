package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/risk"
)

// OwnSession is one session of an account, as its owner sees it.
type OwnSession struct {
	ID                string
	This              bool // whoever asks is in it
	Recovery          bool // it can do the steps of a recovery and nothing else
	Half              bool // the password was right, the second factor is owed
	Device, Country   string
	IP                string
	StartedAt, SeenAt time.Time
	Over              time.Time // zero while it lives
}

// OwnSessions is the sessions of an account: those that live, this one first and then those
// used last, and those of the time of Review that are over, newest first.
type OwnSessions struct {
	Living, Ended []OwnSession
	More          int // how many living ones Living leaves out
	// Devices are those of the logins of the time of Review that need no answer.
	Devices []risk.DeviceGroup
}

// sessionRows is how many sessions of either kind are shown, sessionsRead how many are read.
const (
	sessionRows  = 50
	sessionsRead = 1000
)

// AccountSessions is where the owner is signed in, and was lately.
func (s *Service) AccountSessions(ctx context.Context, u *SignedIn) (OwnSessions, error) {
	now := s.Now()
	all, err := s.ownSessions(ctx, u, now.Add(-security.Review), now)
	if err != nil {
		return OwnSessions{}, err
	}
	h, err := s.Lockout.Past(ctx, u.Account.ID, lockout.HistoryRows, now)
	if err != nil {
		return OwnSessions{}, err
	}
	list := OwnSessions{Devices: risk.Devices(risk.Judge(h))}
	for _, x := range all {
		if x.Over.IsZero() {
			list.Living = append(list.Living, x)
		} else {
			list.Ended = append(list.Ended, x)
		}
	}
	slices.SortFunc(list.Ended, func(a, b OwnSession) int { return b.Over.Compare(a.Over) })
	list.More = max(0, len(list.Living)-sessionRows)
	list.Living = list.Living[:min(len(list.Living), sessionRows)]
	list.Ended = list.Ended[:min(len(list.Ended), sessionRows)]
	return list, nil
}

// ownSessions are the sessions of both kinds that started after since, this one first and then
// those used last.
func (s *Service) ownSessions(ctx context.Context, u *SignedIn, since, now time.Time) ([]OwnSession,
	error) {
	var all []OwnSession
	for _, kind := range []access.SessionKind{access.AccountSession, access.RecoverySession} {
		found, err := s.Store.Sessions(ctx,
			access.SessionFilter{Kind: kind, Subject: u.Account.ID, Since: since,
				Limit: sessionsRead})
		if err != nil {
			return nil, fmt.Errorf("read sessions: %w", err)
		}
		for _, x := range found {
			all = append(all, OwnSession{ID: x.ID, This: x.ID == u.Session.ID,
				Recovery: kind == access.RecoverySession, Half: x.Half(), IP: x.IP, Device: x.Agent,
				StartedAt: x.StartedAt, SeenAt: x.SeenAt, Over: x.Over(now)})
		}
	}
	s.place(all)
	slices.SortFunc(all, func(a, b OwnSession) int {
		if a.This != b.This {
			return map[bool]int{true: -1, false: 1}[a.This]
		}
		return cmp.Or(b.SeenAt.Compare(a.SeenAt), cmp.Compare(b.ID, a.ID))
	})
	return all, nil
}

// place puts a code to each device, which holds its user agent before, and a country to each
// address.
func (s *Service) place(all []OwnSession) {
	for i := range all {
		x := &all[i]
		x.Device, x.Country = risk.Device(x.Device), s.Country(x.IP)
	}
}

// EndOwnSession ends another signed-in session of the account; one that is over already stays as
// it is. ErrNotFound: the account has no other session with this id.
func (s *Service) EndOwnSession(ctx context.Context, u *SignedIn, id string) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		x, err := s.Store.Session(ctx, id)
		switch {
		case err != nil && !errors.Is(err, security.ErrNotFound):
			return fmt.Errorf("read session: %w", err)
		case err != nil || x.Kind != access.AccountSession || x.Subject != u.Account.ID ||
			id == u.Session.ID:
			return security.ErrNotFound
		case !x.EndedAt.IsZero():
			return nil
		}
		now := s.Now()
		e := s.SignedInEvent(u, audit.SessionEnded, now)
		e.Data = map[string]string{"which": "one"}
		return s.Store.Commit(ctx, e, access.EndSession{ID: id, Subject: u.Account.ID, At: now})
	})
}

// EndOtherSessions ends every session of the account, of both kinds, but the one in hand.
func (s *Service) EndOtherSessions(ctx context.Context, u *SignedIn) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	now := s.Now()
	e := s.SignedInEvent(u, audit.SessionEnded, now)
	e.Data = map[string]string{"which": "others"}
	return s.Store.Commit(ctx, e, access.EndSessions{Subject: u.Account.ID, Except: u.Session.ID,
		At: now})
}
