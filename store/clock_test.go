package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/inbound"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/review"
	"regain/store"
	"regain/store/storetest"
)

// TestClockSetRight: what was counted, paced and leased while the clock ran ahead by 25 hours waits
// no longer, once it is set right, than what is so now.
func TestClockSetRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ahead := now.Add(25 * time.Hour)
		budget := limits.Limit{Name: "b", Burst: 2, Per: time.Hour}
		pace := limits.Pace{Name: "p", First: time.Minute, Longest: time.Hour}
		spend := func(at time.Time, want time.Duration) {
			t.Helper()
			if wait, err := db.Spend(t.Context(), budget, "k", at); wait != want || err != nil {
				t.Errorf("spend: wait %v, %v, want %v", wait, err, want)
			}
		}
		try := func(at time.Time, want time.Duration) {
			t.Helper()
			wait, err := db.TakeTry(t.Context(), []access.PaceTry{{Pace: pace, Key: "k"}}, at)
			if wait != want || err != nil {
				t.Errorf("try: wait %v, %v, want %v", wait, err, want)
			}
		}
		for range 2 {
			spend(ahead, 0)
		}
		spend(now, 0)
		spend(now, 30*time.Minute)
		spend(now.Add(30*time.Minute), 0)
		try(ahead, 0)
		try(now, 0)
		try(now, 2*time.Minute)
		try(now.Add(2*time.Minute), 0)
		queue(t, db, "m", time.Time{})
		if claimed(t, db, ahead).ID != "m" {
			t.Fatal("nothing to claim")
		}
		if item := claimed(t, db, now); item != (notice.Item{}) {
			t.Errorf("%v was claimed while somebody may have it", item)
		}
		if claimed(t, db, now.Add(time.Minute)).ID != "m" {
			t.Error("the mail hangs")
		}
	})
}

// TestMailsAfterClockSetRight: a mail that was leased while the clock ran far ahead is read soon, once it is set
// right; one that only waits for its next try waits on.
func TestMailsAfterClockSetRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mails, ahead := db.Protect(), now.Add(60*time.Hour)
		claim := func(at time.Time, want string) inbound.Mail {
			t.Helper()
			m, err := mails.ClaimMail(t.Context(), at, time.Minute)
			if m.ID != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, security.ErrNotFound) {
				t.Errorf("claimed %q, %v, want %q", m.ID, err, want)
			}
			return m
		}
		receive(t, db, "waits")
		m := claim(now, "waits")
		if err := mails.AgainAt(t.Context(), m.ID, m.Attempts, now.Add(inbound.LongestWait)); err != nil {
			t.Fatal(err)
		}
		receive(t, db, "leased")
		claim(now, "leased")
		if err := mails.AgainAt(t.Context(), "leased", 1, ahead); err != nil {
			t.Fatal(err)
		}
		claim(now, "")
		claim(now.Add(limits.Skew), "leased")
		claim(now.Add(limits.Skew), "")
		claim(now.Add(inbound.LongestWait), "leased")
		claim(now.Add(inbound.LongestWait), "waits")
	})
}

// receive has a mail come in.
func receive(t *testing.T, db *store.DB, id string) {
	t.Helper()
	storetest.Commit(t, db, inbound.PutMail{Mail: inbound.Mail{ID: id, Digest: id, Data: []byte("sealed"), TakenAt: now}})
}

// TestRecordedOrder: what was said, noted and decided while the clock ran ahead stands before what
// came after it was set right, also in one commit and on several tickets. What is from before the
// upgrade keeps its order.
func TestRecordedOrder(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		exec := func(q string) {
			t.Helper()
			if err := db.Exec(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.MigrateTo(ctx, 27); err != nil {
			t.Fatal(err)
		}
		exec("CREATE TABLE webhooks (id TEXT, kind TEXT, events TEXT, state TEXT, encrypt_to TEXT)") // which each commit reads
		exec("ALTER TABLE accounts ADD COLUMN organisation_id TEXT")                                 // which each has
		storetest.Person(t, db, "ada")
		exec("ALTER TABLE accounts DROP COLUMN organisation_id")
		exec(`INSERT INTO cases (id, number, account_id, state, cause, proposed, facts, evidence,
			ticket_id, opened_by, opened_at, secured_at, escalated_at, version)
			VALUES ('ada-case', 'C', 'ada', '', '', '', '', '', '', '', 0, 0, 0, 1)`)
		exec("DROP TABLE webhooks")
		for i, old := range []string{"old3", "old1", "old2"} {
			at := []string{"9", "7", "7"}[i]
			exec("INSERT INTO messages (id, ticket_id, at, author, public, body) VALUES ('" + old +
				"', 't', " + at + ", 'owner', TRUE, '')")
			exec("INSERT INTO notes (at, id, account_id, case_id, action, department, cause, evidence, " +
				"next_step) VALUES (" + at + ", '" + old + "', 'ada', '', '', '', '', '', '')")
			exec("INSERT INTO case_causes VALUES ('ada-case', 1" + old[3:] + ", '" + old + "', '', '')")
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		db = storetest.Dial(t, dsn)
		later := []struct{ id, ticket string }{{"z", "t"}, {"y", "u"}, {"b", "t"}, {"a", "u"}}
		for i, x := range later {
			at := now.Add(-time.Duration(i/2) * time.Hour)
			said := func(id string) casework.AddMessage {
				return casework.AddMessage{Message: security.Message{ID: id, Ticket: x.ticket, At: at,
					Author: security.AuthorOwner}}
			}
			noted := func(id string) security.AddNote {
				return security.AddNote{Note: security.Note{ID: id, Account: "ada", At: at}}
			}
			storetest.Commit(t, db, said(x.id+"2"), said(x.id+"1"), noted(x.id+"2"), noted(x.id+"1"),
				lockout.RecordCause{Case: "ada-case", At: at, Cause: recovery.Cause(x.id)})
		}
		runQueries(t, []query{
			{"messages", func(ctx context.Context) ([]string, error) {
				return ids(messageID)(db.Messages(ctx, "t", "u", "t"))
			}, strings.Fields("old1 old2 old3 z2 z1 y2 y1 b2 b1 a2 a1")},
			{"messages of one", func(ctx context.Context) ([]string, error) {
				return ids(messageID)(db.Messages(ctx, "u"))
			}, strings.Fields("y2 y1 a2 a1")},
			{"notes", func(ctx context.Context) ([]string, error) {
				return ids(func(n security.Note) string { return n.ID })(db.Notes(ctx, "ada"))
			}, strings.Fields("old1 old2 old3 z2 z1 y2 y1 b2 b1 a2 a1")},
			{"causes", func(ctx context.Context) ([]string, error) {
				return ids(func(c review.CauseChange) string { return c.Cause })(
					db.CauseHistory(ctx, "ada-case"))
			}, strings.Fields("old1 old2 old3 z y b a")},
		})
	})
}
