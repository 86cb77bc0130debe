// Package enterprise is what enterprises and operators bring: organisations and their policies, whose
// sign-in is believed, certificates, and the numbers of each day. It makes the text and the
// arguments of statements; the store sends them.
package enterprise

import "regain/store/ask"

// Store implements the Stores of the rooms that need it.
type Store struct {
	Conn ask.Conn
	// Reports is asked for what no decision hangs on: what it says may be a moment old.
	Reports ask.Reader
}
