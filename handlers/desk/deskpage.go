package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/desk"
	"regain/security/policy"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/mail"
	"regain/views/words"
)

// fillAccount puts what the member may see of an account into its page.
func (p *pages) fillAccount(v *page.Account, m *staff.Member, d desk.Desk) {
	now := p.Security.Now()
	v.Path, v.ID = accountPath(d.Account.ID), d.Account.ID
	v.Username, v.Name, v.Type = d.Account.Username, d.Account.Name, d.Account.Type
	v.State = d.Account.State()
	v.OrganisationPath = organisationPath(m, d.Account.Organisation)
	v.Acts, v.Locks = m.Role.Has(staff.RightHelp), m.Role.Has(staff.RightReview)
	v.Glance = glance(m, d, now)
	v.Link = page.Link{To: d.SendTo, Life: handlers.Span(p.linkLife(d)).String(),
		No: deskNo(d.NoLink, now)}
	v.Caller = caller(d)
	v.NotUrgent = deskNo(d.NotUrgent, now)
	v.ChangedAt = handlers.WorldTime(d.ChangedAt)
	if d.HandedOver != nil {
		v.HandedOver = d.HandedOver.Number
	}
	if d.Full && d.Case != nil && d.Account.Locked() {
		v.Case = caseFacts(*d.Case)
	}
	v.AccountRecord = deskRecord(d)
}

// until says how far off a moment is.
func until(t, now time.Time) words.Text {
	d := t.Sub(now)
	if d < time.Minute {
		return words.Say("desk.in")
	}
	return words.Say("desk.in", handlers.Roughly(d))
}

func (p *pages) linkLife(d desk.Desk) time.Duration {
	if d.Account.Locked() {
		return p.Security.Policy.LinkLockout
	}
	return p.Security.Policy.LinkRequested
}

// deskNo is why something cannot be done now, in words; nil when it can.
func deskNo(no *security.Refusal, now time.Time) templ.Component {
	switch {
	case no == nil:
		return nil
	case no.Retry > 0:
		at := now.Add(no.Retry)
		return words.Say("desk.link.next", handlers.WorldClock.Tell(at), until(at, now))
	case words.Known(string(no.Code) + ".desk"):
		return words.Say(string(no.Code) + ".desk")
	}
	return words.Coded(string(no.Code), no.Args)
}

func glance(m *staff.Member, d desk.Desk, now time.Time) page.Glance {
	g := page.Glance{Sees: sees(d), Contact: handlers.WorldTime(d.ContactAt)}
	if c := d.Case; c != nil {
		since := c.OpenedAt
		if !d.Account.Locked() {
			since = c.ClosedAt
		}
		g.Case, g.CaseState, g.Holder = c.Number, string(c.State), d.Holder
		g.EscalatedAt = handlers.WorldTime(c.EscalatedAt)
		if g.Since = handlers.WorldTime(since); !g.Since.IsZero() {
			g.Ago = handlers.Ago(since, now).String()
		}
		if m.Role.Has(staff.RightReview) {
			g.CasePath = "/staff/cases/" + c.Number
		}
	}
	if r := d.Reached; r != nil {
		g.Step, g.CheckUp, g.Here = len(recovery.Steps())+1, r.CheckUp, handlers.Ago(r.At, now).String()
		if r.Next != "" {
			g.Step = handlers.StepNumber(r.Next)
		}
	}
	if l := d.Link; l != nil {
		g.LinkAt, g.LinkTo, g.LinkState = handlers.WorldTime(l.MadeAt), d.LinkTo, string(l.State)
		g.LinkUntil = handlers.WorldTime(l.ExpiresAt)
	}
	if at := d.Status.NextWord; !at.IsZero() {
		g.NextWord, g.In, g.Overdue = handlers.WorldTime(at), until(at, now), d.Status.Overdue
	}
	return g
}

// sees names the page that the owner meets when they come now.
func sees(d desk.Desk) string {
	c := d.Case
	switch {
	case d.Reached == nil && d.Case == nil:
		return "nothing"
	case d.Reached == nil && !d.Case.State.Over():
		return "link"
	case d.Reached != nil && d.Reached.Next != "":
		return string(d.Reached.Next)
	case d.Reached != nil && d.Reached.CheckUp:
		c = nil
	}
	return d.Status.State(c)
}

func caller(d desk.Desk) page.Caller {
	k := page.Caller{To: d.SendTo, Needed: !d.Detail}
	if d.SendTo == "" {
		k.No = words.Say(string(refusal.NoCallerCode))
	}
	if at := d.Caller.Until; !at.IsZero() {
		k.Until = handlers.WorldClock.Hour(at)
	}
	if at := d.Caller.ExpiresAt; !at.IsZero() {
		k.Waits = handlers.WorldClock.Hour(at)
	}
	return k
}

// caseFacts tells of a change once, although two sources may each have told of it in the same minute.
func caseFacts(c security.Case) *page.CaseFacts {
	f := &page.CaseFacts{Cause: string(c.Cause), Proposed: string(c.Proposed),
		Evidence: handlers.Said(c.Evidence, c.Remark)}
	told := map[recovery.Signal]bool{}
	for _, s := range c.Facts {
		if s.At = s.At.Truncate(time.Minute); told[s] {
			continue
		}
		told[s] = true
		f.Facts = append(f.Facts,
			words.Say("desk.fact", words.Say("signal."+s.Code), handlers.WorldTime(s.At)))
	}
	return f
}

