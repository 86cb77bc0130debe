package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/token"
)

// AccountSummary is the state of an account, as the command line shows it.
type AccountSummary struct {
	Account   security.Account
	Email     string          // the newest address that is valid
	Case      *security.Case  // the case that locks it; nil when it is not locked
	TwoFactor []string        // the kinds of the enrolled factors, each once
	Notes     []security.Note // oldest first
}

// State is the word for how the account stands.
func (a AccountSummary) State() string { return a.Account.State() }

// SummariseAccount reads the state of the account that who names (id, username
// or address).
func (s *Service) SummariseAccount(ctx context.Context, who string) (AccountSummary, error) {
	a, err := s.Lockout.Find(ctx, who)
	if err != nil {
		return AccountSummary{}, err
	}
	sum := AccountSummary{Account: a}
	if a.Locked() {
		c, err := s.Store.Case(ctx, a.Case)
		if err != nil {
			return sum, fmt.Errorf("read case: %w", err)
		}
		sum.Case = &c
	}
	var addresses []security.Address
	var factors []security.Factor
	err = errors.Join(security.Fetched(&addresses, "addresses")(s.Store.Addresses(ctx, a.ID)),
		security.Fetched(&factors, "factors")(s.Store.Factors(ctx, a.ID)),
		security.Fetched(&sum.Notes, "notes")(s.Store.Notes(ctx, a.ID)))
	sum.Email = security.InForce(addresses, false).Email
	for _, f := range factors {
		if !slices.Contains(sum.TwoFactor, f.Kind) {
			sum.TwoFactor = append(sum.TwoFactor, f.Kind)
		}
	}
	return sum, err
}

// CaseSummary is a case with what belongs to it.
type CaseSummary struct {
	Case     security.Case
	Ticket   *security.Ticket // nil before there is one
	Timeline []security.Event // oldest first
}

// SummariseCase reads the case with the number which, or else the one that locks the
// account that which names, or the newest of it.
func (s *Service) SummariseCase(ctx context.Context, which string) (CaseSummary, error) {
	c, err := s.Store.CaseByNumber(ctx, token.FoldNumber(which))
	if errors.Is(err, security.ErrNotFound) {
		a, err := s.Lockout.Find(ctx, which)
		if err != nil {
			return CaseSummary{}, err
		}
		if c, err = s.presentCase(ctx, a); err != nil {
			return CaseSummary{}, err
		}
	} else if err != nil {
		return CaseSummary{}, fmt.Errorf("read case: %w", err)
	}
	sum := CaseSummary{Case: c}
	if c.Ticket != "" {
		t, err := s.Store.Ticket(ctx, c.Ticket)
		if err != nil {
			return sum, fmt.Errorf("read ticket: %w", err)
		}
		sum.Ticket = &t
	}
	sum.Timeline, err = s.Store.Events(ctx, c.ID)
	return sum, err
}

// TicketLine is a ticket with the number of its case, "" when it has none.
type TicketLine struct {
	security.Ticket
	CaseNumber string
}

// ListTickets lists tickets, newest first.
func (s *Service) ListTickets(ctx context.Context, f security.TicketFilter) ([]TicketLine, error) {
	tickets, err := s.Store.Tickets(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	numbers := map[string]string{"": ""}
	lines := make([]TicketLine, len(tickets))
	for i, t := range tickets {
		number, known := numbers[t.Case]
		if !known {
			c, err := s.Store.Case(ctx, t.Case)
			if err != nil {
				return nil, fmt.Errorf("read case: %w", err)
			}
			number = c.Number
			numbers[t.Case] = number
		}
		lines[i] = TicketLine{t, number}
	}
	return lines, nil
}
