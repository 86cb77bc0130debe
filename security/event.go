package security

import (
	"time"

	"regain/security/audit"
	"regain/security/limits"
)

// Event is the audit line of one commit.
type Event struct {
	ID            string
	At            time.Time
	Kind          audit.Kind
	Account, Case string
	By            Actor
	Data          map[string]string // details; no secret ever
}

// OfStrangers reports whether anybody could cause the event who has proved nothing. Its details are
// deleted in time, and beyond a budget it is counted instead of recorded.
func (e Event) OfStrangers() bool {
	return e.Kind.OfStrangers() && (e.By.Kind == ByStranger || e.By.Kind == BySystem)
}

// Tally counts what strangers caused in an hour beyond the lines that they have.
type Tally struct {
	Kind           audit.Kind
	Account, Staff string // whom it is about; "" for nobody
	Hour           time.Time
	More           int64
}

// Tally is where an event of strangers counts, and how many of them the hour has lines for.
func (e Event) Tally() (t Tally, lines int) {
	t = Tally{Kind: e.Kind, Account: e.Account, Staff: e.Data["staff"], Hour: e.At.Truncate(time.Hour)}
	if t.Account == "" && t.Staff == "" {
		return t, limits.StrangerLines
	}
	return t, limits.AccountLines
}
