// Package market is what the marketplace's programs read of accounts, cases, tickets and lists, and how
// tickets of its own help desk stay one with ours.
package market

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// Store is what this room reads beside security.Store.
type Store interface {
	// ListedCases and ListedTickets list what changed after the cursor, what changed first in front.
	ListedCases(ctx context.Context, f Filter) ([]CaseRow, error)
	ListedTickets(ctx context.Context, f Filter) ([]TicketRow, error)
	// ListedAccounts lists accounts by id.
	ListedAccounts(ctx context.Context, f Filter) ([]AccountRow, error)
	// ListedLogins and ListedActivities list what happened from Since until Until, oldest first.
	ListedLogins(ctx context.Context, f Filter) ([]LoginRow, error)
	ListedActivities(ctx context.Context, f Filter) ([]ActivityRow, error)
	// Outside tells what the holder calls a ticket and its messages, by the id of the message; that
	// of the ticket itself is "".
	Outside(ctx context.Context, holder, ticket string) (map[string]string, error)
	// Inside finds what the holder calls so.
	Inside(ctx context.Context, holder string, kind casework.OutsideKind, external string) (
		casework.NameOutside, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Market Store
	Staff  *staff.Service
	Desk   *desk.Service
}

// Filter asks for one page of a list; empty fields narrow nothing.
type Filter struct {
	Account    string
	State      string // of a case or an account, or the status of a ticket or of a line
	Department string // of a ticket
	Since      time.Time
	Until      time.Time
	After      security.Cursor
	Limit      int
	Holder     string // whose names of tickets are told
}

// CaseRow is a line of the list of cases.
type CaseRow struct {
	ID, Number, Account                             string
	State                                           recovery.State
	Cause                                           recovery.Cause
	Ticket                                          string // its number, or ""
	OpenedAt, SecuredAt, DueAt, ClosedAt, UpdatedAt time.Time
}

// AccountRow is a line of the list of accounts.
type AccountRow struct {
	ID, State   string
	LockedSince time.Time // zero when it is not locked
	Case        string    // number of the case that locks it, or ""
}

// LoginRow is a line of the list of sign-ins at the marketplace.
type LoginRow struct {
	ID, Account        string
	At                 time.Time
	Outcome, StoppedBy string
}

// ActivityRow is a line of the list of activities. It says nothing that a person wrote.
type ActivityRow struct {
	ID, Account string
	At          time.Time
	Kind        string
}

// TicketRow is a line of the list of tickets. It says nothing that a person wrote.
type TicketRow struct {
	ID, Number, Account         string
	Case                        string // its number, or ""
	Department, Priority, Topic string
	Status                      ticket.Status
	OpenedAt, DueAt, UpdatedAt  time.Time
	Messages                    int
	External                    string // what the reader calls it, or ""
}
