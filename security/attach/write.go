package attach

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// Add keeps the row of a file. Its holder has fewer than MaxFiles that are on no message.
	Add struct{ Attachment Attachment }
	// Settle ends the wait of a file, or tells that its bytes are gone. It is in the state From.
	Settle struct {
		ID           string
		From, To     State
		Type, Reason string
		Blob, Sealed string // of what was made of it; both "" where its bytes are destroyed
		Size         int64
		At           time.Time
		// First says that malware was found in no other file of its message before.
		First bool
	}
	// Discard forgets a file that is on no message. The holder is that of the file.
	Discard struct{ ID, Holder string }
	// Remove forgets a file of an account that is on Message.
	Remove struct{ ID, Account, Message string }
)

func (Add) Write()     {}
func (Settle) Write()  {}
func (Discard) Write() {}
func (Remove) Write()  {}
