package security

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

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
	ID, Kind, Variant, To, Code string
	TimeZone                    string // in which it tells moments, an IANA name or ""
	QueuedAt                    time.Time
	SentAt, GaveUpAt            time.Time // zero: not
	Reason                      string    // of the last failure; "expired" when it had become worthless
	Attempts                    int
}

// Mail is one queued message. Data is sealed; see Core.Mail.
type Mail struct {
	ID, Account string
	Channel     string // ChannelMail
	To          string
	Kind        string
	Variant     string // see notice.VariantOf
	TimeZone    string // as in MailState
	Lane        notice.Lane
	Data        string
	Code        string // the code a reader can check on the portal
	QueuedAt    time.Time
	NotAfter    time.Time // worthless afterwards; zero: never
}

// mailData is what the outbox holds of a mail, sealed.
type mailData struct {
	Envelope notice.Envelope
	Notice   json.RawMessage
}

// ChannelMail is the way out of a message that a courier delivers by mail.
const ChannelMail = "mail"

// Mail queues n for one address of the account, with the link by which its reader denies the change
// that n tells of, if it is one and the address has an id. A mail that is worthless after notAfter is
// not sent later than that.
func (s *Core) Mail(a Account, to recovery.Address, n notice.Notice, notAfter time.Time) Enqueue {
	e := notice.Envelope{To: to.Email}
	if c, ok := notice.ContestOf(n, a.ID, to.ID); ok && to.ID != "" {
		e.Contest = c.ID()
	}
	if number := notice.NumberOf(n); number != "" && a.ID != "" {
		e.Reply = s.ReplyTag(number)
	}
	now := s.Now()
	id := token.OrderedID(now)
	code := token.FormatCode(token.RandomCode(MessageCodeLength))
	body, err := json.Marshal(n)
	if err != nil {
		panic(fmt.Sprintf("notice %s does not encode: %v", n.Kind(), err))
	}
	e.ID, e.Name, e.Username, e.Masked = id, a.Name, a.Username, Mask(a.Username)
	e.TimeZone, e.Locale, e.Code, e.QueuedAt = a.TimeZone, a.Locale, code, now
	data, err := json.Marshal(mailData{Notice: body, Envelope: e})
	if err != nil {
		panic(fmt.Sprintf("envelope does not encode: %v", err))
	}
	return Enqueue{Mail{
		ID: id, Account: a.ID, Channel: ChannelMail, To: e.To, Kind: string(n.Kind()),
		Variant: notice.VariantOf(n), TimeZone: a.TimeZone, Lane: notice.LaneOf(n.Kind()),
		Data: s.Seal(PurposeOutbox, id, data), Code: code, QueuedAt: now, NotAfter: notAfter,
	}}
}

// OpenMail unseals a queued mail for the courier.
func (s *Core) OpenMail(id, kind, sealed string) (notice.Envelope, notice.Notice, error) {
	plain, err := s.Unseal(PurposeOutbox, id, sealed)
	if err != nil {
		return notice.Envelope{}, nil, fmt.Errorf("open queued mail: %w", err)
	}
	var d mailData
	if err := json.Unmarshal(plain, &d); err != nil {
		return notice.Envelope{}, nil, fmt.Errorf("read queued mail: %w", err)
	}
	n, err := notice.Decode(notice.Kind(kind), d.Notice)
	return d.Envelope, n, err
}

// Telling is Tell for whoever tells of one account.
func (s *Core) Telling(a Account) func(context.Context, notice.Notice, time.Time) ([]Write, error) {
	return func(ctx context.Context, n notice.Notice, now time.Time) ([]Write, error) {
		return s.Tell(ctx, a, n, now)
	}
}

// Tell queues n for every address that counts at now: those that are valid and
// those that were until lately, so that whoever changed an address cannot keep
// the owner from hearing; and for the organisation of the account what News says.
func (s *Core) Tell(ctx context.Context, a Account, n notice.Notice, now time.Time) ([]Write,
	error) {
	book, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	var writes []Write
	for _, to := range book.Told(now) {
		each := n
		if p, ok := n.(notice.Personal); ok {
			each = p.For(a.ID, to.ID)
		}
		writes = append(writes, s.Mail(a, to, each, time.Time{}))
	}
	more, err := TellOrganisation(ctx, s, a, notice.News(n.Kind()), now)
	return append(writes, more...), err
}
