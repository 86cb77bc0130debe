package alert

import (
	"strings"
	"time"

	"regain/security"
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

// fresh reports whether a change is so young that its owner is asked. Of a signal its receiver knows best, which
// takes none that is too late to act on: whoever sends one tries for days.
func fresh(c security.Activity, now time.Time) bool {
	return strings.HasPrefix(c.Kind, security.SignalActivity) || !c.At.Before(now.Add(-alertFresh))
}
