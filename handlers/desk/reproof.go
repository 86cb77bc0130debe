package desk

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// ticketReproof is the card about proving the owner anew; nil where there is nothing to show.
func (p *pages) ticketReproof(d desk.DeskTicket) *page.Reproof {
	if !d.Reproof && len(d.Reproofs) == 0 {
		return nil
	}
	card := &page.Reproof{Offer: d.Reproof}
	for _, r := range d.Reproofs {
		card.Records = append(card.Records, p.reproofRecord(d, r))
	}
	return card
}

func (p *pages) reproofRecord(d desk.DeskTicket, r lockout.ShownProposal) page.ReproofRecord {
	tell := handlers.WorldClock.Tell
	record := page.ReproofRecord{ID: r.ID, Action: string(r.Kind), State: string(r.State),
		Own: r.Own, Approvable: r.Approvable, Stoppable: r.Stoppable, Facts: []views.Fact{
			{Label: words.Say("desk_label.proposed"), Value: words.As(d.Names[r.By] + ","), At: tell(r.At)},
			{Label: words.Say("desk_label.checked"), Value: words.As(r.Reason)},
		}}
	effect := words.Say("reproof." + record.Action + ".effect")
	if r.Target != "" {
		effect = words.Say("reproof."+record.Action+".effect", r.Target)
		record.Facts = append(record.Facts,
			views.Fact{Label: words.Say("desk_label.new_address"), Value: words.As(r.Target), Code: true})
	}
	record.Effects = []templ.Component{effect, words.Say("reproof.ends"),
		words.Say("reproof.told")}
	if wait := p.Security.Policy.ReproofWait; wait > 0 {
		record.Effects = append(record.Effects, words.Say("reproof.waits", handlers.Span(wait)))
	}
	if r.State == lockout.ProposalWaits {
		record.State = string(r.Standing)
		record.Facts = append(record.Facts, views.Fact{Label: words.Say("desk_label.decide_by"), At: tell(r.ExpiresAt)})
		record.Bound = bound(r)
		return record
	}
	record.Facts = append(record.Facts, views.Fact{Label: words.Say("desk_label.decided"),
		Value: words.As(d.Names[r.DecidedBy] + ","), At: tell(r.DecidedAt)})
	record.Facts = append(record.Facts, reproofEnd(r)...)
	return record
}

// reproofEnd is when a decided proposal is carried out, or what became of it instead.
func reproofEnd(r lockout.ShownProposal) []views.Fact {
	var facts []views.Fact
	switch {
	case r.State == lockout.ProposalAgreed:
		facts = append(facts, views.Fact{Label: words.Say("desk_label.will_be_done"), At: handlers.WorldClock.Tell(r.DueAt)})
	case r.EndedAt.IsZero():
	case r.State == lockout.ProposalApproved:
		facts = append(facts, views.Fact{Label: words.Say("desk_label.done"), At: handlers.WorldClock.Tell(r.EndedAt)})
	default:
		facts = append(facts, views.Fact{Label: words.Say("desk_label.stopped"), At: handlers.WorldClock.Tell(r.EndedAt)})
	}
	if r.Decision != "" {
		facts = append(facts, views.Fact{Label: words.Say("desk_label.why"), Value: words.As(r.Decision)})
	}
	return facts
}

// bound is why the reader may not be the second person of a proposal; nothing when they may, and
// to who made it.
func bound(r lockout.ShownProposal) words.Text {
	if r.Refused == "" {
		return words.Text{}
	}
	return words.Say(string(r.Refused))
}

// refusedReproof answers a refused form with the page of the ticket, as it is now, and typed.
func (p *pages) refusedReproof(c echo.Context, m *staff.Member, status int,
	typed page.Reproof, w views.Wrong) error {
	d, err := p.Security.Desk.DeskTicket(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	v := p.ticketPage(c, m, d, w)
	if v.Reproof != nil {
		v.Reproof.Action, v.Reproof.Address = typed.Action, typed.Address
		v.Reproof.Checked, v.Reproof.Reason = typed.Checked, typed.Reason
	}
	return handlers.Render(c, status, v.View())
}

// reproofAnswer is the answer to a form of the card.
func (p *pages) reproofAnswer(c echo.Context, m *staff.Member, err error, flash string) error {
	status, refused := p.ticketRefusal(err)
	if refused == nil || status == http.StatusConflict {
		return p.ticketDone(c, err, flash)
	}
	r := c.Request()
	return p.refusedReproof(c, m, status, page.Reproof{Action: r.PostFormValue("action"),
		Address: r.PostFormValue("address"), Checked: r.PostFormValue("checked"),
		Reason: r.PostFormValue("reason")}, *refused)
}

func (p *pages) proposeReproof(c echo.Context, m *staff.Member) error {
	r := c.Request()
	err := p.Security.Desk.ProposeReproof(r.Context(), m, c.Param("number"), desk.Reproof{
		Kind: lockout.ProposalKind(r.PostFormValue("action")), Address: r.PostFormValue("address"),
		Checked: r.PostFormValue("checked")})
	return p.reproofAnswer(c, m, err, "reproof_proposed")
}

func (p *pages) approveReproof(c echo.Context, m *staff.Member) error {
	r := c.Request()
	err := p.Security.Desk.ApproveReproof(r.Context(), m, c.Param("number"),
		r.PostFormValue("proposal"))
	if p.Security.Policy.ReproofWait > 0 {
		return p.reproofAnswer(c, m, err, "reproof_agreed")
	}
	return p.reproofAnswer(c, m, err, "reproof_approved")
}

func (p *pages) sendBackReproof(c echo.Context, m *staff.Member) error {
	r := c.Request()
	err := p.Security.Desk.SendBackReproof(r.Context(), m, c.Param("number"),
		r.PostFormValue("proposal"), r.PostFormValue("reason"))
	return p.reproofAnswer(c, m, err, "reproof_sent_back")
}
