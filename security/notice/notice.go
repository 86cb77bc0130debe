// Package notice holds every message that the portal sends, as plain data without words, and
// the courier that takes them from the outbox to the mail server.
package notice

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Kind names a message. It is stored in the outbox and sent as the header X-Regain-Notice, so
// that a value, once used, never changes its meaning.
type Kind string

// ErrKind is wrapped by Decode for a kind that this program does not know.
var ErrKind = errors.New("unknown kind of notice")

// Notice is one message without its words: the facts that a mail of its kind tells. It holds no
// secret; links and typed codes are made from the ids in it when the mail is written.
type Notice interface {
	Kind() Kind
}

// Varied is a notice whose mails differ in what they are about.
type Varied interface {
	Notice
	// Variant is what this one is about; "" for the usual.
	Variant() string
}

// VariantOf is the variant of n, "" for most.
func VariantOf(n Notice) string {
	if v, ok := n.(Varied); ok {
		return v.Variant()
	}
	return ""
}

// Personal is a notice that tells each address something of its own.
type Personal interface {
	Notice
	// For is the notice to an address of an account, both named by their ids.
	For(account, address string) Notice
}

// Envelope is what every message has besides its own facts.
type Envelope struct {
	// ID is that of the outbox row, the same for every try at one mail; the Message-ID header is
	// made from it, so that a mail which was delivered twice is recognised as one.
	ID       string `json:"id"`
	To       string `json:"to"`       // bare address
	Name     string `json:"name"`     // for the greeting, as the person wrote it
	Username string `json:"username"` // greets when the name is empty
	Masked   string `json:"masked"`   // the account, as any reader of the mail may see it
	// TimeZone is an IANA name; dates are in UTC when it is empty or unknown.
	TimeZone string `json:"time_zone"`
	// Locale is the language tag of the account, as the marketplace told it; "" where it told none.
	Locale string `json:"locale,omitempty"`
	Code   string `json:"code"` // at the end of the mail and in X-Regain-Message
	// Contest is what the link "I did not do this" is made from (see Contest.ID); "" for most.
	Contest string `json:"contest,omitempty"`
	// Reply is the tag of the address for replies (see security.Core.ReplyTag); "" where there is none.
	Reply    string    `json:"reply,omitempty"`
	QueuedAt time.Time `json:"queued_at"` // becomes the Date header
}

// LockedOut tells the owner of a security lockout and carries the link into the recovery.
type LockedOut struct {
	Case        string    `json:"case"` // such as C-1042
	Link        string    `json:"link"` // id of the recovery link
	LinkExpires time.Time `json:"link_expires"`
	Cause       string    `json:"cause"` // compromised or hijacked
	At          time.Time `json:"at"`
	// The last unusual sign-in before the lockout, if there is one, as in UnfamiliarSignIn. It need
	// not be why the account was locked: the evidence of the case is for staff only.
	SeenAt    time.Time `json:"seen_at,omitzero"`
	Device    string    `json:"device,omitempty"`
	Place     string    `json:"place,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	StoppedBy string    `json:"stopped_by,omitempty"`
}

// RecoveryLink answers a request for a link, whoever made it.
type RecoveryLink struct {
	Link        string    `json:"link"` // id of the recovery link
	LinkExpires time.Time `json:"link_expires"`
	// Code is typed in the browser that asked, such as ABCD-2345; empty when nobody waits there,
	// then CodeExpires is zero.
	Code        string    `json:"code,omitempty"`
	CodeExpires time.Time `json:"code_expires,omitzero"`
	Locked      bool      `json:"locked"` // the account is in a security lockout
	At          time.Time `json:"at"`
}

// PasswordUpdated tells that the password was replaced and every other session ended.
type PasswordUpdated struct {
	Case     string    `json:"case,omitempty"`   // empty for an account that is not locked
	Ticket   string    `json:"ticket,omitempty"` // such as T-2077, empty likewise
	At       time.Time `json:"at"`
	Device   string    `json:"device,omitempty"` // such as "firefox/linux"
	Place    string    `json:"place,omitempty"`  // country code, such as "GB"
	NextWord time.Time `json:"next_word,omitzero"`
	// Organisation keeps the password, and has let the owner in; empty where the password is kept here.
	Organisation string `json:"organisation,omitempty"`
}

// PasswordContested tells that an updated password stopped working, because somebody who reads an
// address of the account said that it was not theirs, or because Account Security wants another one.
type PasswordContested struct {
	Case    string    `json:"case"`
	At      time.Time `json:"at"`
	ByStaff bool      `json:"by_staff,omitempty"`
}

// TwoFactorOn tells that an authenticator was added where there was none.
type TwoFactorOn struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
}

// TwoFactorOff tells that the authenticator, or by staff every second factor, was removed.
type TwoFactorOff struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	// Others is true when the account still has passkeys.
	Others bool `json:"others,omitempty"`
	// ByStaff is true when Account Security removed it after proving the owner anew.
	ByStaff bool `json:"by_staff,omitempty"`
}

// Variant implements Varied.
func (n TwoFactorOff) Variant() string {
	if n.Others {
		return "others"
	}
	return ""
}

// TwoFactorReplaced tells that a new authenticator took the place of the earlier one.
type TwoFactorReplaced struct {
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
}

// RecoveryCodeUsed tells that a recovery code stood in for the authenticator.
type RecoveryCodeUsed struct {
	At     time.Time `json:"at"`
	Left   int       `json:"left"` // unused codes that remain
	Device string    `json:"device,omitempty"`
}

// ReviewRequested tells that somebody asked for a check by staff because they can use none of
// the ways to prove that the account is theirs.
type ReviewRequested struct {
	Ticket   string    `json:"ticket"`
	At       time.Time `json:"at"`
	NextWord time.Time `json:"next_word,omitzero"`
}

// Who asked for an urgent review, for UrgentReview.AskedBy.
const (
	AskedByOwner   = "owner"
	AskedBySupport = "support"
	AskedByWaiting = "waiting" // nobody: the waiting time and one more day are over
)

// UrgentReview goes to the escalations address of Account Security.
type UrgentReview struct {
	Case    string    `json:"case"`
	Ticket  string    `json:"ticket"`  // empty while there is none
	Account string    `json:"account"` // username
	Since   time.Time `json:"since"`   // when the password was updated; zero while it was not
	AskedBy string    `json:"asked_by"`
	Reason  string    `json:"reason,omitempty"` // what support wrote, for AskedBySupport
}

// UrgentReceipt tells the owner that the urgent review was asked for.
type UrgentReceipt struct {
	Case         string    `json:"case"`
	Ticket       string    `json:"ticket"` // empty while there is none: the password was not updated
	At           time.Time `json:"at"`
	NextPossible time.Time `json:"next_possible"` // when it can be asked for again
	NextWord     time.Time `json:"next_word,omitzero"`
}

// Decode reads the JSON of one notice, as json.Marshal writes it. Keys that this program does
// not know are passed over, so that a mail queued by a newer one still goes out.
func Decode(kind Kind, data []byte) (Notice, error) {
	for _, sample := range All() {
		if sample.Kind() != kind {
			continue
		}
		n := reflect.New(reflect.TypeOf(sample))
		if err := json.Unmarshal(data, n.Interface()); err != nil {
			return nil, fmt.Errorf("notice %s: %w", kind, err)
		}
		return n.Elem().Interface().(Notice), nil
	}
	return nil, fmt.Errorf("%w: %q", ErrKind, string(kind))
}
