package security

import (
	"context"
	"time"

	"regain/security/ticket"
)

// Limit is a budget: Burst at once, refilled evenly so that Burst comes back
// within Per.
type Limit struct {
	Name  string
	Burst int
	Per   time.Duration
}

// Change is one commit of a batch.
type Change struct {
	Event  Event
	Writes []Write
}

// TicketFilter narrows a list of tickets; empty fields do not.
type TicketFilter struct {
	Account, Case, Department string
	Status                    ticket.Status
	Limit                     int // 0 reads as 200
}

// SessionFilter asks for the sessions of one kind that a subject started after Since.
type SessionFilter struct {
	Kind    SessionKind
	Subject string
	Since   time.Time
	Limit   int
}

// Store remembers. Reads return ErrNotFound where one thing is asked for and
// there is none; lists are then empty. It never decides and has no clock.
type Store interface {
	StaffStore
	AccountStore
	// Commit records the event and does the writes, all or nothing. It returns
	// ErrConflict when a guard did not hold.
	Commit(ctx context.Context, e Event, writes ...Write) error
	// CommitAll commits each change in one transaction with a savepoint each;
	// errs[i] tells how change i fared, err that none of them was kept.
	CommitAll(ctx context.Context, changes []Change) (errs []error, err error)
	// Spend takes one unit of a budget. When there is none left it returns how
	// long until the next one.
	Spend(ctx context.Context, l Limit, key string, now time.Time) (wait time.Duration, err error)
	// CountRequestTry and CountFactorTry count an attempt on a request's code
	// or on a factor before it is checked, and return the count. ErrConflict:
	// max attempts were made.
	CountRequestTry(ctx context.Context, id string, max int) (int, error)
	CountFactorTry(ctx context.Context, id string, max int) (int, error)
	// NextNumbers draws the next n numbers of a series ("case" or "ticket") and
	// returns the first; numbers drawn for a commit that fails are lost.
	NextNumbers(ctx context.Context, series string, n int) (int64, error)
	// TouchSession notes that the session was used.
	TouchSession(ctx context.Context, id string, at time.Time) error

	Account(ctx context.Context, id string) (Account, error)
	AccountByUsername(ctx context.Context, folded string) (Account, error)
	// AccountsByEmail finds the accounts for which the folded address is valid
	// or was until after since. One for security notices only finds nobody.
	AccountsByEmail(ctx context.Context, folded string, since time.Time) ([]Account, error)
	Addresses(ctx context.Context, account string) ([]Address, error)
	// OldPasswords returns the hashes used before the present one, newest first.
	OldPasswords(ctx context.Context, account string) ([]string, error)

	Case(ctx context.Context, id string) (Case, error)
	CaseByNumber(ctx context.Context, number string) (Case, error)
	// LatestCase is the newest case of the account.
	LatestCase(ctx context.Context, account string) (Case, error)
	Evidence(ctx context.Context, caseID string) ([]byte, error)
	// CasesSecuredBefore lists cases under review whose password was updated
	// before t and whose last escalation, if any, was before t too.
	CasesSecuredBefore(ctx context.Context, t time.Time, limit int) ([]Case, error)

	Recovery(ctx context.Context, id string) (Recovery, error)
	RecoveryOfCase(ctx context.Context, caseID string) (Recovery, error)
	// CheckUp is the newest recovery without a case that started after since.
	CheckUp(ctx context.Context, account string, since time.Time) (Recovery, error)
	Session(ctx context.Context, id string) (Session, error)
	// Once is the result of a form that the session has sent.
	Once(ctx context.Context, session, key string) (string, error)
	// Sessions lists sessions, newest first, those that are over too.
	Sessions(ctx context.Context, f SessionFilter) ([]Session, error)
	Link(ctx context.Context, id string) (Link, error)
	LiveLink(ctx context.Context, account string) (Link, error)
	Request(ctx context.Context, id string) (Request, error)
	// UnresolvedRequests lists requests that no worker has resolved, oldest first.
	UnresolvedRequests(ctx context.Context, limit int) ([]Request, error)

	// Factors lists the enrolled factors of an account or a member of staff.
	Factors(ctx context.Context, subject string) ([]Factor, error)
	// FactorsEver counts the authenticators the account has or had; passkeys are left out.
	FactorsEver(ctx context.Context, account string) (int, error)
	RecoveryCodes(ctx context.Context, subject string) ([]RecoveryCode, error)

	// Logins and Activities list what happened after since, newest first.
	Logins(ctx context.Context, account string, since time.Time, limit int) ([]Login, error)
	Activities(ctx context.Context, account string, since time.Time, limit int) ([]Activity, error)
	// LoginDigests and ActivityDigests tell which of the ids exist, and their digests.
	LoginDigests(ctx context.Context, ids []string) (map[string]string, error)
	ActivityDigests(ctx context.Context, ids []string) (map[string]string, error)
	Answers(ctx context.Context, recovery string) ([]Answer, error)

	Ticket(ctx context.Context, id string) (Ticket, error)
	// Tickets lists tickets, newest first.
	Tickets(ctx context.Context, f TicketFilter) ([]Ticket, error)
	// Messages lists the messages of a ticket, oldest first.
	Messages(ctx context.Context, ticket string) ([]Message, error)
	// Notes lists the notes of an account, oldest first.
	Notes(ctx context.Context, account string) ([]Note, error)
	// Events lists the audit lines of a case, oldest first.
	Events(ctx context.Context, caseID string) ([]Event, error)
}
