// Package inbound takes in mail: reports that are forwarded to the abuse address, and replies to what we
// have mailed. A mail is kept before its sender is told that it was taken, and read afterwards; whatever
// it says of where it comes from proves nothing.
package inbound

import (
	"context"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/mailproof"
	"regain/security/report"
)

// MaxSize is how long a mail may be, in bytes, and MaxHead how much of that its headers may take.
const (
	MaxSize = 10 << 20
	MaxHead = 256 << 10
)

// Kind is what a mail is for, by the address that it came to.
type Kind string

// The kinds.
const (
	Report Kind = "report"
	Reply  Kind = "reply"
)

// Target is what one recipient of a mail stands for.
type Target struct {
	Kind   Kind
	Number string // of the case or ticket, for a Reply
}

// Mail is one that was taken and is to be read. Its original is sealed under a key of its own, so that
// what is sealed anew for another secret stays small.
type Mail struct {
	ID       string
	Digest   string // of what it is known by when it comes again
	Kind     Kind
	Sealed   string // see envelope
	Data     []byte // sealed under the key in there
	Size     int64  // of the original, in bytes
	TakenAt  time.Time
	Attempts int // to read it, this one included
}

// envelope is what is sealed of a mail besides itself.
type envelope struct {
	Key    []byte
	From   string // sender of the envelope; "" for what must not be answered
	Number string // see Target
}

// Backlog is how much waits to be read, and how many mails nobody could read.
type Backlog struct {
	Waiting, Aside int
	Bytes          int64 // of those that wait
}

// Store is what this room reads beside security.Store, and what it notes of the mails that wait
// without a commit.
type Store interface {
	// ClaimMail takes, for as long as the lease, the mail that has been due longest and that nobody else
	// has. ErrNotFound: there is none.
	ClaimMail(ctx context.Context, now time.Time, lease time.Duration) (Mail, error)
	// AgainAt gives a mail that was claimed back, due again at next.
	AgainAt(ctx context.Context, id string, attempt int, next time.Time) error
	// MailBacklog counts what is there.
	MailBacklog(ctx context.Context) (Backlog, error)
}

// Tickets finds what replies are about.
type Tickets interface {
	CaseByNumber(ctx context.Context, number string) (security.Case, error)
	TicketByNumber(ctx context.Context, number string) (security.Ticket, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Mails    Store
	Tickets  Tickets
	Casework *casework.Service
	// Abuse and Reply are the addresses that mail is taken for; "" for none. Host is what the ids of our
	// own mails end in.
	Abuse, Reply, Host string
	// Sender is the address that our mails are from.
	Sender   string
	Resolver mailproof.Resolver // asks for the keys of signatures; nil: no mail counts as signed
	Reports  *report.Service
	Attach   *attach.Service
}
