// Package lockout begins a case: it locks accounts, one or many, freezes what was known, proposes
// the cause and mails the links.
package lockout

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/staff"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// CommitAll commits the changes in one transaction, each kept or taken back by itself;
	// errs[i] tells how change i fared, err that none of them was kept.
	CommitAll(ctx context.Context, changes []security.Change) (errs []error, err error)
	// CheckUp is the newest recovery without a case that started after since.
	CheckUp(ctx context.Context, account string, since time.Time) (security.Recovery, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f access.SessionFilter) ([]access.Session, error)
	Link(ctx context.Context, id string) (Link, error)
	// EventsOf lists the audit lines of one kind on an account after since, newest first.
	EventsOf(ctx context.Context, account string, kind audit.Kind, since time.Time) (
		[]security.Event, error)
	// Proposals lists the proposals on an account, newest first.
	Proposals(ctx context.Context, account string) ([]Proposal, error)
}

// Jobs is the part of the Store that holds the jobs of locking many at once.
type Jobs interface {
	LockJob(ctx context.Context, id string) (LockJob, error)
	// LockJobs lists the newest jobs.
	LockJobs(ctx context.Context, limit int) ([]LockJob, error)
	// RunningLockJobs lists the jobs that were started and not finished, oldest
	// first.
	RunningLockJobs(ctx context.Context) ([]LockJob, error)
	// LockItems lists items of a job with the outcome ("" for all) after a
	// position, in order.
	LockItems(ctx context.Context, job string, outcome LockOutcome, after, limit int) ([]LockItem,
		error)
	// LockTally counts the items of a job by outcome.
	LockTally(ctx context.Context, job string) (map[LockOutcome]int, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store  Store
	Jobs   Jobs
	Access *access.Service
	Staff  *staff.Service
}
