package account

import (
	"testing"

	"regain/security"
	"regain/security/account"
)

// TestTicketTitle: the owner reads the topic, else the kind under today's username. An imported
// ticket is called what it was called elsewhere.
func TestTicketTitle(t *testing.T) {
	t.Parallel()
	u := &account.SignedIn{Account: security.Account{Username: "ada"}}
	for _, tt := range []struct {
		kind                          security.TicketKind
		asked, subject, lockout, want string
	}{
		{"", "", "Payment late", "", "Payment late"},
		{"message", "money", "x", "", "It is about money, or a client must know"},
		{"message", "", "x", "", "Message from ada"},
		{"secured", "", "x", "C-1", "Password updated after security lockout — ada (C-1)"},
		{"handed_over", "", "x", "C-1", "Password changed outside the recovery — ada (C-1)"},
		{"deletion", "", "x", "", "Delete the account — ada"},
		{"password_blocked", "", "x", "", "Password blocked — staff review for ada"},
		{"no_factor", "", "x", "", "No factor at hand — staff review for ada"},
		{"no_mailbox", "", "x", "", "Mailbox out of reach — staff review for ada"},
		{"login_denied", "", "x", "", "Login not recognised — staff review for ada"},
	} {
		k := account.OwnTicket{Lockout: tt.lockout, Ticket: security.Ticket{Kind: tt.kind,
			Asked: tt.asked, Subject: tt.subject}}
		if got := ticketTitle(u, k); got.String() != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.kind, tt.asked, got, tt.want)
		}
	}
}
