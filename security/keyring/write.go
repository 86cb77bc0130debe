package keyring

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// PutSecret adds a secret; one that is known is a conflict.
	PutSecret struct{ Secret Secret }
	// BarSecret lets nothing more be recorded by whoever has a secret first, from this commit on.
	// One that is barred already is no conflict.
	BarSecret struct{ ID string }
	// RetireSecret records that nothing needs a live secret any more, and keeps what is left of it.
	RetireSecret struct {
		ID, Sealed string
		At         time.Time
	}
	// Reseal replaces a sealed value that is still From; one that is not is no conflict.
	Reseal struct {
		Holding      Holding
		ID, From, To string
	}
)

func (PutSecret) Write()    {}
func (BarSecret) Write()    {}
func (RetireSecret) Write() {}
func (Reseal) Write()       {}
