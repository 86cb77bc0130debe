package review

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
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// CaseKeptFor is how long a case stays with an analyst who does nothing about it.
// After that anybody may take it over.
const CaseKeptFor = 30 * time.Minute

// TakeCase gives the case to m, who reviews it from then on; version is that of the
// page, 0 takes the case as it is. It refuses with CaseTakenBy, whose Args are the
// name of the holder and since when (RFC 3339), while somebody else is at it, and
// with CaseNotInReview when the case is over. Taking one's own case again is no
// error.
func (s *Service) TakeCase(ctx context.Context, m *staff.Member, number string,
	version int64) error {
	err := s.takeCase(ctx, m, number, version)
	if errors.Is(err, security.ErrConflict) {
		// Another analyst who was quicker is named.
		err = s.takeCase(ctx, m, number, version)
	}
	return err
}

func (s *Service) takeCase(ctx context.Context, m *staff.Member, number string,
	version int64) error {
	c, a, err := s.caseOf(ctx, m, "case.take", number)
	if err != nil {
		return err
	}
	now := s.Now()
	fresh := freshlyTaken(c, now)
	switch {
	case c.State.Over():
		return security.Refuse("", refusal.CaseNotInReview)
	case fresh && c.Assignee != m.ID:
		return s.takenBy(ctx, c)
	case fresh && c.State == recovery.InReview:
		return nil // it was m's already
	case version != 0 && version != c.Version:
		return security.ErrConflict
	}
	if err := s.secondLook(ctx, m, c); err != nil {
		return err
	}
	e := s.caseEvent(m, audit.CaseTaken, c, now)
	e.Data = map[string]string{"from": c.Assignee, "to": m.ID}
	mails, err := s.tellTaken(ctx, a, c, now)
	if err != nil {
		return err
	}
	c.Assignee, c.TakenAt = m.ID, now
	writes := []security.Write{security.SaveCase{Case: c}} // from a colleague
	if c.State != recovery.InReview {
		if _, writes, err = security.Move(c, recovery.EventTaken); err != nil {
			return err
		}
	}
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil {
		return err
	}
	writes = append(writes, given(t, m)...)
	return s.Store.Commit(ctx, e, append(writes, mails...)...)
}

func (s *Service) takenBy(ctx context.Context, c security.Case) error {
	names, err := s.Staff.Names(ctx)
	trail, missing := s.Store.Events(ctx, c.ID)
	if err = errors.Join(err, missing); err != nil {
		return fmt.Errorf("read who has it: %w", err)
	}
	return security.Refuse("", refusal.CaseTakenBy, names[c.Assignee],
		heldSince(c, trail).Format(time.RFC3339))
}

// tellTaken tells the owner that a person has begun, the first time one does.
func (s *Service) tellTaken(ctx context.Context, a security.Account, c security.Case,
	now time.Time) ([]security.Write, error) {
	if c.State != recovery.Locked && c.State != recovery.Secured {
		return nil, nil
	}
	n := notice.CaseTaken{Case: c.Number, At: now}
	if !c.SecuredAt.IsZero() { // before that the owner was promised nothing
		t, err := s.Casework.CaseTicket(ctx, c)
		if err != nil {
			return nil, err
		}
		n.NextWord, _ = c.NextWord(t.Topic, now)
	}
	return s.Tell(ctx, a, n, now)
}

// Decision is what an analyst decides about a case, as a page has shown it.
type Decision struct {
	Number       string // of the case, in small or capital letters
	Version      int64  // of the case on the page; 0 decides on the case as it is
	FactsVersion int64  // of the account on the page, for ResumeCase; it counts with a Version
	Reason       string // why; for AskOwner the question
}

// FactsUnseen stands for FactsVersion where a form tells the version alone.
const FactsUnseen = -1

// assigned reads a case that m may decide, as caseOf does: it is as the page showed it, in review, and m
// has it. It refuses with CaseNotInReview or CaseNotYours, and what has changed
// since the page is ErrConflict. TakenAt of the case is the present moment: the hold
// is fresh again with what m does.
func (s *Service) assigned(ctx context.Context, m *staff.Member, what string, d Decision) (
	security.Case, security.Account, error) {
	c, a, err := s.caseOf(ctx, m, what, d.Number)
	switch {
	case err != nil:
	case d.Version != 0 && d.Version != c.Version:
		err = security.ErrConflict
	case c.State != recovery.InReview:
		err = security.Refuse("", refusal.CaseNotInReview)
	case c.Assignee != m.ID:
		err = security.Refuse("", refusal.CaseNotYours)
	}
	c.TakenAt = s.Now()
	return c, a, err
}

// settle is the write that gives the ticket of a case a status; there is none
// before it was opened.
func (s *Service) settle(ctx context.Context, c security.Case,
	status ticket.Status) ([]security.Write, error) {
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil || t.ID == "" || t.Status == status {
		return nil, err
	}
	t.Status = status
	return []security.Write{casework.SaveTicket{Ticket: t}}, nil
}

// said is a message of m, who acts on the case at this moment, on its ticket. It may
// lie there before the ticket is opened.
func (s *Service) said(m *staff.Member, c security.Case, text string) casework.AddMessage {
	msg := s.Message(casework.OwnTicket(c), security.AuthorStaff, true, text, c.TakenAt)
	msg.By = m.ID
	return casework.AddMessage{Message: msg}
}

