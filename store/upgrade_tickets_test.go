package store_test

import (
	"regain/cmd/wiring"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/store/storetest"
)

// ticketsOfBob are from before a ticket had a kind, when bob was still called robert. What
// follows a number is what the upgrade makes of it.
var ticketsOfBob = []struct {
	number, subject, author, ownCase string
	kind                             security.TicketKind
	asked                            string
}{
	{"T-1", "Delete the account — robert", "regain", "", "deletion", ""},
	{"T-2", "Message from robert (money)", "owner", "", "message", "money"},
	{"T-3", "Message from robert (mailbox)", "owner", "", "message", "mailbox"},
	{"T-4", "Message from robert (lost_phone)", "owner", "", "message", "lost_phone"},
	{"T-5", "Message from robert (link)", "owner", "", "message", "link"},
	{"T-6", "Message from robert (not_me_changes)", "owner", "", "message", "not_me_changes"},
	{"T-7", "Message from robert (other)", "owner", "", "message", "other"},
	{"T-8", "Password changed outside the recovery — robert (C-1)", "regain", "", "handed_over",
		""},
	{"T-9", "Password blocked — staff review for robert", "regain", "", "password_blocked", ""},
	{"T-10", "No factor at hand — staff review for robert", "regain", "", "no_factor", ""},
	{"T-11", "Mailbox out of reach — staff review for robert", "regain", "", "no_mailbox", ""},
	{"T-12", "Login not recognised — staff review for robert", "regain", "", "login_denied", ""},
	{"T-13", "Password updated after security lockout — robert (C-1)", "regain", "c0", "secured",
		""},
	// Imported: the first messages on them are answers.
	{"T-14", "Delete the account — robert", "", "", "", ""},
	{"T-15", "Message from robert (money)", "staff", "", "", ""},
}

// tickets adds them, as they were before the upgrade.
func (b *before) tickets() {
	b.put("cases", says{"id": "c0", "number": "C-1", "account_id": "bob", "state": "resumed",
		"cause": "compromised", "facts": "[]", "version": int64(1)})
	for _, k := range ticketsOfBob {
		var own any
		if k.ownCase != "" {
			own = k.ownCase
		}
		b.put("tickets", says{"id": "id-" + k.number, "number": k.number, "account_id": "bob",
			"case_id": "c0", "own_case": own, "status": "open", "subject": k.subject,
			"opened_at": was,
			"version":   int64(1)})
		if k.author != "" {
			b.put("messages", says{"id": "m-" + k.number, "ticket_id": "id-" + k.number, "at": was,
				"author": k.author, "public": true, "body": "Help"})
		}
	}
}

// TestUpgradeFindsTickets: what was asked before the upgrade, under another username, is found
// after it and not opened twice.
func TestUpgradeFindsTickets(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, b := t.Context(), portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(ctx, 4))
		b.owners()
		b.tickets()
		b.must(b.db.Migrate(ctx))
		b.db = storetest.Dial(t, dsn)
		b.All = wiring.Rooms(*b.Core, b.db)
		for _, want := range ticketsOfBob {
			k, err := b.db.TicketByNumber(ctx, want.number)
			if k.Kind != want.kind || k.Asked != want.asked || err != nil {
				t.Errorf("%s %q: kind %q, asked %q, %v", want.number, want.subject, k.Kind, k.Asked,
					err)
			}
		}
		u, err := b.Account.EnterAccount(ctx, browser, b.cookie("account-session", "A"))
		b.must(err)
		var got []string
		for _, ask := range []func() (string, error){
			func() (string, error) { return b.Privacy.AskDeletion(ctx, u, true) },
			func() (string, error) { return b.Account.WriteToSupport(ctx, u, "money", "And now?") },
			func() (string, error) {
				return b.Account.WriteToSupport(ctx, u, "other", "And that?")
			},
		} {
			number, err := ask()
			b.must(err)
			got = append(got, number)
		}
		if diff := cmp.Diff([]string{"T-1", "T-2", "T-7"}, got); diff != "" {
			t.Errorf("joined (-want +got):\n%s", diff)
		}
		all, _, err := b.Account.OwnTickets(ctx, u, 0)
		if err != nil || len(all) != len(ticketsOfBob) {
			t.Errorf("%d tickets, %v", len(all), err)
		}
		if k, err := b.Privacy.DeletionTicket(ctx, u); err != nil || k == nil || k.Number != "T-1" {
			t.Errorf("deletion asked for in %v, %v", k, err)
		}
	})
}
