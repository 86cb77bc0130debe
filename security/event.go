package security

import (
	"time"

	"regain/security/audit"
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
