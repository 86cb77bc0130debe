package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/sight"
	"regain/security/staff"
)

// CaseFile is all that stands on the page of a case.
type CaseFile struct {
	CaseFacts
	Since     Since
	Findings  []risk.Finding             // logins, newest first, with what is odd about them
	Answered  map[string]security.Answer // by login
	Withdrawn bool                       // money left after the first odd login
	Flood     bool                       // messages were sent in a burst after it
	// by factor: enrolled in this recovery, and nobody resumed
	Provisional map[string]bool
	Tickets     []CaseTicket                   // of this case, its own first
	Files       map[string][]attach.Attachment // of all messages, by their ids
	Talk        []security.Message             // on the case's own ticket, which may not be open yet
	ByHand      []security.Ticket              // opened for Account Security past the recovery
	Notes       []security.Note                // of the account, oldest first
	Causes      []CauseChange                  // oldest first
	Mails       []security.MailState           // queued since the lockout, newest first
	Acts        CaseActs                       // what the reader may do
	Pending     *lockout.ShownProposal         // to resume; nil when none waits
	Past        []lockout.ShownProposal        // to resume, decided, newest first
	Needs       []string                       // what asks for four eyes if the reader resumes now
	HeldSince   time.Time                      // when whoever has it took it
	Staff       map[string]string              // names of staff and of keys by id
}

// undoFor is how long a resume is undone with one click.
const undoFor = 24 * time.Hour

// CaseActs is what a member of staff may do with a case as they read it.
type CaseActs struct {
	Decide bool      // it is theirs
	Demand bool      // it is, and the owner has updated a password that can be taken back
	Take   bool      // it is free to take, from whoever has it too
	FreeAt time.Time // when it is, while somebody else is at it
	Undo   bool      // its resume is so young that one click takes it back
	Reopen bool      // it is over, and may be taken up again
}

func actsOn(c security.Case, m *staff.Member, a security.Account, now time.Time) CaseActs {
	if c.State.Over() {
		again := !a.Locked() || a.Case == c.ID
		return CaseActs{Reopen: again,
			Undo: again && c.State == recovery.Resumed && now.Sub(c.ClosedAt) < undoFor}
	}
	mine := c.Assignee == m.ID
	x := CaseActs{Decide: mine && c.State == recovery.InReview}
	x.Demand = x.Decide && !c.SecuredAt.IsZero()
	if freshlyTaken(c, now) && !mine {
		x.FreeAt = c.TakenAt.Add(CaseKeptFor)
	}
	x.Take = !x.Decide && x.FreeAt.IsZero()
	return x
}

// freshlyTaken reports whether the case was taken so lately that nobody takes it over.
func freshlyTaken(c security.Case, now time.Time) bool {
	return c.Assignee != "" && limits.Alive(c.TakenAt, c.TakenAt.Add(CaseKeptFor), now)
}

// heldSince is when whoever has the case took it, by its trail: TakenAt moves with all that they do.
func heldSince(c security.Case, trail []security.Event) time.Time {
	for _, e := range slices.Backward(trail) {
		if e.By.ID == c.Assignee && (e.Kind == audit.CaseTaken || e.Kind == audit.CaseReopened) {
			return e.At
		}
	}
	return c.TakenAt
}

// CaseTicket is a ticket that belongs to a case, with what was said on it.
type CaseTicket struct {
	security.Ticket
	Messages []security.Message
}

// Since is what has become different since the lockout.
type Since struct {
	Logins           []security.Login // that the frozen evidence lacks, newest first
	Changes          []security.Activity
	FactorsAdded     []security.Factor
	FactorsRemoved   []lockout.FrozenFactor
	AddressesAdded   []security.Address
	AddressesRetired []security.Address
}

// casePage names the page of a case on the audit trail.
const casePage = "case"

// CaseMails is how many mails of a case are shown at most.
const CaseMails = 100

// ReviewCase reads the case with this number, in small or capital letters, with
// everything that a decision about it rests on, as far as m may read it. It is on record that m looked, and
// from then on the account is open to the session.
func (s *Service) ReviewCase(ctx context.Context, m *staff.Member, number string) (CaseFile,
	error) {
	c, a, err := s.caseOf(ctx, m, "case.review", number)
	if err != nil {
		return CaseFile{}, err
	}
	of := a
	of.Case = c.ID // the account may be open again, or locked by another case
	if err := s.Staff.Look(ctx, m, of, casePage, "Case "+c.Number); err != nil {
		return CaseFile{}, err
	}
	facts, err := s.caseFacts(ctx, c, a)
	if err != nil {
		return CaseFile{}, err
	}
	f := CaseFile{CaseFacts: facts, Since: since(facts), HeldSince: heldSince(c, facts.Trail)}
	if f.Needs, err = s.fourEyes(ctx, facts, m.Staff); err != nil {
		return f, err
	}
	f.Acts = actsOn(c, m, a, s.Now())
	s.judge(&f)
	if err := s.caseProposals(ctx, &f, m); err != nil {
		return f, err
	}
	err = s.caseWork(ctx, &f)
	return f.as(sight.Of(m.Role, false)), err
}

