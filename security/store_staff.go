package security

import (
	"context"
	"time"

	"regain/security/ticket"
)

// CaseTab is one list of the queue of cases.
type CaseTab string

// The lists of the queue. Every case under an end is in exactly one of the
// first, third and fourth; CaseMine and CaseSecond are other views of them.
const (
	CaseTodo    CaseTab = "todo"    // secured or in review, by DueAt
	CaseMine    CaseTab = "mine"    // taken by Assignee and not over, by DueAt
	CaseWaiting CaseTab = "waiting" // locked or waiting for the owner, by DueAt
	CaseClosed  CaseTab = "closed"  // resumed or declined, newest first
	CaseSecond  CaseTab = "second"  // with a pending proposal to resume, oldest first
)

// CaseFilter asks for one page of a list of cases.
type CaseFilter struct {
	Tab      CaseTab
	Assignee string // for CaseMine
	After    Cursor
	Limit    int
}

// Cursor is where a page of a list ends: the moment by which the list is
// ordered, and the id. The zero Cursor is the beginning.
type Cursor struct {
	At time.Time
	ID string
}

// CaseRow is a line of the queue.
type CaseRow struct {
	Case
	At       time.Time // by which the list is ordered; with ID the Cursor of what follows
	Username string
}

// TicketQueue asks for one page of a department's tickets of one status, those
// that are due first in front.
type TicketQueue struct {
	Department string
	Status     ticket.Status
	Mine       string // id of a member: only theirs
	Unassigned bool   // only those nobody has
	After      Cursor // the DueAt and the ID of the last row
	Limit      int
}

// TicketRow is a line of the queue.
type TicketRow struct {
	Ticket
	Username, CaseNumber string
}

// StaffStore remembers what staff do. Reads follow the rules of Store.
type StaffStore interface {
	StaffMember(ctx context.Context, id string) (Staff, error)
	StaffByEmail(ctx context.Context, folded string) (Staff, error)
	// StaffMembers lists all, by name.
	StaffMembers(ctx context.Context) ([]Staff, error)
	Invitation(ctx context.Context, id string) (Invitation, error)
	// CountCallerTry counts an attempt before it is checked and returns the count.
	// ErrConflict: max attempts were made.
	CountCallerTry(ctx context.Context, id string, max int) (int, error)

	Look(ctx context.Context, session, account string) (Look, error)
	// CallerChecks lists the checks of an account after since, newest first.
	CallerChecks(ctx context.Context, account string, since time.Time) ([]CallerCheck, error)
	// Cases lists the cases of an account, newest first.
	Cases(ctx context.Context, account string) ([]Case, error)
	// LatestLink is the newest link of the account, whatever became of it.
	LatestLink(ctx context.Context, account string) (Link, error)
	// Mails lists what was queued for the account, newest first.
	Mails(ctx context.Context, account string, limit int) ([]MailState, error)
	// AccountEvents lists the audit lines of an account, newest first.
	AccountEvents(ctx context.Context, account string, limit int) ([]Event, error)
	// EventsOf lists the audit lines of one kind on an account after since, newest
	// first.
	EventsOf(ctx context.Context, account string, kind EventKind, since time.Time) ([]Event, error)

	CaseQueue(ctx context.Context, f CaseFilter) ([]CaseRow, error)
	// CountCases counts a list of the queue, but not beyond most.
	CountCases(ctx context.Context, tab CaseTab, assignee string, most int) (int, error)
	// CauseHistory lists what the cause of a case was, oldest first.
	CauseHistory(ctx context.Context, caseID string) ([]CauseChange, error)
	Proposal(ctx context.Context, id string) (Proposal, error)
	// Proposals lists the proposals on an account, newest first.
	Proposals(ctx context.Context, account string) ([]Proposal, error)

	TicketByNumber(ctx context.Context, number string) (Ticket, error)
	TicketQueue(ctx context.Context, q TicketQueue) ([]TicketRow, error)

	// AccountsIn lists the accounts that have one of the ids, in no order.
	AccountsIn(ctx context.Context, ids []string) ([]Account, error)
	// AccountsNamed finds, for each folded name, what AccountByUsername or, where it
	// has an @, AccountsByEmail finds. A name that means nobody is not in the map.
	AccountsNamed(ctx context.Context, folded []string, since time.Time) (map[string][]Account, error)
	LockJob(ctx context.Context, id string) (LockJob, error)
	// LockJobs lists the newest jobs.
	LockJobs(ctx context.Context, limit int) ([]LockJob, error)
	// RunningLockJobs lists the jobs that were started and not finished, oldest
	// first.
	RunningLockJobs(ctx context.Context) ([]LockJob, error)
	// LockItems lists items of a job with the outcome ("" for all) after a
	// position, in order.
	LockItems(ctx context.Context, job string, outcome LockOutcome, after, limit int) ([]LockItem, error)
	// LockTally counts the items of a job by outcome.
	LockTally(ctx context.Context, job string) (map[LockOutcome]int, error)
}
