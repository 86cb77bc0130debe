// Package guided is the owner's way through a recovery or check-up, from the first request to the
// status page.
package guided

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/federation"
	"regain/security/lockout"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// CountRequestTry counts an attempt on a request's code before it is checked, and returns the
	// count. ErrConflict: max attempts were made.
	CountRequestTry(ctx context.Context, id string, max int) (int, error)
	// OldPasswords returns the hashes used before the present one, newest first.
	OldPasswords(ctx context.Context, account string) ([]string, error)
	Recovery(ctx context.Context, id string) (security.Recovery, error)
	// Visit reads a session, dead or alive, in the recovery of a locked account. ErrNotFound: there is
	// none, or it is in a check-up.
	Visit(ctx context.Context, session string) (Visit, error)
	Session(ctx context.Context, id string) (access.Session, error)
	Link(ctx context.Context, id string) (lockout.Link, error)
	LiveLink(ctx context.Context, account string) (lockout.Link, error)
	Request(ctx context.Context, id string) (Request, error)
	// UnresolvedRequests lists requests that no worker has resolved, oldest first.
	UnresolvedRequests(ctx context.Context, limit int) ([]Request, error)
	// Notes lists what staff have on record about an account, in the order in which it was recorded.
	Notes(ctx context.Context, account string) ([]security.Note, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Access   *access.Service
	Casework *casework.Service
	Lockout  *lockout.Service
	// Federation is the rule of those whose password is kept elsewhere.
	Federation *federation.Service
	Attach     *attach.Service
	// HashesTaken reports whether a program elsewhere is told the hashes of new passwords.
	HashesTaken func(ctx context.Context) (bool, error)
}
