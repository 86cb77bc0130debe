package feed

import "regain/security"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// PutAccount adds an account, or replaces the profile of one whose version
	// is still Account.Version. It never touches the password of an account
	// whose password was set in Regain, nor the lock.
	PutAccount struct{ Account security.Account }
)

func (PutAccount) Write() {}
