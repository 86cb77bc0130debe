// Package apikey is the keys with which programs of the marketplace speak to the API: who makes
// them, what each may do, and when it is good no more.
package apikey

import (
	"context"
	"time"

	"regain/security"
	"regain/security/staff"
)

// Store is what this room reads beside security.Store.
type Store interface {
	// Key finds one key by its id, also one that is over.
	Key(ctx context.Context, id string) (Key, error)
	// Keys lists all keys by name, the newest of a name first.
	Keys(ctx context.Context) ([]Key, error)
	// KeyUsed remembers when a key was last used.
	KeyUsed(ctx context.Context, id string, at time.Time) error

	// TakeTurn begins a request. Where one of the same key and name has begun it is a conflict, but
	// for one from before old, and for one of the same digest that has no answer and is from before
	// dead.
	TakeTurn(ctx context.Context, t Turn, old, dead time.Time) error
	// Answer finds what the request of a key and a name was answered.
	Answer(ctx context.Context, key, name string) (Answer, error)
	// KeepAnswer ends a turn that still runs; any other is a conflict.
	KeepAnswer(ctx context.Context, t Turn, a Answer) error
	// DropTurn forgets a turn that still runs.
	DropTurn(ctx context.Context, t Turn) error
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Keys  Store
	Staff *staff.Service
}

// Key is one key. What its holder shows, beginning with "rgk_", is known to them alone.
type Key struct {
	ID, Name  string
	Digest    string // SHA-256 of the whole key, in hexadecimal
	Scopes    []Scope
	MadeBy    string // id of the member of staff; "" for the command line
	MadeAt    time.Time
	ExpiresAt time.Time // zero: never
	UsedAt    time.Time // to the minute; zero: never
	RevokedAt time.Time // zero: not
}

// State is how a key stands.
type State string

// The states of a key.
const (
	Live    State = "live"
	Expired State = "expired"
	Revoked State = "revoked"
)

// State tells how the key stands at now.
func (k Key) State(now time.Time) State {
	switch {
	case !k.RevokedAt.IsZero():
		return Revoked
	case !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
		return Expired
	}
	return Live
}

// Scope is something that a key may do.
type Scope string

// The scopes.
const (
	AccountsWrite   Scope = "accounts:write"
	AccountsRead    Scope = "accounts:read"
	EventsWrite     Scope = "events:write"
	SignIns         Scope = "signins"
	PasswordsVerify Scope = "passwords:verify"
	LocksWrite      Scope = "locks:write"
	CasesRead       Scope = "cases:read"
	CasesDecide     Scope = "cases:decide"
	TicketsRead     Scope = "tickets:read"
	TicketsWrite    Scope = "tickets:write"
	WebhooksWrite   Scope = "webhooks:write"
)

// Scopes lists all of them, in the order in which they are shown.
var Scopes = []Scope{AccountsWrite, AccountsRead, EventsWrite, SignIns, PasswordsVerify,
	LocksWrite, CasesRead, CasesDecide, TicketsRead, TicketsWrite, WebhooksWrite}
