package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/ticket"
	"regain/store"
	"regain/store/storetest"
)

// sieved adds cases of people with telling names, each with a ticket of the same number.
func sieved(t *testing.T, db *store.DB) {
	t.Helper()
	for _, c := range []struct {
		id, username string
		state        recovery.State
		cause        recovery.Cause
		assignee     string
		due, opened  int
	}{
		{"1", "ada", recovery.Secured, recovery.Hijacked, "", 3, 5},
		{"2", "Adam%s", recovery.InReview, recovery.Compromised, "eve", 1, 4},
		{"3", "ada@example.org", recovery.InReview, recovery.Hijacked, "bob", 2, 3},
		{"4", "z_o", recovery.Secured, recovery.Compromised, "", 4, 6},
		{"5", "zoo", recovery.NeedsOwner, recovery.Compromised, "eve", 1, 1},
	} {
		storetest.Commit(t, db, feed.PutAccount{Account: security.Account{ID: "u" + c.id,
			Username: c.username, Type: "client", CreatedAt: now}})
		storetest.Commit(t, db, lockout.OpenCase{Case: security.Case{ID: c.id, Number: "C-" + c.id,
			Account: "u" + c.id, State: c.state, Cause: c.cause, Assignee: c.assignee,
			DueAt: hours(c.due), OpenedAt: hours(c.opened)}})
		storetest.Commit(t, db, casework.OpenTicket{Ticket: security.Ticket{ID: c.id,
			Number: "T-" + c.id, Account: "u" + c.id, Case: c.id, Department: ticket.AccountSecurity,
			Status: ticket.Open, Assignee: c.assignee, Subject: "Stolen by " + c.username,
			DueAt: hours(c.due), OpenedAt: hours(c.opened)}})
	}
}

