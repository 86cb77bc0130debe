package store_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/market"
	"regain/security/notice"
	"regain/security/review"
	"regain/store"
	lists "regain/store/queue"
	"regain/store/storetest"
)

// ownerReads are the reads of the owner's side and of the workers.
func ownerReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{
		"Account":        func() error { return ignore(db.Account(ctx, "a")) },
		"Addresses":      func() error { return ignore(db.Addresses(ctx, "a")) },
		"OldPasswords":   func() error { return ignore(db.OldPasswords(ctx, "a")) },
		"Case":           func() error { return ignore(db.Case(ctx, "a")) },
		"Evidence":       func() error { return ignore(db.Evidence(ctx, "a")) },
		"LatestCase":     func() error { return ignore(db.LatestCase(ctx, "a")) },
		"CaseByNumber":   func() error { return ignore(db.CaseByNumber(ctx, "a")) },
		"Recovery":       func() error { return ignore(db.Recovery(ctx, "a")) },
		"Visit":          func() error { return ignore(db.Visit(ctx, "a")) },
		"Ways":           func() error { return ignore(store.Ways(ctx, db, "a", "a")) },
		"RecoveryOfCase": func() error { return ignore(db.RecoveryOfCase(ctx, "a")) },
		"CheckUp":        func() error { return ignore(db.CheckUp(ctx, "a", now)) },
		"Session":        func() error { return ignore(db.Session(ctx, "a")) },
		"Once":           func() error { return ignore(db.Once(ctx, "a", "a")) },
		"Link":           func() error { return ignore(db.Link(ctx, "a")) },
		"LiveLink":       func() error { return ignore(db.LiveLink(ctx, "a")) },
		"Request":        func() error { return ignore(db.Request(ctx, "a")) },
		"Unresolved":     func() error { return ignore(db.UnresolvedRequests(ctx, 9)) },
		"Factors":        func() error { return ignore(db.Factors(ctx, "a")) },
		"FactorsEver":    func() error { return ignore(db.FactorsEver(ctx, "a")) },
		"RecoveryCodes":  func() error { return ignore(db.RecoveryCodes(ctx, "a")) },
		"Logins":         func() error { return ignore(db.Logins(ctx, "a", now, 9)) },
		"Activities":     func() error { return ignore(db.Activities(ctx, "a", now, 9)) },
		"Digests": func() error {
			return errors.Join(ignore(db.Digests(ctx, security.OldLogins, []string{"a"})),
				ignore(db.Digests(ctx, security.OldActivities, []string{"a"})))
		},
		"Answers": func() error { return ignore(db.Answers(ctx, "a")) },
		"Ticket":  func() error { return ignore(db.Ticket(ctx, "a")) },
		"Tickets": func() error {
			return ignore(db.Tickets(ctx, security.TicketFilter{Account: "a"}))
		},
		"Messages":           func() error { return ignore(db.Messages(ctx, "a")) },
		"Notes":              func() error { return ignore(db.Notes(ctx, "a")) },
		"Events":             func() error { return ignore(db.Events(ctx, "a")) },
		"CasesSecuredBefore": func() error { return ignore(db.CasesSecuredBefore(ctx, now, 9)) },
		"Claim": func() error {
			_, _, err := db.Claim(ctx, notice.LaneLast, now, time.Minute)
			return err
		},
		"Waiting": func() error {
			_, _, err := db.Waiting(ctx)
			return err
		},
		"Head":   func() error { return ignore(db.Head(ctx)) },
		"Gauges": func() error { return ignore(lists.Gauges(ctx, db.Enterprise().Conn, now)) },
	}
}