func (s *Service) frozen(ctx context.Context, c security.Case) (lockout.Evidence, error) {
	var e lockout.Evidence
	data, err := s.Store.Evidence(ctx, c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(data, &e)
}

// judge says what is odd about the logins and puts the owner's answers beside them.
func (s *Service) judge(f *CaseFile) {
	h := s.Lockout.History(f.Logins)
	h.Since = f.Case.OpenedAt.Add(-security.Review)
	f.Findings = risk.Judge(h)
	asked := guided.ActivityReview{Findings: f.Findings}.Asked()
	f.Withdrawn, f.Flood = guided.Aftermath(asked, f.Changes)
	f.Answered = map[string]security.Answer{}
	for _, a := range f.Answers {
		f.Answered[a.Login] = a
	}
	f.Provisional = map[string]bool{}
	for _, x := range f.provisional() {
		f.Provisional[x.ID] = f.Case.State != recovery.Resumed
	}
}

// caseProposals adds what was proposed for the case, as m sees it.
func (s *Service) caseProposals(ctx context.Context, f *CaseFile, m *staff.Member) error {
	all := slices.DeleteFunc(slices.Clone(f.Proposals), func(p lockout.Proposal) bool {
		return p.Kind != lockout.ProposeResume || p.Case != f.Case.ID
	})
	shown, err := s.Lockout.Shown(ctx, m, f.Account, all...)
	for _, x := range shown {
		if x.State == lockout.ProposalWaits {
			f.Pending = &x
			continue
		}
		f.Past = append(f.Past, x)
	}
	return err
}

// caseWork adds what staff have written and sent.
func (s *Service) caseWork(ctx context.Context, f *CaseFile) error {
	var tickets []security.Ticket
	err := errors.Join(
		security.Fetched(&tickets, "tickets")(
			s.Store.Tickets(ctx, security.TicketFilter{Account: f.Account.ID, Case: f.Case.ID})),
		security.Fetched(&f.Talk, "messages")(s.Store.Messages(ctx, casework.OwnTicket(f.Case))),
		security.Fetched(&f.Notes, "notes")(s.Store.Notes(ctx, f.Account.ID)),
		security.Fetched(&f.Causes, "history of cause")(s.Store.CauseHistory(ctx, f.Case.ID)),
		security.Fetched(&f.Mails, "mails")(s.Store.Mails(ctx, f.Account.ID, CaseMails)),
		security.Fetched(&f.Staff, "names")(s.Staff.Names(ctx)),
	)
	if err != nil {
		return err
	}
	f.Mails = slices.DeleteFunc(f.Mails,
		func(x security.MailState) bool { return x.QueuedAt.Before(f.Case.OpenedAt) })
	all := slices.Clone(f.Talk)
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
		all = append(all, said...)
	}
	f.Files, err = s.Guided.Attach.OnMessages(ctx, all)
	return err
}

// byHand reports whether support opened the ticket for Account Security, because
// the platform told of a new password that did not come through the recovery.
func (f CaseFile) byHand(t security.Ticket) bool {
	return slices.ContainsFunc(f.Trail, func(e security.Event) bool {
		return e.Kind == audit.HandedOver && e.Data["ticket"] == t.Number
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
		Logins: security.Kept(f.Logins, func(x security.Login) bool {
			missed := len(f.Frozen.Logins) < lockout.FrozenRows &&
				x.At.After(f.Case.OpenedAt.Add(-security.Review))
			return !old["login "+x.ID] && (after(x.At) || missed)
		}),
		Changes: security.Kept(f.Changes, func(x security.Activity) bool {
			return !old["change "+x.ID] && (after(x.At) ||
				len(f.Frozen.Activities) < lockout.FrozenRows)
		}),
		FactorsAdded: security.Kept(f.Factors,
			func(x security.Factor) bool { return !old["factor "+x.ID] }),
		AddressesAdded: security.Kept(f.Addresses,
			func(x security.Address) bool { return !old["address "+x.ID] }),
		AddressesRetired: security.Kept(f.Addresses,
			func(x security.Address) bool { return inForce[x.ID] && !x.Until.IsZero() }),
	}
	now := map[string]bool{}
	for _, x := range f.Factors {
		now[x.ID] = true
	}
	d.FactorsRemoved = security.Kept(f.Frozen.Factors,
		func(x lockout.FrozenFactor) bool { return !now[x.ID] })
	return d
}

// CauseChange is one entry in the history of a case's cause.
type CauseChange struct {
	At    time.Time
	Cause string
	By    string
}
