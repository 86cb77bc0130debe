// Package staff is the people of the console: who they are, how they join and sign in, what their
// role gives them a right to, and which account they may look at.
package staff

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/federation"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	Session(ctx context.Context, id string) (access.Session, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f access.SessionFilter) ([]access.Session, error)
	StaffMember(ctx context.Context, id string) (Staff, error)
	StaffByEmail(ctx context.Context, folded string) (Staff, error)
	// StaffMembers lists all, by name.
	StaffMembers(ctx context.Context) ([]Staff, error)
	Invitation(ctx context.Context, id string) (Invitation, error)
	Look(ctx context.Context, session, account string) (Look, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store  Store
	Access *access.Service
	// Programs lists the programs of the marketplace that may act as staff do, each with a Holder,
	// also those that may no more.
	Programs func(context.Context) ([]Staff, error)
	// Federation is whose word counts about who members of staff are.
	Federation *federation.Service
}
