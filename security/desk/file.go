package desk

import (
	"context"
	"errors"
	"fmt"
	"io"

	"regain/security"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/staff"
)

// File reads a clean file that came with a message, for whoever may read the message, and records that
// the member saw it. It refuses as DeskTicket does. ErrNotFound: it is on no message about an account,
// or not clean.
func (s *Service) File(ctx context.Context, m *staff.Member, a attach.Attachment) (io.ReadCloser,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "file.show"); err != nil {
		return nil, err
	}
	if err := s.Spend(ctx, m.Budget(limits.TicketViews), m.ID, s.Now()); err != nil {
		return nil, err
	}
	if a.Account == "" || a.Message == "" {
		return nil, security.ErrNotFound
	}
	of, err := s.mayRead(ctx, m, a)
	if err != nil {
		return nil, err
	}
	return s.Attach.OpenOnRecord(ctx, s.Staff.AccountEvent(m, audit.AttachmentRead, of, s.Now()), a)
}

// mayRead asks whether the member may read the message that a file came with, as the page of its ticket
// does, and records the look. What lies on a case before its ticket opens is for those who review.
func (s *Service) mayRead(ctx context.Context, m *staff.Member, a attach.Attachment) (
	security.Account, error) {
	of, err := s.Store.Account(ctx, a.Account)
	if err != nil {
		return of, fmt.Errorf("read account of file: %w", err)
	}
	t, err := s.Store.Ticket(ctx, a.Ticket)
	switch {
	case err == nil && t.Account != a.Account: // evidence on a report, whose page opens it
		return of, security.ErrNotFound
	case err == nil:
		return of, s.sawTicket(ctx, m, DeskTicket{Ticket: t, Account: of})
	case !errors.Is(err, security.ErrNotFound):
		return of, fmt.Errorf("read ticket of file: %w", err)
	}
	c, err := s.Store.Case(ctx, a.Ticket)
	if err != nil {
		return of, err
	}
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "file.show"); err != nil {
		return of, err
	}
	return of, s.Staff.Look(ctx, m, of, "case", "Case "+c.Number)
}
