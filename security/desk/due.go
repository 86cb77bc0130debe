package desk

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/staff"
	"regain/security/ticket"
)

// dueAtOnce is how many re-proofings one call of CarryOutDue looks at.
const dueAtOnce = 100

// agree is the second person's yes to what is done only later: every address of the account is
// told what, when, and how to stop it.
func (s *Service) agree(ctx context.Context, m *staff.Member, d DeskTicket, p lockout.Proposal,
	writes []security.Write) error {
	now := s.Now()
	names, err := s.Staff.Names(ctx)
	if err != nil {
		return err
	}
	n := notice.ReproofAgreed{Action: string(p.Kind), At: now, Due: p.DueAt, Veto: p.ID}
	if p.Target != "" {
		n.To = security.Mask(p.Target)
	}
	told, err := s.Tell(ctx, d.Account, n, now)
	if err != nil {
		return err
	}
	writes = append(append(writes, told...),
		s.reproofRemark(m, p, security.SaidReproofAgreed, names[p.By], m.Name, p.Reason))
	return s.Store.Commit(ctx, s.reproofEvent(m, audit.ReproofAgreed, d.Ticket, p), writes...)
}

// CarryOutDue makes the changes that two people agreed to and whose moment has come, each in one
// commit. What was agreed about an account that is another one by now, or by somebody who may not
// decide any more, ends. It returns how many there were.
func (s *Service) CarryOutDue(ctx context.Context) (int, error) {
	due, err := s.Store.DueProposals(ctx, s.Now(), dueAtOnce)
	if err != nil {
		return 0, fmt.Errorf("read due proposals: %w", err)
	}
	return security.Each(due, func(p lockout.Proposal) string { return "carry out proposal " + p.ID },
		func(p lockout.Proposal) error { return s.carryOut(ctx, p) })
}

func (s *Service) carryOut(ctx context.Context, p lockout.Proposal) error {
	now := s.Now()
	a, err := s.Store.Account(ctx, p.Account)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	held, stands, err := s.stands(ctx, a, p)
	if err != nil {
		return err
	}
	backed, err := s.Lockout.Backed(ctx, p)
	if err != nil {
		return err
	}
	by, why := security.Actor{Kind: security.BySystem}, security.Remark{Kind: security.SaidReproofLapsed}
	if stands {
		why.Args = []string{"unbacked"}
	}
	if !stands || !backed {
		return s.endAgreed(ctx, by, p, ending{lockout.EndAgreed{ID: p.ID, At: now,
			State: lockout.ProposalVoid}, audit.ReproofLapsed, why}, nil)
	}
	effect, err := s.reproofEffect(ctx, a, p, now)
	if err != nil {
		return err
	}
	names, err := s.Staff.Names(ctx)
	if err != nil {
		return err
	}
	return s.endAgreed(ctx, by, p, ending{lockout.EndAgreed{ID: p.ID, At: now,
		State: lockout.ProposalApproved}, audit.ReproofDone,
		security.Remark{Kind: security.SaidReproofApproved,
			Args: []string{names[p.By], names[p.DecidedBy], p.Reason}}}, append(held, effect...))
}

// stands reports whether the account still is the one that two people agreed about: open, and
// locked by the same case, in which nobody denied a password since, or by none. The writes hold
// that.
func (s *Service) stands(ctx context.Context, a security.Account, p lockout.Proposal) (
	held []security.Write, stands bool, err error) {
	if a.Closed || a.Case != p.Case {
		return nil, false, nil
	}
	held = []security.Write{security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion}}
	if !a.Locked() {
		return held, true, nil
	}
	c, err := s.Store.Case(ctx, a.Case)
	if err != nil {
		return nil, false, fmt.Errorf("read case: %w", err)
	}
	return append(held, security.HoldCase{ID: c.ID, Version: c.Version}),
		!c.ContestedAt.After(p.DecidedAt), nil
}

// ending is how something agreed ends.
type ending struct {
	end    lockout.EndAgreed
	kind   audit.Kind
	remark security.Remark // on the ticket; the kind of proposal is put before its arguments
}

// endAgreed commits the end of something agreed that no member of staff brought about. What is not
// done is work for somebody again.
func (s *Service) endAgreed(ctx context.Context, by security.Actor, p lockout.Proposal, x ending,
	writes []security.Write) error {
	t, err := s.Store.Ticket(ctx, p.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	x.remark.Args = append([]string{string(p.Kind)}, x.remark.Args...)
	if x.end.State != lockout.ProposalApproved {
		writes = append(writes, casework.WakeTicket{ID: t.ID, DueAt: x.end.At.Add(ticket.Level(t.Topic))})
	}
	e := s.Event(by, x.kind, x.end.At)
	e.Account, e.Case = p.Account, p.Case
	e.Data = map[string]string{"ticket": t.Number, "action": string(p.Kind), "proposed_by": p.By,
		"agreed_by": p.DecidedBy}
	return s.Store.Commit(ctx, e, append(writes, x.end,
		casework.AddMessage{Message: s.Remark(t.ID, x.remark, x.end.At)})...)
}

// reproofEffect is what a re-proofing changes on the account as it is: every way in that was open
// ends with it.
func (s *Service) reproofEffect(ctx context.Context, a security.Account, p lockout.Proposal,
	now time.Time) ([]security.Write, error) {
	effect := s.removeFactors
	if p.Kind == lockout.ProposeAddress {
		effect = s.setAddress
	}
	writes, err := effect(ctx, a, p, now)
	writes = append(writes, access.EndMailed(a.ID, now)...)
	return append(writes, access.EndSessions{Subject: a.ID, At: now}), err
}
