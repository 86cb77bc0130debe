package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
)

// VetoPage is what the link "This is not me" in the mail about an agreed re-proofing tells whoever
// opens it: no more than the mail around it did.
type VetoPage struct {
	State  guided.ContestState
	Masked string // the account
	Locale string // that of the account
	Action lockout.ProposalKind
	To     string // the address to set, masked
	Due    time.Time
	Use    access.Use // of ContestDone
}

// vetoed is a re-proofing as a reader of the account's mail may stop it.
type vetoed struct {
	lockout.Proposal
	account security.Account
	address recovery.Address // whose reader says so
	tells   bool             // the account's mail goes there
}

func (q vetoed) state() guided.ContestState {
	switch {
	case q.State == lockout.ProposalVetoed:
		return guided.ContestDone
	case q.State != lockout.ProposalAgreed, !q.tells:
		return guided.ContestOver
	}
	return guided.ContestOpen
}

// VetoToken is the secret part of the link "This is not me"; id is what notice.ReproofAgreed.Veto
// holds.
func (s *Service) VetoToken(id string) string { return s.Keys.Sign(security.PurposeVeto, id) }

// OpenVeto looks at the link "This is not me" of a mail about an agreed re-proofing. It changes
// nothing.
func (s *Service) OpenVeto(ctx context.Context, tok string) (VetoPage, error) {
	q, err := s.mailedVeto(ctx, tok)
	if errors.Is(err, security.ErrNotFound) {
		return VetoPage{State: guided.ContestUnknown}, nil
	}
	if err != nil {
		return VetoPage{}, err
	}
	p := VetoPage{State: q.state(), Masked: security.Mask(q.account.Username), Action: q.Kind,
		Due: q.DueAt, Locale: q.account.Locale}
	if q.Target != "" {
		p.To = security.Mask(q.Target)
	}
	if p.State == guided.ContestDone {
		p.Use, err = s.Lockout.Access.UseOf(ctx, q.account.ID, q.EndedAt, audit.ReproofVetoed)
	}
	return p, err
}

// Veto is "This is not me", which whoever reads an address that counts may say until the change is
// made: it is not made then, and the ticket is open again, with the high priority. Saying it again
// changes nothing. It refuses with VetoOver.
func (s *Service) Veto(ctx context.Context, v security.Visitor, tok string) error {
	if err := s.SpendFrom(ctx, limits.AlertAddress, v.IP, s.Now()); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		q, err := s.mailedVeto(ctx, tok)
		if err != nil {
			return err
		}
		switch q.state() {
		case guided.ContestDone:
			return nil
		case guided.ContestOver:
			return security.Refuse("", refusal.VetoOver)
		}
		now := s.Now()
		return s.endAgreed(ctx, security.Actor{Kind: security.ByOwner, ID: q.account.ID, Visitor: v},
			q.Proposal, ending{lockout.EndAgreed{ID: q.ID, At: now, State: lockout.ProposalVetoed},
				audit.ReproofVetoed, security.Remark{Kind: security.SaidReproofVetoed,
					Args: []string{security.Mask(q.address.Email)}}},
			[]security.Write{security.FactsChanged{Account: q.account.ID},
				casework.RaiseTicket{Ticket: q.Ticket}})
	})
}

func (s *Service) mailedVeto(ctx context.Context, tok string) (vetoed, error) {
	signed, ok := s.Keys.Open(security.PurposeVeto, tok)
	id, address, cut := strings.Cut(signed, "_")
	if !ok || !cut {
		return vetoed{}, security.ErrNotFound
	}
	p, err := s.Store.Proposal(ctx, id)
	if err != nil {
		return vetoed{}, err
	}
	q := vetoed{Proposal: p}
	if q.account, err = s.Store.Account(ctx, p.Account); err != nil {
		return q, err
	}
	book, err := s.Addresses(ctx, q.account)
	if err != nil {
		return q, err
	}
	for _, x := range book.All {
		if x.ID == address {
			q.address = x
		}
	}
	q.tells = book.Tells(address, s.Now())
	return q, nil
}
