package guided

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// ContestState is what the link "I did not do this" is good for.
type ContestState string

// The states of such a link.
const (
	ContestOpen ContestState = "open"
	ContestDone ContestState = "done" // the password has stopped working, here or elsewhere
	// there is a newer password, the address counts no more, the case is decided, or it is long ago
	ContestOver    ContestState = "over"
	ContestUnknown ContestState = "unknown" // no link of ours
)

// ContestPage is what the link tells whoever opens it: no more than the mail around it did.
type ContestPage struct {
	State  ContestState
	Masked string
	Locale string     // that of the account
	What   string     // kind of the activity that it is about
	At     time.Time  // when that was
	Locked bool       // the account is in a security lockout
	LinkTo string     // masked address that a fresh recovery link goes to; "" when none proves
	Use    access.Use // of ContestDone
}

// ContestToken is the secret part of the link "I did not do this" in a mail about a change; id is what
// notice.Envelope.Contest holds.
func (s *Service) ContestToken(id string) string { return s.Keys.Sign(security.PurposeContest, id) }

// OpenContest looks at the link "I did not do this" of a mail about a change. It changes nothing.
func (s *Service) OpenContest(ctx context.Context, tok string) (ContestPage, error) {
	q, err := s.mailedContest(ctx, tok)
	if errors.Is(err, security.ErrNotFound) {
		return ContestPage{State: ContestUnknown}, nil
	}
	if err != nil {
		return ContestPage{}, err
	}
	p := ContestPage{State: q.state(s.Now()), Masked: security.Mask(q.account.Username), What: q.what,
		At: q.at, Locked: q.account.Locked(), Locale: q.account.Locale}
	if to, ok := q.book.Proof(s.Now()); ok {
		p.LinkTo = security.Mask(to.Email)
	}
	if p.State == ContestDone && q.locks != nil {
		at := q.locks.LockedAt
		if q.locks.ContestedAt.After(at) {
			at = q.locks.ContestedAt
		}
		p.Use, err = s.Access.UseOf(ctx, q.account.ID, at, audit.PasswordContested, audit.LoginDenied,
			audit.AccountLocked)
	}
	return p, err
}

// Contest is "I did not do this" from the mail about a change, which whoever reads an address that
// counts may say. Every session and link ends, and every address is told. A case that an updated
// password had secured is locked again and needs four eyes, and that password stops working; an account
// that was not locked is locked now, by a password that was denied with that password dead. Saying it
// again changes nothing. It refuses with ContestOver what is about an older password or is answered.
func (s *Service) Contest(ctx context.Context, v security.Visitor, tok string) error {
	if err := s.SpendFrom(ctx, limits.AlertAddress, v.IP, s.Now()); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		q, err := s.mailedContest(ctx, tok)
		if err != nil {
			return err
		}
		return s.contest(ctx, q, security.Actor{Kind: security.ByOwner, ID: q.account.ID,
			Visitor: v})
	})
}

// ContestOwn is the same from the status page, of the password that the page tells of.
func (s *Service) ContestOwn(ctx context.Context, was *Owner) error {
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, was, "")
		if err != nil {
			return err
		}
		switch {
		case o.Progress.Next() == recovery.Verify:
			return o.open(recovery.Password)
		case o.Case == nil || !o.Progress.PasswordDone:
			return security.Refuse("", refusal.StepNotOpen)
		case o.Over():
			return security.Refuse("", refusal.RecoveryReadOnly)
		}
		q := contested{what: recovery.PasswordChanged, account: o.Account, locks: o.Case, at: o.Account.PasswordAt}
		return s.contest(ctx, q, o.Actor())
	})
}

func (s *Service) mailedContest(ctx context.Context, tok string) (contested, error) {
	signed, ok := s.Keys.Open(security.PurposeContest, tok)
	c, known := notice.ReadContest(signed)
	if !ok || !known {
		return contested{}, security.ErrNotFound
	}
	q := contested{what: c.What, address: c.Address, at: c.At}
	// The notes come first: of a lockout in this moment the account tells, or both do.
	notes, err := s.Store.Notes(ctx, c.Account)
	if err != nil {
		return q, fmt.Errorf("read notes: %w", err)
	}
	if q.account, err = s.Store.Account(ctx, c.Account); err != nil {
		return q, err
	}
	q.since = slices.ContainsFunc(notes, func(n security.Note) bool {
		return n.Action == security.NoteLockout && !n.At.Before(c.At)
	})
	if q.account.Locked() {
		k, err := s.Store.Case(ctx, q.account.Case)
		if err != nil {
			return q, fmt.Errorf("read case: %w", err)
		}
		q.locks, q.since = &k, q.since || !k.LockedAt.Before(c.At)
	}
	q.book, err = s.Addresses(ctx, q.account)
	return q, err
}

