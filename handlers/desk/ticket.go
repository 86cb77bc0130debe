package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/handlers/trust"
	"regain/security"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/token"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
	"regain/views/zone"
)

func (p *pages) showTicket(c echo.Context, m *staff.Member) error {
	d, err := p.Security.Desk.DeskTicket(c.Request().Context(), m, c.Param("number"))
	if handlers.Is(err, refusal.LookNeeded) {
		why := page.Open{Page: p.deskPage(c), What: "ticket", ID: c.Param("number"),
			Path: numberPath(c)}
		return handlers.Form(c, why.Page, why.View())
	}
	if err != nil {
		return err
	}
	v := p.ticketPage(c, m, d)
	if err := leadToCampaign(c, p, m, d, &v); err != nil {
		return err
	}
	var next time.Time // nobody hears by a time that is over
	if d.Ticket.DueAt.After(p.Security.Now()) {
		next = d.Ticket.DueAt
	}
	v.Message = reply(p.Languages, c.QueryParam("reply"), page.TicketReplies, d.Account, d.Ticket.Number, next)
	return handlers.Render(c, http.StatusOK, v.View())
}

// leadToCampaign adds the campaign that a ticket is of, for who works on those.
func leadToCampaign(c echo.Context, p *pages, m *staff.Member, d desk.DeskTicket, v *page.Ticket) error {
	if d.Ticket.Kind != security.TicketCampaign || !m.Role.Has(staff.RightTrust) {
		return nil
	}
	number, err := p.Security.Report.NumberOf(c.Request().Context(), d.Ticket.ID)
	if err == nil {
		v.Facts = append([]views.Fact{{Label: words.Say("trust.label.campaign"), Value: words.As(number),
			Code: true, Href: trust.CampaignPath(number)}}, v.Facts...)
	}
	return err
}

// reply is the saved reply that was chosen, with its fields filled in, and the time as mails tell it
// to the owner; nothing for none.
func reply(ls words.Languages, code string, codes []string, a security.Account, number string,
	next time.Time) page.Reply {
	if !slices.Contains(codes, code) {
		return page.Reply{}
	}
	when := words.Say("reply.soon")
	if !next.IsZero() {
		when = words.Say("reply.soon", zone.Of(a.TimeZone).Tell(next))
	}
	return inBoth(ls.For(a.Locale), ls.English(), words.Say("reply."+code+".text", a.Username, number, when))
}

// inBoth is a reply in the language of the owner, with what it says in English.
func inBoth(l, english *words.Language, said words.Text) page.Reply {
	// Not the context of the request: in there is the clock of the reader, who is of the staff.
	in := func(l *words.Language) string { return said.In(words.With(context.Background(), l)) }
	if l == english {
		return page.Reply{Text: in(english)}
	}
	return page.Reply{Text: in(l), Lang: l.Tag, English: in(english), Language: words.NameOf(l.Tag)}
}

// writesIn is the language of an account, for whoever writes to its owner; none where it is not known.
func writesIn(ls words.Languages, a security.Account) []views.Fact {
	fact := views.Fact{Label: words.Say("desk_label.language"), Value: words.As(words.NameOf(a.Locale))}
	if l := ls.For(a.Locale); !l.Is(a.Locale) {
		fact.More = words.Say("desk_value.written_to_in", words.NameOf(l.Tag))
	}
	return views.Filled([]views.Fact{fact})
}

// numberPath is the page of the ticket in the address, whether there is one or not.
func numberPath(c echo.Context) string {
	return "/staff/tickets/" + url.PathEscape(token.FoldNumber(c.Param("number")))
}

// openTicket takes the reason of whoever reads a ticket without working on it.
func (p *pages) openTicket(c echo.Context, m *staff.Member) error {
	reason := c.Request().PostFormValue("reason")
	err := p.Security.Desk.OpenTicket(c.Request().Context(), m, c.Param("number"), reason)
	return p.opened(c, err, page.Open{What: "ticket", ID: c.Param("number"), Path: numberPath(c),
		Reason: reason})
}

// ticketPage is the page as it is before anything is typed.
func (p *pages) ticketPage(c echo.Context, m *staff.Member, d desk.DeskTicket,
	refused ...views.Wrong) page.Ticket {
	t := d.Ticket
	closed := t.Status == ticket.Closed
	v := page.Ticket{Page: p.deskPage(c, refused...), Path: ticketPath(t), Number: t.Number,
		Subject: t.Subject, Status: string(t.Status), Due: p.ticketDue(t),
		High: t.Priority == security.PriorityHigh, Facts: p.ticketFacts(m, d),
		Version: strconv.FormatInt(t.Version, 10), Closed: closed,
		Workable: !closed && m.Works(t.Department), TakeFrom: d.Names[t.Assignee],
		Mine: t.Assignee == m.ID, Bound: d.Bound(), Held: d.Held, AnswerTo: d.AnswerTo,
		Statuses: ticketMoves(d), Departments: ticket.Departments, Department: t.Department,
		Topics: []string{desk.NoTopic, ticket.Phishing, ticket.Malware}, Topic: t.Topic,
		To: "owner"}
	if t.Topic == ticket.Usual {
		v.Topic = desk.NoTopic
	}
	for _, msg := range d.Messages {
		v.Messages = append(v.Messages, ticketMessage(d, msg))
	}
	v.Reproof = p.ticketReproof(d)
	return v
}

func ticketMoves(d desk.DeskTicket) []string {
	var list []string
	for _, next := range ticket.Statuses {
		if d.May(next) {
			list = append(list, string(next))
		}
	}
	return list
}