// staffReads are the reads of the staff side that are about one thing.
func staffReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{
		"StaffMember":  func() error { return ignore(db.StaffMember(ctx, "a")) },
		"StaffByEmail": func() error { return ignore(db.StaffByEmail(ctx, "a")) },
		"StaffMembers": func() error { return ignore(db.StaffMembers(ctx)) },
		"Invitation":   func() error { return ignore(db.Invitation(ctx, "a")) },
		"StaffSession": func() error { return ignore(db.Session(ctx, "a")) },
		"StaffCodes":   func() error { return ignore(db.RecoveryCodes(ctx, "a")) },
		"Look":         func() error { return ignore(db.Look(ctx, "a", "a")) },
		"CallerChecks": func() error { return ignore(db.CallerChecks(ctx, "a", now)) },
		"LatestLink":   func() error { return ignore(db.LatestLink(ctx, "a")) },
		"Sessions": func() error {
			return ignore(db.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
				Subject: "a", Since: now, Limit: 9}))
		},
		"Mails": func() error { return ignore(db.Mails(ctx, "a", 9)) },
		"EventsOf": func() error {
			return ignore(db.EventsOf(ctx, "a", audit.LinkSent,
				now))
		},
		"CauseHistory":   func() error { return ignore(db.CauseHistory(ctx, "a")) },
		"Proposal":       func() error { return ignore(db.Proposal(ctx, "a")) },
		"Proposals":      func() error { return ignore(db.Proposals(ctx, "a")) },
		"DueProposals":   func() error { return ignore(db.DueProposals(ctx, now, 9)) },
		"StaffProposals": func() error { return ignore(db.StaffProposals(ctx, 9)) },
		"TicketByNumber": func() error { return ignore(db.TicketByNumber(ctx, "a")) },
		"Refused":        func() error { return ignore(db.Host().Refused(ctx, "a", now, 9)) },
		"KnownBy":        func() error { return ignore(db.Host().KnownBy(ctx, "a", "b")) },
		"AccountsIn":     func() error { return ignore(db.AccountsIn(ctx, []string{"a"})) },
		"AccountsNamed": func() error {
			return ignore(db.AccountsNamed(ctx, []string{"a", "a@b"}, now))
		},
		"logins of one": func() error {
			return ignore(db.Host().ListedLogins(ctx, market.Filter{Account: "a", Limit: 9}))
		},
		"activities of one": func() error {
			return ignore(db.Host().ListedActivities(ctx, market.Filter{Account: "a", Limit: 9}))
		},
		"LockJob":   func() error { return ignore(db.Bulk().LockJob(ctx, "a")) },
		"LockJobs":  func() error { return ignore(db.Bulk().LockJobs(ctx, 9)) },
		"Running":   func() error { return ignore(db.Bulk().RunningLockJobs(ctx)) },
		"LockItems": func() error { return ignore(db.Bulk().LockItems(ctx, "a", "", 0, 9)) },
		"waiting LockItems": func() error {
			return ignore(db.Bulk().LockItems(ctx, "a", lockout.LockWaits, 0, 9))
		},
		"LockTally": func() error { return ignore(db.Bulk().LockTally(ctx, "a")) },
		"Figures": func() error {
			return ignore(db.Figures(ctx, desk.FigureAsk{Now: now, Since: hours(-90), Cases: true}))
		},
	}
}

// queueReads are the lists that staff work from: pages of what may be many
// thousand rows.
func queueReads(ctx context.Context, db *store.DB) map[string]func() error {
	reads := map[string]func() error{}
	for _, tab := range []review.CaseTab{review.CaseTodo, review.CaseMine,
		review.CaseWaiting, review.CaseClosed, review.CaseSecond} {
		for _, after := range []security.Cursor{{}, {At: hours(20), ID: "c5"}} {
			f := review.CaseFilter{Tab: tab, Assignee: "s1", Limit: 50, After: after}
			reads["cases "+string(tab)+after.ID] = func() error {
				return ignore(db.CaseQueue(ctx, f))
			}
		}
		reads["count "+string(tab)] = func() error {
			return ignore(db.CountCases(ctx, review.CaseFilter{Tab: tab, Assignee: "s1", Limit: 100}))
		}
	}
	for name, q := range map[string]desk.TicketQueue{
		"all": {}, "own": {Sieve: review.Sieve{Holder: "s1"}},
		"nobody's": {Sieve: review.Sieve{Holder: review.Nobody}},
		"further":  {After: security.Cursor{At: hours(20), ID: "k5"}},
	} {
		q.Department, q.Status, q.Limit = "d1", "open", 50
		reads["tickets "+name] = func() error { return ignore(db.TicketQueue(ctx, q)) }
		reads["count tickets "+name] = func() error { return ignore(db.CountTickets(ctx, q)) }
	}
	return reads
}

