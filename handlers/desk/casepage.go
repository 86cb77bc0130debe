package desk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/accountfile"
	"regain/handlers/casefile"
	"regain/security"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
	"regain/views/zone"
)

func (p *pages) showCase(c echo.Context, m *staff.Member) error {
	return p.refusedCase(c, m, page.CaseDecide{}, nil)
}

// refusedCase draws the page of the case around what was typed and refused, if it was.
func (p *pages) refusedCase(c echo.Context, m *staff.Member, typed page.CaseDecide,
	refused []views.Wrong) error {
	f, err := p.Security.Review.ReviewCase(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	v := p.caseView(m, f)
	v.Page = p.deskPage(c, refused...)
	v.History = p.teller().History(f, c.QueryParam("kind"), c.QueryParam("from"),
		casePath(f.Case.Number))
	d := &v.Decide
	if len(refused) == 0 {
		typed.Message = reply(p.Languages, c.QueryParam("reply"), page.CaseReplies, f.Account,
			f.Case.Number, time.Time{})
	}
	d.Message, d.NewCause, d.Reason = typed.Message, typed.NewCause, typed.Reason
	d.Back, d.AgainWhy, d.DemandWhy = typed.Back, typed.AgainWhy, typed.DemandWhy
	if typed.Again != "" && d.Again != "" {
		d.Again = typed.Again
	}
	if len(refused) > 0 {
		return handlers.Render(c, http.StatusUnprocessableEntity, v.View())
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

func (p *pages) caseView(m *staff.Member, f review.CaseFile) page.Case {
	c := f.Case
	v := page.Case{Path: casePath(c.Number), Number: c.Number, State: string(c.State),
		Version: strconv.FormatInt(c.Version, 10), Facts: p.caseWho(m, f), Notices: caseNotices(f),
		Cause: caseCause(f), CaseOwner: p.teller().Owner(f), CaseEvidence: p.teller().Evidence(f),
		CaseRecord: caseRecord(f), Places: casefile.Places(f), Decide: caseDecide(m, f)}
	if !c.State.Over() {
		v.Due, v.Urgent = caseDue(c, p.Security.Now()), handlers.WorldTime(c.EscalatedAt)
	}
	return v
}

func (p *pages) teller() casefile.Teller { return casefile.Teller{Country: p.Security.Country} }

// caseWho is who the case is about, and how it stands.
func (p *pages) caseWho(m *staff.Member, f review.CaseFile) []views.Fact {
	c, a := f.Case, f.Account
	who := views.TextOr(whoHasIt(m, c.Assignee, f.Staff), words.Say("nobody"))
	facts := []views.Fact{
		{Label: words.Say("desk_label.account"), Value: words.As(a.Username), Href: accountPath(a.ID)},
		{Label: words.Say("desk_label.person"), Value: words.As(a.Name), More: words.Say("desk.person_since",
			words.Say("desk.type."+a.Type), zone.Year{Time: a.CreatedAt})},
		{Label: words.Say("desk_label.account_state"), Value: words.Say("desk.state." + a.State()),
			More: words.Say("desk_value.lockout_of"), MoreAt: handlers.WorldTime(c.OpenedAt)},
		{Label: words.Say("desk_label.who_has_it"), Value: who},
	}
	if c.Assignee != "" && !c.State.Over() {
		facts[len(facts)-1].More, facts[len(facts)-1].MoreAt = words.Say("desk_words.since"), handlers.WorldTime(f.HeldSince)
	}
	facts = slices.Insert(facts, 2, writesIn(p.Languages, a)...)
	if d := caseDue(c, p.Security.Now()); c.State == recovery.Secured ||
		c.State == recovery.InReview {
		facts = append(facts, views.Fact{Label: words.Say("desk_label.answer_by"), At: d.At})
	}
	return facts
}

// caseNotices are what has to be known before anything else.
func caseNotices(f review.CaseFile) []page.CaseNotice {
	var list []page.CaseNotice
	if f.Case.Appealed() {
		list = append(list, page.CaseNotice{Text: words.Say("case_notice.appealed",
			handlers.WorldClock.Tell(f.Case.AppealedAt)), Href: "#messages", Link: words.Say("desk.messages")})
	}
	for _, t := range f.ByHand {
		list = append(list, page.CaseNotice{Text: words.Say("case_notice.by_hand", t.Number),
			Href: ticketPath(t), Link: words.Say("trail_ticket", t.Number)})
	}
	for _, mail := range f.Mails {
		if line := accountfile.Mail(mail); line.State == "refused" {
			list = append(list, page.CaseNotice{Text: words.Say("case_notice.undeliverable",
				line.To),
				Href: "#mails", Link: words.Say("desk.mails")})
			break
		}
	}
	list = append(list, caseReproofs(f)...)
	if f.Account.Locked() && f.Account.Case != f.Case.ID {
		list = append(list, page.CaseNotice{Text: words.Say("case_notice.elsewhere"),
			Href: accountPath(f.Account.ID), Link: words.As(f.Account.Username)})
	}
	if f.Account.Closed {
		list = append(list, page.CaseNotice{Text: words.Say("case_notice.closed")})
	}
	return list
}

// caseReproofs tells of what is going to be changed for an owner who was proved anew, and of what
// a reader of the account's mail has stopped.
func caseReproofs(f review.CaseFile) []page.CaseNotice {
	var list []page.CaseNotice
	for _, x := range f.Proposals {
		at := map[lockout.ProposalState]time.Time{lockout.ProposalAgreed: x.DueAt,
			lockout.ProposalVetoed: x.EndedAt}[x.State]
		if at.IsZero() || x.Case != f.Case.ID {
			continue
		}
		n := page.CaseNotice{Text: words.Say("case_notice.reproof_"+string(x.State),
			words.Say("reproof."+string(x.Kind)), handlers.WorldClock.Tell(at))}
		for _, t := range f.Tickets {
			if t.ID == x.Ticket {
				n.Href, n.Link = ticketPath(t.Ticket), words.Say("trail_ticket", t.Number)
			}
		}
		list = append(list, n)
	}
	return list
}

func caseCause(f review.CaseFile) page.CaseCause {
	c := accountfile.Facts(f.Case)
	v := page.CaseCause{Cause: c.Cause, Proposed: c.Proposed, Evidence: c.Evidence, Facts: c.Facts}
	for _, x := range f.Causes {
		by := f.Staff[x.By]
		if by == "" {
			by = x.By
		}
		v.History = append(v.History, views.Event{What: words.Say("case_cause." + x.Cause),
			By: words.As(by), At: handlers.WorldTime(x.At), State: "done"})
	}
	return v
}

func caseRecord(f review.CaseFile) page.CaseRecord {
	v := page.CaseRecord{Talk: caseTalk(f, f.Talk), Account: accountPath(f.Account.ID)}
	for _, t := range f.Tickets {
		if t.Own {
			v.Own = t.Number
			continue
		}
		v.Tickets = append(v.Tickets, page.CaseTicket{Number: t.Number, Subject: t.Subject,
			Status: string(t.Status), Messages: caseTalk(f, t.Messages)})
	}
	for i := len(f.Notes) - 1; i >= 0; i-- {
		v.Notes = append(v.Notes, handlers.NoteText(f.Notes[i]))
	}
	v.Most = review.CaseMails
	for _, mail := range f.Mails {
		v.Mails = append(v.Mails, accountfile.Mail(mail))
	}
	return v
}

func caseTalk(f review.CaseFile, said []security.Message) []page.TicketMessage {
	var list []page.TicketMessage
	for _, msg := range said {
		list = append(list, ticketMessage(desk.DeskTicket{Account: f.Account, Names: f.Staff,
			Files: f.Files}, msg))
	}
	return list
}

// caseDecide is what the reader can do now.
func caseDecide(m *staff.Member, f review.CaseFile) page.CaseDecide {
	c, may := f.Case, f.Acts
	d := page.CaseDecide{Mine: may.Decide, Demand: may.Demand, Take: may.Take}
	for _, old := range f.Past {
		d.Past = append(d.Past, caseProposal(f.Staff, old))
	}
	if f.Pending != nil && !c.State.Over() {
		pending := caseProposal(f.Staff, *f.Pending)
		d.Pending = &pending
	}
	switch {
	case may.Undo:
		d.Again = "undo"
	case may.Reopen:
		d.Again = "form"
	case may.Decide:
		d.Needs = casefile.Needs(f.Needs, true)
	case may.Take && c.Assignee != m.ID:
		d.From = f.Staff[c.Assignee]
	case !may.FreeAt.IsZero():
		d.Busy = words.Say("case_busy", f.Staff[c.Assignee], handlers.WorldTime(f.HeldSince),
			handlers.WorldClock.Hour(may.FreeAt))
	}
	if c.State.Over() {
		d.Closed = words.Say("case_closed."+string(c.State), handlers.WorldTime(c.ClosedAt))
	}
	return d
}

func caseProposal(names map[string]string, x lockout.ShownProposal) page.CaseProposal {
	v := page.CaseProposal{State: string(x.State), By: names[x.By], At: handlers.WorldTime(x.At),
		Reason: x.Reason, Approvable: x.Approvable, Needs: casefile.Needs(x.Needs, x.Own)}
	if x.State != lockout.ProposalWaits {
		v.DecidedBy, v.DecidedAt, v.Decision = names[x.DecidedBy], handlers.WorldTime(x.DecidedAt),
			x.Decision
		return v
	}
	v.State, v.Until, v.Own = string(x.Standing), handlers.WorldTime(x.ExpiresAt), x.Own
	v.Bound = bound(x)
	return v
}