func (p *pages) ticketFacts(m *staff.Member, d desk.DeskTicket) []views.Fact {
	t := d.Ticket
	var facts []views.Fact
	if t.Account != "" {
		facts = append([]views.Fact{
			{Label: words.Say("desk_label.person"), Value: words.As(d.Account.Username),
				Href: accountPath(t.Account)},
			{Label: words.Say("desk_label.account"), Value: words.Say("account_state." + d.Account.State())},
		}, writesIn(p.Languages, d.Account)...)
	}
	if d.Case != nil {
		fact := views.Fact{Label: words.Say("desk_label.case"), Value: words.As(d.Case.Number), Code: true}
		if m.Role.Has(staff.RightReview) {
			fact.Href = "/staff/cases/" + d.Case.Number
		}
		facts = append(facts, fact)
	}
	facts = append(facts, views.Fact{Label: words.Say("desk_label.department"), Value: views.Department(t.Department)})
	if t.Topic != ticket.Usual {
		facts = append(facts, views.Fact{Label: words.Say("desk_label.topic"), Value: words.Say("ticket_topic." +
			t.Topic)})
	}
	who := views.TextOr(whoHasIt(m, t.Assignee, d.Names), words.Say("nobody"))
	return append(facts, views.Fact{Label: words.Say("desk_label.opened"), At: handlers.WorldClock.Tell(t.OpenedAt)},
		views.Fact{Label: words.Say("desk_label.answer_by"), At: handlers.WorldClock.Tell(t.DueAt)},
		views.Fact{Label: words.Say("desk_label.who_has_it"), Value: who})
}

func ticketMessage(d desk.DeskTicket, msg security.Message) page.TicketMessage {
	line := page.TicketMessage{At: handlers.WorldClock.Plain(msg.At),
		Files:    files.Shown(d.Files, filesPath)[msg.ID],
		Text:     handlers.Said(msg.Body, msg.Remark),
		Internal: !msg.Public,
		Own:      msg.Author == security.AuthorStaff}
	if msg.Via.ByMail() {
		line.How = words.Say("by_mail." + string(msg.Via))
	}
	line.From = whoSaid(msg, d.Account.Username, d.Names)
	if msg.Author == security.AuthorOwner && msg.Remark.Kind == "" {
		line.Lang = strings.ReplaceAll(d.Account.Locale, "_", "-")
	}
	return line
}

// workForm is the form about a ticket as it was sent. Without a version it is about the ticket as
// it is now.
type workForm struct {
	desk.Work
	to      string
	version int64
}

func readWork(c echo.Context) workForm {
	r := c.Request()
	f := workForm{to: r.PostFormValue("to"), version: formVersion(c)}
	f.Work = desk.Work{Message: r.PostFormValue("message"), Internal: f.to == "staff",
		Status: ticket.Status(r.PostFormValue("status")), Department: r.PostFormValue("department"),
		Topic: r.PostFormValue("topic")}
	return f
}

// formVersion is the version of the row that a form was filled in for, 0 for none.
func formVersion(c echo.Context) int64 {
	version, err := strconv.ParseInt(c.Request().PostFormValue("version"), 10, 64)
	if err != nil {
		return 0
	}
	return version
}

func (p *pages) workTicket(c echo.Context, m *staff.Member) error {
	ctx, number, f := c.Request().Context(), c.Param("number"), readWork(c)
	err := p.Security.Desk.WorkTicket(ctx, m, number, f.version, f.Work)
	status, refused := p.ticketRefusal(err)
	if refused == nil {
		return p.ticketDone(c, err, "ticket_saved")
	}
	d, err := p.Security.Desk.DeskTicket(ctx, m, number)
	if err != nil {
		return err
	}
	v := p.ticketPage(c, m, d, *refused)
	if err := leadToCampaign(c, p, m, d, &v); err != nil {
		return err
	}
	v.Message.Text, v.NextStatus = f.Message, string(f.Status)
	if f.to != "" {
		v.To = f.to
	}
	if f.Department != "" {
		v.Department = f.Department
	}
	if f.Topic != "" {
		v.Topic = f.Topic
	}
	return handlers.Render(c, status, v.View())
}

// ticketRefusal is what the page of a ticket says of a refused form, and its status; nil for
// what is no refusal of the form. A form about the ticket as it was keeps what was typed.
func (p *pages) ticketRefusal(err error) (int, *views.Wrong) {
	if errors.Is(err, security.ErrConflict) {
		return http.StatusConflict, &views.Wrong{Field: "message", Code: "ticket_changed"}
	}
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok || ofNoForm(r) || r.Retry > 0 {
		return 0, nil
	}
	w := views.Wrong{Field: r.Field, Code: string(r.Code), Args: r.Args}
	if r.Code == refusal.StatusIllegal {
		w.Args = nil
		for _, status := range r.Args {
			w.Args = append(w.Args, words.Say("ticket_status."+status).String())
		}
	}
	return http.StatusUnprocessableEntity, &w
}

// ticketDone leads back to the ticket, or passes on what went wrong. After a conflict the way on
// leads to the ticket as it is now.
func (p *pages) ticketDone(c echo.Context, err error, flash string) error {
	path := numberPath(c)
	if errors.Is(err, security.ErrConflict) {
		return p.Problem(c, http.StatusConflict, views.Problem{Kind: "conflict", Back: path})
	}
	return p.After(c, err, path, flash)
}

func (p *pages) takeTicket(c echo.Context, m *staff.Member) error {
	err := p.Security.Desk.TakeTicket(c.Request().Context(), m, c.Param("number"), formVersion(c))
	return p.ticketDone(c, err, "ticket_taken")
}
