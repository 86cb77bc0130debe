// Package keyring knows with which secrets a database was used, so that a foreign one is noticed
// before anything is written, and brings a database from one secret to the next.
package keyring

import (
	"context"
	"time"

	"regain/security"
)

// Store is what this room reads, by the rules of security.Store.
type Store interface {
	security.Store

	// Secrets lists the secrets that the database was used with, the oldest first.
	Secrets(ctx context.Context) ([]Secret, error)
	// ChainedBy names the key at hand that made the newest audit line; "" for none of them.
	// ErrNotFound: there is no line.
	ChainedBy(ctx context.Context) (string, error)
	// SealedOtherwise lists, by id and from behind after, at most limit values of a holding that
	// do not begin like those that are sealed now.
	SealedOtherwise(ctx context.Context, h Holding, now, after string, limit int) ([]Sealed, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store Store
}

// Secret is what a database knows of a secret that it was used with.
type Secret struct {
	ID        string // the key id
	Proof     string // can be made with the secret alone
	Since     time.Time
	RetiredAt time.Time // zero while something in the database needs it
	Sealed    string    // what is kept of it then
	Barred    bool      // nothing is recorded any more by who has it first
}

// Live reports whether something in the database needs the secret.
func (x Secret) Live() bool { return x.RetiredAt.IsZero() }

// Holding names a place in the database that has sealed values.
type Holding string

// Sealed is a sealed value in its row.
type Sealed struct{ ID, Value string }

// holdings are all of them, with what their values are sealed for.
var holdings = []struct {
	Holding
	purposes []string
}{
	{"requests", []string{security.PurposeRequest}},
	{"sessions", []string{security.PurposeSeed}},
	{"factors", []string{security.PurposeFactor, security.PurposeStaffFactor}},
	{"recovery_codes", []string{security.FactorCode}},
	{"outbox", []string{security.PurposeOutbox}},
	{"exports", []string{security.PurposeExport}},
	{"webhooks", []string{security.PurposeWebhook}},
	{"signal_keys", []string{security.PurposeSignal}},
	{"sso_issuers", []string{security.PurposeSSO}},
	{"fraud_steps", []string{security.PurposeFraud}},
	{"inbound", []string{security.PurposeInbound}},
	{"reports", []string{security.PurposeReport}},
	{"originals", []string{security.PurposeOriginal}},
	{"attachments", []string{security.PurposeAttachment}},
	{"acme_accounts", []string{security.PurposeCertificate}},
	{"certificates", []string{security.PurposeCertificate}},
	{"secrets", []string{purposeSecret}},
}

const purposeSecret = "secret"

// outlive are the keys of a secret that are kept when it goes: what they made has no end.
var outlive = []string{"derive/" + security.LabelPepper, "mac/" + security.PurposeAudit,
	"digest/" + security.FactorCode, "mac/" + security.PurposeMailSeal, "mac/" + security.PurposeReply}
