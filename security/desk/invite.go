package desk

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
)

// MostInvitations is how many proposals to invite somebody Invitations lists at most.
const MostInvitations = 20

// Invite is the invitation by an administrator. A role that decides is only proposed: a
// second administrator has to agree. It refuses as MayInvite does.
func (s *Service) Invite(ctx context.Context, m *staff.Member, who staff.Invitee) (proposed bool,
	err error) {
	if who, err = s.Staff.MayInvite(ctx, m, who); err != nil {
		return false, err
	}
	if !who.Role.Decides() {
		return false, s.Staff.Invite(ctx, m, who)
	}
	p := s.Lockout.Proposal(m, lockout.ProposeInvite, security.Account{}, s.Now())
	p.Target, p.Role, p.Name = who.Email, who.Role, who.Name
	return true, s.Store.Commit(ctx, s.inviteEvent(m, audit.StaffProposed, p),
		review.MakeProposal{Proposal: p})
}

// Invitations are the newest proposals to invite somebody, as an administrator sees them.
func (s *Service) Invitations(ctx context.Context, m *staff.Member) ([]lockout.ShownProposal,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "staff.proposals"); err != nil {
		return nil, err
	}
	all, err := s.Store.StaffProposals(ctx, MostInvitations)
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	return s.Lockout.Shown(ctx, m, security.Account{}, all...)
}

// ApproveInvitation is the second administrator's yes: the invitation is mailed in the same
// commit, as that of who proposed it. It refuses with ProposalNone, as MayApprove does, and
// whoever has joined meanwhile with StaffKnown; of many who approve at once one succeeds.
func (s *Service) ApproveInvitation(ctx context.Context, m *staff.Member, id string) error {
	p, err := s.waitingInvitation(ctx, m, id)
	if err != nil {
		return err
	}
	agreed, err := s.Lockout.MayApprove(ctx, m, p, security.Account{}, s.Now())
	if err != nil {
		return err
	}
	return s.Staff.Invite(ctx, m, staff.Invitee{Email: p.Target, Name: p.Name, Role: p.Role,
		By: p.By}, agreed...)
}

// SendBackInvitation declines a proposal with a reason, or takes back one's own.
func (s *Service) SendBackInvitation(ctx context.Context, m *staff.Member, id,
	reason string) error {
	p, err := s.waitingInvitation(ctx, m, id)
	if err != nil {
		return err
	}
	if reason, err = staff.CheckReason("reason", reason); err != nil {
		return err
	}
	return s.Store.Commit(ctx, s.inviteEvent(m, audit.StaffSentBack, p),
		lockout.SendBack(m, p, reason, s.Now())...)
}

// waitingInvitation reads the proposal with this id, which waits.
func (s *Service) waitingInvitation(ctx context.Context, m *staff.Member,
	id string) (lockout.Proposal, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "staff.approve"); err != nil {
		return lockout.Proposal{}, err
	}
	p, err := s.Store.Proposal(ctx, security.Clean(id))
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return p, fmt.Errorf("read proposal: %w", err)
	}
	if err != nil || p.Kind != lockout.ProposeInvite || p.State != lockout.ProposalWaits {
		return p, security.Refuse("", refusal.ProposalNone)
	}
	return p, nil
}

// inviteEvent is an audit line about a proposal to invite somebody.
func (s *Service) inviteEvent(m *staff.Member, kind audit.Kind,
	p lockout.Proposal) security.Event {
	e := s.Staff.StaffEvent(m, kind, s.Now())
	e.Data = map[string]string{"proposal": p.ID, "role": string(p.Role), "proposed_by": p.By}
	return e
}
