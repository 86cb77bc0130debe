package feed

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/ticket"
)

// ImportTickets adds tickets that exist elsewhere, each under a number of this
// portal. A ticket that is known takes over department and status, unless a
// case holds it: then what happens to it is decided here. An unsolved ticket
// about an account in a lockout belongs to that case at once. The same id with
// another account, subject or time is refused. Every ticket is a commit of its
// own.
func (s *Service) ImportTickets(ctx context.Context, by security.Actor,
	lines []security.Ticket) ([]LineResult, error) {
	results := make([]LineResult, len(lines))
	return results, settled(ctx, lines, results, func(some []security.Ticket, to []LineResult) error {
		return s.importTickets(ctx, by, some, to)
	})
}

func (s *Service) importTickets(ctx context.Context, by security.Actor, lines []security.Ticket,
	results []LineResult) error {
	i := s.importer()
	var changes []security.Change
	var of [][]int
	pending := map[string]security.Ticket{}
	for n, l := range lines {
		w, result, err := i.ticket(ctx, l, pending)
		if err != nil {
			return fmt.Errorf("import tickets: %w", err)
		}
		results[n] = result
		if w == nil {
			continue
		}
		e := s.Event(by, audit.TicketImported, i.now)
		e.Account, e.Data = l.Account, map[string]string{"what": result.Outcome.String()}
		changes, of = append(changes, security.Change{Event: e, Writes: []security.Write{w}}),
			append(of, []int{n})
	}
	if err := s.commitLines(ctx, changes, of, results); err != nil {
		return fmt.Errorf("import tickets: %w", err)
	}
	return nil
}

// ticket decides what one line changes; pending holds what earlier lines of the
// same batch are about to write.
func (i *importer) ticket(ctx context.Context, l security.Ticket,
	pending map[string]security.Ticket) (security.Write, LineResult, error) {
	fault, err := i.vet(ctx, l.Account, l.OpenedAt)
	if err != nil {
		return nil, LineResult{}, err
	}
	if fault != nil {
		return nil, LineResult{Outcome: Refused, Err: fault}, nil
	}
	old, ok := pending[l.ID]
	if !ok {
		old, err = i.Store.Ticket(ctx, l.ID)
	}
	if errors.Is(err, security.ErrNotFound) {
		if l.Number, err = i.Number(ctx, "ticket", "T-"); err != nil {
			return nil, LineResult{}, err
		}
		l.Version, l.DueAt = 1, l.OpenedAt.Add(ticket.Level(l.Topic))
		l.AdoptedBy(i.known[l.Account])
		pending[l.ID] = l
		return casework.OpenTicket{Ticket: l}, LineResult{Outcome: Added}, nil
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
	next.HandTo(l.Department)
	next.AdoptedBy(i.known[l.Account])
	pending[l.ID] = raised(next)
	return casework.SaveTicket{Ticket: next}, LineResult{Outcome: Updated}, nil
}

// raised is the ticket as it stands once it was saved.
func raised(t security.Ticket) security.Ticket {
	t.Version++
	return t
}
