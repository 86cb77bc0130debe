package security

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
	TicketGaveDetails     TicketKind = "gave_details"     // the owner gave details to a fake page
	TicketCampaign        TicketKind = "campaign"         // a fraud was reported; about no account
	TicketMalware         TicketKind = "malware"          // a file that came with a message holds some
)