func (s *Service) contest(ctx context.Context, q contested, by security.Actor) error {
	now := s.Now()
	switch q.state(now) {
	case ContestDone:
		return nil
	case ContestOver:
		return security.Refuse("", refusal.ContestOver)
	}
	if q.locks == nil {
		return s.lockContested(ctx, q, by)
	}
	says, about := q.says()
	writes, err := s.Unsecure(ctx, Unsecuring{Account: q.account, Case: *q.locks, At: now, Says: says})
	if err != nil {
		return err
	}
	e := s.Event(by, audit.PasswordContested, now)
	if !q.password() {
		e = s.Event(by, audit.LoginDenied, now)
		e.Data = map[string]string{"about": about}
	}
	e.Account, e.Case = q.account.ID, q.locks.ID
	return s.Store.Commit(ctx, e, writes...)
}

// lockContested locks an account on which somebody else has changed something. Their password dies.
func (s *Service) lockContested(ctx context.Context, q contested, by security.Actor) error {
	number, err := s.Number(ctx, "case", "C-")
	if err != nil {
		return err
	}
	says, about := q.says()
	c := security.Case{Number: number, Remark: says}
	if q.password() {
		c.ContestedAt = s.Now()
	}
	l, err := s.Lockout.Lockout(ctx, by, q.account, c, lockout.Denials{Changes: []time.Time{q.at}})
	if err != nil {
		return err
	}
	l.Event.Data["about"] = about
	if q.password() { // before locking moves the version on
		l.Writes = append([]security.Write{deadPassword(q.account, l.Event.At)}, l.Writes...)
	}
	return s.Store.Commit(ctx, l.Event, l.Writes...)
}

// deadPassword is the write after which no password opens the account.
func deadPassword(a security.Account, now time.Time) security.Write {
	return security.SetPassword{Account: a.ID, At: now, IfVersion: a.Version}
}

// Unsecuring is why and how an updated password is taken back on a locked account.
type Unsecuring struct {
	Account security.Account
	Case    security.Case
	At      time.Time
	Says    security.Remark // on the case's ticket, for staff
	ByStaff bool            // an analyst demands another password
}

// Unsecure is the writes that take back what a recovery has reached: the password opens nothing,
// its sessions, links and codes end, a factor that was enrolled in it goes, its steps are open
// again, and the case stands where it stood before the update. Every address is told, and the one
// that proves ownership gets a fresh link.
func (s *Service) Unsecure(ctx context.Context, u Unsecuring) ([]security.Write, error) {
	a, c := u.Account, u.Case
	hasNew := !c.SecuredAt.IsZero() // a new password, that is
	c.SecuredAt = time.Time{}
	if !u.ByStaff {
		c.ContestedAt = u.At
	}
	_, moved, err := security.Move(c, recovery.EventContested)
	if err != nil {
		return nil, err
	}
	undone, err := s.undoSteps(ctx, c, u.At)
	if err != nil {
		return nil, err
	}
	writes := slices.Concat(moved, undone, access.EndMailed(a.ID, u.At), []security.Write{
		deadPassword(a, u.At), access.EndSessions{Subject: a.ID, At: u.At},
		casework.AddMessage{Message: s.Core.Remark(casework.OwnTicket(c), u.Says, u.At)},
		security.FactsChanged{Account: a.ID}})
	if c.Ticket != "" {
		writes = append(writes, casework.RaiseTicket{Ticket: c.Ticket})
	}
	if hasNew || u.ByStaff {
		mails, err := s.Tell(ctx, a, notice.PasswordContested{Case: c.Number, At: u.At,
			ByStaff: u.ByStaff}, u.At)
		if err != nil {
			return nil, err
		}
		writes = append(writes, mails...)
	}
	to, ok, err := s.Proof(ctx, a, u.At)
	if ok {
		writes = append(writes, s.Lockout.FreshLink(a, to, u.At)...)
	}
	return writes, err
}

// undoSteps opens the steps of the case's recovery again, if an owner came, and removes the factors
// that were enrolled in it with the codes that came with them: whoever comes next could never show
// those.
func (s *Service) undoSteps(ctx context.Context, c security.Case, now time.Time) ([]security.Write,
	error) {
	r, err := s.Store.RecoveryOfCase(ctx, c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	r.PasswordAt, r.PasswordBy, r.ActivityAt = time.Time{}, "", time.Time{}
	r.TwoFactor, r.TwoFactorAt = "", time.Time{}
	factors, err := s.Store.Factors(ctx, c.Account)
	if err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	writes := []security.Write{SaveRecovery{r}}
	for _, f := range factors {
		if f.Recovery == r.ID {
			writes = append(writes, f.Removed(now))
		}
	}
	if len(writes) > 1 {
		writes = append(writes, access.DropCodes{Subject: c.Account})
	}
	return writes, nil
}
