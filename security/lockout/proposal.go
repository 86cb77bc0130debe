package lockout

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// ProposalLife is how long a proposal waits for its second person.
const ProposalLife = 8 * time.Hour

// Standing is how a pending proposal looks at a moment.
type Standing string

// The standings of a proposal that was not decided.
const (
	StandingWaits Standing = "waits"
	StandingVoid  Standing = "void" // something that matters happened since
	StandingOver  Standing = "over" // nobody decided in time
)

// Standing tells whether the proposal can still be approved for the account as
// it is at now.
func (p Proposal) Standing(a security.Account, now time.Time) Standing {
	switch {
	case p.FactsVersion != a.FactsVersion:
		return StandingVoid
	case !now.Before(p.ExpiresAt):
		return StandingOver
	}
	return StandingWaits
}

// ShownProposal is a proposal as a member of staff sees it.
type ShownProposal struct {
	Proposal
	Standing   Standing // "" once it is decided
	Own        bool     // the reader made it, and may take it back while it waits
	Approvable bool     // the reader may be its second person
}

// Shown is the proposal about the account as m sees it.
func (p Proposal) Shown(m *staff.Member, a security.Account, now time.Time) ShownProposal {
	x := ShownProposal{Proposal: p, Own: p.By == m.ID}
	if p.State == ProposalWaits {
		x.Standing = p.Standing(a, now)
		x.Approvable = !x.Own && x.Standing == StandingWaits
	}
	return x
}

// Proposal is what m proposes for the account as it was read.
func (s *Service) Proposal(m *staff.Member, kind ProposalKind, a security.Account,
	now time.Time) Proposal {
	return Proposal{ID: token.ID(), Kind: kind, Account: a.ID, Case: a.Case, By: m.ID, At: now,
		ExpiresAt: now.Add(ProposalLife), FactsVersion: a.FactsVersion, State: ProposalWaits}
}

// Pending finds the proposal of the kind that waits on the account; it refuses
// with ProposalNone.
func (s *Service) Pending(ctx context.Context, account string, kind ProposalKind) (Proposal,
	error) {
	all, err := s.Store.Proposals(ctx, account)
	if err != nil {
		return Proposal{}, fmt.Errorf("read proposals: %w", err)
	}
	for _, p := range all {
		if p.Kind == kind && p.State == ProposalWaits {
			return p, nil
		}
	}
	return Proposal{}, security.Refuse("", refusal.ProposalNone)
}

// MayApprove refuses what would not be four eyes: the proposer's own approval,
// one by somebody who has not seen the evidence in this session, one that came
// too late, or one after the facts have changed or the proposer has lost the right
// to propose. The writes it returns hold the account as it was seen and decide the
// proposal once.
func (s *Service) MayApprove(ctx context.Context, m *staff.Member, p Proposal, a security.Account,
	now time.Time) ([]security.Write, error) {
	if p.By == m.ID {
		return nil, security.Refuse("", refusal.ProposalOwn)
	}
	_, seen, err := s.Staff.Looked(ctx, m, a.ID)
	if err != nil {
		return nil, err
	}
	by, err := s.Store.StaffMember(ctx, p.By)
	if err != nil {
		return nil, fmt.Errorf("read who proposes: %w", err)
	}
	still := by.State() == staff.StaffActive && by.Role.Has(staff.RightReview)
	switch {
	case !seen:
		return nil, security.Refuse("", refusal.ProposalUnseen)
	case !still, p.Standing(a, now) == StandingVoid:
		return nil, security.Refuse("", refusal.ProposalVoid)
	case p.Standing(a, now) == StandingOver:
		return nil, security.Refuse("", refusal.ProposalOld)
	}
	return []security.Write{security.HoldAccount{ID: a.ID, FactsVersion: p.FactsVersion},
		DecideProposal{ID: p.ID, By: m.ID, State: ProposalApproved, At: now}}, nil
}

// SendBack is the writes by which a second person declines a proposal with a
// reason, or the proposer takes it back.
func SendBack(m *staff.Member, p Proposal, reason string, now time.Time) []security.Write {
	state := ProposalReturned
	if p.By == m.ID {
		state = ProposalWithdrawn
	}
	return []security.Write{DecideProposal{ID: p.ID, By: m.ID, Reason: reason, State: state,
		At: now}}
}
