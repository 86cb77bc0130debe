// Package alert watches over accounts: it judges each new login and change, tells the owner, and
// acts on what the reader of that mail answers.
package alert

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/lockout"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// Login finds one login by its id.
	Login(ctx context.Context, id string) (security.Login, error)
	// Watches finds the watches of the accounts that have one.
	Watches(ctx context.Context, accounts []string) (map[string]Watch, error)
	// WithLogins lists those of the accounts that have logins after since.
	WithLogins(ctx context.Context, accounts []string, since time.Time) ([]string, error)
	Alert(ctx context.Context, id string) (Alert, error)
	// Alerts lists those after since, newest first.
	Alerts(ctx context.Context, account string, since time.Time, limit int) ([]Alert, error)
	// UntoldAlerts lists the alerts of the account that no mail told of yet, oldest first.
	UntoldAlerts(ctx context.Context, account string, limit int) ([]Alert, error)
	// AccountsToTell lists accounts with such alerts whose owners were last told before or after
	// these moments: after the second one only by a clock that ran ahead.
	AccountsToTell(ctx context.Context, before, after time.Time, limit int) ([]string, error)
	// AlertSettings is zero but for Account when nothing was ever chosen.
	AlertSettings(ctx context.Context, account string) (AlertSettings, error)
	// LatestCase is the newest case of an account, or ErrNotFound.
	LatestCase(ctx context.Context, account string) (security.Case, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Casework *casework.Service
	Lockout  *lockout.Service
}
