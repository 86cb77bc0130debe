package alert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/risk"
)

// alertLife is how long the links of an alert work, from what it is about.
const alertLife = 30 * 24 * time.Hour

// answering is the id of the links of an alert in the mail to one address; see AlertToken.
func answering(alert, address string) string { return alert + "_" + address }

// AlertState is how an alert stands for whoever opens it.
type AlertState string

// The states of an alert, beside risk.Me and risk.NotMe. What the owner said can be taken back as
// long as it was "me".
const (
	AlertOpen    AlertState = "open"
	AlertExpired AlertState = "expired"
	AlertUnknown AlertState = "unknown"
)

// AlertPage is what an alert shows to whoever is asked.
type AlertPage struct {
	State  AlertState
	Alert  Alert
	Login  risk.Login // what it is about; zero for a change
	Masked string     // the account, masked
	Locale string     // that of the account
	Locks  bool       // "not me" locks the account
	Locked bool       // it is locked
	Before bool       // it was before "not me" was said, which mailed no link
	// the address that recovery links go to, masked; "" when none proves ownership
	LinkTo string
	Use    access.Use // once it was answered
}

// AlertQuestion is an alert with what an answer to it rests on.
type AlertQuestion struct {
	Alert
	account security.Account
	login   risk.Login
	address string // id of the address whose reader asks; "" for whoever is signed in
	left    bool   // that address is none of the account's any more
	Unasked bool   // the owner speaks up about what nobody had asked about
	// Ends are the sessions that end with "not me" where that does not lock the account.
	Ends []security.Write
	By   security.Actor // who answers; zero for one that only looks
}

// expired reports whether the links in the mail are over.
func (q AlertQuestion) expired(now time.Time) bool {
	return q.left || q.account.Closed || !now.Before(q.At.Add(alertLife))
}

// OpenAlert tells what the links of an alert in a mail are about. It changes nothing, however
// often a mail scanner asks.
func (s *Service) OpenAlert(ctx context.Context, tok string) (AlertPage, error) {
	q, err := s.mailedQuestion(ctx, tok)
	if errors.Is(err, security.ErrNotFound) {
		return AlertPage{State: AlertUnknown}, nil
	}
	if err != nil {
		return AlertPage{}, err
	}
	p, err := s.AlertPage(ctx, q)
	if err != nil {
		return p, err
	}
	p.Masked, p.Locale = security.Mask(q.account.Username), q.account.Locale
	p.Use, err = s.Lockout.Access.UseOf(ctx, q.Account, q.AnsweredAt, audit.LoginConfirmed, audit.LoginDenied,
		audit.AccountLocked)
	if q.expired(s.Now()) {
		p.State = AlertExpired
	}
	return p, err
}

// AlertPage is what the alert shows to everybody who is asked.
func (s *Service) AlertPage(ctx context.Context, q AlertQuestion) (AlertPage, error) {
	p := AlertPage{State: AlertOpen, Alert: q.Alert, Login: q.login, Locked: q.account.Locked(),
		Locks: q.Grave() && !q.account.Locked()}
	if q.Answer != "" {
		p.State = AlertState(q.Answer)
	}
	if p.Locked && q.Answer == risk.NotMe {
		c, err := s.Store.Case(ctx, q.account.Case)
		if err != nil {
			return p, fmt.Errorf("read case: %w", err)
		}
		p.Before = c.LockedAt.Before(q.AnsweredAt)
	}
	to, ok, err := s.Proof(ctx, q.account, s.Now())
	if ok {
		p.LinkTo = security.Mask(to.Email)
	}
	return p, err
}

func (s *Service) mailedQuestion(ctx context.Context, tok string) (AlertQuestion, error) {
	signed, ok := s.Keys.Open(security.PurposeAlert, tok)
	if !ok {
		return AlertQuestion{}, security.ErrNotFound
	}
	id, address, _ := strings.Cut(signed, "_")
	x, err := s.Store.Alert(ctx, id)
	if err != nil {
		return AlertQuestion{}, err
	}
	q, err := s.QuestionOf(ctx, x)
	if err != nil {
		return q, err
	}
	all, err := s.Addresses(ctx, q.account)
	q.address, q.left = address, !all.Tells(address, s.Now())
	return q, err
}

