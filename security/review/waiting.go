package review

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// ResumePlan is what a resume of a case would do, for the page that asks once more.
type ResumePlan struct {
	Case     security.Case
	Account  security.Account
	Needs    []string         // what asks for four eyes if the reader resumes now
	Ticket   *security.Ticket // that would be solved; nil when there is none
	Link     bool             // a recovery link is live and would die
	Factor   bool             // a factor of this recovery would count for good
	To       []string         // addresses that would be told
	Notice   notice.AccountResumed
	Envelope notice.Envelope        // of the mail to the first of them
	Pending  *lockout.ShownProposal // that waits; nil when none does
	Mine     bool                   // the reader reviews the case
	Staff    map[string]string
}

// The ways to end a case.
const (
	EndResume  = "resume"
	EndApprove = "approve"
	EndDecline = "decline"
)

// Bar is why the reader cannot end the case in this way now; "" when they can.
func (p ResumePlan) Bar(way string) refusal.Code {
	switch {
	case p.Case.State != recovery.InReview:
		return refusal.CaseNotInReview
	case way != EndApprove && !p.Mine:
		return refusal.CaseNotYours
	case way == EndResume && p.Pending != nil && p.Pending.Standing == lockout.StandingWaits:
		return refusal.ProposalPending
	case way != EndApprove:
		return ""
	case p.Pending == nil:
		return refusal.ProposalNone
	case p.Pending.Own:
		return refusal.ProposalOwn
	case p.Pending.Standing == lockout.StandingVoid:
		return refusal.ProposalVoid
	case p.Pending.Standing == lockout.StandingOver:
		return refusal.ProposalOld
	}
	return ""
}

// PlanResume tells what resuming the case would do. It changes nothing.
func (s *Service) PlanResume(ctx context.Context, m *staff.Member, number string) (ResumePlan,
	error) {
	c, a, err := s.caseOf(ctx, m, "case.resume", number)
	if err != nil {
		return ResumePlan{}, err
	}
	of := a
	of.Case = c.ID
	if err := s.Staff.Viewed(ctx, m, of, "resume", "Case "+c.Number); err != nil {
		return ResumePlan{}, err
	}
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return ResumePlan{}, err
	}
	now := s.Now()
	needs, err := s.fourEyes(ctx, facts, m.Staff)
	if err != nil {
		return ResumePlan{}, err
	}
	p := ResumePlan{Case: c, Account: a, Needs: needs, Mine: c.Assignee == m.ID,
		Factor: len(facts.provisional()) > 0,
		Notice: notice.AccountResumed{Case: c.Number, At: now}}
	for _, x := range security.Book(facts.Addresses, c.LockedAt).Told(now) {
		p.To = append(p.To, x.Email)
	}
	if len(p.To) > 0 {
		p.Envelope = notice.Envelope{To: p.To[0], Name: a.Name, Username: a.Username,
			Masked: security.Mask(a.Username), TimeZone: a.TimeZone, Locale: a.Locale, QueuedAt: now}
	}
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil {
		return p, err
	}
	if t.ID != "" && !t.Status.Settled() {
		p.Ticket = &t
	}
	l, err := s.Store.LiveLink(ctx, a.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return p, fmt.Errorf("read live link: %w", err)
	}
	p.Link = err == nil && l.At(now) == security.LinkLive
	pending, err := s.resumeProposal(ctx, c)
	if err != nil {
		return p, err
	}
	if pending != nil {
		shown, err := s.Lockout.Shown(ctx, m, a, *pending)
		if err != nil {
			return p, err
		}
		p.Pending = &shown[0]
	}
	p.Staff, err = s.Staff.Names(ctx)
	return p, err
}
