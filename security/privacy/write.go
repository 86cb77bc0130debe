package privacy

import (
	"time"

	"regain/security"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AskExport adds an export. An account has at most one that is not ready: a second one is a
	// conflict.
	AskExport struct{ Export Export }
	// FinishExport stores what was gathered, once.
	FinishExport struct {
		ID, Data      string
		ReadyAt, Ends time.Time
	}
	// EraseAccount deletes an account that no case holds, and all that is held about it.
	EraseAccount struct{ ID string }
	// RemoveOld deletes these rows; one that is gone is no conflict.
	RemoveOld struct {
		What security.Dated
		IDs  []string
	}
	// EndTally forgets a tally that was told and has not grown.
	EndTally struct{ security.Tally }
)

func (AskExport) Write()    {}
func (FinishExport) Write() {}
func (RemoveOld) Write()    {}
func (EraseAccount) Write() {}
func (EndTally) Write()     {}
