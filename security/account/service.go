// Package account is the signed-in side: the way in, the overview, and everything that an owner
// does with the security of an account that is not locked.
package account

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/signin"
)

// Store is what this room reads and counts, by the rules of security.Store.
type Store interface {
	security.Store

	// LatestCase is the newest case of the account.
	LatestCase(ctx context.Context, account string) (security.Case, error)
	// CheckUp is the newest recovery without a case that started after since.
	CheckUp(ctx context.Context, account string, since time.Time) (security.Recovery, error)
	Session(ctx context.Context, id string) (access.Session, error)
	AddressChange(ctx context.Context, id string) (AddressChange, error)
	// AddressChanges lists those asked for after since, newest first.
	AddressChanges(ctx context.Context, account string, since time.Time) ([]AddressChange, error)
	// Login finds one login by its id.
	Login(ctx context.Context, id string) (security.Login, error)
	// Watches finds the watches of the accounts that have one.
	Watches(ctx context.Context, accounts []string) (map[string]alert.Watch, error)
	Alert(ctx context.Context, id string) (alert.Alert, error)
	AlertOfLogin(ctx context.Context, login string) (alert.Alert, error)
	// Alerts lists those after since, newest first.
	Alerts(ctx context.Context, account string, since time.Time, limit int) ([]alert.Alert, error)
	// AlertSettings is zero but for Account when nothing was ever chosen.
	AlertSettings(ctx context.Context, account string) (alert.AlertSettings, error)
	TicketByNumber(ctx context.Context, number string) (security.Ticket, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store    Store
	Access   *access.Service
	Casework *casework.Service
	Lockout  *lockout.Service
	Attach   *attach.Service
	Alert    *alert.Service
	Guided   *guided.Service
	SignIns  *signin.Service
	// Federation is whose word counts about who members of organisations are.
	Federation *federation.Service
}
