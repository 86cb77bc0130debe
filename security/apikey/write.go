package apikey

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AddKey adds a key. A third one of a name that is neither revoked nor over when it is made
	// is a conflict.
	AddKey struct{ Key Key }
	// RevokeKey ends a key that was not revoked before.
	RevokeKey struct {
		ID string
		At time.Time
	}
)

func (AddKey) Write()    {}
func (RevokeKey) Write() {}
