package review

import (
	"regain/security"
	"regain/security/sight"
)

// as is the file as r may read it: to whoever decides nothing, how the case stands and what happened, and nothing
// of what the decision rests on.
func (f CaseFile) as(r sight.Reader) CaseFile {
	if r.Full {
		return f
	}
	x := CaseFile{Acts: f.Acts, HeldSince: f.HeldSince, Staff: f.Staff}
	x.Case, x.Account = r.Case(f.Case), r.Account(f.Account)
	for _, e := range f.Trail {
		x.Trail = append(x.Trail, security.Event{At: e.At, Kind: e.Kind, By: security.Actor{Kind: e.By.Kind}})
	}
	for _, t := range f.Tickets {
		x.Tickets = append(x.Tickets, CaseTicket{Ticket: r.Ticket(t.Ticket)})
	}
	if f.Pending != nil {
		p := *f.Pending
		p.Needs, p.Reason = nil, r.Text(p.Reason)
		x.Pending = &p
	}
	return x
}
