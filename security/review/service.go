// Package review is what Account Security does with a case: taking it, asking, changing the cause,
// and ending it, with a second person where the case needs one.
package review

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/staff"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	CaseByNumber(ctx context.Context, number string) (security.Case, error)
	Evidence(ctx context.Context, caseID string) ([]byte, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f access.SessionFilter) ([]access.Session, error)
	LiveLink(ctx context.Context, account string) (lockout.Link, error)
	// Notes lists the notes of an account in the order in which they were recorded.
	Notes(ctx context.Context, account string) ([]security.Note, error)
	CaseQueue(ctx context.Context, f CaseFilter) ([]CaseRow, error)
	// CountCases counts a list of the queue, but not beyond its Limit.
	CountCases(ctx context.Context, f CaseFilter) (int, error)
	// CauseHistory lists what the cause of a case was, in the order in which it was recorded.
	CauseHistory(ctx context.Context, caseID string) ([]CauseChange, error)
	// Proposals lists the proposals on an account, newest first.
	Proposals(ctx context.Context, account string) ([]lockout.Proposal, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Staff    *staff.Service
	APIKeys  *apikey.Service
	Casework *casework.Service
	Lockout  *lockout.Service
	Guided   *guided.Service
}
