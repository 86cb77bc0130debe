package security

import (
	"context"
	"time"

	"regain/security/limits"
)

// Store remembers. Reads return ErrNotFound where one thing is asked for and
// there is none; lists are then empty. It never decides and has no clock. Each room asks in its
// own Store for what only it needs.
type Store interface {
	// Commit records the event and does the writes, all or nothing. It returns
	// ErrConflict when a guard did not hold.
	Commit(ctx context.Context, e Event, writes ...Write) error
	// Spend takes one unit of a budget, and of each of more in turn, all in one transaction. Where
	// there is none left it takes no further one, and returns how long until the next.
	Spend(ctx context.Context, l limits.Limit, key string, now time.Time, more ...limits.Budget) (
		wait time.Duration, err error)
	// NextNumbers draws the next n numbers of a series ("case" or "ticket") and
	// returns the first; numbers drawn for a commit that fails are lost.
	NextNumbers(ctx context.Context, series string, n int) (int64, error)
	Account(ctx context.Context, id string) (Account, error)
	// AccountsNamed finds, for each folded name, the accounts that it may mean: by the username or,
	// where it has an @, by an address that is valid or was until after since, or was at the
	// lockout of an account that is still locked. One for security
	// notices only finds nobody. A name that means nobody is not in the map.
	AccountsNamed(ctx context.Context, folded []string, since time.Time) (map[string][]Account,
		error)
	// Addresses lists those of the accounts, for each the oldest first.
	Addresses(ctx context.Context, account string, more ...string) ([]Address, error)
	Case(ctx context.Context, id string) (Case, error)
	RecoveryOfCase(ctx context.Context, caseID string) (Recovery, error)
	// Factors lists the enrolled factors of an account or a member of staff.
	Factors(ctx context.Context, subject string) ([]Factor, error)
	RecoveryCodes(ctx context.Context, subject string) ([]RecoveryCode, error)
	// Logins and Activities list what happened after since, newest first.
	Logins(ctx context.Context, account string, since time.Time, limit int) ([]Login, error)
	Activities(ctx context.Context, account string, since time.Time, limit int) ([]Activity, error)
	Answers(ctx context.Context, recovery string) ([]Answer, error)
	Ticket(ctx context.Context, id string) (Ticket, error)
	// Tickets lists tickets, newest first.
	Tickets(ctx context.Context, f TicketFilter) ([]Ticket, error)
	// Messages lists the messages of the tickets in the order in which they were recorded.
	Messages(ctx context.Context, ticket string, more ...string) ([]Message, error)
	// Events lists the audit lines of a case, oldest first.
	Events(ctx context.Context, caseID string) ([]Event, error)
	// Mails lists what was queued for the account, newest first.
	Mails(ctx context.Context, account string, limit int) ([]MailState, error)
	// AccountsIn lists the accounts that have one of the ids, in no order.
	AccountsIn(ctx context.Context, ids []string) ([]Account, error)
}
