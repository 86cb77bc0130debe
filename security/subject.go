package security

import "fmt"

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
	TicketGaveDetails:     {AccountSecurity, "Details given to a fake page — %s"},
	TicketCampaign:        {TrustSafety, "Fraud reported%[1]s: %[2]s (%[3]s)"}, // there is no username
	TicketMalware:         {TrustSafety, "Malware in a file — %s"},
}

// NewTicket is a ticket of the kind about an account and the case that runs there. more is the
// case's number or the topic of a message, where the subject names it.
func NewTicket(kind TicketKind, a Account, more ...any) Ticket {
	o := opened[kind]
	return Ticket{Kind: kind, Account: a.ID, Case: a.Case, Department: o.department,
		Priority: PriorityNormal, Subject: fmt.Sprintf(o.subject,
			append([]any{a.Username}, more...)...)}
}
