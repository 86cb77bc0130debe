// Package genuine answers whether something that somebody holds is really from us. Anybody may ask,
// so an answer tells nothing of an account, and what was asked about is not kept.
package genuine

import (
	"context"
	"sync"

	"regain/security"
	"regain/security/mailproof"
	"regain/security/weblink"
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
	// Links judges links, and says which hosts are ours.
	Links weblink.Judge
	// Sender is the bare address that our mails come from.
	Sender string
	// Resolver asks for the keys of signatures; without one none is checked.
	Resolver mailproof.Resolver

	reading sync.Mutex
}
