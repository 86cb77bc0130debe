package account

import (
	"time"

	"regain/security"
)

// AddressChange is a change of address that its reader confirms: of the account's own address,
// or of the second one for security notices.
type AddressChange struct {
	ID, Account      string
	Email            string
	Notice           bool   // it is about the second address
	Old              string // id of the address that it replaces; "" for none
	Address          string // id of the address that came of it; "" before
	AskedAt, EndsAt  time.Time
	State            ChangeState
	SettledAt        time.Time
	UndoUntil        time.Time
	security.Visitor // who asked
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
