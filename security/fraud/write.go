package fraud

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// KeepList stores for which country an account has a list, a first time when Version is 0, else if
	// the version is still Version, and raises it.
	KeepList struct {
		Account, Country string
		At               time.Time
		Version          int64
	}
	// ClearSteps takes away what was noted of a country.
	ClearSteps struct{ Account, Country string }
	// PutStep adds what was noted of a step. There is one at most of each.
	PutStep struct {
		Account string
		Row     Row
	}
)

func (KeepList) Write()   {}
func (ClearSteps) Write() {}
func (PutStep) Write()    {}