// remarked is what the portal says to staff in the name of m about a step of the case.
func (s *Service) remarked(m *staff.Member, c security.Case, kind string,
	args ...string) casework.AddMessage {
	return casework.AddMessage{Message: s.Casework.StaffRemark(m, casework.OwnTicket(c),
		security.Remark{Kind: kind, Args: args}, c.TakenAt)}
}

// withdrawn ends what waits for a second person, because m decides otherwise.
func withdrawn(m *staff.Member, c security.Case) EndProposals {
	return EndProposals{Account: c.Account, Kind: lockout.ProposeResume,
		State: lockout.ProposalWithdrawn,
		By:    m.ID, At: c.TakenAt}
}

// ChangeCause says anew what has happened to the account, with a reason. It refuses
// with CauseUnknown or CauseSame beside "cause", with ReasonMissing or ReasonLong
// beside "reason", and as held does. A proposal to resume ends with it.
func (s *Service) ChangeCause(ctx context.Context, m *staff.Member, d Decision,
	cause recovery.Cause) error {
	c, _, err := s.assigned(ctx, m, "case.cause", d)
	if err != nil {
		return err
	}
	if cause != recovery.Compromised && cause != recovery.Hijacked {
		return security.Refuse("cause", refusal.CauseUnknown)
	}
	if cause == c.Cause {
		return security.Refuse("cause", refusal.CauseSame)
	}
	reason, err := staff.CheckReason("reason", d.Reason)
	if err != nil {
		return err
	}
	now := c.TakenAt
	e := s.caseEvent(m, audit.CaseCauseChanged, c, now)
	e.Data = map[string]string{"from": string(c.Cause), "to": string(cause)}
	c.Cause = cause
	writes := []security.Write{
		security.SaveCase{Case: c}, lockout.RecordCause{Case: c.ID, Cause: c.Cause, Facts: c.Facts,
			By: m.ID, At: now},
		s.remarked(m, c, security.SaidCause, string(c.Cause), reason),
		security.AddNote{Note: security.NewNote(c, security.NoteCause, now, reason)},
		withdrawn(m, c),
	}
	if c.Cause == recovery.Hijacked && c.Ticket != "" {
		writes = append(writes, casework.RaiseTicket{Ticket: c.Ticket})
	}
	return s.Store.Commit(ctx, e, writes...)
}

// AskOwner asks the owner something: the case waits for the answer, and the
// question goes to every address and onto the status page. It refuses with
// MessageMissing or MessageLong beside "message", and as held does. A proposal to
// resume ends with it.
func (s *Service) AskOwner(ctx context.Context, m *staff.Member, d Decision) error {
	c, a, err := s.assigned(ctx, m, "case.ask", d)
	if err != nil {
		return err
	}
	text, err := security.TypedMessage(d.Reason)
	if err != nil {
		return err
	}
	now := c.TakenAt
	c, moved, err := security.Move(c, recovery.EventAsked)
	if err != nil {
		return err
	}
	settled, err := s.settle(ctx, c, ticket.Pending)
	if err != nil {
		return err
	}
	mails, err := s.Tell(ctx, a, notice.MoreNeeded{Case: c.Number, Text: text, At: now}, now)
	if err != nil {
		return err
	}
	moved = append(moved, s.said(m, c, text), withdrawn(m, c))
	return s.Store.Commit(ctx, s.caseEvent(m, audit.CaseAsked, c, now),
		slices.Concat(moved, settled, mails)...)
}

// DeclineCase keeps the account locked, at once: the safe direction waits for
// nobody. The owner reads the reason. It refuses with ReasonMissing or ReasonLong
// beside "reason", and as held does.
func (s *Service) DeclineCase(ctx context.Context, m *staff.Member, d Decision) error {
	c, a, err := s.assigned(ctx, m, "case.decline", d)
	if err != nil {
		return err
	}
	reason, err := staff.CheckReason("reason", d.Reason)
	if err != nil {
		return err
	}
	now := c.TakenAt
	c.ClosedAt = now
	c, moved, err := security.Move(c, recovery.EventDeclined)
	if err != nil {
		return err
	}
	ends, err := s.closing(ctx, a, c, notice.KeptLocked{Case: c.Number, Reason: reason, At: now})
	if err != nil {
		return err
	}
	moved = append(moved, s.said(m, c, reason), withdrawn(m, c),
		security.AddNote{Note: security.NewNote(c, security.NoteDeclined, now, reason)})
	return s.Store.Commit(ctx, s.caseEvent(m, audit.CaseDeclined, c, now),
		append(moved, ends...)...)
}

// closing is what both ends of a case have in common: its ticket is solved, no
// link or mailed code works any more, and every address is told.
func (s *Service) closing(ctx context.Context, a security.Account, c security.Case,
	told notice.Notice) ([]security.Write, error) {
	now := c.ClosedAt
	moved, err := s.settle(ctx, c, ticket.Solved)
	if err != nil {
		return nil, err
	}
	mails, err := s.Tell(ctx, a, told, now)
	if err != nil {
		return nil, fmt.Errorf("tell of the end: %w", err)
	}
	return append(append(moved, access.EndMailed(c.Account, now)...), mails...), nil
}