// sieves are what the list of what is to do, and the tickets of the same people, are asked for.
var sieves = []struct {
	name string
	s    review.Sieve
	want []string
}{
	{"all", review.Sieve{}, []string{"2", "3", "1", "4"}},
	{"oldest", review.Sieve{Sort: review.SortOldest}, []string{"3", "2", "1", "4"}},
	{"newest", review.Sieve{Sort: review.SortNewest}, []string{"4", "1", "2", "3"}},
	{"number", review.Sieve{Words: "c-3"}, []string{"3"}},
	{"number in other digits", review.Sieve{Words: "C‑٣"}, []string{"3"}},
	{"part of a number", review.Sieve{Words: "C-"}, nil},
	{"name", review.Sieve{Words: "ADA"}, []string{"2", "1"}},
	{"whole name", review.Sieve{Words: "ADA", Whole: true}, []string{"2", "3", "1"}},
	{"percent", review.Sieve{Words: "m%s"}, []string{"2"}},
	{"any", review.Sieve{Words: "a%m"}, nil},
	{"underline", review.Sieve{Words: "z_o"}, []string{"4"}},
	{"backslash", review.Sieve{Words: `z\`}, nil},
	{"cause", review.Sieve{Cause: recovery.Hijacked}, []string{"3", "1"}},
	{"holder", review.Sieve{Holder: "bob"}, []string{"3"}},
	{"nobody", review.Sieve{Holder: review.Nobody}, []string{"1", "4"}},
	{"overdue", review.Sieve{DueBy: hours(2)}, []string{"2", "3"}},
	{"all at once", review.Sieve{Words: "ada", Whole: true, Cause: recovery.Hijacked,
		Holder: review.Nobody, DueBy: hours(3), Sort: review.SortNewest}, []string{"1"}},
}

func TestSieve(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		sieved(t, db)
		for _, tt := range sieves {
			for _, limit := range []int{1, 2, 9} {
				f := review.CaseFilter{Tab: review.CaseTodo, Limit: limit, Sieve: tt.s}
				got, err := cases(t.Context(), db, f)
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("cases, %s by %d: %v (-want +got):\n%s", tt.name, limit, err, diff)
				}
				if n, err := db.CountCases(t.Context(), f); n != min(len(tt.want), limit) || err != nil {
					t.Errorf("cases, %s up to %d: %d, %v", tt.name, limit, n, err)
				}
			}
		}
		f := review.CaseFilter{Tab: review.CaseTodo, Limit: 9, State: recovery.InReview}
		got, err := cases(t.Context(), db, f)
		if diff := cmp.Diff([]string{"2", "3"}, got); diff != "" || err != nil {
			t.Errorf("in review: %v (-want +got):\n%s", err, diff)
		}
		f = review.CaseFilter{Tab: review.CaseWaiting, Limit: 9, Sieve: review.Sieve{DueBy: hours(9)}}
		if n, err := db.CountCases(t.Context(), f); n != 0 || err != nil {
			t.Errorf("%d overdue that wait for the owner, %v", n, err)
		}
	})
}

func TestSieveOfTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		sieved(t, db)
		storetest.Commit(t, db, casework.SaveTicket{Ticket: security.Ticket{ID: "5", Version: 1,
			Department: ticket.AccountSecurity, Status: ticket.Pending, Case: "5", DueAt: hours(1)}})
		for _, tt := range sieves {
			for _, limit := range []int{1, 2, 9} {
				q := desk.TicketQueue{Department: ticket.AccountSecurity, Status: ticket.Open, Sieve: tt.s}
				got, err := tickets(t.Context(), db, q, limit)
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("tickets, %s by %d: %v (-want +got):\n%s", tt.name, limit, err, diff)
				}
				q.Limit = limit
				if n, err := db.CountTickets(t.Context(), q); n != min(len(tt.want), limit) || err != nil {
					t.Errorf("tickets, %s up to %d: %d, %v", tt.name, limit, n, err)
				}
			}
		}
		for name, row := range map[string]struct {
			s    review.Sieve
			want int
		}{
			"number":      {review.Sieve{Words: "t-3"}, 1},
			"subject":     {review.Sieve{Words: "stolen BY"}, 0},
			"all subject": {review.Sieve{Words: "stolen BY", Whole: true}, 4},
		} {
			n, err := db.CountTickets(t.Context(), desk.TicketQueue{Limit: 9,
				Department: ticket.AccountSecurity, Status: ticket.Open, Sieve: row.s})
			if n != row.want || err != nil {
				t.Errorf("%s: %d, %v, want %d", name, n, err, row.want)
			}
		}
		n, err := db.CountTickets(t.Context(), desk.TicketQueue{Limit: 9, Status: ticket.Pending,
			Department: ticket.AccountSecurity, Sieve: review.Sieve{DueBy: hours(9)}})
		if n != 0 || err != nil {
			t.Errorf("%d overdue while the owner has to act, %v", n, err)
		}
	})
}

// TestFigures counts everything that the dashboard shows.
func TestFigures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		sieved(t, db)
		day := 24 * time.Hour
		first := now.Truncate(day)
		today := first.Unix() / int64(day/time.Second)
		for id, set := range map[string]func(*security.Case){
			"6": func(c *security.Case) { c.State, c.ClosedAt = recovery.Resumed, first },
			"7": func(c *security.Case) { c.State, c.ClosedAt = recovery.Resumed, first.Add(-1) },
			"8": func(c *security.Case) { c.State, c.ClosedAt = recovery.Declined, now },
			"9": func(c *security.Case) { c.State, c.SecuredAt, c.DueAt = recovery.Secured, hours(-9), now },
		} {
			storetest.Person(t, db, "u"+id)
			c := security.Case{ID: id, Number: "C-" + id, Account: "u" + id, OpenedAt: first.Add(-1)}
			set(&c)
			storetest.Commit(t, db, lockout.OpenCase{Case: c})
		}
		storetest.Commit(t, db, lockout.StartRecovery{Recovery: security.Recovery{ID: "r9",
			Account: "u9", Case: "9", StartedAt: now}},
			guided.SaveRecovery{Recovery: security.Recovery{ID: "r9", Version: 1, PasswordAt: now}})
		got, err := db.Figures(t.Context(), desk.FigureAsk{Now: hours(2), Since: first, Cases: true})
		if err != nil {
			t.Fatal(err)
		}
		sums := map[desk.Figure]int64{}
		for _, f := range got {
			if daily[f.Kind] { // TestDailyFigures counts them
				continue
			}
			key := desk.Figure{Kind: f.Kind, Name: f.Name}
			if f.Kind == desk.FigureLocked || f.Kind == desk.FigureResumed || f.Kind == desk.FigureWait {
				key.N = f.N
			} else {
				key.More = f.N
			}
			sums[key] += f.More
		}
		want := map[desk.Figure]int64{
			{Kind: desk.FigureTickets, Name: ticket.AccountSecurity, More: 5}: 3,
			{Kind: desk.FigureCases, Name: "secured", More: 3}:                1,
			{Kind: desk.FigureCases, Name: "in_review", More: 2}:              2,
			{Kind: desk.FigureCases, Name: "needs_owner", More: 1}:            0,
			{Kind: desk.FigureLocked, N: today}:                               5,
			{Kind: desk.FigureResumed, N: today}:                              1,
			{Kind: desk.FigureWait, N: hours(-9).UnixMilli()}:                 0,
			{Kind: desk.FigureStep, Name: desk.StepUnseen, More: 5}:           0,
			{Kind: desk.FigureStep, Name: desk.StepUnseen, More: 1}:           0,
		}
		if diff := cmp.Diff(want, sums); diff != "" {
			t.Errorf("figures (-want +got):\n%s", diff)
		}
		few, err := db.Figures(t.Context(), desk.FigureAsk{Now: hours(2), Since: first})
		if len(few) != 1 || few[0].Kind != desk.FigureTickets || err != nil {
			t.Errorf("without cases: %+v, %v", few, err)
		}
	})
}
