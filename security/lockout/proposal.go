package lockout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
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
	case !limits.Alive(p.At, p.ExpiresAt, now):
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
	Stoppable  bool     // it is agreed and not done yet, and the reader may stop it
	// Refused is why the reader may not, if it is not that they made it; "" when it is over.
	Refused refusal.Code
}

// Shown is proposals about the account as m sees them.
func (s *Service) Shown(ctx context.Context, m *staff.Member, a security.Account,
	all ...Proposal) ([]ShownProposal, error) {
	shown, now := make([]ShownProposal, len(all)), s.Now()
	for i, p := range all {
		x := ShownProposal{Proposal: p, Own: p.By == m.ID}
		if p.State == ProposalWaits {
			x.Standing = p.Standing(a, now)
		}
		if x.Standing == StandingWaits && !x.Own {
			code, err := s.Second(ctx, m, p, now)
			if err != nil {
				return nil, err
			}
			x.Approvable, x.Refused = code == "", code
		}
		shown[i] = x
	}
	return shown, nil
}

// Second refuses whoever cannot be the second person of a proposal, of any kind: its
// proposer, whoever does not count as another person beside them, and whoever had the last recovery
// link of the account sent, who has helped somebody in. It refuses everybody once the proposer has
// lost the right to propose.
func (s *Service) Second(ctx context.Context, m *staff.Member, p Proposal,
	now time.Time) (refusal.Code, error) {
	by, err := s.Staff.Who(ctx, p.By)
	switch {
	case err != nil:
		return "", fmt.Errorf("read who proposes: %w", err)
	case p.By == m.ID:
		return refusal.ProposalOwn, nil
	case !p.Kind.stillDecidedBy(by):
		return refusal.ProposalVoid, nil
	}
	if code := s.Staff.Apart(by, m.Staff, now); code != "" || p.Account == "" {
		return code, nil
	}
	sent, err := s.Store.EventsOf(ctx, p.Account, audit.LinkSent, now.Add(-security.Review))
	if err != nil {
		return "", fmt.Errorf("read links sent: %w", err)
	}
	if len(sent) > 0 && sent[0].By.Kind == security.ByStaff && sent[0].By.ID == m.ID {
		return refusal.ProposalLinked, nil
	}
	return "", nil
}

// stillDecidedBy reports whether somebody who had a part in a proposal of the kind could have one now.
func (k ProposalKind) stillDecidedBy(who staff.Staff) bool {
	return who.State() == staff.StaffActive && who.Role.Has(k.right())
}

// Backed reports whether both who agreed to a proposal may still decide about it: what is done later is done in
// their name. EndAgreed holds that neither is disabled meanwhile.
func (s *Service) Backed(ctx context.Context, p Proposal) (bool, error) {
	for _, id := range []string{p.By, p.DecidedBy} {
		who, err := s.Staff.Who(ctx, id)
		if err != nil && !errors.Is(err, security.ErrNotFound) {
			return false, fmt.Errorf("read who agreed: %w", err)
		}
		if err != nil || !p.Kind.stillDecidedBy(who) {
			return false, nil
		}
	}
	return true, nil
}

// Proposal is what m proposes for the account as it was read.
func (s *Service) Proposal(m *staff.Member, kind ProposalKind, a security.Account,
	now time.Time) Proposal {
	return Proposal{ID: token.ShortID(), Kind: kind, Account: a.ID, Case: a.Case, By: m.ID, At: now,
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

// MayApprove refuses what would not be four eyes: what Second refuses, and the approval
// by somebody who has not seen the evidence in this session, one that came too late, or
// one after the facts have changed. The writes it returns hold the account as it was seen
// and decide the proposal once; one with a DueAt is agreed and waits for that moment.
func (s *Service) MayApprove(ctx context.Context, m *staff.Member, p Proposal, a security.Account,
	now time.Time) ([]security.Write, error) {
	code, err := s.Second(ctx, m, p, now)
	if err != nil {
		return nil, err
	}
	state := ProposalApproved
	if !p.DueAt.IsZero() {
		state = ProposalAgreed
	}
	writes := []security.Write{DecideProposal{ID: p.ID, By: m.ID, State: state, At: now,
		DueAt: p.DueAt}}
	if p.Account != "" {
		_, seen, err := s.Staff.Looked(ctx, m, a.ID)
		if err != nil {
			return nil, err
		}
		if !seen && code == "" {
			code = refusal.ProposalUnseen
		}
		writes = append(writes, security.HoldAccount{ID: a.ID, FactsVersion: p.FactsVersion})
	}
	if code == "" {
		code = map[Standing]refusal.Code{StandingVoid: refusal.ProposalVoid,
			StandingOver: refusal.ProposalOld}[p.Standing(a, now)]
	}
	if code != "" {
		return nil, security.Refuse("", code)
	}
	return writes, nil
}

// SendBack is the writes by which a second person declines a proposal with a
// reason, or the proposer takes it back. What was agreed can be stopped so until it is done.
func SendBack(m *staff.Member, p Proposal, reason string, now time.Time) []security.Write {
	state := ProposalReturned
	if p.By == m.ID {
		state = ProposalWithdrawn
	}
	if p.State == ProposalAgreed {
		return []security.Write{EndAgreed{ID: p.ID, Reason: reason, State: state, At: now}}
	}
	return []security.Write{DecideProposal{ID: p.ID, By: m.ID, Reason: reason, State: state,
		At: now}}
}
