package security

import "fmt"

// TicketKind is what a ticket is about. It is found again by that, never by its subject, in
// which the username stands as it was. An imported ticket has none.
type TicketKind string

// The kinds of tickets that Regain opens.
const (
	TicketSecured         TicketKind = "secured"          // the password was updated in a lockout
	TicketHandedOver      TicketKind = "handed_over"      // it was changed outside the recovery
	TicketMessage         TicketKind = "message"          // the owner wrote to support
	TicketDeletion        TicketKind = "deletion"         // the owner wants the account deleted
	TicketPasswordBlocked TicketKind = "password_blocked" // too many wrong ones were tried
	TicketNoFactor        TicketKind = "no_factor"        // the owner can show no factor
	TicketNoMailbox       TicketKind = "no_mailbox"       // the owner cannot read the mailbox
	TicketLoginDenied     TicketKind = "login_denied"     // a login was not the owner's
	TicketCampaign        TicketKind = "campaign"         // a fraud was reported; about no account
)

// opened says for each kind which department a ticket goes to, and how its subject reads with the
// username and what NewTicket is told beyond.
var opened = map[TicketKind]struct{ department, subject string }{
	TicketSecured:         {AccountSecurity, "Password updated after security lockout — %s (%s)"},
	TicketHandedOver:      {AccountSecurity, "Password changed outside the recovery — %s (%s)"},
	TicketMessage:         {CustomerSupport, "Message from %s (%s)"},
	TicketDeletion:        {TrustSafety, "Delete the account — %s"},
	TicketPasswordBlocked: {AccountSecurity, "Password blocked — staff review for %s"},
	TicketNoFactor:        {AccountSecurity, "No factor at hand — staff review for %s"},
	TicketNoMailbox:       {AccountSecurity, "Mailbox out of reach — staff review for %s"},
	TicketLoginDenied:     {AccountSecurity, "Login not recognised — staff review for %s"},
	TicketCampaign:        {TrustSafety, "Fraud reported%[1]s: %[2]s (%[3]s)"}, // there is no username
}

// NewTicket is a ticket of the kind about an account and the case that runs there. more is the
// case's number or the topic of a message, where the subject names it.
func NewTicket(kind TicketKind, a Account, more ...any) Ticket {
	o := opened[kind]
	return Ticket{Kind: kind, Account: a.ID, Case: a.Case, Department: o.department,
		Priority: PriorityNormal, Subject: fmt.Sprintf(o.subject,
			append([]any{a.Username}, more...)...)}
}

// SameMatter reports whether k is about what t would be about.
func (t Ticket) SameMatter(k Ticket) bool {
	return t.Kind != "" && t.Kind == k.Kind && t.Asked == k.Asked
}