func deskRecord(d desk.Desk) page.AccountRecord {
	var r page.AccountRecord
	for _, t := range d.Tickets {
		r.Tickets = append(r.Tickets, page.AccountTicket{Number: t.Number, Subject: t.Subject,
			Department: t.Department, Status: string(t.Status), OpenedAt: handlers.WorldTime(t.OpenedAt)})
	}
	for _, n := range d.Notes {
		r.Notes = append(r.Notes, handlers.NoteText(n))
	}
	r.Most = desk.Rows
	for _, m := range d.Mails {
		r.Mails = append(r.Mails, mailLine(m))
	}
	for _, a := range d.Addresses {
		r.Addresses = append(r.Addresses, page.AccountAddress{Email: a.Email,
			Since: handlers.WorldTime(a.Since), Until: handlers.WorldTime(a.Until), Second: a.Notice})
	}
	for _, l := range d.Logins {
		r.SignIns = append(r.SignIns, signInLine(l))
	}
	for _, a := range d.Changes {
		r.Changes = append(r.Changes, staffChange(a))
	}
	return r
}

// staffChange is an activity as staff read it.
func staffChange(a security.Activity) page.AccountChange {
	from, to := handlers.FromTo(a)
	return page.AccountChange{Kind: a.Kind, At: handlers.WorldTime(a.At), Summary: a.Summary, From: from.String(),
		To: to.String(), IP: a.IP}
}

func mailLine(m security.MailState) page.AccountMail {
	line := page.AccountMail{Title: mail.Title(m.Kind), To: m.To,
		At: handlers.WorldTime(m.QueuedAt), State: "waits"}
	switch {
	case !m.SentAt.IsZero():
		line.State = "sent"
	case !m.GaveUpAt.IsZero() && strings.EqualFold(m.Reason, "expired"):
		line.State = "expired"
	case !m.GaveUpAt.IsZero():
		line.State, line.Reason = "refused", m.Reason
	}
	return line
}

func signInLine(l risk.Login) page.AccountSignIn {
	line := page.AccountSignIn{At: handlers.WorldTime(l.At), Device: views.DeviceWords(l.Device).String(),
		IP:      l.IP,
		Outcome: l.Outcome}
	if l.Country != "" {
		line.Place = views.Country(l.Country)
	}
	return line
}

const organisationsPath = "/staff/organisations/"

// showOrganisation shows what an organisation asks of its members.
func (p *pages) showOrganisation(c echo.Context, m *staff.Member) error {
	o, err := p.Security.Organisations.ShowTo(c.Request().Context(), m, c.Param("id"))
	if err != nil {
		return err
	}
	v := page.Organisation{Page: p.deskPage(c), ID: o.ID, Name: o.Name}
	fact := func(label string, value words.Text) {
		v.Facts = append(v.Facts, views.Fact{Label: words.Say("desk_page.organisation." + label), Value: value})
	}
	kinds := make([]words.Text, len(o.Kinds))
	for i, k := range o.Kinds {
		kinds[i] = words.Say("method." + string(k))
	}
	fact("members", words.Number(o.Members))
	fact("domains", listed(o.Domains, "none"))
	fact("notice", listed(slices.DeleteFunc([]string{o.Notice}, func(s string) bool { return s == "" }), "none"))
	fact("idle", lasting(o.Idle))
	fact("whole", lasting(o.Whole))
	fact("second_factor", demanded(o.SecondFactor))
	if len(kinds) == 0 || len(kinds) == len(policy.Kinds) {
		kinds = []words.Text{words.Say("desk_page.organisation.any")}
	}
	fact("kinds", words.Facts(kinds...))
	fact("sso", demanded(o.SingleSignOn))
	fact("countries", listed(o.Countries, "any"))
	v.Facts = append(v.Facts, views.Fact{Label: words.Say("desk_page.organisation.changed"),
		At: handlers.WorldTime(o.ChangedAt)})
	return handlers.Render(c, http.StatusOK, v.View())
}

// listed is a list of what others wrote, or what is said where there is nothing.
func listed(all []string, none string) words.Text {
	if len(all) == 0 {
		return words.Say("desk_page.organisation." + none)
	}
	texts := make([]words.Text, len(all))
	for i, one := range all {
		texts[i] = words.As(one)
	}
	return words.Facts(texts...)
}

func lasting(d time.Duration) words.Text {
	if d == 0 {
		return words.Say("desk_page.organisation.as_ours")
	}
	return handlers.Span(d)
}

func demanded(asked bool) words.Text {
	if asked {
		return words.Say("desk_page.organisation.required")
	}
	return words.Say("desk_page.organisation.optional")
}

// organisationPath is where the page of an organisation is; "" for none, or for whoever may not read it.
func organisationPath(m *staff.Member, id string) string {
	if id == "" || !m.Role.Has(staff.RightOrganisations) {
		return ""
	}
	return organisationsPath + url.PathEscape(id)
}
