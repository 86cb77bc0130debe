// Package casework is what is said on a ticket: how a new matter joins one that is open, who
// speaks, and when the requester hears next.
package casework

import "regain/security"

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store Store
}
