package desk

import (
	"time"

	"regain/security"
	"regain/security/review"
	"regain/security/ticket"
)

// TicketQueue asks for one page of a department's tickets of one status, those
// that are due first in front.
type TicketQueue struct {
	Department string
	Status     ticket.Status
	After      security.Cursor // where the last page ended: the moment of its order, and the ID
	Limit      int
	review.Sieve
}

// TicketRow is a line of the queue.
type TicketRow struct {
	security.Ticket
	At                   time.Time // by which the list is ordered; with ID the Cursor of what follows
	Username, CaseNumber string
	Last                 security.Message // that a person wrote on it; without an id when there is none
}
