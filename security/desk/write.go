package desk

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AskCaller adds a caller check.
	AskCaller struct{ Check CallerCheck }
	// EndCallerChecks ends the checks of the account that still wait for their
	// code; none is no conflict.
	EndCallerChecks struct {
		Account string
		At      time.Time
	}
	// PassCaller marks a check as passed that waits and is not over at At.
	PassCaller struct {
		ID string
		At time.Time
	}
)

func (AskCaller) Write()       {}
func (EndCallerChecks) Write() {}
func (PassCaller) Write()      {}
