// Package protect is what the protection centre keeps: what was reported, what came in by mail, files
// that people sent, and what they noted for themselves. It makes the text and the arguments of
// statements; the store sends them.
package protect

import "regain/store/ask"

// Store implements the Stores of the rooms of the protection centre.
type Store struct {
	Conn ask.Conn
	// Reports is asked for what no decision hangs on: what it says may be a moment old.
	Reports ask.Reader
}
