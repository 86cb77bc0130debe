package privacy

import (
	"context"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/ticket"
)

// AskDeletion opens a ticket for Trust & Safety about deleting the account, or leaves things as
// they are when one is open, and returns its number. Every address is told. It refuses with
// ProofNeeded, with ConfirmMissing unless confirmed, or with TooManyRequests.
func (s *Service) AskDeletion(ctx context.Context, u *account.SignedIn,
	confirmed bool) (number string, err error) {
	if err := s.Account.NeedFresh(u); err != nil {
		return "", err
	}
	if !confirmed {
		return "", security.Refuse("confirm", refusal.ConfirmMissing)
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Messages, u.Session.ID, now); err != nil {
		return "", err
	}
	wanted := security.NewTicket(security.TicketDeletion, u.Account)
	err = security.Retry(ctx, func() error {
		var writes []security.Write
		said := s.Remark("", security.Remark{Kind: security.SaidDeletion}, now)
		said.Public = true
		if writes, number, err = s.Casework.JoinTicket(ctx, wanted, said); err != nil ||
			len(writes) == 0 {
			return err
		}
		mails, err := s.Tell(ctx, u.Account, notice.DeletionAsked{Ticket: number, At: now,
			NextWord: now.Add(ticket.Level(wanted.Topic))}, now)
		if err != nil {
			return err
		}
		e := s.Account.SignedInEvent(u, audit.DeletionAsked, now)
		e.Data = map[string]string{"ticket": number}
		return s.Store.Commit(ctx, e, append(writes, mails...)...)
	})
	return number, err
}

// DeletionTicket is the ticket about deleting the account that is not settled; nil when there is
// none.
func (s *Service) DeletionTicket(ctx context.Context, u *account.SignedIn) (*security.Ticket,
	error) {
	all, err := s.Store.Tickets(ctx, security.TicketFilter{Account: u.Account.ID})
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	i := slices.IndexFunc(all, func(t security.Ticket) bool {
		return t.Kind == security.TicketDeletion && !t.Status.Settled()
	})
	if i < 0 {
		return nil, nil
	}
	return &all[i], nil
}
