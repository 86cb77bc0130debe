package security

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security/recovery"
	"regain/security/risk"
)

// CaseFile is all that stands on the page of a case.
type CaseFile struct {
	CaseFacts
	Since       Since
	Findings    []risk.Finding    // logins, newest first, with what is odd about them
	Answered    map[string]Answer // by login
	Withdrawn   bool              // money left after the first odd login
	Flood       bool              // messages were sent in a burst after it
	Provisional map[string]bool   // by factor: enrolled in this recovery, and nobody resumed
	Tickets     []CaseTicket      // of this case, its own first
	Talk        []Message         // on the case's own ticket, which may not be open yet
	ByHand      []Ticket          // opened for Account Security past the recovery
	Notes       []Note            // of the account, oldest first
	Causes      []CauseChange     // oldest first
	Mails       []MailState       // queued since the lockout, newest first
	Acts        CaseActs          // what the reader may do
	Pending     *ShownProposal    // to resume; nil when none waits
	Past        []ShownProposal   // to resume, decided, newest first
	Needs       []string          // what asks for four eyes if the reader resumes now
	Staff       map[string]string // names by id
}

// undoFor is how long a resume is undone with one click.
const undoFor = 24 * time.Hour

// CaseActs is what a member of staff may do with a case as they read it.
type CaseActs struct {
	Decide bool      // it is theirs
	Take   bool      // it is free to take, from whoever has it too
	FreeAt time.Time // when it is, while somebody else is at it
	Undo   bool      // its resume is so young that one click takes it back
	Reopen bool      // it is over, and may be taken up again
}

func actsOn(c Case, m *Member, a Account, now time.Time) CaseActs {
	if c.State.Over() {
		again := !a.Locked() || a.Case == c.ID
		return CaseActs{Reopen: again,
			Undo: again && c.State == recovery.Resumed && now.Sub(c.ClosedAt) < undoFor}
	}
	mine := c.Assignee == m.ID
	x := CaseActs{Decide: mine && c.State == recovery.InReview}
	if freshlyTaken(c, now) && !mine {
		x.FreeAt = c.TakenAt.Add(CaseHold)
	}
	x.Take = !x.Decide && x.FreeAt.IsZero()
	return x
}

// freshlyTaken reports whether the case was taken so lately that nobody takes it over.
func freshlyTaken(c Case, now time.Time) bool {
	return c.Assignee != "" && now.Before(c.TakenAt.Add(CaseHold))
}

// CaseTicket is a ticket that belongs to a case, with what was said on it.
type CaseTicket struct {
	Ticket
	Messages []Message
}

// Since is what has become different since the lockout.
type Since struct {
	Logins           []Login // that the frozen evidence lacks, newest first
	Changes          []Activity
	FactorsAdded     []Factor
	FactorsRemoved   []FrozenFactor
	AddressesAdded   []Address
	AddressesRetired []Address
}

// casePage names the page of a case on the audit trail.
const casePage = "case"

// caseMails is how many mails of a case are shown.
const caseMails = 100

// ReviewCase reads the case with this number, in small or capital letters, with
// everything that a decision about it rests on. It is on record that m looked, and
// from then on the account is open to the session.
func (s *Service) ReviewCase(ctx context.Context, m *Member, number string) (CaseFile, error) {
	if err := s.allow(ctx, m, RightReview, "case.review"); err != nil {
		return CaseFile{}, err
	}
	c, a, err := s.caseOf(ctx, number)
	if err != nil {
		return CaseFile{}, err
	}
	of := a
	of.Case = c.ID // the account may be open again, or locked by another case
	if err := s.look(ctx, m, of, casePage, "Case "+c.Number); err != nil {
		return CaseFile{}, err
	}
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return CaseFile{}, err
	}
	f := CaseFile{CaseFacts: facts, Since: since(facts), Needs: s.fourEyes(facts, m)}
	f.Acts = actsOn(c, m, a, s.Now())
	s.judge(&f, m)
	return f, s.caseWork(ctx, &f)
}

func (s *Service) frozen(ctx context.Context, c Case) (Evidence, error) {
	var e Evidence
	data, err := s.Store.Evidence(ctx, c.ID)
	if errors.Is(err, ErrNotFound) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(data, &e)
}

