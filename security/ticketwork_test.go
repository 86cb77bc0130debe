package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// ticket adds a ticket of Customer Support about u-1001 with the number.
func (w *world) ticket(number string, set ...func(*security.Ticket)) security.Ticket {
	w.t.Helper()
	k := security.Ticket{ID: "id-" + number, Number: number, Account: "u-1001",
		Department: security.CustomerSupport, Status: ticket.Open,
		Priority: security.PriorityNormal,
		Subject:  "Help", OpenedAt: w.Now(), DueAt: w.Now().Add(24 * time.Hour)}
	for _, s := range set {
		s(&k)
	}
	w.commit(audit.TicketImported, casework.OpenTicket{Ticket: k})
	return w.read(number)
}

func (w *world) read(number string) security.Ticket {
	w.t.Helper()
	k, err := w.db.TicketByNumber(w.t.Context(), number)
	w.must(err)
	return k
}

// newest is the newest audit line of u-1001.
func (w *world) newest() security.Event {
	w.t.Helper()
	return *w.last.Load()
}

func (w *world) said(id string) (lines []string) {
	w.t.Helper()
	all, err := w.db.Messages(w.t.Context(), id)
	w.must(err)
	for _, m := range all {
		lines = append(lines, fmt.Sprintf("%s %q public=%v %s", m.Author, m.By, m.Public,
			typed(m.Body, m.Remark)))
	}
	return lines
}

func TestTicketList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		ben, ines := w.member("ben", staff.RoleSupport), w.member("ines", staff.RoleSecurity)
		for i := range 27 {
			w.ticket(fmt.Sprintf("T-%d", 10+i), func(k *security.Ticket) {
				k.DueAt = start.Add(time.Duration(27-i) * time.Minute)
				k.Assignee = []string{"", "s-ben", "s-ines"}[i%3]
			})
		}
		ask := desk.TicketAsk{Department: security.CustomerSupport, Status: ticket.Open}
		for _, row := range []struct {
			m    *staff.Member
			of   string
			want int
		}{{ben, review.Me, 9}, {ines, review.Me, 9},
			{ben, review.Nobody, 9}, {ben, "", 25}} {
			ask.Holder = row.of
			page, err := w.Desk.TicketList(ctx, row.m, ask)
			w.must(err)
			for _, r := range page.Rows {
				if row.of == review.Me && r.Assignee != row.m.ID ||
					row.of == review.Nobody && r.Assignee != "" || r.Username != "ada" {
					t.Errorf("%s of %s: %+v", row.of, row.m.Name, r)
				}
			}
			if len(page.Rows) != row.want || page.Names["s-ines"] != "ines" ||
				(page.Next.ID != "") != (row.want == 25) {
				t.Errorf("%s of %s: %d rows, then %v", row.of, row.m.Name, len(page.Rows),
					page.Next)
			}
		}
		first, err := w.Desk.TicketList(ctx, ben, ask)
		w.must(err)
		ask.After = first.Next
		rest, err := w.Desk.TicketList(ctx, ben, ask)
		w.must(err)
		var got []string
		for _, r := range append(first.Rows[:1:1], rest.Rows...) {
			got = append(got, r.Number)
		}
		if diff := cmp.Diff([]string{"T-36", "T-11", "T-10"}, got); diff != "" ||
			rest.Next.ID != "" {
			t.Errorf("first row, and the second page (-want +got):\n%s", diff)
		}
	})
}

func TestDeskTicket(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	c := w.ada()
	ben := w.member("ben", staff.RoleSupport)
	w.ticket("T-10", func(k *security.Ticket) { k.Case = c.ID })
	w.must(w.Desk.WorkTicket(ctx, ben, "T-10", 0, desk.Work{Message: "Hello"}))
	d, err := w.Desk.DeskTicket(ctx, ben, " t-10 ")
	w.must(err)
	if d.Account.Username != "ada" || d.Case.Number != c.Number || len(d.Messages) != 1 ||
		d.Names[d.Messages[0].By] != "ben" || d.Bound() {
		t.Errorf("ticket %+v", d)
	}
	e := w.newest()
	want := security.Event{Kind: audit.AccountViewed, Account: "u-1001", Case: c.ID,
		By:   security.Actor{Kind: security.ByStaff, ID: "s-ben", Session: ben.Session.ID, Visitor: console},
		Data: map[string]string{"page": "ticket", "reason": "Ticket T-10"}, ID: e.ID, At: w.Now()}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if l, err := w.db.Look(ctx, ben.Session.ID, "u-1001"); err != nil || l.Reason != "Ticket T-10" {
		t.Errorf("look %+v, %v", l, err)
	}
	if _, err := w.Desk.DeskTicket(ctx, ben, "T-9"); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("a number that there is not: %v", err)
	}
}

