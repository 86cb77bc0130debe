package desk

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/desk"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/views"
	page "regain/views/desk"
)

func (p *pages) ticketRoutes() []route {
	const one = "/staff/tickets/:number"
	return []route{
		{method: get, path: "/staff/tickets", staffed: p.showTickets, right: staff.RightRead},
		{method: get, path: one, staffed: p.showTicket, right: staff.RightRead},
		{method: post, path: one, staffed: p.workTicket, right: staff.RightHelp},
		{method: post, path: one + "/open", staffed: p.openTicket, right: staff.RightRead},
		{method: post, path: one + "/take", staffed: p.takeTicket, right: staff.RightHelp},
		{method: post, path: one + "/reproof", staffed: p.proposeReproof,
			right: staff.RightReview},
		{method: post, path: one + "/reproof/approve", staffed: p.approveReproof,
			right: staff.RightReview},
		{method: post, path: one + "/reproof/send-back", staffed: p.sendBackReproof,
			right: staff.RightReview},
	}
}

// ticketFilter is what the queue is asked for in its address.
type ticketFilter struct{ department, status, who, after string }

// readTicketFilter takes what the role sees first for what the address leaves out or gets wrong.
func readTicketFilter(c echo.Context, m *staff.Member) ticketFilter {
	usual := ticket.CustomerSupport
	if m.Role == staff.RoleSecurity {
		usual = ticket.AccountSecurity
	}
	known := func(name string, values []string, usual string) string {
		if v := c.QueryParam(name); slices.Contains(values, v) {
			return v
		}
		return usual
	}
	return ticketFilter{department: known("department", ticket.Departments, usual),
		status: known("status", ticket.Names(), string(ticket.Open)),
		who:    known("who", ticketOwners, string(desk.TicketsAll)), after: c.QueryParam("after")}
}

var ticketOwners = []string{string(desk.TicketsAll), string(desk.TicketsMine),
	string(desk.TicketsUnassigned)}

// path is the address of the list that the filter asks for.
func (f ticketFilter) path() string {
	q := url.Values{"department": {f.department}, "status": {f.status}, "who": {f.who}}
	if f.after != "" {
		q.Set("after", f.after)
	}
	return "/staff/tickets?" + q.Encode()
}

// links are the filters that differ from f in one answer. set puts a value in its place.
func (f ticketFilter) links(values []string, now, prefix string,
	set func(*ticketFilter, string)) []views.NavLink {
	var list []views.NavLink
	f.after = ""
	for _, v := range values {
		set(&f, v)
		word := v
		if prefix != "" {
			word = views.Text(prefix + v)
		}
		list = append(list, views.NavLink{Path: f.path(), Word: word, Here: v == now})
	}
	return list
}

func (p *pages) showTickets(c echo.Context, m *staff.Member) error {
	f := readTicketFilter(c, m)
	list, err := p.Security.Desk.TicketList(c.Request().Context(), m, desk.TicketAsk{
		Department: f.department, Status: ticket.Status(f.status), Of: desk.TicketsOf(f.who),
		After: handlers.ReadCursor(f.after)})
	if err != nil {
		return err
	}
	v := page.Tickets{Page: p.deskPage(c),
		Departments: f.links(ticket.Departments, f.department, "",
			func(f *ticketFilter, v string) { f.department = v }),
		Statuses: f.links(ticket.Names(), f.status, "ticket_status.",
			func(f *ticketFilter, v string) { f.status = v }),
		Owners: f.links(ticketOwners, f.who, "ticket_of.",
			func(f *ticketFilter, v string) { f.who = v }),
		Caption:   f.caption(),
		CheckedAt: handlers.WorldClock.Hour(p.Security.Now()), Refresh: f.path()}
	for _, r := range list.Rows {
		v.Rows = append(v.Rows, p.ticketLine(m, r, list.Names))
	}
	first := f
	if first.after = ""; f.after != "" {
		v.First = first.path()
	}
	if first.after = handlers.CursorText(list.Next); first.after != "" {
		v.More = first.path()
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

func (f ticketFilter) caption() string {
	status := views.Text("ticket_status." + f.status)
	if f.who == string(desk.TicketsAll) {
		return views.Text("ticket_caption", f.department, status)
	}
	return views.Text("ticket_caption", f.who, f.department, status)
}

func (p *pages) ticketLine(m *staff.Member, r desk.TicketRow,
	names map[string]string) page.TicketLine {
	return page.TicketLine{Path: ticketPath(r.Ticket), Number: r.Number, Subject: r.Subject,
		Account: "/staff/accounts/" + url.PathEscape(r.Account), Person: r.Username,
		Case: r.CaseNumber, Due: p.ticketDue(r.Ticket), High: r.Priority == security.PriorityHigh,
		Holder: whoHasIt(m, r.Assignee, names)}
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

// whoHasIt names whoever has a piece of work: "" for nobody.
func whoHasIt(m *staff.Member, assignee string, names map[string]string) string {
	if assignee == m.ID {
		return views.Text("you")
	}
	return names[assignee]
}
