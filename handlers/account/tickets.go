package account

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/account"
	"regain/security/guided"
	"regain/security/ticket"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

func (p *pages) showOwnTickets(c echo.Context, u *account.SignedIn) error {
	m, err := p.ownTicketsPage(c, u)
	if err != nil {
		return err
	}
	m.Topic = c.QueryParam("topic")
	if what := entryAsked(c); what.Change != "" {
		line, err := p.Security.Account.AccountEntry(c.Request().Context(), u, what)
		if err == nil {
			x := handlers.Change(accountClock(u), *line.Done)
			m.Message = words.In(c.Request().Context(), "ask_about", x.What(), x.When)
		} else if !errors.Is(err, security.ErrNotFound) {
			return err
		}
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) ownTicketsPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) (
	page.Tickets, error) {
	clock := accountClock(u)
	m := page.Tickets{Page: p.signedInPage(c, refused...), Zone: clock.Name()}
	var err error
	if m.Files, err = files.Field(p.Portal, c.Request().Context(), u.Holder().Key); err != nil {
		return m, err
	}
	from := fromAsked(c)
	list, next, err := p.Security.Account.OwnTickets(c.Request().Context(), u, from)
	if err != nil {
		return m, err
	}
	m.First, m.More = otherPages(ticketsPath, from, next)
	for _, t := range list {
		row := page.TicketRow{Path: ticketsPath + "/" + t.Number, Number: t.Number,
			Title: ticketTitle(u, t), Status: standing(t), Overdue: t.Overdue}
		if said := spoken(clock, t); len(said) > 0 {
			last := said[len(said)-1]
			row.Last, row.LastAt = last.From, last.At
		}
		if !t.NextWord.IsZero() {
			row.NextWord = clock.Plain(t.NextWord)
		}
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

// standing is the status that a ticket has for its owner: as long as nobody has it, it waits in the
// queue like a new one.
func standing(t account.OwnTicket) string {
	if t.Status == ticket.Open && t.Assignee == "" {
		return string(ticket.New)
	}
	return string(t.Status)
}

// ticketTitle is the words of the topic that the owner chose, else those of the kind. Only what
// was imported has a subject of its own.
func ticketTitle(u *account.SignedIn, t account.OwnTicket) words.Text {
	switch {
	case t.Asked != "":
		return words.Say("topic." + t.Asked)
	case t.Kind != "":
		return words.Say("ticket_kind."+string(t.Kind), u.Account.Username, t.Lockout)
	}
	return words.As(t.Subject)
}

// spoken is what was said on a ticket, as its owner reads it.
func spoken(k handlers.Clock, t account.OwnTicket) []views.Message {
	return handlers.Messages(k, guided.Status{Messages: t.Messages,
		Roles: t.Roles}, files.Shown(t.Files, filesPath))
}

func (p *pages) showOwnTicket(c echo.Context, u *account.SignedIn) error {
	m, err := p.ownTicketPage(c, u)
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) ownTicketPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) (
	page.Ticket, error) {
	t, err := p.Security.Account.OwnTicket(c.Request().Context(), u, c.Param("number"))
	if err != nil {
		return page.Ticket{}, err
	}
	field, err := files.Field(p.Portal, c.Request().Context(), u.Holder().Key)
	clock := accountClock(u)
	return page.Ticket{Page: p.signedInPage(c, refused...), Files: field,
		Path: ticketsPath + "/" + t.Number, Number: t.Number, Title: ticketTitle(u, t),
		Status: standing(t), Zone: clock.Name(), Department: views.Department(t.Department),
		OpenedAt: clock.Plain(t.OpenedAt), NextWord: clock.Tell(t.NextWord), Overdue: t.Overdue,
		Messages: spoken(clock, t), Writable: t.Writable()}, err
}

func (p *pages) writeTicket(c echo.Context, u *account.SignedIn) error {
	brought, err := files.Take(p.Portal, c, u)
	if err != nil {
		return err
	}
	r := c.Request()
	topic, text := r.PostFormValue("topic"), r.PostFormValue("message")
	w, number := brought.Wrong, ""
	if len(brought.Wrong) == 0 {
		number, err = p.Security.Account.WriteToSupport(r.Context(), u, topic, text, brought.Files...)
		w = handlers.Wrong(err)
	}
	if w != nil {
		m, err := p.ownTicketsPage(c, u, w...)
		if err != nil {
			return err
		}
		m.Topic, m.Message = topic, text
		return handlers.Form(c, m.Page, m.View())
	}
	return p.After(c, err, ticketsPath+"/"+number, "ticket_written")
}

func (p *pages) replyToTicket(c echo.Context, u *account.SignedIn) error {
	brought, err := files.Take(p.Portal, c, u)
	if err != nil {
		return err
	}
	r := c.Request()
	text, number := r.PostFormValue("message"), c.Param("number")
	w := brought.Wrong
	if len(brought.Wrong) == 0 {
		err = p.Security.Account.ReplyToTicket(r.Context(), u, number, text, brought.Files...)
		w = handlers.Wrong(err)
	}
	if w != nil {
		m, err := p.ownTicketPage(c, u, w...)
		if err != nil {
			return err
		}
		m.Message, m.Writable = text, true // what was typed is shown, also where it came too late
		return handlers.Form(c, m.Page, m.View())
	}
	return p.After(c, err, ticketsPath+"/"+url.PathEscape(number), "ticket_written")
}

// filesPath is where the files of messages open.
const filesPath = "/account/files"

// sendFile answers with a file on a message of the owner.
func sendFile(p *pages) func(echo.Context, *account.SignedIn) error {
	return func(c echo.Context, u *account.SignedIn) error {
		a, err := p.Security.Account.File(c.Request().Context(), u, c.Param("id"))
		if err != nil {
			return err
		}
		return files.Send(c, a, func(ctx context.Context) (io.ReadCloser, error) {
			return p.Security.Attach.Open(ctx, a)
		})
	}
}
