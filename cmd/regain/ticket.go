package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

	"regain/security"
	"regain/security/desk"
	"regain/security/ticket"
)

type ticketCmd struct {
	Import ticketImportCmd `cmd:"" help:"Import tickets that exist elsewhere, one JSON object a line."`
	List   ticketListCmd   `cmd:"" help:"List tickets, newest first."`
}

type ticketListCmd struct {
	Department *string `enum:"${departments}" help:"Only those of a department: ${enum}."`
	Status     *string `enum:"${statuses}" help:"Only those with a status: ${enum}."`
	jsonFlag
}

// ticketWords are the values of the filters.
var ticketWords = kong.Vars{
	"departments": strings.Join(ticket.Departments, ","),
	"statuses":    strings.Join(ticket.Names(), ","),
}

// ticketJSON is one element of the output of ticket list --json.
type ticketJSON struct {
	Number     string    `json:"number"`
	Account    string    `json:"account"`
	Case       *string   `json:"case"`
	Department string    `json:"department"`
	Status     string    `json:"status"`
	Priority   string    `json:"priority"`
	Subject    string    `json:"subject"`
	OpenedAt   time.Time `json:"opened_at"`
	Messages   int       `json:"messages"`
}

// mostTickets is how many tickets one list holds.
const mostTickets = 10_000

// Run lists the tickets.
func (c *ticketListCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	lines, err := x.service.Desk.ListTickets(ctx, security.TicketFilter{
		Department: chosen(c.Department), Status: ticket.Status(chosen(c.Status)),
		Limit: mostTickets})
	if err != nil {
		return err
	}
	out := []ticketJSON{}
	for _, t := range lines {
		out = append(out, describeTicket(t))
	}
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	return p.showTickets(out)
}

func describeTicket(t desk.TicketLine) ticketJSON {
	out := ticketJSON{Number: t.Number, Account: t.Account, Department: t.Department,
		Status: string(t.Status), Priority: t.Priority, Subject: t.Subject, OpenedAt: t.OpenedAt,
		Messages: t.Messages}
	if t.CaseNumber != "" {
		out.Case = &t.CaseNumber
	}
	return out
}

func (p *program) showTickets(all []ticketJSON) error {
	if len(all) == 0 {
		p.print("No tickets.")
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, t := range all {
		number := "-"
		if t.Case != nil {
			number = *t.Case
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.Number, t.OpenedAt.Format(time.DateOnly),
			t.Department, t.Status, t.Priority, number, t.Subject)
	}
	return w.Flush()
}
