package desk

import (
	"regain/security"
	"regain/security/ticket"
)

// TicketQueue asks for one page of a department's tickets of one status, those
// that are due first in front.
type TicketQueue struct {
	Department string
	Status     ticket.Status
	Mine       string          // id of a member: only theirs
	Unassigned bool            // only those nobody has
	After      security.Cursor // the DueAt and the ID of the last row
	Limit      int
}

// TicketRow is a line of the queue.
type TicketRow struct {
	security.Ticket
	Username, CaseNumber string
}
