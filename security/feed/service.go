// Package feed takes in what the marketplace tells: accounts, logins, activity and tickets, line by
// line.
package feed

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/gather"
	"regain/security/organisation"
	"regain/security/signin"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// CommitAll commits the changes in one transaction, each kept or taken back by itself;
	// errs[i] tells how change i fared, err that none of them was kept.
	CommitAll(ctx context.Context, changes []security.Change) (errs []error, err error)
	// Digests tells which of the ids of logins or activities exist, and their digests.
	Digests(ctx context.Context, of security.Dated, ids []string) (map[string]string, error)
	AlertOfLogin(ctx context.Context, login string) (alert.Alert, error)
	// Login finds one login by its id.
	Login(ctx context.Context, id string) (security.Login, error)
	Session(ctx context.Context, id string) (access.Session, error)
	// OldPasswords returns the hashes used before the present one, newest first.
	OldPasswords(ctx context.Context, account string) ([]string, error)
	// LatestCase is the newest case of an account, or ErrNotFound.
	LatestCase(ctx context.Context, account string) (security.Case, error)
}

// Service holds what the use cases here need. All exported fields are set once, before the first use.
type Service struct {
	*security.Core
	Store         Store
	Access        *access.Service
	Alert         *alert.Service
	SignIn        *signin.Service
	Organisations *organisation.Service

	tellings gather.Group[*telling]
}