// QuestionOf reads what an alert is about.
func (s *Service) QuestionOf(ctx context.Context, x Alert) (AlertQuestion, error) {
	q := AlertQuestion{Alert: x}
	var err error
	if q.account, err = s.Store.Account(ctx, x.Account); err != nil {
		return q, fmt.Errorf("read account of alert: %w", err)
	}
	if x.Login == "" {
		return q, nil
	}
	l, err := s.Store.Login(ctx, x.Login)
	if errors.Is(err, security.ErrNotFound) { // removed for its age: the alert says enough
		q.login = risk.Login{ID: x.Login, At: x.At, Country: x.Country, Device: x.Device,
			Outcome: x.Outcome}
		return q, nil
	}
	if err != nil {
		return q, fmt.Errorf("read login of alert: %w", err)
	}
	h, err := s.Lockout.Judged(ctx, []security.Login{l})
	q.login = h.Logins[0]
	return q, err
}

// ConfirmAlert is "this was me" from a mail: what was new is familiar from now on. It refuses with
// AlertOver what is too old; what was answered stays as it is.
func (s *Service) ConfirmAlert(ctx context.Context, v security.Visitor, tok string) error {
	if err := s.SpendFrom(ctx, limits.AlertAddress, v.IP, s.Now()); err != nil {
		return err
	}
	return s.Confirmed(ctx, func() (AlertQuestion, error) { return s.askedByMail(ctx, v, tok) })
}

// askedByMail is the question of a mail as its reader answers it.
func (s *Service) askedByMail(ctx context.Context, v security.Visitor, tok string) (AlertQuestion,
	error) {
	q, err := s.mailedQuestion(ctx, tok)
	if err == nil && q.expired(s.Now()) {
		err = security.Refuse("", refusal.AlertOver)
	}
	q.By = security.Actor{Kind: security.ByOwner, ID: q.Account, Visitor: v}
	return q, err
}

// Confirmed records that it was the owner. An answer that was given stays.
func (s *Service) Confirmed(ctx context.Context, read func() (AlertQuestion, error)) error {
	return security.Retry(ctx, func() error {
		q, err := read()
		if err != nil || q.Answer != "" {
			return err
		}
		now := s.Now()
		writes, err := s.answer(ctx, q, risk.Me, now)
		if err != nil {
			return err
		}
		return s.Store.Commit(ctx, s.answerEvent(q, audit.LoginConfirmed, now), writes...)
	})
}

func (s *Service) answerEvent(q AlertQuestion, kind audit.Kind, now time.Time) security.Event {
	e := s.Event(q.By, kind, now)
	e.Account, e.Case = q.Account, q.account.Case
	e.Data = map[string]string{"about": strings.Join(q.about(), ", ")}
	return e
}

// about names in codes what was asked about, for staff.
func (q AlertQuestion) about() []string {
	at := q.At.Format(time.RFC3339)
	if q.Login != "" {
		return []string{at, q.Outcome, q.Device, q.Country}
	}
	return []string{at, q.What, q.Country}
}

// answer is the writes that keep an answer and what is familiar after it. "Me" makes nothing familiar but by the
// reader of a mail, or from where the owner is known already.
func (s *Service) answer(ctx context.Context, q AlertQuestion, said string,
	now time.Time) ([]security.Write, error) {
	writes := []security.Write{AnswerAlert{q.ID, said, now}}
	if q.Unasked {
		x := q.Alert
		x.Answer, x.AnsweredAt = said, now
		writes = []security.Write{AddAlert{x}}
	}
	if q.Login == "" {
		return writes, nil
	}
	of, err := s.Watch(ctx, []string{q.Account}, now)
	if err != nil {
		return nil, err
	}
	w := of[q.Account]
	switch here := s.Lockout.History([]security.Login{{IP: q.By.IP, Agent: q.By.Agent}}).Logins[0]; {
	case said == risk.Me && (q.address != "" || w.familiar.Vouches(here)):
		w.familiar.Confirm(q.login)
	case said == risk.Me: // whoever has the password alone could say so of themselves
	default:
		var why []risk.Reason
		for _, r := range q.Reasons {
			why = append(why, risk.Reason(r))
		}
		w.familiar.Deny(q.login, why...)
	}
	return append(writes, w.save()), nil
}
