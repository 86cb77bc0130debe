package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security/recovery"
	"regain/security/risk"
)

// remembered is how far back logins count as "seen before", and historyRows how
// many of them are read.
const (
	remembered  = 400 * 24 * time.Hour
	historyRows = 2000
)

// ActivityReview is what the activity step shows: logins and changes.
type ActivityReview struct {
	Findings []risk.Finding    // of the last 90 days, newest first
	Answers  map[string]string // what was answered already, by login
	Changes  []Activity        // of the last 90 days, newest first
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

// ReviewActivity gathers the logins and changes of the last 90 days and says
// which logins need an answer.
func (s *Service) ReviewActivity(ctx context.Context, o *Owner) (ActivityReview, error) {
	if err := o.open(recovery.Activity); err != nil {
		return ActivityReview{}, err
	}
	return s.review(ctx, o)
}

func (s *Service) review(ctx context.Context, o *Owner) (ActivityReview, error) {
	now := s.Now()
	h, err := s.past(ctx, o.Account.ID, historyRows, now)
	if err != nil {
		return ActivityReview{}, err
	}
	changes, err := s.Store.Activities(ctx, o.Account.ID, now.Add(-Review), historyRows)
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

// past is what the newest logins of an account, at most most, are judged by.
func (s *Service) past(ctx context.Context, account string, most int, now time.Time) (risk.History,
	error) {
	logins, err := s.Store.Logins(ctx, account, now.Add(-remembered), most)
	if err != nil {
		return risk.History{}, fmt.Errorf("read logins: %w", err)
	}
	h := s.history(logins)
	h.Since = now.Add(-Review)
	return h, nil
}

// history puts place and device to each login.
func (s *Service) history(logins []Login) risk.History {
	h := risk.History{Logins: make([]risk.Login, len(logins))}
	labels := map[string]string{} // there are many logins of few devices
	for i, l := range logins {
		if _, known := labels[l.Agent]; !known {
			labels[l.Agent] = risk.Device(l.Agent)
		}
		h.Logins[i] = risk.Login{ID: l.ID, At: l.At, IP: l.IP, Country: s.Country(l.IP),
			Device: labels[l.Agent], Outcome: l.Outcome, StoppedBy: l.StoppedBy}
	}
	return h
}

// propose runs the triage rule over what is known. The owner's last own login
// is the latest succeeded one that nothing speaks against.
func propose(e Evidence, h risk.History, denied denials, now time.Time) (recovery.Cause,
	[]recovery.Signal) {
	h.Since = now.Add(-Review)
	in := recovery.TriageInput{Now: now, DeniedSucceeded: denied.logins,
		DeniedChanges: denied.changes}
	for _, f := range risk.Judge(h) {
		if f.Login.Outcome == risk.Succeeded && !f.NeedsAnswer() {
			in.LastOwnLogin = f.Login.At
			break
		}
	}
	for _, a := range e.Activities {
		in.Changes = append(in.Changes, recovery.Change{Kind: a.Kind, At: a.At})
	}
	for _, a := range e.Addresses {
		if a.Origin != OriginFirst && !a.Notice {
			in.Changes = append(in.Changes, recovery.Change{Kind: recovery.EmailChanged, At: a.Since})
		}
	}
	return recovery.Propose(in)
}

// without leaves out the password that the owner chose in r: it says nothing about how the case of
// r came to be. The next lockout looks at it like at any other.
func (e Evidence) without(r Recovery) Evidence {
	e.Activities = slices.DeleteFunc(slices.Clone(e.Activities), func(a Activity) bool {
		return a.Kind == recovery.PasswordChanged && a.At.Equal(r.PasswordAt)
	})
	return e
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
	if err := s.spend(ctx, limitMessages, o.Account.ID, s.Now()); err != nil {
		return err
	}
	err = retry(ctx, func() error { return s.recordAnswers(ctx, o, r, said) })
	if errors.Is(err, ErrConflict) {
		again, readErr := s.Store.Recovery(ctx, o.Recovery.ID)
		if readErr == nil && !again.ActivityAt.IsZero() {
			return nil
		}
	}
	return err
}

func checkAnswers(asked []risk.Finding, said map[string]string) error {
	var missing []string
	for _, f := range asked {
		switch said[f.Login.ID] {
		case risk.Me, risk.NotMe, risk.Unsure:
		case "":
			missing = append(missing, f.Login.ID)
		default:
			return refuse("login_"+f.Login.ID, AnswerUnknown)
		}
	}
	if len(missing) > 0 {
		return refuse("login_"+missing[0], AnswerMissing, missing...)
	}
	return nil
}

func (s *Service) recordAnswers(ctx context.Context, was *Owner, r ActivityReview,
	said map[string]string) error {
	o, err := s.again(ctx, was, recovery.Activity)
	if err != nil {
		return err
	}
	now := s.Now()
	given := answersOf(r, o, said, s.here(o), now)
	done := o.Recovery
	done.ActivityAt = now
	writes := []Write{SaveRecovery{done}}
	for _, a := range given.answers {
		writes = append(writes, PutAnswer{a})
	}
	more, err := s.consequences(ctx, o, r, given, now)
	if err != nil {
		return err
	}
	e := s.ownerEvent(o, LoginsAnswered, now)
	e.Data = map[string]string{"not_me": fmt.Sprint(len(given.denied))}
	return s.commit(ctx, o, e, append(writes, more...)...)
}

// given is a set of answers and what follows from them.
type given struct {
	answers []Answer
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
		a := Answer{Recovery: o.Recovery.ID, Account: o.Account.ID, Login: l.ID, Answer: answer,
			Reasons: strings.Join(reasons, ","), At: now, Contradicts: slices.Contains(odd, l.ID)}
		g.answers = append(g.answers, a)
		g.lines = append(g.lines, a.line(l))
		if answer == risk.NotMe && l.Outcome == risk.Succeeded {
			g.denied = append(g.denied, l.At)
		}
	}
	return g
}

// line is the answer about l in codes, with commas between, for a remark.
func (a Answer) line(l risk.Login) string {
	odd := ""
	if a.Contradicts {
		odd = "contradicts"
	}
	return strings.Join([]string{l.At.Format(time.RFC3339), l.Outcome, l.Device, l.Country,
		a.Answer, odd}, ",")
}

func orUnknown(s string) string {
	if s == "" {
		return "place unknown"
	}
	return s
}

func (s *Service) here(o *Owner) risk.Place {
	return risk.Place{Country: s.Country(o.Session.IP), Device: deviceOf(o.Session.Visitor),
		IP: o.Session.IP}
}

// consequences are the writes on the running case, or the ticket that a
// check-up opens when a login was not the owner's. The cause itself is for staff
// to change; the owner's answer changes what is proposed.
func (s *Service) consequences(ctx context.Context, o *Owner, r ActivityReview, g given,
	now time.Time) (writes []Write, err error) {
	if o.Case == nil {
		if !slices.ContainsFunc(g.answers, func(a Answer) bool { return a.Answer == risk.NotMe }) {
			return nil, nil
		}
		return s.checkUpTicket(ctx, o, g, now)
	}
	if len(g.lines) == 0 {
		return nil, nil
	}
	writes = s.comment(o, remark{saidAnswers, g.lines}, now)
	if len(g.denied) == 0 {
		return writes, nil
	}
	if o.Case.Ticket != "" {
		writes = append(writes, RaiseTicket{o.Case.Ticket})
	}
	c := *o.Case
	seen := Evidence{Activities: r.Changes}
	if seen.Addresses, err = s.Store.Addresses(ctx, o.Account.ID); err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	denied := deniedBefore(c).and(denials{logins: g.denied})
	c.Proposed, c.Facts = propose(seen.without(o.Recovery), r.history, denied, now)
	return append(writes, SaveCase{c}), nil
}

// checkUpTicket is the one ticket of a check-up: somebody else was in.
func (s *Service) checkUpTicket(ctx context.Context, o *Owner, g given, now time.Time) ([]Write,
	error) {
	t := newTicket(TicketLoginDenied, o.Account)
	if len(g.denied) > 0 {
		t.Priority = PriorityHigh
	}
	writes, _, err := s.joinTicket(ctx, t, s.remark("", remark{saidDenied, g.lines}, now))
	return writes, err
}

// ticketFacts is what the ticket tells the analyst beyond the case itself.
type ticketFacts struct {
	withdrawn  bool // money left after the first odd login
	flood      bool // messages sent in a burst after it
	unfamiliar bool // the recovery comes from a device and country never seen
}

// floodSize messages within an hour are a flood.
const floodSize = 50

func (s *Service) ticketFacts(ctx context.Context, o *Owner) (ticketFacts, error) {
	r, err := s.review(ctx, o)
	if err != nil {
		return ticketFacts{}, err
	}
	f := ticketFacts{unfamiliar: risk.Unfamiliar(r.history, s.here(o))}
	f.withdrawn, f.flood = aftermath(r.Asked(), r.Changes)
	return f, nil
}

// aftermath tells whether, after the first of the odd logins, money left the
// account and messages were sent in a burst. Both lists begin with the newest.
func aftermath(odd []risk.Finding, done []Activity) (withdrawn, flood bool) {
	if len(odd) == 0 {
		return false, false
	}
	first := odd[len(odd)-1].Login.At
	var sent []time.Time
	for _, a := range done {
		if a.At.Before(first) {
			continue
		}
		switch a.Kind {
		case "withdrawal":
			withdrawn = true
		case "message_sent":
			sent = append(sent, a.At)
		}
	}
	for i := floodSize - 1; i < len(sent); i++ {
		flood = flood || sent[i-floodSize+1].Sub(sent[i]) < time.Hour
	}
	return withdrawn, flood
}

func (f ticketFacts) priority(c Case) string {
	if c.Cause == recovery.Hijacked || f.withdrawn || f.flood {
		return PriorityHigh
	}
	return PriorityNormal
}

// body is the first message of the ticket, for a human.
func (f ticketFacts) body(o *Owner, c Case, now time.Time) string {
	factor := "none enrolled"
	switch {
	case o.Session.ProvedBy != "":
		factor = "shown (" + o.Session.ProvedBy + ")"
	case len(o.Factors) > 0:
		factor = "enrolled, not shown"
	}
	lines := []string{
		"Cause: " + string(c.Cause) + " (proposed: " + string(c.Proposed) + ")",
		"Evidence: " + c.Evidence,
		"Verified: the address on file, by the mailed link or code; second factor: " + factor,
		"Password updated: " + now.Format(time.RFC3339),
		"Two-factor: " + factor,
	}
	for _, add := range []struct {
		on   bool
		line string
	}{
		{f.unfamiliar, "Notice: the recovery comes from a device and country never seen on the account"},
		{f.withdrawn, "Notice: money was withdrawn after the first unusual login"},
		{f.flood, "Notice: a flood of messages was sent after the first unusual login"},
	} {
		if add.on {
			lines = append(lines, add.line)
		}
	}
	return strings.Join(lines, "\n")
}
