package security

import (
	"context"
	"errors"
	"slices"
	"time"

	"regain/security/notice"
)

// keeper is whoever changes how they are proved: an owner in a recovery or check-up or signed in,
// or a member of staff, with what only that side adds.
type keeper struct {
	account  *Account // nil for staff, whom nobody writes to and of whom no activity is kept
	factors  []Factor
	codes    []RecoveryCode
	session  Session // stays, under a new token
	recovery string  // in which a factor is provisional; "" for none
	anew     bool    // an authenticator brings new recovery codes, whatever there is
	mustKeep bool    // the last factor stays
	holds    []Write // bind the commit to what the owner has seen
	event    func(kind EventKind, now time.Time) Event
	adds     func(ctx context.Context, c *change) ([]Write, error)
	// again reads the keeper anew. ErrNoSession: the session is over, or has moved on.
	again func(ctx context.Context) (keeper, error)
}

// change is what becomes of how an account is proved. One without writes is none.
type change struct {
	kind   EventKind
	at     time.Time
	data   map[string]string
	writes []Write
	did    Activity
	told   notice.Notice
}

// alter commits a change and returns the session's new token. plan makes the change from the owner
// as they are: what somebody else changed meanwhile is looked at again. A session that has moved
// on or ended changes nothing (ErrNoSession).
func (s *Service) alter(ctx context.Context, k keeper, plan func(k keeper) (change, error)) (string,
	error) {
	x := k.session
	err := retry(ctx, func() error {
		c, err := plan(k)
		if err != nil || len(c.writes) == 0 {
			return err
		}
		writes, err := s.withAll(ctx, k, &c)
		if err != nil {
			return err
		}
		e := k.event(c.kind, c.at)
		e.Data = c.data
		err = s.Store.Commit(ctx, e, writes...)
		if err == nil {
			x.Generation++
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
		again, readErr := k.again(ctx)
		if readErr != nil {
			return readErr
		}
		k = again
		return err
	})
	if err != nil {
		return s.firstAnswer(ctx, k.session, err)
	}
	return s.sessionToken(x), nil
}

// withAll is everything that is committed with a change: what the side adds, the new token of the
// session and, of an owner, the line of activity and the mails.
func (s *Service) withAll(ctx context.Context, k keeper, c *change) ([]Write, error) {
	more, err := k.adds(ctx, c)
	if err != nil {
		return nil, err
	}
	writes := slices.Concat(k.holds, k.session.moveOn(c.at), c.writes, more)
	if k.account == nil {
		return writes, nil
	}
	mails, err := s.tell(ctx, *k.account, c.told, c.at)
	c.did.At = c.at
	writes = append(writes, ownChange(k.account.ID, k.session.Visitor, c.did))
	return append(writes, mails...), err
}

// endOthers ends every other session of whoever holds this one.
func (k keeper) endOthers(now time.Time) Write {
	return EndSessions{k.session.Subject, k.session.ID, now}
}
