package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// ResumeCase ends the lockout, or proposes it to a second person when one is
// needed: then nothing changes on the account yet. It refuses with ReasonMissing or
// ReasonLong beside "reason", with ProposalPending while another proposal stands,
// and as held does. What has happened since the page was shown is ErrConflict.
func (s *Service) ResumeCase(ctx context.Context, m *staff.Member, d Decision) (proposed bool,
	err error) {
	c, a, err := s.assigned(ctx, m, "case.resume", d)
	if err != nil {
		return false, err
	}
	if d.Version != 0 && d.FactsVersion != FactsUnseen && d.FactsVersion != a.FactsVersion {
		return false, security.ErrConflict
	}
	if d.Reason, err = staff.CheckReason("reason", d.Reason); err != nil {
		return false, err
	}
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return false, err
	}
	needs, err := s.fourEyes(ctx, facts, m.Staff)
	if err != nil {
		return false, err
	}
	if len(needs) > 0 {
		p := s.Lockout.Proposal(m, lockout.ProposeResume, a, c.TakenAt)
		p.Case, p.Reason, p.Needs = c.ID, d.Reason, needs
		return true, s.proposeResume(ctx, m, facts, p)
	}
	e := s.caseEvent(m, audit.CaseResumed, c, c.TakenAt)
	e.Data = map[string]string{"by": m.ID}
	return false, s.resume(ctx, resumption{e, a, c, []string{d.Reason, m.Name},
		[]security.Write{security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion},
			withdrawn(m, c)}})
}

// proposeResume asks for a second person. A proposal that no longer stands makes
// room for the new one.
func (s *Service) proposeResume(ctx context.Context, m *staff.Member, f CaseFacts,
	p lockout.Proposal) error {
	for _, old := range f.Proposals {
		if old.Kind == lockout.ProposeResume && old.State == lockout.ProposalWaits &&
			old.Standing(f.Account, p.At) == lockout.StandingWaits {
			return security.Refuse("", refusal.ProposalPending)
		}
	}
	e := s.caseEvent(m, audit.CaseProposed, f.Case, p.At)
	e.Data = map[string]string{"needs": strings.Join(p.Needs, " ")}
	return s.Store.Commit(ctx, e, security.SaveCase{Case: f.Case},
		security.HoldAccount{ID: p.Account, FactsVersion: p.FactsVersion},
		withdrawn(m, f.Case), MakeProposal{p})
}

// resumption is a resume that was decided: the event tells by whom, Why, the
// reason and by whom, goes onto the note, and Guards make sure that nothing has happened since the
// facts were read.
type resumption struct {
	Event   security.Event
	Account security.Account
	Case    security.Case
	Why     []string
	Guards  []security.Write
}

// resume is the one commit that ends a lockout.
func (s *Service) resume(ctx context.Context, r resumption) error {
	a, c, now := r.Account, r.Case, r.Event.At
	c.ClosedAt = now
	c, moved, err := security.Move(c, recovery.EventResumed)
	if err != nil {
		return err
	}
	ends, err := s.closing(ctx, a, c, notice.AccountResumed{Case: c.Number, At: now})
	if err != nil {
		return err
	}
	key := s.Keys.Digest("limit", a.ID)
	writes := append(slices.Concat(r.Guards, moved),
		UnlockAccount{a.ID, c.ID},
		ResetTries{a.ID, []limits.Budget{{Limit: limits.Factor, Key: key},
			{Limit: limits.SignInFactor, Key: key},
			{Limit: limits.Password, Key: key}, {Limit: limits.Enrol, Key: key}}},
		casework.AddMessage{Message: s.Remark(casework.OwnTicket(c),
			security.Remark{Kind: security.SaidResumed, Args: r.Why}, now)},
		security.AddNote{Note: security.NewNote(c, security.NoteResumed, now, r.Why...)})
	return s.Store.Commit(ctx, r.Event, append(writes, ends...)...)
}

