package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// waitingReproof reads the ticket and the proposal with this id, which waits on it or, if late,
// was agreed to and is not done yet. It refuses with ProposalNone what is no such proposal, or is
// none any more: what a second person has read is not exchanged for something else meanwhile.
func (s *Service) waitingReproof(ctx context.Context, m *staff.Member, number, id string,
	late bool) (DeskTicket,
	lockout.Proposal, error) {
	d, err := s.reproofTicket(ctx, m, number)
	if err != nil {
		return d, lockout.Proposal{}, err
	}
	p, err := s.Store.Proposal(ctx, security.Clean(id))
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return d, p, fmt.Errorf("read proposal: %w", err)
	}
	open := p.State == lockout.ProposalWaits || late && p.State == lockout.ProposalAgreed
	if err != nil || p.Ticket != d.Ticket.ID || !open || !slices.Contains(reproofKinds, p.Kind) {
		return d, p, security.Refuse("", refusal.ProposalNone)
	}
	return d, p, nil
}

// ApproveReproof is the second person's yes to the proposal with this id. What it changes waits for
// Policy.ReproofWait; without one the factors or the address are replaced in this commit, every way
// in that was open ends, and every address that counted until then is told. It refuses with
// ProposalNone and as MayApprove does; of many who approve at once one succeeds.
func (s *Service) ApproveReproof(ctx context.Context, m *staff.Member, number, id string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "reproof.approve"); err != nil {
		return err
	}
	d, p, err := s.waitingReproof(ctx, m, number, id, false)
	if err != nil {
		return err
	}
	now := s.Now()
	if s.Policy.ReproofWait > 0 {
		p.DueAt = now.Add(s.Policy.ReproofWait)
	}
	writes, err := s.Lockout.MayApprove(ctx, m, p, d.Account, now)
	if err != nil {
		return err
	}
	if !p.DueAt.IsZero() {
		return s.agree(ctx, m, d, p, writes)
	}
	effect, err := s.reproofEffect(ctx, d.Account, p, now)
	if err != nil {
		return err
	}
	names, err := s.Staff.Names(ctx)
	if err != nil {
		return err
	}
	writes = append(append(writes, effect...),
		s.reproofRemark(m, p, security.SaidReproofApproved, names[p.By], m.Name, p.Reason))
	return s.Store.Commit(ctx, s.reproofEvent(m, audit.ReproofApproved, d.Ticket, p), writes...)
}

// removeFactors is the effect of ProposeFactor.
func (s *Service) removeFactors(ctx context.Context, a security.Account, _ lockout.Proposal,
	now time.Time) ([]security.Write, error) {
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	writes := []security.Write{access.DropCodes{Subject: a.ID}}
	for _, f := range factors {
		writes = append(writes, f.Removed(now),
			access.OwnChange(a.ID, security.Visitor{},
				security.Activity{At: now, Kind: security.TwoFactorChanged, From: f.Code()}))
	}
	mails, err := s.Tell(ctx, a, notice.TwoFactorOff{At: now, ByStaff: true}, now)
	return append(writes, mails...), err
}

// setAddress is the effect of ProposeAddress: the new address takes the place of
// all others. Everybody who was told of changes until then is told of this one.
func (s *Service) setAddress(ctx context.Context, a security.Account, p lockout.Proposal,
	now time.Time) ([]security.Write, error) {
	book, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	var writes []security.Write
	for _, x := range book.All {
		if x.Until.IsZero() {
			writes = append(writes, security.RetireAddress{ID: x.ID, Account: a.ID, At: now})
		}
	}
	writes = append(writes, access.TellOfAddress(s.Core, a, book.Told(now), "", p.Target,
		notice.EmailChanged{At: now, ByStaff: true})...)
	more, err := security.TellOrganisation(ctx, s.Core, a, notice.NewsAddress, now)
	writes = append(writes, more...)
	return append(writes, security.AddAddress{Address: security.Address{ID: token.ShortID(),
		Account: a.ID, Email: p.Target, Since: now, Origin: security.OriginStaff}}), err
}

// SendBackReproof declines a proposal with a reason, takes back one's own, or stops what was agreed
// to and is not done yet.
func (s *Service) SendBackReproof(ctx context.Context, m *staff.Member, number, id,
	reason string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightReview, "reproof.send_back"); err != nil {
		return err
	}
	reason, err := staff.CheckReason("reason", reason)
	if err != nil {
		return err
	}
	d, p, err := s.waitingReproof(ctx, m, number, id, true)
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, s.reproofEvent(m, audit.ReproofSentBack, d.Ticket, p),
		append(lockout.SendBack(m, p, reason, s.Now()),
			s.reproofRemark(m, p, security.SaidReproofBack, reason))...)
}
