// Package accountfile puts what staff may see of an account into the words and models of its page.
package accountfile

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"regain/handlers"
	"regain/security"
	"regain/security/desk"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/mail"
	"regain/views/words"
)

// until says how far off a moment is.
func until(t, now time.Time) words.Text {
	d := t.Sub(now)
	if d < time.Minute {
		return words.Say("desk.in")
	}
	return words.Say("desk.in", handlers.Roughly(d))
}

// No is why something cannot be done now, in words; nil when it can.
func No(no *security.Refusal, now time.Time) templ.Component {
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

// Glance is how the account stands, for whoever takes a call.
func Glance(m *staff.Member, d desk.Desk, now time.Time) page.Glance {
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

// Caller is how far the caller has shown who they are.
func Caller(d desk.Desk) page.Caller {
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

// Facts tells of a change once, although two sources may each have told of it in the same minute.
func Facts(c security.Case) *page.CaseFacts {
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

// Record is what else is known of the account.
func Record(d desk.Desk) page.AccountRecord {
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
		r.Mails = append(r.Mails, Mail(m))
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

// Mail is a mail of the account, and what came of it.
func Mail(m security.MailState) page.AccountMail {
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
