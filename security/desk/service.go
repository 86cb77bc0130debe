// Package desk is what staff do for owners: finding an account, checking a caller, working on
// tickets, proving an owner anew. With it goes what two of them decide about a third: inviting.
package desk

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/staff"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	CaseByNumber(ctx context.Context, number string) (security.Case, error)
	// LatestCase is the newest case of the account.
	LatestCase(ctx context.Context, account string) (security.Case, error)
	// CasesSecuredBefore lists cases under review whose password was updated
	// before t and whose last escalation, if any, was before t too.
	CasesSecuredBefore(ctx context.Context, t time.Time, limit int) ([]security.Case, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f access.SessionFilter) ([]access.Session, error)
	// Notes lists the notes of an account in the order in which they were recorded.
	Notes(ctx context.Context, account string) ([]security.Note, error)
	// CountCallerTry counts an attempt before it is checked and returns the count.
	// ErrConflict: max attempts were made.
	CountCallerTry(ctx context.Context, id string, max int) (int, error)
	// CallerChecks lists the checks of an account after since, newest first.
	CallerChecks(ctx context.Context, account string, since time.Time) ([]CallerCheck, error)
	// LatestLink is the newest link of the account, whatever became of it.
	LatestLink(ctx context.Context, account string) (lockout.Link, error)
	// EventsOf lists the audit lines of one kind on an account after since, newest
	// first.
	EventsOf(ctx context.Context, account string, kind audit.Kind,
		since time.Time) ([]security.Event, error)
	Proposal(ctx context.Context, id string) (lockout.Proposal, error)
	// Proposals lists the proposals on an account, newest first.
	Proposals(ctx context.Context, account string) ([]lockout.Proposal, error)
	// DueProposals lists what was agreed to be done by now and is not, oldest first.
	DueProposals(ctx context.Context, now time.Time, limit int) ([]lockout.Proposal, error)
	// StaffProposals lists the newest proposals to invite somebody, newest first.
	StaffProposals(ctx context.Context, limit int) ([]lockout.Proposal, error)
	TicketByNumber(ctx context.Context, number string) (security.Ticket, error)
	TicketQueue(ctx context.Context, q TicketQueue) ([]TicketRow, error)
	// CountTickets counts a queue of tickets, but not beyond its Limit.
	CountTickets(ctx context.Context, q TicketQueue) (int, error)
	Figures(ctx context.Context, f FigureAsk) ([]Figure, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Staff    *staff.Service
	Casework *casework.Service
	Lockout  *lockout.Service
	Attach   *attach.Service
	Guided   *guided.Service
	Review   *review.Service
}
