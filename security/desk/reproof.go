package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/identifier"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// reproofKinds are the ways out for an owner who has nothing left to prove with:
// somebody proves them anew, and a second person agrees to the consequence.
var reproofKinds = []lockout.ProposalKind{lockout.ProposeFactor, lockout.ProposeAddress}

// Reproof is what somebody of Account Security proposes after they proved an
// owner anew.
type Reproof struct {
	Kind    lockout.ProposalKind // one of ReproofKinds
	Address string               // the address to set, for ProposeAddress
	Checked string               // what was checked, and by whom
}

// ProposeReproof makes a proposal on a ticket of Account Security. One waits on
// an account at a time, since approving one makes every other void. It refuses
// with TicketClosed, TicketElsewhere, ActionUnknown, CheckedMissing, ReasonLong,
// NoFactor, EmailMissing, EmailInvalid, AddressTaken or ProposalPending.
func (s *Service) ProposeReproof(ctx context.Context, m *staff.Member, number string,
	r Reproof) error {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "reproof.propose"); err != nil {
		return err
	}
	d, err := s.reproofTicket(ctx, m, number)
	if err != nil {
		return err
	}
	if r, err = s.checkReproof(ctx, d.Account, r); err != nil {
		return err
	}
	now := s.Now()
	writes, err := s.clearReproofs(ctx, m, d.Account, now)
	if err != nil {
		return err
	}
	p := s.Lockout.Proposal(m, r.Kind, d.Account, now)
	p.Ticket, p.Target, p.Reason = d.Ticket.ID, r.Address, r.Checked
	return s.Store.Commit(ctx, s.reproofEvent(m, audit.ReproofProposed, d.Ticket, p), append(writes,
		security.HoldAccount{ID: p.Account, FactsVersion: p.FactsVersion},
		review.MakeProposal{Proposal: p},
		s.reproofRemark(m, p, security.SaidReproof, r.Checked))...)
}

// reproofRemark puts on the record of the ticket what became of a proposal.
func (s *Service) reproofRemark(m *staff.Member, p lockout.Proposal, kind string,
	args ...string) casework.AddMessage {
	return casework.AddMessage{Message: s.Casework.StaffRemark(m, p.Ticket,
		security.Remark{Kind: kind,
			Args: append([]string{string(p.Kind)}, args...)}, s.Now())}
}

// reproofTicket reads the ticket that a re-proofing belongs to.
func (s *Service) reproofTicket(ctx context.Context, m *staff.Member, number string) (DeskTicket, error) {
	d, err := s.workOn(ctx, m, number, 0)
	if err == nil && d.Ticket.Department != security.AccountSecurity {
		err = security.Refuse("", refusal.TicketElsewhere)
	}
	return d, err
}

// checkReproof cleans what was typed and holds it against the account.
func (s *Service) checkReproof(ctx context.Context, a security.Account, r Reproof) (Reproof,
	error) {
	if !slices.Contains(reproofKinds, r.Kind) {
		return r, security.Refuse("action", refusal.ActionUnknown)
	}
	var err error
	if r.Checked, err = security.Typed("checked", r.Checked, staff.MaxReason, refusal.CheckedMissing,
		refusal.ReasonLong); err != nil {
		return r, err
	}
	if r.Kind == lockout.ProposeAddress {
		return s.checkNewAddress(ctx, a, r)
	}
	r.Address = ""
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return r, fmt.Errorf("read factors: %w", err)
	}
	if len(factors) == 0 {
		return r, security.Refuse("action", refusal.NoFactor)
	}
	return r, nil
}

func (s *Service) checkNewAddress(ctx context.Context, a security.Account, r Reproof) (Reproof,
	error) {
	var err error
	if r.Address, err = security.TypedEmail("address", r.Address); err != nil {
		return r, err
	}
	all, err := s.Store.Addresses(ctx, a.ID)
	if err != nil {
		return r, fmt.Errorf("read addresses: %w", err)
	}
	for _, x := range all {
		if x.Until.IsZero() && !x.Notice && identifier.Fold(x.Email) == identifier.Fold(r.Address) {
			return r, security.Refuse("address", refusal.AddressTaken)
		}
	}
	return r, nil
}

// clearReproofs makes room for a new proposal: what can no longer be approved
// ends. It refuses with ProposalPending while one still can, or is agreed and not done yet.
func (s *Service) clearReproofs(ctx context.Context, m *staff.Member, a security.Account,
	now time.Time) ([]security.Write, error) {
	all, err := s.Store.Proposals(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	var writes []security.Write
	for _, p := range all {
		waits := p.State == lockout.ProposalWaits && slices.Contains(reproofKinds, p.Kind)
		if p.State == lockout.ProposalAgreed || waits && p.Standing(a, now) == lockout.StandingWaits {
			return nil, security.Refuse("", refusal.ProposalPending)
		}
		if !waits {
			continue
		}
		writes = append(writes, review.EndProposals{Account: a.ID, Kind: p.Kind,
			State: lockout.ProposalWithdrawn, By: m.ID, At: now})
	}
	return writes, nil
}

// showReproofs adds what was proposed on the ticket, for those who may review it. Nothing is
// decided where the ticket is out of the hands of Account Security, and one proposal waits at a
// time.
func (s *Service) showReproofs(ctx context.Context, m *staff.Member, d *DeskTicket) error {
	if !m.Role.Has(staff.RightReview) || d.Account.ID == "" {
		return nil
	}
	all, err := s.Store.Proposals(ctx, d.Account.ID)
	if err != nil {
		return fmt.Errorf("read proposals: %w", err)
	}
	shown, err := s.Lockout.Shown(ctx, m, d.Account,
		slices.DeleteFunc(all, func(p lockout.Proposal) bool { return p.Ticket != d.Ticket.ID })...)
	here := d.Ticket.Department == security.AccountSecurity && d.Ticket.Status != ticket.Closed
	d.Reproof = here
	for _, x := range shown {
		waits, agreed := x.Standing == lockout.StandingWaits, x.State == lockout.ProposalAgreed
		x.Own, x.Approvable = x.Own && waits && here, x.Approvable && here
		x.Stoppable = agreed && here
		d.Reproof = d.Reproof && !waits && !agreed
		d.Reproofs = append(d.Reproofs, x)
	}
	return err
}

// reproofEvent is an audit line about a proposal on a ticket.
func (s *Service) reproofEvent(m *staff.Member, kind audit.Kind, t security.Ticket,
	p lockout.Proposal) security.Event {
	e := s.ticketEvent(m, kind, t, s.Now())
	e.Data["action"], e.Data["proposed_by"] = string(p.Kind), p.By
	return e
}
