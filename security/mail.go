package security

import "time"

// Delivery is what became of a mail.
type Delivery string

// What can become of a mail.
const (
	DeliverySent   Delivery = "sent"
	DeliveryWaits  Delivery = "waits"
	DeliveryFailed Delivery = "failed" // it will not be tried again
)

// Delivery says how far the mail has come.
func (m MailState) Delivery() Delivery {
	switch {
	case !m.SentAt.IsZero():
		return DeliverySent
	case !m.GaveUpAt.IsZero():
		return DeliveryFailed
	}
	return DeliveryWaits
}

// MailState is what staff may know of a mail that was queued.
type MailState struct {
	ID, Kind, To, Code string
	QueuedAt           time.Time
	SentAt, GaveUpAt   time.Time // zero: not
	Reason             string    // of the last failure; "expired" when it had become worthless
	Attempts           int
}
