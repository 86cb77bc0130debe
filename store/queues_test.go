package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store"
	"regain/store/storetest"
)

// queued adds cases in every state, most of them in an order of their own, and a
// proposal on some.
func queued(t *testing.T, db *store.DB) {
	t.Helper()
	storetest.Commit(t, db, security.AddStaff{Staff: security.Staff{ID: "eve", Email: "eve",
		Role: security.RoleSecurity}})
	for _, c := range []struct {
		id            string
		state         recovery.State
		assignee      string
		due, closed   int // hours; 0 for not closed
		kind          security.ProposalKind
		proposed      int
		proposalState security.ProposalState
	}{
		{id: "1", state: recovery.Secured, due: 5},
		{id: "2", state: recovery.InReview, assignee: "eve", due: 3,
			kind: security.ProposeResume, proposed: 9},
		{id: "3", state: recovery.InReview, assignee: "bob", due: 5,
			kind: security.ProposeFactor, proposed: 7},
		{id: "4", state: recovery.Secured, assignee: "eve", due: 4,
			kind: security.ProposeResume, proposed: 8},
		{id: "5", state: recovery.Locked, due: 2},
		{id: "6", state: recovery.NeedsOwner, assignee: "eve", due: 1,
			kind: security.ProposeResume, proposed: 6, proposalState: security.ProposalReturned},
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
		storetest.Commit(t, db, security.OpenCase{Case: row})
		if c.kind != "" {
			storetest.Commit(t, db, security.MakeProposal{Proposal: security.Proposal{
				ID: "p" + c.id, Kind: c.kind, Account: row.Account, Case: c.id, By: "eve",
				At: hours(c.proposed)}})
		}
		if c.proposalState != "" {
			storetest.Commit(t, db, security.DecideProposal{ID: "p" + c.id,
				State: c.proposalState, At: now})
		}
	}
	// A proposal about an account without a case is on no list of cases.
	storetest.Person(t, db, "free")
	storetest.Commit(t, db, security.MakeProposal{Proposal: security.Proposal{ID: "p",
		Kind: security.ProposeResume, Account: "free", By: "eve", At: now}})
}

var caseQueues = []struct {
	tab      security.CaseTab
	assignee string
	want     []string
}{
	{security.CaseTodo, "", []string{"2", "4", "1", "3"}},
	{security.CaseMine, "eve", []string{"6", "2", "4"}},
	{security.CaseMine, "bob", []string{"3"}},
	{security.CaseMine, "", nil},
	{security.CaseWaiting, "", []string{"6", "5"}},
	{security.CaseClosed, "", []string{"9", "8", "7"}},
	{security.CaseSecond, "", []string{"4", "2"}},
}

func TestCaseQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queued(t, db)
		for _, tt := range caseQueues {
			for _, limit := range []int{1, 2, 3, 9} {
				f := security.CaseFilter{Tab: tt.tab, Assignee: tt.assignee, Limit: limit}
				var got []string
				for {
					page, err := db.CaseQueue(t.Context(), f)
					if err != nil || len(page) > limit {
						t.Fatalf("%s: %d rows, %v", tt.tab, len(page), err)
					}
					for _, r := range page {
						got = append(got, r.ID)
						f.After = security.Cursor{At: r.At, ID: r.ID}
					}
					if len(page) < limit {
						break
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s of %q by %d (-want +got):\n%s",
						tt.tab, tt.assignee, limit, diff)
				}
				n, err := db.CountCases(t.Context(), tt.tab, tt.assignee, limit)
				if want := min(len(tt.want), limit); n != want || err != nil {
					t.Errorf("%s: %d, %v, want %d", tt.tab, n, err, want)
				}
			}
		}
		_, err := db.CaseQueue(t.Context(), security.CaseFilter{Tab: "all", Limit: 9})
		if err == nil {
			t.Error("a list that does not exist was read")
		}
		if _, err := db.CountCases(t.Context(), "all", "", 9); err == nil {
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
			tab security.CaseTab
			at  time.Time
		}{
			"2": {security.CaseSecond, hours(9)},
			"3": {security.CaseTodo, hours(5)},
			"5": {security.CaseWaiting, hours(2)},
			"7": {security.CaseClosed, hours(1)},
		} {
			c, err := db.Case(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := db.CaseQueue(t.Context(), security.CaseFilter{Tab: want.tab, Limit: 9})
			row := security.CaseRow{Case: c, At: want.at, Username: "u" + id}
			if diff := cmp.Diff(row, rows[len(rows)-1]); diff != "" || err != nil {
				t.Errorf("last of %s: %v (-want +got):\n%s", want.tab, err, diff)
			}
		}
	})
}

func TestTicketQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.SaveTicket{Ticket: with(p.ticket,
			func(k *security.Ticket) { k.Status = "closed" })})
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
			storetest.Commit(t, db, security.OpenTicket{Ticket: security.Ticket{ID: k.id,
				Number: "T-" + k.id, Account: "ada", Department: k.department, Status: k.status,
				Assignee: k.assignee, OpenedAt: now, DueAt: hours(k.due)}})
		}
		type queue = security.TicketQueue
		open := func(q queue) queue {
			q.Department, q.Status = "A", "open"
			return q
		}
		tests := []struct {
			name string
			q    queue
			want []string
		}{
			{"all", open(queue{}), []string{"3", "2", "1", "4"}},
			{"own", open(queue{Mine: "eve"}), []string{"2"}},
			{"nobody's", open(queue{Unassigned: true}), []string{"3", "1"}},
			{"solved", queue{Department: "A", Status: "solved"}, []string{"5"}},
			{"of another", queue{Department: "B", Status: "open"}, []string{"6"}},
			{"none", queue{Department: "B", Status: "solved"}, nil},
		}
		for _, tt := range tests {
			for _, limit := range []int{1, 9} {
				got, err := tickets(t.Context(), db, tt.q, limit)
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("%s by %d: %v (-want +got):\n%s", tt.name, limit, err, diff)
				}
			}
		}
		rows, err := db.TicketQueue(t.Context(), queue{Status: "closed", Limit: 9,
			Department: security.CustomerSupport})
		want := []security.TicketRow{{Username: "ada", CaseNumber: p.lockout.Number,
			Ticket: with(p.ticket, func(k *security.Ticket) { k.Status, k.Version = "closed", 2 })}}
		if diff := cmp.Diff(want, rows); diff != "" || err != nil {
			t.Errorf("row: %v (-want +got):\n%s", err, diff)
		}
		rows, err = db.TicketQueue(t.Context(), open(queue{Limit: 1}))
		if len(rows) != 1 || rows[0].CaseNumber != "" || err != nil {
			t.Errorf("a ticket without a case: %v, %v", rows, err)
		}
	})
}

// tickets reads a queue page by page.
func tickets(ctx context.Context, db *store.DB, q security.TicketQueue, limit int) (
	got []string, err error) {
	q.Limit = limit
	for {
		page, err := db.TicketQueue(ctx, q)
		if err != nil {
			return got, err
		}
		for _, r := range page {
			got = append(got, r.ID)
			q.After = security.Cursor{At: r.DueAt, ID: r.ID}
		}
		if len(page) < limit {
			return got, nil
		}
	}
}
