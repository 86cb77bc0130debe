package security

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// allow refuses with Denied what the role of the member has no right to, and
// puts the attempt on record. what names the use case.
func (s *Service) allow(ctx context.Context, m *Member, right Right, what string) error {
	return s.Allow(ctx, m, Attempt{Right: right, What: what})
}

// maxDenied bounds what is recorded of an address, in bytes.
const maxDenied = 128

// Attempt is something that takes a right: What names the use case or the route, On what
// stands in the address, such as the number of a case; it may be anything.
type Attempt struct {
	Right    Right
	What, On string
}

// Allow is allow for the route table.
func (s *Service) Allow(ctx context.Context, m *Member, a Attempt) error {
	if m.Role.Has(a.Right) {
		return nil
	}
	e := s.staffEvent(m, AccessDenied, s.Now())
	e.Data = map[string]string{"what": a.What, "role": string(m.Role), "right": string(a.Right)}
	if a.On != "" {
		e.Data["on"] = clean(a.On[:min(len(a.On), maxDenied)])
	}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record denied access: %w", err)
	}
	return refuse("", Denied)
}

// staffEvent is an audit line of what a member of staff does.
func (s *Service) staffEvent(m *Member, kind EventKind, now time.Time) Event {
	return s.event(m.actor(), kind, now)
}

// accountEvent is an audit line of what a member of staff does to an account.
func (s *Service) accountEvent(m *Member, kind EventKind, a Account, now time.Time) Event {
	e := s.staffEvent(m, kind, now)
	e.Account, e.Case = a.ID, a.Case
	return e
}

// viewed records that a member saw the personal data of an account on a page.
func (s *Service) viewed(ctx context.Context, m *Member, a Account, page, reason string) error {
	return s.recordView(ctx, m, a, page, reason, s.Now())
}

// look is viewed for whoever says why they look at an account. From then on the account is open
// to their session.
func (s *Service) look(ctx context.Context, m *Member, a Account, page, reason string) error {
	now := s.Now()
	return s.recordView(ctx, m, a, page, reason, now,
		RecordLook{Look{m.Session.ID, a.ID, reason, now}})
}

func (s *Service) recordView(ctx context.Context, m *Member, a Account, page, reason string,
	now time.Time, writes ...Write) error {
	e := s.accountEvent(m, AccountViewed, a, now)
	e.Data = map[string]string{"page": page, "reason": reason}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return fmt.Errorf("record view: %w", err)
	}
	return nil
}

// looked tells whether the member gave a reason for the account in this session.
func (s *Service) looked(ctx context.Context, m *Member, account string) (Look, bool, error) {
	l, err := s.Store.Look(ctx, m.Session.ID, account)
	if errors.Is(err, ErrNotFound) {
		return Look{}, false, nil
	}
	if err != nil {
		return Look{}, false, fmt.Errorf("read look: %w", err)
	}
	return l, true, nil
}

// maxReason bounds what staff write as a reason, in characters.
const maxReason = 1000

// checkReason cleans the reason in a form and refuses none and a very long one
// beside field.
func checkReason(field, text string) (string, error) {
	text = clean(text)
	switch {
	case text == "":
		return "", refuse(field, ReasonMissing)
	case utf8.RuneCountInString(text) > maxReason:
		return "", refuse(field, ReasonLong, fmt.Sprint(maxReason))
	}
	return text, nil
}
