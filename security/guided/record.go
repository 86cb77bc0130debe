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
	Accounts      []string // whose code it may be; empty before it is resolved and for strangers
}

// RequestKind tells the two forms apart that anybody may send.
type RequestKind string

// The kinds of request.
const (
	RequestRecover   RequestKind = "recover"
	RequestNoMailbox RequestKind = "no_mailbox"
	RequestRenew     RequestKind = "renew"
)
