package security

import (
	"context"
	"time"

	"regain/security/datacopy"
)

// Pace slows guessing down: Free tries at once, then a pause of First after each further one,
// twice as long each time, at most Longest. A day without a try starts it anew.
type Pace struct {
	Name           string
	Free           int
	First, Longest time.Duration
}

// PaceKey is one count of a pace: Key is a keyed hash.
type PaceKey struct{ Pace, Key string }

// PaceTry is a try that counts in a pace: Key is a keyed hash.
type PaceTry struct {
	Pace
	Key string
}

// AddressChange is a change of address that its reader confirms: of the account's own address,
// or of the second one for security notices.
type AddressChange struct {
	ID, Account     string
	Email           string
	Notice          bool   // it is about the second address
	Old             string // id of the address that it replaces; "" for none
	Address         string // id of the address that came of it; "" before
	AskedAt, EndsAt time.Time
	State           ChangeState
	SettledAt       time.Time
	UndoUntil       time.Time
	Visitor         // who asked
}

// ChangeState is what became of a change of address. That one is over is not stored.
type ChangeState string

// The states of a change of address.
const (
	ChangePending   ChangeState = "pending"
	ChangeConfirmed ChangeState = "confirmed"
	ChangeCancelled ChangeState = "cancelled"
	ChangeUndone    ChangeState = "undone"
)

// Watch is what is kept of an account so that an odd login is noticed at once.
type Watch struct {
	Account  string
	Familiar []byte    // JSON of risk.Familiar
	MailedAt time.Time // when the owner was last told of alerts; zero: never
	Version  int64
}

// Alert is something on an account that the owner is told of, and asked about.
type Alert struct {
	ID, Account string
	Kind        AlertKind
	Login       string // id of the login it is about; "" for a change
	Activity    string // id of the change it is about; "" for a login
	At          time.Time
	Outcome     string   // of the login
	What        string   // kind of the change
	Reasons     []string // of a login, see risk.Reason
	Country     string
	Device      string
	MailedAt    time.Time // zero: no mail told of it yet
	Answer      string    // risk.Me, risk.NotMe or ""
	AnsweredAt  time.Time
}

// AlertKind is what an alert is about; owners choose by it.
type AlertKind string

// The kinds of alert. The first two cannot be switched off.
const (
	AlertStopped     AlertKind = "stopped"     // right password, stopped by another measure
	AlertCredentials AlertKind = "credentials" // password, address, two-factor, security question
	AlertUnfamiliar  AlertKind = "unfamiliar"  // new country or device, or impossible travel
	AlertMoney       AlertKind = "money"       // where money goes
	AlertProfile     AlertKind = "profile"     // phone and profile
)

// AlertSettings is what an owner chose. Without a row it is everything to all addresses.
type AlertSettings struct {
	Account string
	Off     []AlertKind // of those that can be switched off
	To      string      // AlertsToAll, AlertsToFirst or AlertsToNotice
	Version int64       // 0 when nothing was ever chosen
}

// The addresses that alerts which can be switched off go to. The others go to all.
const (
	AlertsToAll    = "all"
	AlertsToFirst  = "first"  // the account's own
	AlertsToNotice = "notice" // the second one, for security notices
)

// Export is a copy of everything that is held about an account.
type Export struct {
	ID, Account string
	AskedAt     time.Time
	ReadyAt     time.Time // zero while it is not ready
	EndsAt      time.Time // when it is deleted
	Data        string    // JSON of the export, sealed; "" before, and in lists
}

// Holding is a kind of thing that is removed when it is old.
type Holding string

// What is removed when it is old.
const (
	OldLogins     Holding = "logins"
	OldActivities Holding = "activities"
	OldLinks      Holding = "links" // and changes of address that were asked for
	OldMails      Holding = "mails"
	OldSessions   Holding = "sessions" // of both kinds
	OldAlerts     Holding = "alerts"
	OldExports    Holding = "exports"
)

// AccountStore remembers what owners who sign in do, and what watches over accounts. Reads follow
// the rules of Store.
type AccountStore interface {
	// HalfSessions lists living sessions of accounts that owe their second factor and whose end
	// came before t.
	HalfSessions(ctx context.Context, t time.Time, limit int) ([]Session, error)
	// TakeTry counts a try in all of these paces before it is checked, or in none of them: then it
	// returns how long until the first that is not free allows one.
	TakeTry(ctx context.Context, tries []PaceTry, now time.Time) (wait time.Duration, err error)
	// CountPasswordTry counts a password that is about to be checked and returns the count.
	// ErrConflict: max wrong ones were tried in a row.
	CountPasswordTry(ctx context.Context, account string, max int) (int, error)

	// ChallengeSpent reports whether a challenge was used.
	ChallengeSpent(ctx context.Context, id string) (bool, error)
	// FactorByCredential finds the enrolled passkey with this credential id.
	FactorByCredential(ctx context.Context, credential []byte) (Factor, error)

	AddressChange(ctx context.Context, id string) (AddressChange, error)
	// AddressChanges lists those asked for after since, newest first.
	AddressChanges(ctx context.Context, account string, since time.Time) ([]AddressChange, error)

	// Login finds one login by its id.
	Login(ctx context.Context, id string) (Login, error)
	// Watches finds the watches of the accounts that have one.
	Watches(ctx context.Context, accounts []string) (map[string]Watch, error)
	Alert(ctx context.Context, id string) (Alert, error)
	AlertOfLogin(ctx context.Context, login string) (Alert, error)
	// Alerts lists those after since, newest first.
	Alerts(ctx context.Context, account string, since time.Time, limit int) ([]Alert, error)
	// UntoldAlerts lists the alerts of the account that no mail told of yet, oldest first.
	UntoldAlerts(ctx context.Context, account string, limit int) ([]Alert, error)
	// AccountsToTell lists accounts with such alerts whose owners were last told before t.
	AccountsToTell(ctx context.Context, t time.Time, limit int) ([]string, error)
	// AlertSettings is zero but for Account when nothing was ever chosen.
	AlertSettings(ctx context.Context, account string) (AlertSettings, error)

	// MailByCode finds a mail by the code that it ends with.
	MailByCode(ctx context.Context, code string) (MailState, error)

	Export(ctx context.Context, id string) (Export, error)
	// Exports lists those of the account, newest first, without their data.
	Exports(ctx context.Context, account string) ([]Export, error)
	// Copy reads all that is held about the account, of each section the newest limit rows.
	Copy(ctx context.Context, account string, limit int) ([]datacopy.Section, error)
	// OpenExports lists those that are not ready, oldest first.
	OpenExports(ctx context.Context, limit int) ([]Export, error)
	// Old lists ids of what is older than t and not needed for anything that is still open.
	Old(ctx context.Context, what Holding, t time.Time, limit int) ([]string, error)
}
