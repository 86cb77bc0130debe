package security

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNewTicket: whom each kind goes to, and its subject, which programs outside may look for.
func TestNewTicket(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind                TicketKind
		more                []any
		department, subject string
	}{
		{"secured", []any{"C-1"}, "Account Security",
			"Password updated after security lockout — ada (C-1)"},
		{"handed_over", []any{"C-1"}, "Account Security",
			"Password changed outside the recovery — ada (C-1)"},
		{"message", []any{"money"}, "Customer Support", "Message from ada (money)"},
		{"deletion", nil, "Trust & Safety", "Delete the account — ada"},
		{"password_blocked", nil, "Account Security", "Password blocked — staff review for ada"},
		{"no_factor", nil, "Account Security", "No factor at hand — staff review for ada"},
		{"no_mailbox", nil, "Account Security", "Mailbox out of reach — staff review for ada"},
		{"login_denied", nil, "Account Security", "Login not recognised — staff review for ada"},
	} {
		a := Account{ID: "u-1", Username: "ada", Case: "c-1"}
		want := Ticket{Kind: tt.kind, Account: "u-1", Case: "c-1", Department: tt.department,
			Priority: "normal", Subject: tt.subject}
		if diff := cmp.Diff(want, newTicket(tt.kind, a, tt.more...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.kind, diff)
		}
	}
}
