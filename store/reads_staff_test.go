package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

func hours(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }

// absent is a read that must find nothing.
func absent[T any](name string, read func(context.Context, string) (T, error)) query {
	return query{name, func(ctx context.Context) ([]string, error) {
		_, err := read(ctx, "none")
		return nil, err
	}, []string{"not found"}}
}

func TestReadStaff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i, name := range []string{"Grace", "Ada", "Grace"} {
			id := fmt.Sprint("s", 2-i)
			storetest.Commit(t, db, staff.AddStaff{Staff: staff.Staff{ID: id, Name: name,
				Email: id + "@Staff.example", Role: staff.RoleSupport}})
		}
		byEmail := func(email string) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				s, err := db.StaffByEmail(ctx, email)
				return []string{s.ID}, err
			}
		}
		runQueries(t, []query{
			{"by name", func(ctx context.Context) ([]string, error) {
				return ids(func(s staff.Staff) string { return s.ID })(db.StaffMembers(ctx))
			}, []string{"s1", "s0", "s2"}},
			{"by address", byEmail("s1@staff.example"), []string{"s1"}},
			{"not folded", byEmail("s1@Staff.example"), []string{"not found"}},
			absent("member", db.StaffMember),
			absent("invitation", db.Invitation),
			absent("session", db.Session),
			absent("proposal", db.Proposal),
			absent("job", db.Bulk().LockJob),
			absent("ticket", db.TicketByNumber),
			absent("link", db.LatestLink),
			{"look", func(ctx context.Context) ([]string, error) {
				_, err := db.Look(ctx, "none", "none")
				return nil, err
			}, []string{"not found"}},
		})
		err := db.Commit(t.Context(), storetest.Event(), staff.AddStaff{
			Staff: staff.Staff{ID: "x", Email: "x", Role: "owner"}})
		if err == nil || errors.Is(err, security.ErrConflict) {
			t.Errorf("a role that does not exist: %v", err)
		}
	})
}

func TestTouchStaffSession(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := somebody(t, db, "ada").desk.session
		for _, tt := range []struct {
			name     string
			end      bool
			at, seen time.Duration
		}{
			{"later", false, time.Minute, time.Minute},
			{"out of order", false, time.Second, time.Minute},
			{"ended", true, time.Hour, time.Minute},
		} {
			if tt.end {
				storetest.Commit(t, db, access.EndSessions{Subject: s.Subject, At: now})
			}
			if err := db.TouchSession(t.Context(), s.ID, now.Add(tt.at)); err != nil {
				t.Error(err)
			}
			got, err := db.Session(t.Context(), s.ID)
			if err != nil || got.SeenAt != now.Add(tt.seen) {
				t.Errorf("%s: seen at %v, %v", tt.name, got.SeenAt, err)
			}
		}
	})
}

// TestReadAccountPage: what staff see of one account, each list in its order.
func TestReadAccountPage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, other := somebody(t, db, "ada"), somebody(t, db, "bob")
		link := with(p.link, func(l *lockout.Link) { l.ID, l.MadeAt = "l2", hours(1) })
		storetest.Commit(t, db,
			lockout.OpenCase{Case: with(p.lockout, func(c *security.Case) {
				c.ID, c.Number, c.OpenedAt = "c2", "C-2", hours(1)
			})},
			access.EndLinks{Account: "ada", State: security.LinkReplaced, At: now},
			lockout.MakeLink{Link: link},
			lockout.RevokeLink{ID: link.ID, At: hours(2)},
			access.StartSession{Session: with(p.session, func(s *access.Session) {
				s.ID, s.StartedAt = "s2", hours(1)
			})},
			access.EndSessions{Subject: "ada", At: hours(2)},
			desk.AskCaller{Check: with(p.desk.caller, func(c *desk.CallerCheck) {
				c.ID, c.SentAt = "q2", hours(1)
			})},
			desk.AskCaller{Check: with(other.desk.caller, func(c *desk.CallerCheck) {
				c.ID, c.SentAt = "q3", hours(1)
			})})
		callers := func(since time.Time) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(func(c desk.CallerCheck) string { return c.ID })(
					db.CallerChecks(ctx, "ada", since))
			}
		}
		sessions := func(since time.Time, limit int) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(func(s access.Session) string { return s.ID })(
					db.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
						Subject: "ada", Since: since, Limit: limit}))
			}
		}
		runQueries(t, []query{
			{"latest link", func(ctx context.Context) ([]string, error) {
				l, err := db.LatestLink(ctx, "ada")
				return []string{l.ID, string(l.State)}, err
			}, []string{"l2", "revoked"}},
			{"ticket by number", func(ctx context.Context) ([]string, error) {
				k, err := db.TicketByNumber(ctx, "T-bob")
				return []string{k.ID}, err
			}, []string{"bob-ticket"}},
			{"sessions that ended", sessions(now.Add(-1e6), 9), []string{"s2", "ada-session"}},
			{"newest session", sessions(now.Add(-1e6), 1), []string{"s2"}},
			{"sessions since", sessions(now, 9), []string{"s2"}},
			{"caller checks", callers(now.Add(-1e6)), []string{"q2", "ada-caller"}},
			{"caller checks since", callers(now), []string{"q2"}},
		})
	})
}

