package signal

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AddStream makes an endpoint a stream, if its holder has fewer than Most.
	AddStream struct {
		Stream Stream
		Most   int
	}
	// SetWords changes the description of a stream and the reason for its status.
	SetWords struct{ Stream, Description, Reason string }
	// Verify asks for a verification of a stream that was not asked for one since Before. State is
	// echoed.
	Verify struct {
		Stream, State string
		At, Before    time.Time
	}
	// AddSubject lets a stream hear of an account that is there, known to its receiver by Subject.
	AddSubject struct{ Stream, Account, Subject string }
	// RenameSubject ends that a stream knows any other account by the Subject; none is no conflict.
	RenameSubject struct{ Stream, Account, Subject string }
	// RemoveSubject lets a stream hear no more of an account; none is no conflict.
	RemoveSubject struct{ Stream, Account string }
	// AddSigner adds the key that signs, if none does.
	AddSigner struct{ Signer Signer }
	// RetireSigner ends a key that signs, and forgets its private half.
	RetireSigner struct {
		ID string
		At time.Time
	}
)

func (AddStream) Write()     {}
func (SetWords) Write()      {}
func (Verify) Write()        {}
func (AddSubject) Write()    {}
func (RenameSubject) Write() {}
func (RemoveSubject) Write() {}
func (AddSigner) Write()     {}
func (RetireSigner) Write()  {}