// No read of one account walks over the rows of all others, and no page of a
// queue sorts what is not on it: SQLite's plans, asked for the very statements
// that the reads send, name an index for each table.
func TestReadsUseAnIndex(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	queues := queueReads(t.Context(), db)
	maps.Copy(queues, agedReads(t.Context(), db))
	maps.Copy(queues, marketReads(t.Context(), db))
	reads := ownerReads(t.Context(), db)
	for _, more := range []map[string]func() error{accountReads(t.Context(), db),
		copyReads(t.Context(), db), staffReads(t.Context(), db), queues} {
		for name, read := range more {
			if reads[name] != nil {
				t.Errorf("two reads are named %s", name)
			}
			reads[name] = read
		}
	}
	for name, read := range reads {
		asked := store.Watch(db, read)
		if len(asked) == 0 {
			t.Errorf("%s asked nothing", name)
		}
		for _, q := range asked {
			for _, step := range wasteful(t, db, q, queues[name] != nil) {
				t.Errorf("%s: %s: %s", name, q, step)
			}
		}
	}
}

// fewRows are the indexes that hold every row of their table and may yet be walked along: for a
// page from one end, or because the table is short.
var fewRows = []string{"sqlite_autoindex_events_1", "lock_jobs_drafted", "staff_name"}

// wasteful is the steps of SQLite's plan for q that walk over a table, or along an index that
// holds more than what waits for somebody, and with page those that sort.
func wasteful(t *testing.T, db *store.DB, q string, page bool) (found []string) {
	t.Helper()
	_, pool := db.Pools()
	steps := plan(t, pool, q)
	partial, err := db.Texts(t.Context(),
		"SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE %'")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		table, scan := strings.CutPrefix(step, "SCAN ")
		_, index, _ := strings.Cut(table, " INDEX ")
		own := slices.Contains(steps, "CO-ROUTINE "+table) || slices.Contains(steps, "SETUP") ||
			table == "CONSTANT ROW" || strings.HasSuffix(table, "VALUES CLAUSE")
		if scan && !own && !slices.Contains(append(partial, fewRows...), index) ||
			page && strings.Contains(step, "TEMP B-TREE") {
			found = append(found, step)
		}
	}
	return found
}

// TestQueuesOnPostgres: with thousands of rows, and statistics of them, PostgreSQL
// does not read the queues by walking over a table either.
func TestQueuesOnPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	fill(t, db, 5000, 10_000)
	fillOwn(t, db, 5000, 10_000)
	walks(t, db, queueReads)
	walks(t, db, marketReads)
	// The server cleans up by itself, at a moment of its own.
	if pool, _ := db.Pools(); ignore(pool.ExecContext(t.Context(), "VACUUM (ANALYZE)")) != nil {
		t.Fatal("not cleaned up")
	}
	walks(t, db, queueReads)
	walks(t, db, marketReads)
}

// walks fails the test for each of the reads that walks over a table of PostgreSQL.
func walks(t *testing.T, db *store.DB,
	reads func(context.Context, *store.DB) map[string]func() error) {
	t.Helper()
	for name := range reads(t.Context(), db) {
		asked, err := store.Trace(t.Context(), db, func(traced *store.DB) error {
			return reads(t.Context(), traced)[name]()
		})
		if len(asked) == 0 || err != nil && !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s asked %d times, %v", name, len(asked), err)
		}
		for _, a := range asked {
			steps := explain(t, db, a)
			if whole.MatchString(steps) {
				t.Errorf("%s: %s\n%s", name, a.Query, steps)
			}
		}
	}
}

// whole finds the walk over a table in a plan.
var whole = regexp.MustCompile(`Seq Scan on (accounts|cases|tickets|logins|proposals|sessions|` +
	`address_changes|links|requests|outbox|activities|alerts|answers|exports|` +
	`watches|events|factors|passkeys|paces|challenges|addresses|recoveries)\b`)

func explain(t *testing.T, db *store.DB, a store.Asked) string {
	t.Helper()
	pool, _ := db.Pools()
	rows, err := pool.QueryContext(t.Context(), "EXPLAIN "+a.Query, a.Args...)
	if err != nil {
		t.Fatalf("%s: %v", a.Query, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var step string
		if err := rows.Scan(&step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil || len(steps) == 0 {
		t.Fatalf("%s: %v", a.Query, err)
	}
	return strings.Join(steps, "\n")
}

func ignore(_ any, err error) error { return err }

func plan(t *testing.T, pool *sql.DB, q string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(q, "?"))
	for i := range args {
		args[i] = 1
	}
	rows, err := pool.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+q, args...)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	return steps
}
