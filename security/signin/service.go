// Package signin is the rules of signing in with a password: who is meant, how often it may be
// tried, what becomes known of it, and what follows when it stops at the second factor. Whoever asks
// for a password keeps them, so that a wrong one counts wherever it was typed.
package signin

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/casework"
	"regain/security/federation"
	"regain/security/lockout"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	Session(ctx context.Context, id string) (access.Session, error)
	// HalfSessions lists living sessions of accounts that owe their second factor and whose end
	// came before t.
	HalfSessions(ctx context.Context, t time.Time, limit int) ([]access.Session, error)
	// CountPasswordTry counts a password that is about to be checked and returns the count.
	// ErrConflict: max wrong ones were tried in a row.
	CountPasswordTry(ctx context.Context, account string, max int) (int, error)
	// Login finds one login by its id.
	Login(ctx context.Context, id string) (security.Login, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Access   *access.Service
	Casework *casework.Service
	Lockout  *lockout.Service
	Alert    *alert.Service
	// Federation is the rule of those who sign in by their organisation.
	Federation *federation.Service
}
