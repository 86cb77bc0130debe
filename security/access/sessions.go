package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
)

// OwnSession is one session, as whoever it lets in sees it.
type OwnSession struct {
	ID                string
	This              bool // whoever asks is in it
	Recovery          bool // it can do the steps of a recovery and nothing else
	Half              bool // the password was right, the second factor is owed
	Known             bool // its browser is known at later sign-ins
	Device, Country   string
	IP                string
	StartedAt, SeenAt time.Time
	Over              time.Time // zero while it lives
}

// SessionsRead is how many sessions of a kind OwnSessions reads, the newest.
const SessionsRead = 1000

// OwnSessions are the sessions of these kinds that the holder of x started after since, this one
// first and then those used last.
func (s *Service) OwnSessions(ctx context.Context, x Session, since time.Time,
	kinds ...SessionKind) ([]OwnSession, error) {
	var all []OwnSession
	for _, kind := range kinds {
		found, err := s.Store.Sessions(ctx, SessionFilter{Kind: kind, Subject: x.Subject,
			Since: since, Limit: SessionsRead})
		if err != nil {
			return nil, fmt.Errorf("read sessions: %w", err)
		}
		for _, f := range found {
			all = append(all, s.ownSession(f, x))
		}
	}
	slices.SortFunc(all, func(a, b OwnSession) int {
		if a.This != b.This {
			return map[bool]int{true: -1, false: 1}[a.This]
		}
		return cmp.Or(b.SeenAt.Compare(a.SeenAt), cmp.Compare(b.ID, a.ID))
	})
	return all, nil
}

// ownSession is f as the holder of x sees it.
func (s *Service) ownSession(f, x Session) OwnSession {
	return OwnSession{ID: f.ID, This: f.ID == x.ID, Recovery: f.Kind == RecoverySession,
		Half: f.Half(), Known: f.knows(s.Now()), IP: f.IP, Country: s.Country(f.IP),
		Device: security.DeviceOf(f.Visitor), StartedAt: f.StartedAt, SeenAt: f.SeenAt,
		Over: f.Over(s.Now())}
}

// Ending is the audit line of an end of sessions, and what is committed with it; which is "one" or
// "others".
type Ending func(which string, now time.Time) (security.Event, []security.Write)

// EndOther ends another session of the kind of x and of its subject, and makes its browser a
// stranger's; where both has happened already it stays as it is. ErrNotFound: there is none with
// this id.
func (s *Service) EndOther(ctx context.Context, x Session, id string, end Ending) error {
	return security.Retry(ctx, func() error {
		other, err := s.Store.Session(ctx, id)
		switch {
		case err != nil && !errors.Is(err, security.ErrNotFound):
			return fmt.Errorf("read session: %w", err)
		case err != nil || other.Kind != x.Kind || other.Subject != x.Subject || id == x.ID:
			return security.ErrNotFound
		}
		now := s.Now()
		var how security.Write = EndSession{ID: id, Subject: x.Subject, At: now}
		if !other.EndedAt.IsZero() {
			if !other.knows(now) {
				return nil
			}
			how = ForgetDevice{id, x.Subject}
		}
		e, more := end("one", now)
		return s.Store.Commit(ctx, e, append(more, how)...)
	})
}

// EndOthers ends every session of the subject of x but x, of every kind, and makes all other
// browsers strangers.
func (s *Service) EndOthers(ctx context.Context, x Session, end Ending) error {
	e, more := end("others", s.Now())
	return s.Store.Commit(ctx, e, append(more, EndSessions{Subject: x.Subject, Except: x.ID,
		At: e.At})...)
}