// TestReadMany: many names are found in few queries, and each as it is alone.
func TestReadMany(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := storetest.Person(t, db, "ada"), storetest.Person(t, db, "bob")
		storetest.Commit(t, db,
			security.AddAddress{Address: security.Address{ID: "shared", Account: "bob",
				Email: "ADA@Example.org", Since: hours(-2)}},
			security.AddAddress{Address: security.Address{ID: "again", Account: "bob",
				Email: "ada@example.org", Since: hours(-1), Until: hours(1)}},
			security.RetireAddress{ID: "bob-address", At: now})
		bob.FactsVersion++
		var known, names []string
		for i := range 1200 {
			known, names = append(known, fmt.Sprint("x", i)), append(names, fmt.Sprint("x@", i))
		}
		known[0], known[1199], known[600] = "ada", "bob", "ada"
		all, err := db.AccountsIn(t.Context(), known)
		slices.SortFunc(all, func(a, b security.Account) int { return strings.Compare(a.ID, b.ID) })
		if diff := cmp.Diff([]security.Account{ada, bob}, all); diff != "" || err != nil {
			t.Errorf("by id: %v (-want +got):\n%s", err, diff)
		}
		names[0], names[600], names[1199] = "ada@example.org", "bob@example.org", "bob"
		for since, want := range map[time.Time]map[string][]security.Account{
			now.Add(-1e6): {"ada@example.org": {ada, bob}, "bob@example.org": {bob},
				"bob": {bob}},
			now: {"ada@example.org": {ada, bob}, "bob": {bob}},
		} {
			got, err := db.AccountsNamed(t.Context(), names, since)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("by name: %v (-want +got):\n%s", err, diff)
			}
		}
	})
}

// TestLongLockJob: the items of a long list keep their order.
func TestLongLockJob(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		draft := lockout.DraftLockJob{Job: lockout.LockJob{ID: "j"}}
		for i := range 250 {
			draft.Items = append(draft.Items, lockout.LockItem{Job: "j", Position: i + 1,
				Typed: fmt.Sprint("line ", i), Outcome: lockout.LockUnknown})
		}
		storetest.Commit(t, db, draft)
		got, err := db.Bulk().LockItems(t.Context(), "j", "", 0, 999)
		if diff := cmp.Diff(draft.Items, got); diff != "" || err != nil {
			t.Errorf("items: %v (-want +got):\n%s", err, diff)
		}
		storetest.Commit(t, db, lockout.DraftLockJob{Job: lockout.LockJob{ID: "empty"}})
		if got, err := db.Bulk().LockTally(t.Context(), "empty"); len(got) != 0 || err != nil {
			t.Errorf("tally of an empty job: %v, %v", got, err)
		}
	})
}

func TestMails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i, id := range []string{"m1", "m2", "m3"} {
			storetest.Commit(t, db, security.Enqueue{Mail: security.Mail{ID: id,
				Account: "ada", Channel: "mail", Lane: notice.LaneAwaited, To: "ada@example.org", Kind: "locked_out",
				Data: "sealed", Code: "code-" + id, QueuedAt: hours(i)}})
		}
		queue(t, db, "m4", time.Time{}) // of nobody
		claimed(t, db, now)
		if err := errors.Join(db.Failed(t.Context(), notice.Item{ID: "m1", Attempts: 1}, hours(9), "550", true),
			db.Sent(t.Context(), "m2", hours(8))); err != nil {
			t.Fatal(err)
		}
		state := func(id string, queued int) security.MailState {
			return security.MailState{ID: id, Kind: "locked_out", To: "ada@example.org",
				Code: "code-" + id, QueuedAt: hours(queued)}
		}
		want := []security.MailState{state("m3", 2),
			with(state("m2", 1), func(m *security.MailState) { m.SentAt = hours(8) }),
			with(state("m1", 0), func(m *security.MailState) {
				m.GaveUpAt, m.Reason, m.Attempts = hours(9), "550", 1
			})}
		for _, limit := range []int{9, 2} {
			got, err := db.Mails(t.Context(), "ada", limit)
			if diff := cmp.Diff(want[:min(limit, 3)], got); diff != "" || err != nil {
				t.Errorf("at most %d: %v (-want +got):\n%s", limit, err, diff)
			}
		}
	})
}

