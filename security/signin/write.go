package signin

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// HoldOpen changes nothing, if the account is neither closed nor locked and, unless Hash is
	// "", that is still the hash of its password.
	HoldOpen struct{ Account, Hash string }
	// ForgetPasswordTries forgets the wrong passwords of an account.
	ForgetPasswordTries struct{ Account string }
	// Rehash stores the same password under a new hash, if the hash is still Old; another one
	// is no conflict.
	Rehash struct{ Account, Old, Hash string }
)

func (HoldOpen) Write()            {}
func (ForgetPasswordTries) Write() {}
func (Rehash) Write()              {}
