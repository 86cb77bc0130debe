package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/notice"
	"regain/security/policy"
	"regain/security/recovery"
	"regain/security/token"
)

// Keeper is whoever changes how they are proved: an owner in a recovery or check-up or signed in,
// or a member of staff, with what only that side adds.
type Keeper struct {
	// nil for staff, who hear by Adds and of whom no activity is kept
	Account *security.Account
	Factors []security.Factor
	Codes   []security.RecoveryCode
	Session Session // stays, under a new token
	// under which a browser lists the passkeys
	Name, Display string
	Recovery      string           // in which a factor is provisional; "" for none
	Anew          bool             // an authenticator brings new recovery codes, whatever there is
	Rules         policy.Rules     // which factors count, and whether the last of them stays
	Holds         []security.Write // bind the commit to what the owner has seen
	Event         func(kind audit.Kind, now time.Time) security.Event
	Adds          func(ctx context.Context, c *Change) ([]security.Write, error)
	// Again reads the keeper anew. ErrNoSession: the session is over, or has moved on.
	Again func(ctx context.Context) (Keeper, error)
}

// Change is what becomes of how an account is proved. One without writes is none.
type Change struct {
	Kind   audit.Kind
	At     time.Time
	Data   map[string]string
	Writes []security.Write
	Did    security.Activity
	Told   notice.Notice
}

// Alter commits a change and returns the session's new token. plan makes the change from the owner
// as they are: what somebody else changed meanwhile is looked at again. The same form again gets
// the same token. A session that another form has moved on changes nothing (ErrConflict), nor does
// one that has ended (ErrNoSession).
func (s *Service) Alter(ctx context.Context, k Keeper, plan func(k Keeper) (Change, error)) (string,
	error) {
	x := k.Session
	err := asTheyAre(ctx, k, func(k Keeper) error {
		c, err := plan(k)
		if err != nil || len(c.Writes) == 0 {
			return err
		}
		writes, err := s.withAll(ctx, k, &c)
		if err != nil {
			return err
		}
		e := k.Event(c.Kind, c.At)
		e.Data = c.Data
		if err = s.Store.Commit(ctx, e, writes...); err == nil {
			x.Generation++
		}
		return err
	})
	if err != nil {
		return s.overtaken(ctx, k.Session, err)
	}
	return s.SessionToken(x), nil
}

// asTheyAre acts for the keeper, and after a conflict for the keeper as they are then.
func asTheyAre(ctx context.Context, k Keeper, act func(k Keeper) error) error {
	return security.Retry(ctx, func() error {
		err := act(k)
		if !errors.Is(err, security.ErrConflict) {
			return err
		}
		again, readErr := k.Again(ctx)
		if readErr != nil {
			return readErr
		}
		k = again
		return err
	})
}

// withAll is everything that is committed with a change: what the side adds, the new token of the
// session and, of an owner, the line of activity and the mails.
func (s *Service) withAll(ctx context.Context, k Keeper, c *Change) ([]security.Write, error) {
	more, err := k.Adds(ctx, c)
	if err != nil {
		return nil, err
	}
	writes := slices.Concat(k.Holds, s.moveOn(k.Session, c.At), c.Writes, more)
	if k.Account == nil {
		return writes, nil
	}
	mails, err := s.Tell(ctx, *k.Account, c.Told, c.At)
	c.Did.At = c.At
	writes = append(writes, OwnChange(k.Account.ID, k.Session.Visitor, c.Did))
	return append(writes, mails...), err
}

// endOthers ends every other session of whoever holds this one.
func (k Keeper) endOthers(now time.Time) security.Write {
	return EndSessions{Subject: k.Session.Subject, Except: k.Session.ID, At: now}
}

// OwnChange is the activity that a change by the owner leaves, so that the rule of triage, four
// eyes and the owner see it like one at the marketplace. From and To are masked already.
func OwnChange(account string, v security.Visitor, a security.Activity) security.Write {
	a.ID, a.Account, a.IP = token.OrderedID(a.At), account, v.IP
	return security.PutActivities{Activities: []security.Activity{a}}
}

// TellOfAddress queues the word of a change to the address to: for the addresses that counted before it, and
// for to itself, whose reader may be who made the change. The link that undoes it, if told has one, is for the
// reader of from alone, the address that was replaced.
func TellOfAddress(s *security.Core, a security.Account, counted []recovery.Address, from, to string,
	told notice.EmailChanged) []security.Write {
	told.To = security.Mask(to)
	var writes []security.Write
	for _, x := range counted {
		if identifier.Fold(x.Email) == identifier.Fold(to) {
			continue
		}
		n := told
		if identifier.Fold(x.Email) != identifier.Fold(from) {
			n.Undo, n.UndoUntil = "", time.Time{}
		}
		writes = append(writes, s.Mail(a, x, n, time.Time{}))
	}
	told.Undo, told.UndoUntil, told.New = "", time.Time{}, true
	return append(writes, s.Mail(a, recovery.Address{Email: to}, told, time.Time{}))
}
