package guided

import "time"

// Request is a row that somebody's typed identifier left behind. It looks the
// same for everybody; a worker opens Sealed and finds out whether it concerns
// an account at all.
type Request struct {
	ID            string
	Kind          RequestKind
	Sealed        string // requestData, sealed
	At, ExpiresAt time.Time
	ResolvedAt    time.Time
	EndedAt       time.Time // its code was spent or died
	Tries         int
	Answers       []Answer // to whom a code was mailed; empty before it is resolved and for strangers
}

// Answer is what a request came to for one account.
type Answer struct {
	Account string
	Code    string // digest of the code that was mailed; "" for none
}

// RequestKind tells the two forms apart that anybody may send.
type RequestKind string

// The kinds of request.
const (
	RequestRecover   RequestKind = "recover"
	RequestNoMailbox RequestKind = "no_mailbox"
	RequestRenew     RequestKind = "renew"
)
