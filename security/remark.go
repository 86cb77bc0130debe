package security

import (
	"slices"
	"time"

	"regain/security/token"
)

// remark is what the portal itself says to staff on a ticket, as a code with what belongs to it.
type remark struct {
	kind string
	args []string
}

// The kinds of remark.
const (
	saidTwoFactorOn       = "two_factor_on"
	saidTwoFactorReplaced = "two_factor_replaced"
	saidTwoFactorOff      = "two_factor_off"
	saidPasskeyOff        = "passkey_off" // the name of the passkey
	saidFactorDisabled    = "factor_disabled"
	saidPasskeyCloned     = "passkey_cloned"
	saidNoFactor          = "no_factor"         // how many are enrolled
	saidPasswordBlocked   = "password_blocked"  // how many wrong passwords
	saidAddressRestored   = "address_restored"  // the old address and the new one, masked
	saidHow               = "how"               // what the owner chose
	saidAbout             = "about"             // the topic
	saidAnswers           = "answers"           // a line for each answer, as said makes it
	saidDenied            = "denied_in_checkup" // likewise
	saidNoMailbox         = "no_mailbox"        // the contact and the text of a stranger
	saidHandedOver        = "handed_over"       // when the password changed, and the name of the member
)

// remark makes a message for staff of r. Without a ticket it waits for one.
func (s *Service) remark(ticket string, r remark, now time.Time) Message {
	return Message{ID: token.OrderedID(now), Ticket: ticket, At: now, Author: AuthorRegain,
		Kind: r.kind, Args: r.args}
}

// same reports whether two messages say the same.
func (m Message) same(as Message) bool {
	return m.Body == as.Body && m.Kind == as.Kind && slices.Equal(m.Args, as.Args)
}
