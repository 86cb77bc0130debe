// Package receiver hears what other services signal about people whom they know too: that a password
// leaked, that they switched an account off, that they ended its sessions. It takes security event
// tokens (RFC 8417) of issuers that the operator trusts, each once, and does what the settings say.
package receiver

import (
	"context"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/keyset"
	"regain/security/lockout"
)

// Store is what this room reads beside security.Store, and what it keeps of issuers without a commit.
type Store interface {
	// Issuer finds one issuer by its name.
	Issuer(ctx context.Context, name string) (Issuer, error)
	// Issuers lists all issuers by name.
	Issuers(ctx context.Context) ([]Issuer, error)
	// Taken reports whether a signal with this digest had its effect.
	Taken(ctx context.Context, digest string) (bool, error)
	// Heard keeps when an issuer was heard last, to the minute.
	Heard(ctx context.Context, issuer string, at time.Time) error
	// Verified keeps what an issuer said when it was asked to prove that its signals arrive.
	Verified(ctx context.Context, issuer, state string, at time.Time) error
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Signals Store
	Alert   *alert.Service
	Lockout *lockout.Service
	KeySets *keyset.Sets
	// Loopback says that the portal is for this machine alone: keys may be at a plain address on it.
	Loopback bool
	Actions  Actions // those that are not named are the usual ones
}

// Issuer is a service whose signals are believed.
type Issuer struct {
	Name      string // as "iss" says it
	KeysAt    string // address of its public keys, a JWK set
	Audience  string // as "aud" must say it
	Subjects  string // the issuer whose subjects (iss_sub) are ids of accounts
	TrustedAt time.Time
	HeardAt   time.Time // to the minute; zero: never
	// VerifiedAt is when it last proved that its signals arrive, with State.
	VerifiedAt time.Time
	State      string
}
