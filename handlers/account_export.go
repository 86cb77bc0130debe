package handlers

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"regain/security/held"
	"regain/views"
)

// exportShown is how many entries of each list of a copy stand on the page; the file has all.
const exportShown = 100

// describeExport is a copy as its owner reads it on a page.
func describeExport(k clock, c held.Copy) views.AccountExport {
	x := exporter{k}
	m := views.AccountExport{MadeAt: k.plain(c.MadeAt), Zone: k.name, CutShort: c.CutShort,
		LeftOut: c.LeftOut, Account: x.facts(c)}
	for _, parts := range [][]views.ExportPart{x.person(c), x.visits(c), x.history(c), x.work(c),
		x.record(c)} {
		m.Parts = append(m.Parts, parts...)
	}
	return m
}

func (x exporter) facts(c held.Copy) []views.Fact {
	a, codes := c.Account, c.RecoveryCodes
	off := make([]string, len(c.AlertSettings.Off))
	for i, kind := range c.AlertSettings.Off {
		off[i] = wordOf("alert_kind.", kind)
	}
	var list []views.Fact
	for _, f := range []struct{ name, value string }{
		{"username", a.Username},
		{"number", a.ID},
		{"name", a.Name},
		{"kind", a.Type},
		{"state", wordOf("account_state.", a.State)},
		{"birth_date", a.BirthDate},
		{"country", a.Country},
		{"language", a.Locale},
		{"time_zone", a.TimeZone},
		{"since", x.at(a.CreatedAt)},
		{"password_at", x.at(a.PasswordAt)},
		{"former_passwords", strconv.Itoa(a.FormerPasswords)},
		{"codes", views.Text("method.left", strconv.Itoa(codes.Made-codes.Used),
			strconv.Itoa(codes.Made))},
		{"alerts_off", strings.Join(off, ", ")},
		{"alerts_to", wordOf("alert_to.", c.AlertSettings.To)},
	} {
		if f.value != "" {
			list = append(list, views.Fact{Label: views.Text("export_fact." + f.name), Value: f.value,
				Code: f.name == "username" || f.name == "number"})
		}
	}
	return list
}

// wordOf is what a code means, or the code itself where there are no words for it: a copy leaves
// nothing out.
func wordOf(prefix, code string) string {
	if views.Known(prefix + code) {
		return views.Text(prefix + code)
	}
	return code
}

// partOf is one list of a copy. Heads name its columns, row fills them.
func partOf[T any](name, heads string, list []T, row func(T) []string) views.ExportPart {
	p := views.ExportPart{Name: name, Count: len(list), Heads: strings.Fields(heads)}
	for _, x := range list[:min(len(list), exportShown)] {
		p.Rows = append(p.Rows, row(x))
	}
	return p
}

// exporter tells the moments of a copy in the owner's zone.
type exporter struct{ clock }

func (x exporter) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return x.plain(t)
}

func (x exporter) person(c held.Copy) []views.ExportPart {
	return []views.ExportPart{
		partOf("addresses", "email at until origin", c.Addresses, func(a held.Address) []string {
			return []string{a.Email, x.at(a.Since), x.at(a.Until), wordOf("case_origin.", a.Origin)}
		}),
		partOf("address_changes", "email at state ended ip device", c.AddressChanges,
			func(a held.AddressChange) []string {
				return []string{a.Email, x.at(a.AskedAt), a.State, x.at(a.SettledAt), a.IP, a.Agent}
			}),
		partOf("sign_in_methods", "what name at used until ip device", c.SignInMethods,
			func(f held.Method) []string {
				return []string{wordOf("method.", f.Kind), f.Name, x.at(f.AddedAt), x.at(f.UsedAt),
					x.at(f.RemovedAt), f.IP, f.Agent}
			}),
	}
}