func TestEventsOf(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		oldest := sixLines(t, db)
		storetest.Commit(t, db) // of another kind and no account
		for _, x := range []struct {
			account string
			kind    audit.Kind
			since   time.Time
			want    []security.Event
		}{
			{"account", audit.LinkSent, oldest[3].At, []security.Event{oldest[5], oldest[4]}},
			{"account", audit.LinkSent, oldest[5].At, nil},
			{"account", audit.LinkOpened, time.Time{}, nil},
			{"other", audit.LinkSent, time.Time{}, nil}, {"", audit.LinkSent, time.Time{}, nil},
		} {
			got, err := db.EventsOf(t.Context(), x.account, x.kind, x.since)
			if diff := cmp.Diff(x.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
				t.Errorf("%+v: %v (-want +got):\n%s", x, err, diff)
			}
		}
	})
}

func TestCauseHistory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		want := []review.CauseChange{
			{At: now, Cause: string(recovery.Compromised), By: "lock"},
			{At: hours(1), Cause: string(recovery.Hijacked), By: "eve"}}
		for _, c := range want {
			storetest.Commit(t, db, lockout.RecordCause{Case: p.lockout.ID, At: c.At,
				Cause: recovery.Cause(c.Cause), By: c.By})
		}
		got, err := db.CauseHistory(t.Context(), p.lockout.ID)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("history: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestReadLockJobs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		draft := func(id string, drafted int) lockout.DraftLockJob {
			w := lockout.DraftLockJob{Job: lockout.LockJob{ID: id, DraftedAt: hours(drafted)}}
			for i, o := range []lockout.LockOutcome{lockout.LockWaits, lockout.LockTwice,
				lockout.LockWaits, lockout.LockUnknown, lockout.LockWaits} {
				w.Items = append(w.Items, lockout.LockItem{Position: i + 1, Outcome: o})
			}
			return w
		}
		storetest.Commit(t, db, draft("j1", 1), draft("j3", 3), draft("j2", 2), draft("j4", 0),
			lockout.StartLockJob{ID: "j3", At: hours(5)},
			lockout.StartLockJob{ID: "j1", At: hours(6)},
			lockout.StartLockJob{ID: "j2", At: hours(4)},
			lockout.FinishLockJob{ID: "j2", At: hours(7)})
		job := ids(func(j lockout.LockJob) string { return j.ID })
		items := func(o lockout.LockOutcome, after, limit int) func(context.Context) (
			[]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(func(i lockout.LockItem) string { return fmt.Sprint(i.Position) })(
					db.Bulk().LockItems(ctx, "j1", o, after, limit))
			}
		}
		runQueries(t, []query{
			{"newest", func(ctx context.Context) ([]string, error) {
				return job(db.Bulk().LockJobs(ctx, 3))
			}, []string{"j3", "j2", "j1"}},
			{"running", func(ctx context.Context) ([]string, error) {
				return job(db.Bulk().RunningLockJobs(ctx))
			}, []string{"j3", "j1"}},
			{"items", items("", 0, 9), []string{"1", "2", "3", "4", "5"}},
			{"next items", items("", 3, 1), []string{"4"}},
			{"waiting items", items(lockout.LockWaits, 0, 2), []string{"1", "3"}},
			{"next waiting items", items(lockout.LockWaits, 1, 9), []string{"3", "5"}},
			{"no such items", items(lockout.LockClosed, 0, 9), nil},
		})
		got, err := db.Bulk().LockTally(t.Context(), "j1")
		want := map[lockout.LockOutcome]int{lockout.LockWaits: 3, lockout.LockTwice: 1,
			lockout.LockUnknown: 1}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("tally: %v (-want +got):\n%s", err, diff)
		}
	})
}
