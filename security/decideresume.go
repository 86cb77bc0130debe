package security

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
)

// ResumeCase ends the lockout, or proposes it to a second person when one is
// needed: then nothing changes on the account yet. It refuses with ReasonMissing or
// ReasonLong beside "reason", with ProposalPending while another proposal stands,
// and as held does. What has happened since the page was shown is ErrConflict.
func (s *Service) ResumeCase(ctx context.Context, m *Member, d Decision) (proposed bool,
	err error) {
	if err := s.allow(ctx, m, RightReview, "case.resume"); err != nil {
		return false, err
	}
	c, a, err := s.held(ctx, m, d)
	if err != nil {
		return false, err
	}
	if d.Version != 0 && d.Stirs != StirsUnseen && d.Stirs != a.Stirs {
		return false, ErrConflict
	}
	if d.Reason, err = checkReason("reason", d.Reason); err != nil {
		return false, err
	}
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return false, err
	}
	if needs := s.fourEyes(facts, m); len(needs) > 0 {
		p := s.proposal(m, ProposeResume, a, c.TakenAt)
		p.Case, p.Reason, p.Needs = c.ID, d.Reason, needs
		return true, s.proposeResume(ctx, m, facts, p)
	}
	e := s.caseEvent(m, CaseResumed, c, c.TakenAt)
	e.Data = map[string]string{"by": m.ID}
	return false, s.resume(ctx, resumption{e, a, c, d.Reason + "\nResumed by " + m.Name + ".",
		[]Write{HoldAccount{a.ID, a.Stirs}, withdrawn(m, c)}})
}

// proposeResume asks for a second person. A proposal that no longer stands makes
// room for the new one.
func (s *Service) proposeResume(ctx context.Context, m *Member, f CaseFacts, p Proposal) error {
	for _, old := range f.Proposals {
		if old.Kind == ProposeResume && old.State == ProposalWaits &&
			old.Standing(f.Account, p.At) == StandingWaits {
			return refuse("", ProposalPending)
		}
	}
	e := s.caseEvent(m, CaseProposed, f.Case, p.At)
	e.Data = map[string]string{"needs": strings.Join(p.Needs, " ")}
	return s.Store.Commit(ctx, e, SaveCase{f.Case}, HoldAccount{p.Account, p.Stirs},
		withdrawn(m, f.Case), MakeProposal{p})
}

// resumption is a resume that was decided: the event tells by whom, Why goes onto
// the note, and Guards make sure that nothing has happened since the facts were read.
type resumption struct {
	Event   Event
	Account Account
	Case    Case
	Why     string
	Guards  []Write
}

// resume is the one commit that ends a lockout.
func (s *Service) resume(ctx context.Context, r resumption) error {
	a, c, now := r.Account, r.Case, r.Event.At
	c.ClosedAt = now
	c, moved, err := moveCase(c, recovery.EventResumed)
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
		ResetTries{a.ID, []Budget{{limitFactor, key}, {limitSignInFactor, key},
			{limitPassword, key}, {limitEnrol, key}}},
		AddMessage{s.message(ownTicket(c), AuthorRegain, false, "Account resumed.\n"+r.Why, now)},
		AddNote{s.note(c, NoteResumed, r.Why, "None: the owner signs in as usual", now)})
	return s.Store.Commit(ctx, r.Event, append(writes, ends...)...)
}

// ApproveResume is the second person's yes: the lockout ends in the same commit. It
// refuses with CaseNotInReview, ProposalNone, and what would not be four eyes with
// ProposalOwn, ProposalUnseen, ProposalVoid or ProposalOld.
func (s *Service) ApproveResume(ctx context.Context, m *Member, number string) error {
	if err := s.allow(ctx, m, RightReview, "case.approve"); err != nil {
		return err
	}
	c, a, p, err := s.waiting(ctx, number)
	if err != nil {
		return err
	}
	now := s.Now()
	guards, err := s.mayApprove(ctx, m, p, a, now)
	if err != nil {
		return err
	}
	seen, err := s.reviewed(ctx, m, c, p.At)
	if err != nil {
		return err
	}
	if !seen {
		return refuse("", ProposalUnseen)
	}
	if err := s.stillNeeds(ctx, c, a, p); err != nil {
		return err
	}
	names, err := s.staffNames(ctx)
	if err != nil {
		return err
	}
	e := s.caseEvent(m, CaseResumed, c, now)
	e.Data = map[string]string{"by": p.By, "approved_by": m.ID, "needs": strings.Join(p.Needs, " ")}
	why := fmt.Sprintf("%s\nProposed by %s, approved by %s.", p.Reason, names[p.By], m.Name)
	return s.resume(ctx, resumption{e, a, c, why, guards})
}

// stillNeeds refuses with ProposalVoid when more asks for a second person now than
// either of the two has read, such as a visit from an unfamiliar place.
func (s *Service) stillNeeds(ctx context.Context, c Case, a Account, p Proposal) error {
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return err
	}
	for _, code := range s.fourEyes(facts, &Member{Staff: Staff{ID: p.By}}) {
		if !slices.Contains(p.Needs, code) {
			return refuse("", ProposalVoid)
		}
	}
	return nil
}

// waiting reads a case in review and the proposal to resume it.
func (s *Service) waiting(ctx context.Context, number string) (c Case, a Account, p Proposal,
	err error) {
	if c, a, err = s.caseOf(ctx, number); err != nil {
		return c, a, p, err
	}
	if c.State != recovery.InReview {
		return c, a, p, refuse("", CaseNotInReview)
	}
	p, err = s.pending(ctx, a.ID, ProposeResume)
	if err == nil && p.Case != c.ID {
		err = refuse("", ProposalNone)
	}
	return c, a, p, err
}

// reviewed reports whether m has opened the page of the case since then: to have
// found the account is not to have seen the evidence.
func (s *Service) reviewed(ctx context.Context, m *Member, c Case, since time.Time) (bool, error) {
	trail, err := s.Store.Events(ctx, c.ID)
	if err != nil {
		return false, fmt.Errorf("read history: %w", err)
	}
	return slices.ContainsFunc(trail, func(e Event) bool {
		return e.Kind == AccountViewed && e.By.ID == m.ID && e.Data["page"] == casePage &&
			!e.At.Before(since)
	}), nil
}

// SendBackResume is the second person's no, with a reason; by the proposer it takes
// the proposal back. It refuses with ReasonMissing or ReasonLong beside "reason",
// and with CaseNotInReview or ProposalNone.
func (s *Service) SendBackResume(ctx context.Context, m *Member, number, reason string) error {
	if err := s.allow(ctx, m, RightReview, "case.send_back"); err != nil {
		return err
	}
	c, _, p, err := s.waiting(ctx, number)
	if err != nil {
		return err
	}
	if reason, err = checkReason("reason", reason); err != nil {
		return err
	}
	now := s.Now()
	e := s.caseEvent(m, CaseSentBack, c, now)
	e.Data = map[string]string{"proposed_by": p.By}
	return s.Store.Commit(ctx, e, sendBack(m, p, reason, now)...)
}
