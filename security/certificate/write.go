package certificate

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AddAccount keeps the key of an account at a directory; one that is there is a conflict.
	AddAccount struct {
		Directory, Sealed string
		At                time.Time
	}
	// PutCertificate puts a certificate in the place of one that ends earlier, and ends the order. One
	// that does not is a conflict.
	PutCertificate struct {
		ID, Chain, Sealed string
		NotAfter          time.Time
	}
)

func (AddAccount) Write()     {}
func (PutCertificate) Write() {}
