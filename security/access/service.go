// Package access is how an account, or a member of staff, is proved and kept: sessions of every
// kind, passwords, second factors, recovery codes, and the answer to a form that is sent twice.
// What only one side needs is handed in by that side.
package access

import (
	"context"
	"time"

	"regain/security"
	"regain/security/audit"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// CountFactorTry counts an attempt on a factor before it is checked, and returns the count.
	// ErrConflict: max attempts were made.
	CountFactorTry(ctx context.Context, id string, max int) (int, error)
	// ChallengeSpent reports whether a challenge was used.
	ChallengeSpent(ctx context.Context, id string) (bool, error)
	// FactorByCredential finds the enrolled passkey with this credential id.
	FactorByCredential(ctx context.Context, credential []byte) (security.Factor, error)
	// TouchSession notes that the session was used.
	TouchSession(ctx context.Context, id string, at time.Time) error
	Session(ctx context.Context, id string) (Session, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f SessionFilter) ([]Session, error)
	// Once is the result of a form that the session has sent.
	Once(ctx context.Context, session, key string) (string, error)
	// EventsOf lists the audit lines of one kind on an account after since, newest
	// first.
	EventsOf(ctx context.Context, account string, kind audit.Kind,
		since time.Time) ([]security.Event, error)
	// FactorsEver counts the authenticators the account has or had; passkeys are left out.
	FactorsEver(ctx context.Context, account string) (int, error)
	// TakePasswordTry counts a try before it is checked, in one commit; see PasswordTry. It returns how
	// long until the first that lets it wait allows one. count is 0 for an account whose password takes
	// no more, or that is not there.
	TakePasswordTry(ctx context.Context, t PasswordTry, now time.Time) (count int, wait time.Duration,
		err error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store Store

	turns turns
}
