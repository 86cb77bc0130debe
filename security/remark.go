package security

import (
	"slices"
	"time"

	"regain/security/token"
)

// Remark is what the portal itself says to staff on a ticket, as a code with what belongs to it.
type Remark struct {
	Kind string
	Args []string
}

// The kinds of remark.
const (
	SaidTwoFactorOn       = "two_factor_on"
	SaidTwoFactorReplaced = "two_factor_replaced"
	SaidTwoFactorOff      = "two_factor_off"
	SaidPasskeyOff        = "passkey_off" // the name of the passkey
	SaidFactorDisabled    = "factor_disabled"
	SaidPasskeyCloned     = "passkey_cloned"
	SaidNoFactor          = "no_factor"         // how many are enrolled
	SaidPasswordBlocked   = "password_blocked"  // how many wrong passwords
	SaidAddressRestored   = "address_restored"  // the old address and the new one, masked
	SaidHow               = "how"               // what the owner chose
	SaidAbout             = "about"             // the topic
	SaidAnswers           = "answers"           // a line for each answer, as Answer.Line makes it
	SaidDenied            = "denied_in_checkup" // likewise
	SaidNoMailbox         = "no_mailbox"        // the contact and the text of a stranger
	// when the password changed, and the name of the member
	SaidHandedOver = "handed_over"
)

// Remark makes a message for staff of r. Without a ticket it waits for one.
func (s *Core) Remark(ticket string, r Remark, now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: AuthorRegain,
		Kind: r.Kind, Args: r.Args}
}

// Same reports whether two messages say the same.
func (m Message) Same(as Message) bool {
	return m.Body == as.Body && m.Kind == as.Kind && slices.Equal(m.Args, as.Args)
}
