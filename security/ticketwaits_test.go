package security_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestTicketWaits: whoever may not review answers and comments on a ticket that waits for Account
// Security, and leaves its status, its date and its department alone.
func TestTicketWaits(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	ben, ines := w.member("ben", staff.RoleSupport), w.member("ines", staff.RoleSecurity)
	n := 10
	for _, department := range ticket.Departments {
		for _, from := range []ticket.Status{ticket.New, ticket.Open, ticket.Pending,
			ticket.OnHold, ticket.Solved} {
			for _, m := range []*staff.Member{ben, ines} {
				held := department == security.AccountSecurity && m == ben && from != ticket.Solved
				works := map[string]desk.Work{"move": {Department: security.TrustSafety}}
				if department == security.TrustSafety {
					works["move"] = desk.Work{Department: security.CustomerSupport}
				}
				for _, to := range ticket.Statuses {
					if from.To(to) {
						works[string(to)] = desk.Work{Status: to}
						works["answer, "+string(to)] = desk.Work{Status: to, Message: "Hi"}
					}
				}
				for name, work := range works {
					n++
					number := fmt.Sprintf("T-%d", n)
					before := w.ticket(number, func(k *security.Ticket) {
						k.Department, k.Status = department, from
					})
					err := w.Desk.WorkTicket(ctx, m, number, 0, work)
					if held {
						refusedOn(t, err, "", refusal.TicketWaits)
						if diff := cmp.Diff(before, w.read(number)); diff != "" {
							t.Errorf("%s %s (-want +got):\n%s", from, name, diff)
						}
					} else if err != nil {
						t.Errorf("%s of %s as %s: %s: %v", from, department, m.Role, name, err)
					}
				}
			}
		}
	}
	k := w.ticket("T-9", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	w.advance(time.Hour)
	w.must(w.Desk.WorkTicket(ctx, ben, "T-9", 0, desk.Work{Message: "They see to it."}))
	k.Messages = 1
	if diff := cmp.Diff(k, w.read("T-9")); diff != "" {
		t.Errorf("after an answer of support (-want +got):\n%s", diff)
	}
	w.must(w.Desk.WorkTicket(ctx, ines, "T-9", 0, desk.Work{Message: "Done."}))
	if got := w.read("T-9"); got.Status != ticket.Pending || !got.DueAt.After(k.DueAt) {
		t.Errorf("after an answer of Account Security: %+v", got)
	}
}

// TestReadersSayWhy: whoever does no work on tickets reads none without a reason, and every
// reading is on record with it.
func TestReadersSayWhy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		w.ticket("T-10")
		vera := w.member("vera", staff.RoleAdmin)
		lines := w.lines()
		_, err := w.Desk.DeskTicket(ctx, vera, "T-10")
		refusedOn(t, err, "", refusal.LookNeeded)
		refusedOn(t, w.Desk.OpenTicket(ctx, vera, "T-10", " "), "reason", refusal.ReasonMissing)
		if got := w.lines(); got != lines {
			t.Errorf("%d lines on record", got-lines)
		}
		w.must(w.Desk.OpenTicket(ctx, vera, "t-10", "A complaint"))
		for range 2 {
			_, err = w.Desk.DeskTicket(ctx, vera, "T-10")
			w.must(err)
		}
		var got []string
		for _, kind := range []audit.Kind{audit.AccountOpened, audit.AccountViewed} {
			for _, e := range w.linesOf("u-1001", kind) {
				got = append(got, fmt.Sprint(e.Kind, e.By.ID, e.Data))
			}
		}
		viewed := "account.vieweds-veramap[page:ticket reason:A complaint]"
		want := []string{"account.openeds-veramap[reason:A complaint]", viewed, viewed}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on record (-want +got):\n%s", diff)
		}
		moved := *vera
		moved.Session.ID = "another session"
		_, err = w.Desk.DeskTicket(ctx, &moved, "T-10")
		refusedOn(t, err, "", refusal.LookNeeded)
	})
}
