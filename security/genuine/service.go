// Package genuine answers whether something that somebody holds is really from us. Anybody may ask,
// so an answer tells nothing of an account, and what was asked about is not kept.
package genuine

import (
	"context"

	"regain/security"
)

// Store is what this room reads.
type Store interface {
	security.Store

	// MailByCode finds a mail by the code that it ends with.
	MailByCode(ctx context.Context, code string) (security.MailState, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Store Store
}