func (x exporter) visits(c held.Copy) []views.ExportPart {
	session := func(s held.Session) []string {
		return []string{x.at(s.StartedAt), x.at(s.SeenAt), x.at(s.EndedAt), s.IP, s.Agent}
	}
	return []views.ExportPart{
		partOf("sessions", "at used ended ip device", c.Sessions, session),
		partOf("recovery_sessions", "at used ended ip device", c.RecoverySessions, session),
		partOf("recoveries", "at number state answer", c.Recoveries, func(r held.Recovery) []string {
			return []string{x.at(r.StartedAt), r.Case, wordOf("case_step.", r.TwoFactor),
				wordOf("how.", r.How)}
		}),
		partOf("links", "at what state until", c.Links, func(l held.Link) []string {
			return []string{x.at(l.MadeAt), l.Purpose, l.State, x.at(l.ExpiresAt)}
		}),
		partOf("requests", "at what ended", c.Requests, func(r held.Request) []string {
			return []string{x.at(r.At), r.Kind, x.at(r.EndedAt)}
		}),
	}
}

func (x exporter) history(c held.Copy) []views.ExportPart {
	return []views.ExportPart{
		partOf("logins", "at outcome ip device", c.Logins, func(l held.Login) []string {
			return []string{x.at(l.At), wordOf("outcome.", l.Outcome), l.IP, l.Agent}
		}),
		partOf("activities", "at what text before after ip", c.Activities,
			func(a held.Activity) []string {
				return []string{x.at(a.At), wordOf("activity.", a.Kind), a.Summary, a.From, a.To, a.IP}
			}),
		partOf("answers", "at what answer", c.Answers, func(a held.Answer) []string {
			return []string{x.at(a.At), a.Login, wordOf("answer.", a.Answer)}
		}),
		partOf("alerts", "at what outcome device answer", c.Alerts, func(a held.Alert) []string {
			return []string{x.at(a.At), wordOf("activity.", cmp.Or(a.What, a.Kind)),
				wordOf("outcome.", a.Outcome), a.Device, wordOf("answer.", a.Answer)}
		}),
	}
}

func (x exporter) work(c held.Copy) []views.ExportPart {
	type said struct {
		number string
		held.Message
	}
	var all []said
	add := func(number string, list []held.Message) {
		for _, m := range list {
			all = append(all, said{number, m})
		}
	}
	for _, k := range c.Cases {
		add(k.Number, k.Messages)
	}
	for _, t := range c.Tickets {
		add(t.Number, t.Messages)
	}
	return []views.ExportPart{
		partOf("cases", "number at state cause evidence ended", c.Cases, func(k held.Case) []string {
			return []string{k.Number, x.at(k.OpenedAt), wordOf("case_state.", k.State),
				wordOf("cause.", k.Cause), k.Evidence, x.at(k.ClosedAt)}
		}),
		partOf("proposals", "at what state", c.Proposals, func(p held.Proposal) []string {
			return []string{x.at(p.At), wordOf("reproof.", p.Kind), p.State}
		}),
		partOf("tickets", "number at what who state", c.Tickets, func(t held.Ticket) []string {
			return []string{t.Number, x.at(t.OpenedAt), t.Subject, t.Department,
				wordOf("own_ticket.", t.Status)}
		}),
		partOf("messages", "number at who text", all, func(m said) []string {
			who := wordOf("author.", m.Author)
			if m.Role != "" {
				who = wordOf("role.", m.Role)
			}
			return []string{m.number, x.at(m.At), who, m.Text}
		}),
		partOf("notes", "at text", c.Notes, func(n held.Note) []string {
			return []string{x.at(n.At), n.Text}
		}),
	}
}

func (x exporter) record(c held.Copy) []views.ExportPart {
	return []views.ExportPart{
		partOf("mails", "at what email code sent", c.Mails, func(m held.Mail) []string {
			return []string{x.at(m.QueuedAt), wordOf("message.", m.Kind), m.To, m.Code, x.at(m.SentAt)}
		}),
		partOf("caller_checks", "at ended", c.CallerChecks, func(k held.Caller) []string {
			return []string{x.at(k.SentAt), x.at(k.VerifiedAt)}
		}),
		partOf("looks", "at who reason", c.Looks, func(l held.Look) []string {
			return []string{x.at(l.At), wordOf("role.", l.Role), l.Reason}
		}),
		partOf("audit", "at what who ip device", c.Audit, func(l held.Line) []string {
			return []string{x.at(l.At), wordOf("trail.", l.Kind), wordOf("export_by.", l.By), l.IP, l.Agent}
		}),
		partOf("exports", "at ready until", c.Exports, func(e held.Export) []string {
			return []string{x.at(e.AskedAt), x.at(e.ReadyAt), x.at(e.EndsAt)}
		}),
	}
}
