package guided

import (
	"time"

	"regain/security"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// SaveRecovery replaces what may change of a recovery whose version is
	// still Recovery.Version, and raises the version.
	SaveRecovery struct{ Recovery security.Recovery }
	// PutRequest adds a request.
	PutRequest struct{ Request Request }
	// ResolveRequest records whom a request concerns, once.
	ResolveRequest struct {
		ID      string
		Answers []Answer
		At      time.Time
	}
	// SpendRequest uses up the codes of a resolved request that has not ended.
	SpendRequest struct {
		ID string
		At time.Time
	}
)

func (SaveRecovery) Write()   {}
func (PutRequest) Write()     {}
func (ResolveRequest) Write() {}
func (SpendRequest) Write()   {}
