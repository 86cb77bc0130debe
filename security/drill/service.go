// Package drill locks an account that nobody has, and leads it through all that an owner and Account
// Security do until it is resumed, so that an operator sees whether and how fast everything works.
package drill

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/review"
)

// Life is how long the account of a drill exists, whoever takes it away in the end.
const Life = 15 * time.Minute

// Store is what this room reads.
type Store interface {
	// Drills lists the ids of the accounts of drills that began before a moment, the oldest first.
	Drills(ctx context.Context, before time.Time, limit int) ([]string, error)
}

// Links finds the link that is live; ErrNotFound: there is none.
type Links interface {
	LiveLink(ctx context.Context, account string) (lockout.Link, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Drills   Store
	Links    Links
	Casework *casework.Service
	Lockout  *lockout.Service
	Review   *review.Service
}
