package desk

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/desk"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

func (p *pages) ticketRoutes() []route {
	const one = "/staff/tickets/:number"
	return []route{
		{method: get, path: "/staff/tickets", staffed: queues{p}.showTickets, right: staff.RightRead},
		{method: get, path: "/staff/tickets.csv", staffed: queues{p}.sendTickets, right: staff.RightRead},
		{method: get, path: one, staffed: p.showTicket, right: staff.RightRead},
		{method: post, path: one, staffed: p.workTicket, right: staff.RightTickets},
		{method: get, path: filesPath + "/:id", staffed: p.sendFile, right: staff.RightRead},
		{method: post, path: one + "/open", staffed: p.openTicket, right: staff.RightRead},
		{method: post, path: one + "/take", staffed: p.takeTicket, right: staff.RightTickets},
		{method: post, path: one + "/reproof", staffed: p.proposeReproof,
			right: staff.RightReview},
		{method: post, path: one + "/reproof/approve", staffed: p.approveReproof,
			right: staff.RightReview},
		{method: post, path: one + "/reproof/send-back", staffed: p.sendBackReproof,
			right: staff.RightReview},
	}
}

// ticketFilter is what the queue is asked for in its address.
type ticketFilter struct {
	sieve
	department, status string
}

// readTicketFilter takes what the role sees first for what the address leaves out or gets wrong.
func readTicketFilter(c echo.Context, m *staff.Member) ticketFilter {
	usual := ticket.CustomerSupport
	switch m.Role {
	case staff.RoleSecurity:
		usual = ticket.AccountSecurity
	case staff.RoleTrust:
		usual = ticket.TrustSafety
	}
	f := ticketFilter{
		department: handlers.OneOf(c, "department", slices.Concat([]string{usual}, ticket.Departments)),
		status:     handlers.OneOf(c, "status", slices.Concat([]string{string(ticket.Open)}, ticket.Names()))}
	f.sieve = readSieve(c, "/staff/tickets", page.Kept{Name: "department", Value: f.department},
		page.Kept{Name: "status", Value: f.status})
	if !m.Role.Has(staff.RightReview) {
		f.cause = ""
	}
	return f
}

func (p queues) ticketAsk(f ticketFilter) desk.TicketAsk {
	return desk.TicketAsk{Department: f.department, Status: ticket.Status(f.status),
		After: handlers.ReadCursor(f.after), Sieve: f.ask(p.desk.Security.Now())}
}

// links are the lists that differ from this one in one value of their address.
func (f ticketFilter) links(at int, values []string, prefix string) []views.NavLink {
	var list []views.NavLink
	f.after = ""
	for _, v := range values {
		now := f.base[at].Value
		other := f
		other.base = slices.Clone(f.base)
		other.base[at].Value = v
		word := words.As(v)
		if prefix != "" {
			word = words.Say(prefix + v)
		}
		list = append(list, views.NavLink{Path: other.from(""), Word: word, Here: v == now})
	}
	return list
}

func (p queues) showTickets(c echo.Context, m *staff.Member) error {
	f := readTicketFilter(c, m)
	list, err := p.desk.Security.Desk.TicketList(c.Request().Context(), m, p.ticketAsk(f))
	if err != nil {
		return err
	}
	f.sieve = f.knowing(list.Names)
	name := words.Say("ticket_caption", views.Department(f.department), words.Say("ticket_status."+f.status))
	v := page.Tickets{Queue: p.queue(c, f.sieve, name, list.Total, list.Next, list.Names),
		Departments: f.links(0, ticket.Departments, ""),
		Statuses:    f.links(1, ticket.Names(), "ticket_status."),
		Order:       views.OrElse(f.sort, "usual")}
	if m.Role.Has(staff.RightReview) {
		v.Picks = append([]page.Pick{pick("cause", "desk_label.cause", f.cause, "case_cause.", causes)}, v.Picks...)
	}
	for _, r := range list.Rows {
		v.Rows = append(v.Rows, p.ticketLine(m, r, list.Names))
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

func (p queues) ticketLine(m *staff.Member, r desk.TicketRow,
	names map[string]string) page.TicketLine {
	take := page.Held{Number: r.Number, Version: strconv.FormatInt(r.Version, 10)}
	if m.Works(r.Department) && r.Status != ticket.Closed {
		take.Take = ticketPath(r.Ticket) + "/take"
	}
	return page.TicketLine{Path: ticketPath(r.Ticket), Number: r.Number, Subject: r.Subject,
		Account: accountPath(r.Account), Person: r.Username,
		Case: r.CaseNumber, Due: p.desk.ticketDue(r.Ticket), High: r.Priority == security.PriorityHigh,
		Held: held(m, r.Assignee, names, take), Said: saidLast(r.Last, r.Username, names)}
}

// sendTickets is the list as a file, as sendCases does it.
func (p queues) sendTickets(c echo.Context, m *staff.Member) error {
	ask := p.ticketAsk(readTicketFilter(c, m))
	ask.After = security.Cursor{}
	list, err := p.desk.Security.Desk.TicketFile(c.Request().Context(), m, ask)
	if err != nil {
		return err
	}
	rows := [][]string{{"ticket", "subject", "person", "case", "department", "status", "priority",
		"holder", "opened", "due"}}
	for _, r := range list.Rows {
		rows = append(rows, []string{r.Number, r.Subject, r.Username, r.CaseNumber, r.Department,
			string(r.Status), string(r.Priority), list.Names[r.Assignee],
			handlers.FileTime(r.OpenedAt), handlers.FileTime(r.DueAt)})
	}
	return handlers.SendTable(c, "tickets.csv", rows)
}

func ticketPath(t security.Ticket) string { return "/staff/tickets/" + t.Number }

// ticketDue is by when the requester is to hear. Nothing is owed while they have to act, or when
// the matter is settled.
func (p *pages) ticketDue(t security.Ticket) views.Due {
	if t.Status == ticket.Pending || t.Status.Settled() {
		return views.Due{At: handlers.WorldClock.Plain(t.DueAt)}
	}
	return handlers.Due(t.DueAt, p.Security.Now())
}

// whoHasIt names whoever has a piece of work; nothing for nobody.
func whoHasIt(m *staff.Member, assignee string, names map[string]string) words.Text {
	if assignee == m.ID {
		return words.Say("you")
	}
	return words.As(names[assignee])
}
