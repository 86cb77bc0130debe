package main

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/desk"
	"regain/views"
	"regain/views/words"
)

type caseCmd struct {
	Show caseShowCmd `cmd:"" help:"Show a case with its timeline."`
}

type caseShowCmd struct {
	Which string `arg:"" name:"number-or-who" help:"Number of the case, or id, username or e-mail address of the account, read in this order."`
	jsonFlag
}

// caseJSON is the output of lock --json and case show --json.
type caseJSON struct {
	Number   string       `json:"number"`
	Account  string       `json:"account"`
	State    string       `json:"state"`
	Cause    string       `json:"cause"`
	Proposed string       `json:"proposed_cause"`
	Facts    []string     `json:"facts"`
	Evidence string       `json:"evidence"`
	Ticket   *string      `json:"ticket"`
	OpenedAt time.Time    `json:"opened_at"`
	Secured  *time.Time   `json:"secured_at"`
	Timeline []happenedAt `json:"timeline"`
}

type happenedAt struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Kind string    `json:"kind"`
	By   string    `json:"by"`
}

// Run shows the case.
func (c *caseShowCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	sum, err := x.service.Desk.SummariseCase(ctx, c.Which)
	if err != nil {
		return x.explainName(ctx, err, c.Which)
	}
	out := describeCase(sum)
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.showCase(sum.Case, out)
	return nil
}

func describeCase(sum desk.CaseSummary) caseJSON {
	c := sum.Case
	out := caseJSON{Number: c.Number, Account: c.Account, State: string(c.State),
		Cause: string(c.Cause), Proposed: string(c.Proposed), Facts: facts(c),
		Evidence: said(c.Evidence, c.Remark), OpenedAt: c.OpenedAt, Timeline: []happenedAt{}}
	if sum.Ticket != nil {
		out.Ticket = &sum.Ticket.Number
	}
	if !c.SecuredAt.IsZero() {
		out.Secured = &c.SecuredAt
	}
	for _, e := range sum.Timeline {
		out.Timeline = append(out.Timeline,
			happenedAt{e.At, words.Say("trail." + string(e.Kind)).String(), string(e.Kind),
				string(e.By.Kind)})
	}
	return out
}

// said is what a person wrote, or what the portal says itself.
func said(text string, r security.Remark) string { return views.Said(text, r.Kind, r.Args).String() }

// facts puts into words what made the triage rule propose the cause.
func facts(c security.Case) []string {
	list := []string{}
	for _, f := range c.Facts {
		list = append(list, words.Say("signal."+f.Code).String()+" ("+f.At.Format(time.RFC3339)+")")
	}
	return list
}

func (p *program) showFacts(c security.Case) {
	p.print("Proposed cause: %s", c.Proposed)
	for _, f := range facts(c) {
		p.print("  - %s", f)
	}
}

func (p *program) showCase(c security.Case, out caseJSON) {
	p.print("Case        %s of account %s", out.Number, out.Account)
	p.print("State       %s", out.State)
	p.print("Cause       %s", out.Cause)
	p.print("Opened      %s by %s", out.OpenedAt.Format(time.RFC3339), c.OpenedBy)
	if out.Secured != nil {
		p.print("Secured     %s", out.Secured.Format(time.RFC3339))
	}
	if out.Ticket != nil {
		p.print("Ticket      %s", *out.Ticket)
	}
	p.print("Evidence    %s", out.Evidence)
	p.showFacts(c)
	for _, h := range out.Timeline {
		p.print("%s  %s", h.At.Format(time.RFC3339), h.What)
	}
}
