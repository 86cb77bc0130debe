// Package privacy is the owner's right to a copy and to deletion, and the removal of what is old.
package privacy

import (
	"context"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/casework"
	"regain/security/datacopy"
	"regain/security/staff"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	Export(ctx context.Context, id string) (Export, error)
	// Exports lists those of the account, newest first, without their data.
	Exports(ctx context.Context, account string) ([]Export, error)
	// Copy reads all that is held about the account, of each section the newest limit rows.
	Copy(ctx context.Context, account string, limit int) ([]datacopy.Section, error)
	// OpenExports lists those that are not ready, oldest first.
	OpenExports(ctx context.Context, limit int) ([]Export, error)
	// Old lists ids of what is older than t and not needed for anything that is still open.
	Old(ctx context.Context, what security.Dated, t time.Time, limit int) ([]string, error)
	// Tallies lists those of hours that began before the moment and have something to tell.
	Tallies(ctx context.Context, before time.Time, limit int) ([]security.Tally, error)
	// StaffMembers lists all, by name.
	StaffMembers(ctx context.Context) ([]staff.Staff, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Casework *casework.Service
	Account  *account.Service
}
