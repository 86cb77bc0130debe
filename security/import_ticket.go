package security

import (
	"context"
	"errors"
	"fmt"

	"regain/security/ticket"
)

// ImportTickets adds tickets that exist elsewhere, each under a number of this
// portal. A ticket that is known takes over department and status, unless a
// case holds it: then what happens to it is decided here. An unsolved ticket
// about an account in a lockout belongs to that case at once. The same id with
// another account, subject or time is refused. Every ticket is a commit of its
// own.
func (s *Service) ImportTickets(ctx context.Context, by Actor, lines []Ticket) ([]LineResult,
	error) {
	i := s.importer()
	results := make([]LineResult, len(lines))
	var changes []Change
	var of []int
	pending := map[string]Ticket{}
	for n, l := range lines {
		w, result, err := i.ticket(ctx, l, pending)
		if err != nil {
			return nil, fmt.Errorf("import tickets: %w", err)
		}
		results[n] = result
		if w == nil {
			continue
		}
		e := s.event(by, TicketImported, i.now)
		e.Account, e.Data = l.Account, map[string]string{"what": result.Outcome.String()}
		changes, of = append(changes, Change{e, []Write{w}}), append(of, n)
	}
	if err := s.commitLines(ctx, changes, of, results); err != nil {
		return nil, fmt.Errorf("import tickets: %w", err)
	}
	return results, nil
}

// ticket decides what one line changes; pending holds what earlier lines of the
// same batch are about to write.
func (i *importer) ticket(ctx context.Context, l Ticket, pending map[string]Ticket) (Write,
	LineResult, error) {
	fault, err := i.vet(ctx, l.Account, l.OpenedAt)
	if err != nil {
		return nil, LineResult{}, err
	}
	if fault != nil {
		return nil, LineResult{Refused, fault}, nil
	}
	old, ok := pending[l.ID]
	if !ok {
		old, err = i.Store.Ticket(ctx, l.ID)
	}
	if errors.Is(err, ErrNotFound) {
		if l.Number, err = i.number(ctx, "ticket", "T-"); err != nil {
			return nil, LineResult{}, err
		}
		l.Version, l.DueAt = 1, l.OpenedAt.Add(ticket.Level(l.Topic))
		l.adoptedBy(i.known[l.Account])
		pending[l.ID] = l
		return OpenTicket{l}, LineResult{Outcome: Added}, nil
	}
	if err != nil {
		return nil, LineResult{}, fmt.Errorf("read ticket: %w", err)
	}
	if old.Account != l.Account || old.Subject != l.Subject || !old.OpenedAt.Equal(l.OpenedAt) {
		return nil, refused("id", LineOtherContent, l.ID), nil
	}
	if old.Case != "" || old.Department == l.Department && old.Status == l.Status {
		return nil, LineResult{Outcome: Unchanged}, nil
	}
	next := old
	next.Status = l.Status
	next.handTo(l.Department)
	next.adoptedBy(i.known[l.Account])
	pending[l.ID] = raised(next)
	return SaveTicket{next}, LineResult{Outcome: Updated}, nil
}

// adoptedBy ties an unsolved ticket to the case that locks the account, if one
// does: Account Security then has all of them.
func (t *Ticket) adoptedBy(a Account) {
	if a.Locked() && !t.Status.Settled() {
		t.Case = a.Case
		t.handTo(AccountSecurity)
	}
}

// raised is the ticket as it stands once it was saved.
func raised(t Ticket) Ticket {
	t.Version++
	return t
}
