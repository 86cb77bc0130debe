package guided

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
)

// ActivityReview is what the activity step shows: logins and changes.
type ActivityReview struct {
	Findings []risk.Finding      // of the last 90 days, newest first
	Answers  map[string]string   // what was answered already, by login
	Changes  []security.Activity // of the last 90 days, newest first
	history  risk.History
}

// Asked lists the findings that need an answer.
func (r ActivityReview) Asked() []risk.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings),
		func(f risk.Finding) bool { return !f.NeedsAnswer() })
}

// answered reports whether said repeats what is on record.
func (r ActivityReview) answered(said map[string]string) bool {
	return !slices.ContainsFunc(r.Asked(),
		func(f risk.Finding) bool { return r.Answers[f.Login.ID] != said[f.Login.ID] })
}

// ReviewActivity gathers the logins and changes since 90 days before the lockout and says
// which logins need an answer.
func (s *Service) ReviewActivity(ctx context.Context, o *Owner) (ActivityReview, error) {
	if err := o.open(recovery.Activity); err != nil {
		return ActivityReview{}, err
	}
	return s.review(ctx, o)
}

func (s *Service) review(ctx context.Context, o *Owner) (ActivityReview, error) {
	asOf := o.AsOf(s.Now())
	h, err := s.Lockout.Past(ctx, o.Account.ID, lockout.HistoryRows, asOf)
	if err != nil {
		return ActivityReview{}, err
	}
	changes, err := s.Store.Activities(ctx, o.Account.ID, asOf.Add(-security.Review),
		lockout.HistoryRows)
	if err != nil {
		return ActivityReview{}, fmt.Errorf("read activity: %w", err)
	}
	answers, err := s.Store.Answers(ctx, o.Recovery.ID)
	if err != nil {
		return ActivityReview{}, fmt.Errorf("read answers: %w", err)
	}
	said := map[string]string{}
	for _, a := range answers {
		said[a.Login] = a.Answer
	}
	// What the owner answers is evidence, not a baseline: the question must not
	// vanish or change because it was answered.
	return ActivityReview{Findings: risk.Judge(h), Answers: said, Changes: changes, history: h}, nil
}

// AnswerLogins records what the owner says of each login that needs an answer.
// All must be answered; the refusal lists, in its Args, the ids that are not.
// "Not me" to a login that succeeded proposes the cause anew and raises the
// priority; an answer that contradicts the device in hand is kept for staff.
func (s *Service) AnswerLogins(ctx context.Context, o *Owner, said map[string]string) error {
	if err := o.open(recovery.Activity); err != nil {
		return err
	}
	r, err := s.review(ctx, o)
	if err != nil {
		return err
	}
	if err := checkAnswers(r.Asked(), said); err != nil {
		return err
	}
	if o.Progress.ActivityDone && r.answered(said) {
		return nil
	}
	pay := access.Paying(s.Access, limits.Messages, o.Session.ID)
	return security.Retry(ctx, func() error {
		paid, err := pay(ctx)
		if err != nil {
			return err
		}
		return s.recordAnswers(ctx, o, r, said, paid)
	})
}

func checkAnswers(asked []risk.Finding, said map[string]string) error {
	var missing []string
	for _, f := range asked {
		switch said[f.Login.ID] {
		case risk.Me, risk.NotMe, risk.Unsure:
		case "":
			missing = append(missing, f.Login.ID)
		default:
			return security.Refuse("login_"+f.Login.ID, refusal.AnswerUnknown)
		}
	}
	if len(missing) > 0 {
		return security.Refuse("login_"+missing[0], refusal.AnswerMissing, missing...)
	}
	return nil
}

