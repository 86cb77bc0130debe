package account

import (
	"time"

	"regain/security/alert"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AskAddressChange adds a pending change of address. There is at most one for an account
	// and purpose: a second one is a conflict unless EndAddressChanges stands before it.
	AskAddressChange struct{ Change AddressChange }
	// ConfirmAddressChange settles a change that is pending and not over at At. Address is the
	// id of the address that came of it.
	ConfirmAddressChange struct {
		ID, Address   string
		At, UndoUntil time.Time
	}
	// UndoAddressChange undoes a change that is confirmed and may be undone at At.
	UndoAddressChange struct {
		ID string
		At time.Time
	}
	// SaveAlertSettings stores settings, a first time when Version is 0, else if the version is
	// still Settings.Version, and raises it.
	SaveAlertSettings struct{ Settings alert.AlertSettings }
)

func (AskAddressChange) Write()     {}
func (ConfirmAddressChange) Write() {}
func (UndoAddressChange) Write()    {}
func (SaveAlertSettings) Write()    {}
