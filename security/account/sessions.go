package account

import (
	"context"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/risk"
)

// OwnSessions is the sessions of an account: those that live, this one first and then those
// used last, and those of the time of Review that are over, newest first: a page of each.
type OwnSessions struct {
	Living, Ended []access.OwnSession
	Others        int // how many live beside this one, on whichever page
	Next          int // where the next page begins; 0 for none
	// Devices are those of the logins of the time of Review that need no answer.
	Devices []risk.DeviceGroup
}

// sessionRows is how many sessions that live, and that are over, a page has.
const sessionRows = 12

// AccountSessions is where the owner is signed in, and was lately, without the first from of each.
func (s *Service) AccountSessions(ctx context.Context, u *SignedIn, from int) (OwnSessions, error) {
	now := s.Now()
	all, err := s.ownSessions(ctx, u, now.Add(-security.Review))
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
	slices.SortFunc(list.Ended, func(a, b access.OwnSession) int { return b.Over.Compare(a.Over) })
	list.Others = len(list.Living) - 1
	var living, ended int
	list.Living, living = pageOf(list.Living, from, sessionRows)
	list.Ended, ended = pageOf(list.Ended, from, sessionRows)
	list.Next = max(living, ended)
	return list, nil
}

// pageOf is a page of so many rows without the first from of all, and where the next one begins; 0 for
// none.
func pageOf[T any](all []T, from, rows int) (page []T, next int) {
	page = all[min(from, len(all)):]
	if len(page) > rows {
		return page[:rows], from + rows
	}
	return page, 0
}

// ownSessions are the sessions of both kinds that started after since, this one first and then
// those used last.
func (s *Service) ownSessions(ctx context.Context, u *SignedIn,
	since time.Time) ([]access.OwnSession, error) {
	return s.Access.OwnSessions(ctx, u.Session, since, access.AccountSession,
		access.RecoverySession)
}

// EndOwnSession ends another signed-in session of the account; one that is over already stays as
// it is. ErrNotFound: the account has no other session with this id.
func (s *Service) EndOwnSession(ctx context.Context, u *SignedIn, id string) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	return s.Access.EndOther(ctx, u.Session, id, s.ending(u))
}

// EndOtherSessions ends every session of the account, of both kinds, but the one in hand.
func (s *Service) EndOtherSessions(ctx context.Context, u *SignedIn) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	return s.Access.EndOthers(ctx, u.Session, s.ending(u))
}

func (s *Service) ending(u *SignedIn) access.Ending {
	return func(which string, now time.Time) (security.Event, []security.Write) {
		e := s.SignedInEvent(u, audit.SessionEnded, now)
		e.Data = map[string]string{"which": which}
		return e, nil
	}
}