func (s *Service) recordAnswers(ctx context.Context, was *Owner, r ActivityReview,
	said map[string]string, paid []security.Write) error {
	o, err := s.again(ctx, was, recovery.Activity)
	if err != nil {
		return err
	}
	now := s.Now()
	given := answersOf(r, o, said, s.here(o), now)
	done := o.Recovery
	done.ActivityAt = now
	writes := append(paid, SaveRecovery{done})
	for _, a := range given.answers {
		writes = append(writes, security.PutAnswer{Answer: a})
	}
	more, err := s.consequences(ctx, o, r, given, now)
	if err != nil {
		return err
	}
	e := s.ownerEvent(o, audit.LoginsAnswered, now)
	e.Data = map[string]string{"not_me": fmt.Sprint(len(given.denied))}
	return s.commit(ctx, o, e, append(writes, more...)...)
}

// given is a set of answers and what follows from them.
type given struct {
	answers []security.Answer
	lines   []string    // one for each answer, for the ticket
	denied  []time.Time // "not me" to logins that succeeded
}

func answersOf(r ActivityReview, o *Owner, said map[string]string, here risk.Place,
	now time.Time) given {
	h := r.history
	h.Answers = said
	odd := risk.Contradictions(h, here)
	var g given
	for _, f := range r.Asked() {
		l, answer := f.Login, said[f.Login.ID]
		reasons := make([]string, len(f.Reasons))
		for i, reason := range f.Reasons {
			reasons[i] = string(reason)
		}
		a := security.Answer{Recovery: o.Recovery.ID, Account: o.Account.ID, Login: l.ID,
			Answer:  answer,
			Reasons: strings.Join(reasons, ","), At: now, Contradicts: slices.Contains(odd, l.ID)}
		g.answers = append(g.answers, a)
		g.lines = append(g.lines, a.Line(l))
		if answer == risk.NotMe && l.Outcome == risk.Succeeded {
			g.denied = append(g.denied, l.At)
		}
	}
	return g
}

func (s *Service) here(o *Owner) risk.Place {
	return risk.Place{Country: s.Country(o.Session.IP),
		Device: security.DeviceOf(o.Session.Visitor),
		IP:     o.Session.IP}
}

// consequences are the writes on the running case, or the ticket that a
// check-up opens when a login was not the owner's. The cause itself is for staff
// to change; the owner's answer changes what is proposed.
func (s *Service) consequences(ctx context.Context, o *Owner, r ActivityReview, g given,
	now time.Time) (writes []security.Write, err error) {
	if o.Case == nil {
		if !slices.ContainsFunc(g.answers, func(
			a security.Answer) bool {
			return a.Answer == risk.NotMe
		}) {
			return nil, nil
		}
		return s.checkUpTicket(ctx, o, g, now)
	}
	if len(g.lines) == 0 {
		return nil, nil
	}
	writes = s.comment(o, security.Remark{Kind: security.SaidAnswers, Args: g.lines}, now)
	if len(g.denied) == 0 {
		return writes, nil
	}
	if o.Case.Ticket != "" {
		writes = append(writes, casework.RaiseTicket{Ticket: o.Case.Ticket})
	}
	c := *o.Case
	seen := lockout.Evidence{Activities: r.Changes}
	if seen.Addresses, err = s.Store.Addresses(ctx, o.Account.ID); err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	denied := lockout.DeniedBefore(c).And(lockout.Denials{Logins: g.denied})
	c.Proposed, c.Facts = lockout.Propose(seen.Without(o.Recovery), r.history, denied,
		o.AsOf(now))
	return append(writes, security.SaveCase{Case: c}), nil
}

// checkUpTicket is the one ticket of a check-up: somebody else was in.
func (s *Service) checkUpTicket(ctx context.Context, o *Owner, g given,
	now time.Time) ([]security.Write, error) {
	t := security.NewTicket(security.TicketLoginDenied, o.Account)
	if len(g.denied) > 0 {
		t.Priority = security.PriorityHigh
	}
	writes, _, err := s.Casework.JoinTicket(ctx, t,
		s.Remark("", security.Remark{Kind: security.SaidDenied, Args: g.lines}, now))
	return writes, err
}
