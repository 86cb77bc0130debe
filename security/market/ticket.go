package market

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/staff"
	"regain/security/token"
)

// Ticket is a ticket as staff read it, with what the reader calls it.
type Ticket struct {
	desk.DeskTicket
	External map[string]string // by the id of the message; "" for the ticket itself
}

// Ticket reads a ticket as desk.Service.DeskTicket does.
func (s *Service) Ticket(ctx context.Context, m *staff.Member, number string) (Ticket, error) {
	d, err := s.Desk.DeskTicket(ctx, m, number)
	if err != nil {
		return Ticket{}, err
	}
	names, err := s.Market.Outside(ctx, m.Holder, d.Ticket.ID)
	if err != nil {
		return Ticket{}, fmt.Errorf("read names outside: %w", err)
	}
	return Ticket{d, names}, nil
}

// Open opens a ticket as desk.Service.OpenTicketFor does. What the program has opened under the same
// name before is left as it is: fresh is false.
func (s *Service) Open(ctx context.Context, m *staff.Member, n desk.NewTicket) (number string,
	fresh bool, err error) {
	return s.once(ctx, m, "ticket.open_for", casework.OutsideTicket, n.External,
		func(known func(context.Context) error) (string, error) {
			n.Unless = known
			return s.Desk.OpenTicketFor(ctx, m, n)
		})
}

// Work works on a ticket as desk.Service.WorkTicket does. A message, or without one a name for the
// ticket, that the program has told before changes nothing: fresh is false.
func (s *Service) Work(ctx context.Context, m *staff.Member, number string, version int64,
	w desk.Work) (ticket string, fresh bool, err error) {
	kind := casework.OutsideTicket
	if w.Message != "" {
		kind = casework.OutsideMessage
	}
	return s.once(ctx, m, "ticket.work", kind, w.External,
		func(known func(context.Context) error) (string, error) {
			w.Unless = known
			return token.FoldNumber(number), s.Desk.WorkTicket(ctx, m, number, version, w)
		})
}

// errKnown says that the program has told something under a name before.
var errKnown = errors.New("the name is known")

// once does something under a name of the program, unless that is known; of two at once one finds
// what the other did.
func (s *Service) once(ctx context.Context, m *staff.Member, what string, kind casework.OutsideKind,
	external string, do func(known func(context.Context) error) (string, error)) (number string,
	fresh bool, err error) {
	if err := s.Staff.Permit(ctx, m, staff.RightHelp, what); err != nil {
		return "", false, err
	}
	if external == "" {
		number, err = do(nil)
		return number, err == nil, err
	}
	if m.Holder == "" {
		return "", false, security.ErrNotFound // nobody of staff has names of their own
	}
	var before casework.NameOutside
	number, err = do(func(ctx context.Context) (err error) {
		before, err = s.Market.Inside(ctx, m.Holder, kind, external)
		switch {
		case errors.Is(err, security.ErrNotFound):
			return nil
		case err != nil:
			return fmt.Errorf("read name outside: %w", err)
		}
		return errKnown
	})
	if !errors.Is(err, errKnown) {
		return number, err == nil, err
	}
	t, err := s.Store.Ticket(ctx, before.Ticket)
	return t.Number, false, err
}
