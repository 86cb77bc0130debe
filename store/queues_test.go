package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/store"
	"regain/store/storetest"
)

// queued adds cases in every state, most of them in an order of their own, and a
// proposal on some.
func queued(t *testing.T, db *store.DB) {
	t.Helper()
	storetest.Commit(t, db, staff.AddStaff{Staff: staff.Staff{ID: "eve", Email: "eve",
		Role: staff.RoleSecurity}})
	for _, c := range []struct {
		id            string
		state         recovery.State
		assignee      string
		due, closed   int // hours; 0 for not closed
		kind          lockout.ProposalKind
		proposed      int
		proposalState lockout.ProposalState
	}{
		{id: "1", state: recovery.Secured, due: 5},
		{id: "2", state: recovery.InReview, assignee: "eve", due: 3,
			kind: lockout.ProposeResume, proposed: 9},
		{id: "3", state: recovery.InReview, assignee: "bob", due: 5,
			kind: lockout.ProposeFactor, proposed: 7},
		{id: "4", state: recovery.Secured, assignee: "eve", due: 4,
			kind: lockout.ProposeResume, proposed: 8},
		{id: "5", state: recovery.Locked, due: 2},
		{id: "6", state: recovery.NeedsOwner, assignee: "eve", due: 1,
			kind: lockout.ProposeResume, proposed: 6, proposalState: lockout.ProposalReturned},
		{id: "7", state: recovery.Resumed, assignee: "eve", due: 1, closed: 1},
		{id: "8", state: recovery.Declined, assignee: "eve", due: 1, closed: 2},
		{id: "9", state: recovery.Resumed, due: 1, closed: 2},
	} {
		storetest.Person(t, db, "u"+c.id)
		row := security.Case{ID: c.id, Number: "C-" + c.id, Account: "u" + c.id,
			State: c.state, Assignee: c.assignee, OpenedAt: now, DueAt: hours(c.due)}
		if c.closed > 0 {
			row.ClosedAt = hours(c.closed)
		}
		storetest.Commit(t, db, lockout.OpenCase{Case: row})
		if c.kind != "" {
			storetest.Commit(t, db, review.MakeProposal{Proposal: lockout.Proposal{
				ID: "p" + c.id, Kind: c.kind, Account: row.Account, Case: c.id, By: "eve",
				At: hours(c.proposed)}})
		}
		if c.proposalState != "" {
			storetest.Commit(t, db, lockout.DecideProposal{ID: "p" + c.id,
				State: c.proposalState, At: now})
		}
	}
	// A proposal about an account without a case is on no list of cases.
	storetest.Person(t, db, "free")
	storetest.Commit(t, db, review.MakeProposal{Proposal: lockout.Proposal{ID: "p",
		Kind: lockout.ProposeResume, Account: "free", By: "eve", At: now}})
}

var caseQueues = []struct {
	tab      review.CaseTab
	assignee string
	want     []string
}{
	{review.CaseTodo, "", []string{"2", "4", "1", "3"}},
	{review.CaseMine, "eve", []string{"6", "2", "4"}},
	{review.CaseMine, "bob", []string{"3"}},
	{review.CaseMine, "", nil},
	{review.CaseWaiting, "", []string{"6", "5"}},
	{review.CaseClosed, "", []string{"9", "8", "7"}},
	{review.CaseSecond, "", []string{"4", "2"}},
}

func TestCaseQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queued(t, db)
		for _, tt := range caseQueues {
			for _, limit := range []int{1, 2, 3, 9} {
				f := review.CaseFilter{Tab: tt.tab, Assignee: tt.assignee, Limit: limit}
				got, err := cases(t.Context(), db, f)
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("%s of %q by %d: %v (-want +got):\n%s",
						tt.tab, tt.assignee, limit, err, diff)
				}
				n, err := db.CountCases(t.Context(), f)
				if want := min(len(tt.want), limit); n != want || err != nil {
					t.Errorf("%s: %d, %v, want %d", tt.tab, n, err, want)
				}
			}
		}
		_, err := db.CaseQueue(t.Context(), review.CaseFilter{Tab: "all", Limit: 9})
		if err == nil {
			t.Error("a list that does not exist was read")
		}
		if _, err := db.CountCases(t.Context(), review.CaseFilter{Tab: "all", Limit: 9}); err == nil {
			t.Error("a list that does not exist was counted")
		}
	})
}