// judge says what is odd about the logins and puts the owner's answers beside them.
func (s *Service) judge(f *CaseFile, m *Member) {
	h := s.history(f.Logins)
	h.Since = f.Case.OpenedAt.Add(-Review)
	f.Findings = risk.Judge(h)
	asked := ActivityReview{Findings: f.Findings}.Asked()
	f.Withdrawn, f.Flood = aftermath(asked, f.Changes)
	f.Answered = map[string]Answer{}
	for _, a := range f.Answers {
		f.Answered[a.Login] = a
	}
	f.Provisional = map[string]bool{}
	for _, x := range f.provisional() {
		f.Provisional[x.ID] = f.Case.State != recovery.Resumed
	}
	for _, p := range f.Proposals {
		x := p.shown(m, f.Account, s.Now())
		switch {
		case p.Kind != ProposeResume || p.Case != f.Case.ID:
		case p.State == ProposalWaits:
			f.Pending = &x
		default:
			f.Past = append(f.Past, x)
		}
	}
}

// caseWork adds what staff have written and sent.
func (s *Service) caseWork(ctx context.Context, f *CaseFile) error {
	var tickets []Ticket
	err := errors.Join(
		fetched(&tickets, "tickets")(
			s.Store.Tickets(ctx, TicketFilter{Account: f.Account.ID, Case: f.Case.ID})),
		fetched(&f.Talk, "messages")(s.Store.Messages(ctx, ownTicket(f.Case))),
		fetched(&f.Notes, "notes")(s.Store.Notes(ctx, f.Account.ID)),
		fetched(&f.Causes, "history of cause")(s.Store.CauseHistory(ctx, f.Case.ID)),
		fetched(&f.Mails, "mails")(s.Store.Mails(ctx, f.Account.ID, caseMails)),
		fetched(&f.Staff, "names")(s.staffNames(ctx)),
	)
	if err != nil {
		return err
	}
	f.Mails = slices.DeleteFunc(f.Mails,
		func(x MailState) bool { return x.QueuedAt.Before(f.Case.OpenedAt) })
	for _, t := range tickets {
		if t.Own {
			f.Tickets = slices.Insert(f.Tickets, 0, CaseTicket{t, f.Talk})
			continue
		}
		said, err := s.Store.Messages(ctx, t.ID)
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		f.Tickets = append(f.Tickets, CaseTicket{t, said})
		if f.byHand(t) {
			f.ByHand = append(f.ByHand, t)
		}
	}
	return nil
}

// byHand reports whether support opened the ticket for Account Security, because
// the platform told of a new password that did not come through the recovery.
func (f CaseFile) byHand(t Ticket) bool {
	return slices.ContainsFunc(f.Trail, func(e Event) bool {
		return e.Kind == HandedOver && e.Data["ticket"] == t.Number
	})
}

// since compares what stood on the account at the lockout with what stands there.
func since(f CaseFacts) Since {
	old := map[string]bool{}
	for _, x := range f.Frozen.Logins {
		old["login "+x.ID] = true
	}
	for _, x := range f.Frozen.Activities {
		old["change "+x.ID] = true
	}
	for _, x := range f.Frozen.Factors {
		old["factor "+x.ID] = true
	}
	inForce := map[string]bool{}
	for _, x := range f.Frozen.Addresses {
		old["address "+x.ID], inForce[x.ID] = true, x.Until.IsZero()
	}
	after := func(at time.Time) bool { return at.After(f.Case.OpenedAt) }
	d := Since{
		Logins: kept(f.Logins, func(x Login) bool {
			missed := len(f.Frozen.Logins) < frozenRows && x.At.After(f.Case.OpenedAt.Add(-Review))
			return !old["login "+x.ID] && (after(x.At) || missed)
		}),
		Changes: kept(f.Changes, func(x Activity) bool {
			return !old["change "+x.ID] && (after(x.At) || len(f.Frozen.Activities) < frozenRows)
		}),
		FactorsAdded:   kept(f.Factors, func(x Factor) bool { return !old["factor "+x.ID] }),
		AddressesAdded: kept(f.Addresses, func(x Address) bool { return !old["address "+x.ID] }),
		AddressesRetired: kept(f.Addresses,
			func(x Address) bool { return inForce[x.ID] && !x.Until.IsZero() }),
	}
	now := map[string]bool{}
	for _, x := range f.Factors {
		now[x.ID] = true
	}
	d.FactorsRemoved = kept(f.Frozen.Factors, func(x FrozenFactor) bool { return !now[x.ID] })
	return d
}

// kept is those of a list for which keep holds.
func kept[T any](list []T, keep func(T) bool) (some []T) {
	for _, x := range list {
		if keep(x) {
			some = append(some, x)
		}
	}
	return some
}
