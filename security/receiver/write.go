package receiver

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// TrustIssuer adds an issuer, or replaces what is known of it but for when it was heard. A new one
	// is added if there are fewer than Most.
	TrustIssuer struct {
		Issuer Issuer
		Most   int
	}
	// DistrustIssuer removes an issuer.
	DistrustIssuer struct{ Name string }
	// TakeSignal keeps that a signal had its effect, once.
	TakeSignal struct {
		Digest string
		At     time.Time
	}
)

func (TrustIssuer) Write()    {}
func (DistrustIssuer) Write() {}
func (TakeSignal) Write()     {}
