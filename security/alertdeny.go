package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security/recovery"
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
func (s *Service) DenyAlert(ctx context.Context, v Visitor, tok string) (Denial, error) {
	if err := s.spend(ctx, limitAlertAddress, network(v.IP), s.Now()); err != nil {
		return Denial{}, err
	}
	return s.denied(ctx, func() (alertQuestion, error) { return s.askedByMail(ctx, v, tok) })
}

// DenyLogin is "this was not me" of a signed-in owner about one of their logins, asked before or
// not; it does what DenyAlert does. A session proves no address: the link is mailed, never handed
// over. ErrNotFound: the account has no such login.
func (s *Service) DenyLogin(ctx context.Context, u *SignedIn, login string) (Denial, error) {
	return s.denied(ctx, func() (alertQuestion, error) { return s.ownLogin(ctx, u, login) })
}

// denied records that it was not the owner, with what follows.
func (s *Service) denied(ctx context.Context, read func() (alertQuestion, error)) (d Denial,
	err error) {
	err = retry(ctx, func() error {
		q, err := read()
		if err == nil {
			d, err = s.sayNotMe(ctx, q)
		}
		return err
	})
	return d, err
}

// sayNotMe is one attempt at what follows from "not me".
func (s *Service) sayNotMe(ctx context.Context, q alertQuestion) (Denial, error) {
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
	case q.grave():
		return s.denyGrave(ctx, q, writes, now)
	}
	return s.denyHarmless(ctx, q, writes, now)
}

// denyGrave locks the account, with the answer, in one commit.
func (s *Service) denyGrave(ctx context.Context, q alertQuestion, answer []Write,
	now time.Time) (Denial, error) {
	number, err := s.number(ctx, "case", "C-")
	if err != nil {
		return Denial{}, err
	}
	c := Case{Number: number, Evidence: q.evidence()}
	l, err := s.lockout(ctx, q.by, q.account, c, q.denials())
	if err != nil {
		return Denial{}, err
	}
	l.Event.Data["about"] = q.about()
	if err := s.Store.Commit(ctx, l.Event, append(l.Writes, answer...)...); err != nil {
		return Denial{}, fmt.Errorf("lock on denial: %w", err)
	}
	return Denial{Locked: true, Link: s.handedOver(q, l.Writes, now)}, nil
}

// denyHarmless mails a fresh recovery link when somebody has the password, or has changed what
// does not let them in. Who typed a wrong password has nothing.
func (s *Service) denyHarmless(ctx context.Context, q alertQuestion, writes []Write,
	now time.Time) (Denial, error) {
	if q.Outcome != risk.Failed {
		all, err := s.addresses(ctx, q.Account)
		if err != nil {
			return Denial{}, err
		}
		if to, ok := recovery.ProofAddress(all, now); ok {
			writes = append(writes, s.freshLink(q.account, to, now)...)
		}
	}
	e := s.answerEvent(q, LoginDenied, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return Denial{}, fmt.Errorf("record denial: %w", err)
	}
	return Denial{Link: s.handedOver(q, writes, now)}, nil
}

// handedOver is the token of the link among the writes if it may be handed to the reader of the
// alert: it goes to the very mailbox that the alert was read in, and the alert was mailed there
// less than the life of a link ago, so that an old mail lets nobody in (NIST SP 800-63B-4 §4.2).
func (s *Service) handedOver(q alertQuestion, writes []Write, now time.Time) string {
	for _, w := range writes {
		made, ok := w.(MakeLink)
		if ok && made.Link.Address == q.address &&
			now.Before(q.MailedAt.Add(s.Policy.LinkLockout)) {
			return s.LinkToken(made.Link.ID)
		}
	}
	return ""
}

// denyLocked puts the answer on record with the running case.
func (s *Service) denyLocked(ctx context.Context, q alertQuestion, writes []Write,
	now time.Time) (Denial, error) {
	c, err := s.Store.Case(ctx, q.account.Case)
	if err != nil {
		return Denial{}, fmt.Errorf("read case: %w", err)
	}
	t := newTicket(TicketLoginDenied, q.account)
	said := s.message(ownTicket(c), AuthorRegain, false, q.evidence(), now)
	more := []Write{AddMessage{said}, HoldCase{c.ID, c.Version}}
	if q.grave() {
		t.Priority = PriorityHigh
		if more[1], err = s.proposeAnew(ctx, q, c, now); err != nil {
			return Denial{}, err
		}
	}
	if c.Ticket != "" { // it may be solved, and is looked at again
		joined, _, err := s.joinTicket(ctx, t, said)
		if err != nil {
			return Denial{}, err
		}
		more = append(more[1:], joined...)
	}
	writes = append(append(writes, more...), Stir{Account: q.Account})
	e := s.answerEvent(q, LoginDenied, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return Denial{}, fmt.Errorf("record denial: %w", err)
	}
	return Denial{Locked: true}, nil
}

// proposeAnew is the case with the cause that the denial proposes. The cause itself is for staff
// to change.
func (s *Service) proposeAnew(ctx context.Context, q alertQuestion, c Case, now time.Time) (Write,
	error) {
	seen, err := s.evidence(ctx, q.Account, now)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.RecoveryOfCase(ctx, c.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	c.Proposed, c.Facts = propose(seen.without(r), s.history(seen.Logins),
		deniedBefore(c).and(q.denials()), now)
	return SaveCase{c}, nil
}

// evidence is what the answer tells Account Security.
func (q alertQuestion) evidence() string {
	if q.Login != "" {
		return "The owner says that this was somebody else: " + q.about()
	}
	return "The owner says that somebody else made this change: " + q.about()
}

// denials are the moments of what the owner says was somebody else: logins that succeeded, and
// changes that only somebody who is in can make.
type denials struct{ logins, changes []time.Time }

func (q alertQuestion) denials() denials {
	switch {
	case !q.grave():
		return denials{}
	case q.Login != "":
		return denials{logins: []time.Time{q.At}}
	}
	return denials{changes: []time.Time{q.At}}
}

// deniedBefore is what the owner has denied so far in the case.
func deniedBefore(c Case) denials {
	var d denials
	for _, f := range c.Facts {
		switch f.Code {
		case recovery.SignalLoginDenied:
			d.logins = append(d.logins, f.At)
		case recovery.SignalChangeDenied:
			d.changes = append(d.changes, f.At)
		}
	}
	return d
}

func (d denials) and(more denials) denials {
	return denials{moments(d.logins, more.logins), moments(d.changes, more.changes)}
}

// moments are those of both lists, each once.
func moments(a, b []time.Time) []time.Time {
	all := slices.SortedFunc(slices.Values(slices.Concat(a, b)), time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}