// TestCaseRows: a line of the queue has all of the case, whose it is, and the
// moment by which it stands where it does.
func TestCaseRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queued(t, db)
		for id, want := range map[string]struct {
			tab review.CaseTab
			at  time.Time
		}{
			"2": {review.CaseSecond, hours(9)},
			"3": {review.CaseTodo, hours(5)},
			"5": {review.CaseWaiting, hours(2)},
			"7": {review.CaseClosed, hours(1)},
		} {
			c, err := db.Case(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			row := review.CaseRow{Case: c, At: want.at, Username: "u" + id}
			if id == "3" {
				row.Last = security.Message{ID: "m", Ticket: "3", At: now, Body: "hello"}
				storetest.Commit(t, db, casework.OpenTicket{Ticket: security.Ticket{ID: "3",
					Number: "T-3", Account: "u3", Case: "3", Own: true, OpenedAt: now}},
					casework.AddMessage{Message: row.Last})
			}
			rows, err := db.CaseQueue(t.Context(), review.CaseFilter{Tab: want.tab, Limit: 9})
			if diff := cmp.Diff(row, rows[len(rows)-1]); diff != "" || err != nil {
				t.Errorf("last of %s: %v (-want +got):\n%s", want.tab, err, diff)
			}
		}
	})
}

var ticketQueues = []struct {
	name string
	q    desk.TicketQueue
	want []string
}{
	{"all", desk.TicketQueue{Department: "A", Status: "open"},
		[]string{"3", "2", "1", "4"}},
	{"own", desk.TicketQueue{Department: "A", Status: "open",
		Sieve: review.Sieve{Holder: "eve"}}, []string{"2"}},
	{"nobody's", desk.TicketQueue{Department: "A", Status: "open",
		Sieve: review.Sieve{Holder: review.Nobody}},
		[]string{"3", "1"}},
	{"solved", desk.TicketQueue{Department: "A", Status: "solved"}, []string{"5"}},
	{"of another", desk.TicketQueue{Department: "B", Status: "open"}, []string{"6"}},
	{"none", desk.TicketQueue{Department: "B", Status: "solved"}, nil},
}

func TestTicketQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		for _, k := range []struct {
			id, department string
			status         ticket.Status
			assignee       string
			due            int
		}{
			{"1", "A", "open", "", 3},
			{"2", "A", "open", "eve", 2},
			{"3", "A", "open", "", 1},
			{"4", "A", "open", "bob", 3},
			{"5", "A", "solved", "eve", 0},
			{"6", "B", "open", "eve", 0},
		} {
			storetest.Commit(t, db, casework.OpenTicket{Ticket: security.Ticket{ID: k.id,
				Number: "T-" + k.id, Account: "ada", Department: k.department, Status: k.status,
				Assignee: k.assignee, OpenedAt: now, DueAt: hours(k.due)}})
		}
		for _, tt := range ticketQueues {
			for _, limit := range []int{1, 9} {
				got, err := tickets(t.Context(), db, tt.q, limit)
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("%s by %d: %v (-want +got):\n%s", tt.name, limit, err, diff)
				}
			}
		}
	})
}

// TestTicketRows: a line of the queue has all of the ticket, whose it is, and the
// case if it belongs to one.
func TestTicketRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		loose := with(p.ticket, func(k *security.Ticket) {
			k.ID, k.Number, k.Case, k.Own = "z", "T-z", "", false
		})
		say := func(id string, at time.Time) casework.AddMessage {
			return casework.AddMessage{Message: security.Message{ID: id, Ticket: loose.ID, At: at,
				Author: "staff", By: "eve", Public: true, Body: "b-" + id,
				Remark: security.Remark{Kind: "k", Args: []string{"x"}}}}
		}
		storetest.Commit(t, db, casework.OpenTicket{Ticket: loose}, say("z", hours(2)), say("a", now),
			say("m", now), casework.AddMessage{Message: security.Message{ID: "p", Ticket: loose.ID,
				At: hours(1), Author: security.AuthorRegain}})
		loose.Messages = 4
		got, err := db.TicketQueue(t.Context(), desk.TicketQueue{Limit: 9,
			Department: p.ticket.Department, Status: p.ticket.Status})
		want := []desk.TicketRow{
			{Ticket: p.ticket, At: p.ticket.DueAt, Username: "ada", CaseNumber: p.lockout.Number},
			{Ticket: loose, At: loose.DueAt, Username: "ada", Last: say("m", now).Message}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("rows: %v (-want +got):\n%s", err, diff)
		}
	})
}

// pages is how many pages are read at most; more means that they repeat.
const pages = 20

// cases reads a list page by page.
func cases(ctx context.Context, db *store.DB, f review.CaseFilter) (got []string, err error) {
	for page := 0; len(got) == page*f.Limit && page < pages; page++ {
		rows, err := db.CaseQueue(ctx, f)
		if err != nil {
			return got, err
		}
		for _, r := range rows {
			got = append(got, r.ID)
			f.After = security.Cursor{At: r.At, ID: r.ID}
		}
	}
	return got, nil
}

// tickets reads a queue page by page.
func tickets(ctx context.Context, db *store.DB, q desk.TicketQueue, limit int) (
	got []string, err error) {
	q.Limit = limit
	for page := 0; len(got) == page*limit && page < pages; page++ {
		rows, err := db.TicketQueue(ctx, q)
		if err != nil {
			return got, err
		}
		for _, r := range rows {
			got = append(got, r.ID)
			q.After = security.Cursor{At: r.At, ID: r.ID}
		}
	}
	return got, nil
}
