package alert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/risk"
)

// Denial is what "this was not me" led to.
type Denial struct {
	Locked bool   // the account is in a security lockout
	Link   string // token of the recovery link to go on with at once; "" when it was only mailed
}

// DenyAlert is "this was not me" from a mail. Where somebody else got in, it locks the account in
// the same commit; else a fresh recovery link is mailed. Whoever reads the mailbox that proves
// ownership, and has the mail since less than a day, goes on with that link at once. On an account
// that is locked already the answer becomes evidence. It refuses with AlertOver what is too old;
// saying it again changes nothing.
func (s *Service) DenyAlert(ctx context.Context, v security.Visitor, tok string) (Denial, error) {
	if err := s.SpendFrom(ctx, limits.AlertAddress, v.IP, s.Now()); err != nil {
		return Denial{}, err
	}
	return s.Denied(ctx, func() (AlertQuestion, error) { return s.askedByMail(ctx, v, tok) })
}

// Denied records that it was not the owner, with what follows.
func (s *Service) Denied(ctx context.Context, read func() (AlertQuestion, error)) (d Denial,
	err error) {
	err = security.Retry(ctx, func() error {
		q, err := read()
		if err == nil {
			d, err = s.sayNotMe(ctx, q)
		}
		return err
	})
	return d, err
}

// sayNotMe is one attempt at what follows from "not me".
func (s *Service) sayNotMe(ctx context.Context, q AlertQuestion) (Denial, error) {
	if q.Answer == risk.NotMe {
		return Denial{Locked: q.account.Locked()}, nil
	}
	now := s.Now()
	writes, err := s.answer(ctx, q, risk.NotMe, now)
	if err != nil {
		return Denial{}, err
	}
	switch {
	case q.account.Locked():
		return s.denyLocked(ctx, q, writes, now)
	case q.Grave():
		return s.denyGrave(ctx, q, writes, now)
	}
	return s.denyHarmless(ctx, q, writes, now)
}

// denyGrave locks the account, with the answer, in one commit.
func (s *Service) denyGrave(ctx context.Context, q AlertQuestion, answer []security.Write,
	now time.Time) (Denial, error) {
	number, err := s.Number(ctx, "case", "C-")
	if err != nil {
		return Denial{}, err
	}
	c := security.Case{Number: number, Remark: q.remark()}
	l, err := s.Lockout.Lockout(ctx, q.By, q.account, c, q.denials())
	if err != nil {
		return Denial{}, err
	}
	l.Event.Data["about"] = strings.Join(q.about(), ", ")
	if err := s.Store.Commit(ctx, l.Event, append(l.Writes, answer...)...); err != nil {
		return Denial{}, fmt.Errorf("lock on denial: %w", err)
	}
	return Denial{Locked: true, Link: s.handedOver(q, l.Writes, now)}, nil
}

// denyHarmless mails a fresh recovery link when somebody has the password, or has changed what
// does not let them in. Who typed a wrong password has nothing.
func (s *Service) denyHarmless(ctx context.Context, q AlertQuestion, writes []security.Write,
	now time.Time) (Denial, error) {
	if q.Outcome != risk.Failed {
		to, ok, err := s.Proof(ctx, q.account, now)
		if err != nil {
			return Denial{}, err
		}
		if ok {
			writes = append(writes, s.Lockout.FreshLink(q.account, to, now)...)
		}
	}
	writes = append(writes, q.Ends...)
	if q.Login == "" { // somebody else was in
		joined, _, err := s.Casework.JoinTicket(ctx,
			security.NewTicket(security.TicketLoginDenied, q.account), s.Remark("", q.remark(), now))
		if err != nil {
			return Denial{}, err
		}
		writes = append(writes, joined...)
	}
	e := s.answerEvent(q, audit.LoginDenied, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return Denial{}, fmt.Errorf("record denial: %w", err)
	}
	return Denial{Link: s.handedOver(q, writes, now)}, nil
}

// handedOver is the token of the link among the writes if it may be handed to the reader of the
// alert: it goes to the very mailbox that the alert was read in, and the alert was mailed there
// less than the life of a link ago, so that an old mail lets nobody in (NIST SP 800-63B-4 §4.2).
func (s *Service) handedOver(q AlertQuestion, writes []security.Write, now time.Time) string {
	for _, w := range writes {
		made, ok := w.(lockout.MakeLink)
		if ok && made.Link.Address == q.address &&
			limits.Alive(q.MailedAt, q.MailedAt.Add(s.Policy.LinkLockout), now) {
			return s.Lockout.LinkToken(made.Link.ID)
		}
	}
	return ""
}

// denyLocked puts the answer on record with the running case.
func (s *Service) denyLocked(ctx context.Context, q AlertQuestion, writes []security.Write,
	now time.Time) (Denial, error) {
	c, err := s.Store.Case(ctx, q.account.Case)
	if err != nil {
		return Denial{}, fmt.Errorf("read case: %w", err)
	}
	t := security.NewTicket(security.TicketLoginDenied, q.account)
	said := s.Remark(casework.OwnTicket(c), q.remark(), now)
	more := []security.Write{casework.AddMessage{Message: said},
		security.HoldCase{ID: c.ID, Version: c.Version}}
	if q.Grave() {
		t.Priority = security.PriorityHigh
		if more[1], err = s.proposeAnew(ctx, q, c); err != nil {
			return Denial{}, err
		}
	}
	if c.Ticket != "" { // it may be solved, and is looked at again
		joined, _, err := s.Casework.JoinTicket(ctx, t, said)
		if err != nil {
			return Denial{}, err
		}
		more = append(more[1:], joined...)
	}
	writes = append(append(writes, more...), security.FactsChanged{Account: q.Account})
	e := s.answerEvent(q, audit.LoginDenied, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return Denial{}, fmt.Errorf("record denial: %w", err)
	}
	return Denial{Locked: true}, nil
}

// proposeAnew is the case with the cause that the denial proposes. The cause itself is for staff
// to change.
func (s *Service) proposeAnew(ctx context.Context, q AlertQuestion, c security.Case) (
	security.Write, error) {
	seen, err := s.Lockout.Evidence(ctx, q.Account, c.LockedAt)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.RecoveryOfCase(ctx, c.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	c.Proposed, c.Facts = lockout.Propose(seen.Without(r), s.Lockout.History(seen.Logins),
		lockout.DeniedBefore(c).And(q.denials()), c.LockedAt)
	return security.SaveCase{Case: c}, nil
}

// remark is what the answer tells Account Security.
func (q AlertQuestion) remark() security.Remark {
	if q.Login != "" {
		return security.Remark{Kind: security.SaidLoginDenied, Args: q.about()}
	}
	return security.Remark{Kind: security.SaidChangeDenied, Args: q.about()}
}

func (q AlertQuestion) denials() lockout.Denials {
	switch {
	case !q.Grave():
		return lockout.Denials{}
	case q.Login != "":
		return lockout.Denials{Logins: []time.Time{q.At}}
	}
	return lockout.Denials{Changes: []time.Time{q.At}}
}
