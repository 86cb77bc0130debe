package security

import (
	"slices"
	"time"

	"regain/security/recovery"
	"regain/security/ticket"
	"regain/security/token"
)

// SameMatter reports whether k is about what t would be about.
func (t Ticket) SameMatter(k Ticket) bool {
	return t.Kind != "" && t.Kind == k.Kind && t.Asked == k.Asked
}

// NextWord is by when the requester hears; the zero moment when nobody has to answer.
func (t Ticket) NextWord(now time.Time) (at time.Time, overdue bool) {
	if t.Status == ticket.Pending || t.Status.Settled() {
		return time.Time{}, false
	}
	level := ticket.Level(t.Topic)
	return recovery.NextWord(t.DueAt.Add(-level), level, now)
}

// AdoptedBy ties an unsolved ticket to the case that locks the account, if one
// does: Account Security then has all of them.
func (t *Ticket) AdoptedBy(a Account) {
	if a.Locked() && !t.Status.Settled() {
		t.Case = a.Case
		t.HandTo(AccountSecurity)
	}
}

// HandTo moves the ticket to a department. In another one nobody has it yet.
func (t *Ticket) HandTo(department string) {
	if t.Department != department {
		t.Department, t.Assignee = department, ""
	}
}

// Answered reports whether the requester has heard from staff.
func Answered(said []Message) bool {
	return slices.ContainsFunc(said,
		func(m Message) bool { return m.Public && m.Author == AuthorStaff })
}

// About gives the ticket another topic. As long as nobody has answered, the
// service level counts from when it was opened.
func (t *Ticket) About(topic string, said []Message) {
	t.Topic = topic
	if !Answered(said) {
		t.DueAt = t.OpenedAt.Add(ticket.Level(topic))
	}
}

// Message is an entry of a ticket, with an id of its own.
func (s *Core) Message(ticket string, by Author, public bool, body string, now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: by, Public: public,
		Body: body}
}