func TestTicketRights(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.ticket("T-10")
	vera := w.member("vera", staff.RoleAdmin)
	w.must(w.Desk.OpenTicket(ctx, vera, "T-10", "A complaint"))
	_, err := w.Desk.DeskTicket(ctx, vera, "T-10")
	w.must(err)
	for name, err := range map[string]error{
		"take": w.Desk.TakeTicket(ctx, vera, "T-10", 0),
		"work": w.Desk.WorkTicket(ctx, vera, "T-10", 0, desk.Work{Message: "Hi"}),
	} {
		if wantRefusal(t, err, refusal.Denied); t.Failed() {
			t.Error(name)
		}
	}
	if k := w.read("T-10"); k.Version != 1 || k.Messages != 0 {
		t.Errorf("ticket %+v", k)
	}
}

// TestTakeTicket has many take the same ticket as they saw it: one has it.
func TestTakeTicket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		k := w.ticket("T-10")
		members := make([]*staff.Member, 16)
		for i := range members {
			members[i] = w.member(fmt.Sprintf("m%02d", i), staff.RoleSupport)
		}
		errs := make([]error, len(members))
		together(errs, func(i int) error {
			return w.Desk.TakeTicket(ctx, members[i], "T-10", k.Version)
		})
		winner := ""
		for i, err := range errs {
			switch {
			case err == nil && winner == "":
				winner = members[i].ID
			case !errors.Is(err, security.ErrConflict):
				t.Errorf("%d: %v", i, err)
			}
		}
		if got := w.read("T-10"); got.Assignee != winner || winner == "" {
			t.Errorf("%q won, %q has it", winner, got.Assignee)
		}
		ines := w.member("ines", staff.RoleSecurity)
		w.must(w.Desk.TakeTicket(ctx, ines, "t-10", 0))
		e := w.newest()
		want := map[string]string{"ticket": "T-10", "from": winner, "to": "s-ines"}
		if diff := cmp.Diff(want, e.Data); diff != "" || e.Kind != audit.TicketTaken {
			t.Errorf("%s (-want +got):\n%s", e.Kind, diff)
		}
		v := w.read("T-10").Version
		w.must(w.Desk.TakeTicket(ctx, ines, "T-10", 0))
		if got := w.read("T-10").Version; got != v {
			t.Errorf("taking it again changes it: %d, %d", v, got)
		}
	})
}

// TestWorkMoves tries every status after every other one.
func TestWorkMoves(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	ben := w.member("ben", staff.RoleSupport)
	n := 10
	for _, from := range ticket.Statuses {
		for _, to := range append([]ticket.Status{"lost"}, ticket.Statuses...) {
			n++
			number := fmt.Sprintf("T-%d", n)
			before := w.ticket(number, func(k *security.Ticket) { k.Status = from })
			err := w.Desk.WorkTicket(ctx, ben, number, before.Version, desk.Work{Status: to})
			after := w.read(number)
			want := refusal.Code("")
			switch {
			case from == ticket.Closed:
				want = refusal.TicketClosed
			case to == "lost":
				want = refusal.StatusUnknown
			case from == to:
				want = refusal.NothingChanged
			case !from.To(to):
				want = refusal.StatusIllegal
			}
			if want == "" {
				if err != nil || after.Status != to || w.newest().Kind != audit.TicketChanged {
					t.Errorf("%s to %s: %v, now %s", from, to, err, after.Status)
				}
				continue
			}
			wantRefusal(t, err, want)
			if after != before {
				t.Errorf("%s to %s was refused, but the ticket changed", from, to)
			}
		}
	}
}