// ApproveResume is the second person's yes: the lockout ends in the same commit. It
// refuses with CaseNotInReview, ProposalNone, and what would not be four eyes with
// ProposalOwn, ProposalUnseen, ProposalVoid or ProposalOld.
func (s *Service) ApproveResume(ctx context.Context, m *staff.Member, number string) error {
	c, a, p, err := s.waiting(ctx, m, "case.approve", number)
	if err != nil {
		return err
	}
	now := s.Now()
	guards, err := s.Lockout.MayApprove(ctx, m, p, a, now)
	if err != nil {
		return err
	}
	seen, err := s.reviewed(ctx, m, c, p.At)
	if err != nil {
		return err
	}
	if !seen {
		return security.Refuse("", refusal.ProposalUnseen)
	}
	if err := s.stillNeeds(ctx, c, a, p); err != nil {
		return err
	}
	names, err := s.Staff.Names(ctx)
	if err != nil {
		return err
	}
	e := s.caseEvent(m, audit.CaseResumed, c, now)
	e.Data = map[string]string{"by": p.By, "approved_by": m.ID, "needs": strings.Join(p.Needs, " ")}
	why := []string{p.Reason, names[p.By], m.Name}
	return s.resume(ctx, resumption{e, a, c, why, guards})
}

// stillNeeds refuses with ProposalVoid when more asks for a second person now than
// either of the two has read, such as a visit from an unfamiliar place.
func (s *Service) stillNeeds(ctx context.Context, c security.Case, a security.Account,
	p lockout.Proposal) error {
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return err
	}
	by, err := s.Staff.Who(ctx, p.By)
	if err != nil {
		return fmt.Errorf("read who proposes: %w", err)
	}
	needs, err := s.fourEyes(ctx, facts, by)
	if err != nil {
		return err
	}
	for _, code := range needs {
		if !slices.Contains(p.Needs, code) {
			return security.Refuse("", refusal.ProposalVoid)
		}
	}
	return nil
}

// waiting reads a case in review, as caseOf does, and the proposal to resume it.
func (s *Service) waiting(ctx context.Context, m *staff.Member, what, number string) (c security.Case,
	a security.Account, p lockout.Proposal, err error) {
	if c, a, err = s.caseOf(ctx, m, what, number); err != nil {
		return c, a, p, err
	}
	if c.State != recovery.InReview {
		return c, a, p, security.Refuse("", refusal.CaseNotInReview)
	}
	p, err = s.Lockout.Pending(ctx, a.ID, lockout.ProposeResume)
	if err == nil && p.Case != c.ID {
		err = security.Refuse("", refusal.ProposalNone)
	}
	return c, a, p, err
}

// reviewed reports whether m has opened the page of the case since then: to have
// found the account is not to have seen the evidence.
func (s *Service) reviewed(ctx context.Context, m *staff.Member, c security.Case,
	since time.Time) (bool, error) {
	trail, err := s.Store.Events(ctx, c.ID)
	if err != nil {
		return false, fmt.Errorf("read history: %w", err)
	}
	return slices.ContainsFunc(trail, func(e security.Event) bool {
		return e.Kind == audit.AccountViewed && e.By.ID == m.ID && e.Data["page"] == casePage &&
			!e.At.Before(since)
	}), nil
}

// SendBackResume is the second person's no, with a reason; by the proposer it takes
// the proposal back. It refuses with ReasonMissing or ReasonLong beside "reason",
// and with CaseNotInReview or ProposalNone.
func (s *Service) SendBackResume(ctx context.Context, m *staff.Member, number,
	reason string) error {
	c, _, p, err := s.waiting(ctx, m, "case.send_back", number)
	if err != nil {
		return err
	}
	if reason, err = staff.CheckReason("reason", reason); err != nil {
		return err
	}
	now := s.Now()
	e := s.caseEvent(m, audit.CaseSentBack, c, now)
	e.Data = map[string]string{"proposed_by": p.By}
	return s.Store.Commit(ctx, e, lockout.SendBack(m, p, reason, now)...)
}
