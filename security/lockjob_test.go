package security_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// crowd adds n accounts, user0, user1 …, without any history.
func (w *world) crowd(n int) []string {
	w.t.Helper()
	var changes []security.Change
	names := make([]string, n)
	for i := range n {
		names[i] = fmt.Sprint("user", i)
		id := fmt.Sprint("u-", i)
		changes = append(changes, security.Change{
			Event: security.Event{ID: token.OrderedID(w.Now()), At: w.Now(),
				Kind: audit.AccountImported, Account: id, By: security.Operator("test")},
			Writes: []security.Write{
				feed.PutAccount{Account: security.Account{ID: id, Username: names[i],
					Name: "Ada", Type: "client", CreatedAt: start.AddDate(-1, 0, 0)}},
				security.AddAddress{Address: security.Address{ID: id + "-a", Account: id,
					Email: names[i] + "@example.org", Since: start.AddDate(-1, 0, 0),
					Origin: security.OriginFirst}}}})
	}
	errs, err := w.db.CommitAll(w.t.Context(), changes)
	w.must(errors.Join(append(errs, err)...))
	return names
}

// crowded is more accounts than two batches of a job hold.
const crowded = 600

// draft drafts a job of these lines.
func (w *world) draft(m *staff.Member, lines ...string) lockout.LockJob {
	w.t.Helper()
	j, err := w.Lockout.DraftLock(w.t.Context(), m, lockout.LockDraft{List: strings.Join(lines,
		"\n"),
		Cause: "compromised", Evidence: "a list that was sold"})
	w.must(err)
	return j
}

// items are all lines of a job, as "typed outcome".
func (w *world) items(job string) (said []string) {
	w.t.Helper()
	all, err := w.db.Bulk().LockItems(w.t.Context(), job, "", 0, 30_000)
	w.must(err)
	for i, item := range all {
		if item.Position != i+1 {
			w.t.Errorf("item %d is at %d", i+1, item.Position)
		}
		said = append(said, item.Typed+" "+string(item.Outcome))
	}
	return said
}

func TestLockJob(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
		w.crowd(6)
		w.lock("user3")
		closed, err := w.db.Account(t.Context(), "u-4")
		w.must(err)
		closed.Closed = true
		w.commit(audit.AccountImported, feed.PutAccount{Account: closed},
			security.AddAddress{Address: security.Address{ID: "shared", Account: "u-5",
				Email: "user0@example.org", Since: start, Origin: security.OriginImport}})
		w.deliver()
		j := w.draft(ines, "\ufeffUSER0,", "", "  u-1 ", "User2@Example.org", "user3", "user4",
			"u-5", "nobody", "user0@example.org", "user1,", ",", "user3", strings.Repeat("é", 200))
		want := []string{"USER0 waiting", "u-1 waiting", "User2@Example.org waiting",
			"user3 already_locked", "user4 closed", "u-5 waiting", "nobody unknown",
			"user0@example.org ambiguous", "user1 twice", "user3 twice",
			strings.Repeat("é", 160) + "… unknown"}
		if diff := cmp.Diff(want, w.items(j.ID)); diff != "" {
			t.Fatalf("draft (-want +got):\n%s", diff)
		}
		if n, err := w.Lockout.RunLockJobs(t.Context()); n != 0 || err != nil {
			t.Errorf("a job that was not started: %d, %v", n, err)
		}
		w.advance(time.Minute)
		wantRefusal(t, w.Lockout.StartLock(t.Context(), omar, j.ID), refusal.JobNotYours)
		w.must(w.Lockout.StartLock(t.Context(), ines, j.ID))
		wantRefusal(t, w.Lockout.StartLock(t.Context(), ines, j.ID), refusal.JobStarted)
		w.lock("user1")
		w.advance(time.Minute)
		if n, err := w.Lockout.RunLockJobs(t.Context()); n != 4 || err != nil {
			t.Errorf("settled %d, %v", n, err)
		}
		want[0], want[1], want[2] = "USER0 locked", "u-1 already_locked", "User2@Example.org locked"
		want[5] = "u-5 locked"
		if diff := cmp.Diff(want, w.items(j.ID)); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
		w.checkLocked(ines, j)
		w.checkJobRecord(j)
		if n, err := w.Lockout.RunLockJobs(t.Context()); n != 0 || err != nil {
			t.Errorf("a job that is done: %d, %v", n, err)
		}
	})
}

// checkLocked compares what a job wrote for one of its accounts with what the
// lockout of a single one writes.
func (w *world) checkLocked(by *staff.Member, j lockout.LockJob) {
	w.t.Helper()
	ctx := w.t.Context()
	a, err := w.db.Account(ctx, "u-2")
	w.must(err)
	c, err := w.db.Case(ctx, a.Case)
	w.must(err)
	want := security.Case{ID: c.ID, Number: c.Number, Account: "u-2", State: recovery.Locked,
		Cause: recovery.Compromised, Proposed: recovery.Compromised,
		Evidence: "a list that was sold",
		OpenedBy: by.ID, OpenedAt: w.Now(), LockedAt: w.Now(),
		DueAt: w.Now().Add(security.ServiceLevel), Version: 1}
	if diff := cmp.Diff(want, c); diff != "" {
		w.t.Errorf("case (-want +got):\n%s", diff)
	}
	events, err := w.db.Events(ctx, c.ID)
	w.must(err)
	wantEvent := security.Event{At: w.Now(), Kind: audit.AccountLocked, Account: "u-2", Case: c.ID,
		By:   security.Actor{Kind: security.ByStaff, ID: by.ID, Visitor: console},
		Data: map[string]string{"case": c.Number, "cause": "compromised", "job": j.ID}}
	if len(events) == 1 {
		wantEvent.ID = events[0].ID
	}
	if diff := cmp.Diff([]security.Event{wantEvent}, events); diff != "" {
		w.t.Errorf("events (-want +got):\n%s", diff)
	}
	w.lock("u-4")
	alone, many := w.traces("u-4"), w.traces("u-2")
	if diff := cmp.Diff(alone, many); diff != "" || many["locked_out mails"] != 1 {
		w.t.Errorf("locked alone and in a job (-alone +job):\n%s", diff)
	}
}

// traces counts what a lockout left on an account.
func (w *world) traces(account string) map[string]int {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := w.db.LatestCase(ctx, account)
	w.must(err)
	notes, err := w.db.Notes(ctx, account)
	w.must(err)
	mails, err := w.db.Mails(ctx, account, 9)
	w.must(err)
	n := map[string]int{"cases": len(w.linesOf(account, audit.AccountLocked)), "notes": len(notes)}
	for _, m := range mails {
		n[m.Kind+" mails"]++
	}
	causes, err := w.db.CauseHistory(ctx, c.ID)
	w.must(err)
	frozen, err := w.db.Evidence(ctx, c.ID)
	w.must(err)
	n["causes"] = len(causes)
	n["bytes of evidence"] = len(strings.ReplaceAll(string(frozen), account, ""))
	if _, err := w.db.LiveLink(ctx, account); err == nil {
		n["links"]++
	}
	return n
}

// checkJobRecord looks at what the audit trail says of a job.
func (w *world) checkJobRecord(j lockout.LockJob) {
	w.t.Helper()
	j, err := w.db.Bulk().LockJob(w.t.Context(), j.ID)
	w.must(err)
	if j.StartedAt != start.Add(time.Minute) || j.DoneAt != start.Add(2*time.Minute) {
		w.t.Errorf("started %v, done %v", j.StartedAt, j.DoneAt)
	}
	left := w.linesOf("u-1", audit.LockLeftOut)
	if len(left) != 1 || left[0].By.ID != "s-ines" ||
		left[0].Data["outcome"] != "already_locked" || left[0].Data["job"] != j.ID {
		w.t.Errorf("the one that was left out: %+v", left)
	}
	n, bad, err := w.db.VerifyChain(w.t.Context())
	if err != nil || bad != nil {
		w.t.Errorf("audit chain after %d lines: %+v, %v", n, bad, err)
	}
}

// TestLockJobByID: in a list, what is an id is the account with it, though another has it as username.
func TestLockJobByID(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines := w.member("ines", staff.RoleSecurity)
		w.crowd(3)
		w.accounts(accountLine("x-1", "u-1", "x@example.org"), accountLine("x-2", "U-2", "y@example.org"))
		j := w.draft(ines, "u-1", "user1", "u-2", "U-1", "x-1")
		want := []string{"u-1 waiting", "user1 twice", "u-2 waiting", "U-1 ambiguous", "x-1 waiting"}
		if diff := cmp.Diff(want, w.items(j.ID)); diff != "" {
			t.Errorf("draft (-want +got):\n%s", diff)
		}
		all, err := w.db.Bulk().LockItems(t.Context(), j.ID, "", 0, 10)
		w.must(err)
		if all[0].Account != "u-1" || all[2].Account != "u-2" || all[4].Account != "x-1" {
			t.Errorf("items %+v", all)
		}
		found, err := w.Desk.FindAccounts(t.Context(), ines, "u-1", "a call")
		if err != nil || len(found) != 2 {
			t.Errorf("the search shows %d accounts: %v", len(found), err)
		}
	})
}

func TestDraftLockRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ines := w.member("ines", staff.RoleSecurity)
	for _, tt := range []struct {
		name  string
		draft lockout.LockDraft
		field string
		code  refusal.Code
	}{
		{"no list", lockout.LockDraft{Evidence: "e"}, "list", refusal.ListEmpty},
		{"blank lines", lockout.LockDraft{List: " \n,\r\n\ufeff", Evidence: "e"}, "list",
			refusal.ListEmpty},
		{"long list", lockout.LockDraft{List: strings.Repeat("a\n", 20_001), Evidence: "e"}, "list",
			refusal.ListLong},
		{"no evidence", lockout.LockDraft{List: "a", Evidence: " \n"}, "evidence",
			refusal.EvidenceMissing},
		{"long evidence", lockout.LockDraft{List: "a", Evidence: strings.Repeat("é", 4001)},
			"evidence", refusal.EvidenceLong},
		{"other cause", lockout.LockDraft{List: "a", Cause: "bored", Evidence: "e"}, "cause",
			refusal.CauseUnknown},
	} {
		_, err := w.Lockout.DraftLock(t.Context(), ines, tt.draft)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != tt.code || r.Field != tt.field {
			t.Errorf("%s: %v, want %s at %s", tt.name, err, tt.code, tt.field)
		}
	}
	jobs, err := w.db.Bulk().LockJobs(t.Context(), 9)
	if len(jobs) != 0 || err != nil {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
	j := w.draft(ines, "nobody")
	wantRefusal(t, w.Lockout.StartLock(t.Context(), ines, j.ID), refusal.JobEmpty)
	if err := w.Lockout.StartLock(t.Context(), ines, "none"); !errors.Is(err,
		security.ErrNotFound) {
		t.Errorf("a job that is not there: %v", err)
	}
}

func TestLockJobNeedsTheRight(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.crowd(1)
	j := w.draft(w.member("ines", staff.RoleSecurity), "user0")
	for _, role := range []staff.Role{staff.RoleSupport, staff.RoleAdmin} {
		m := w.member("x"+string(role), role)
		_, err := w.Lockout.DraftLock(t.Context(), m, lockout.LockDraft{List: "user0",
			Evidence: "e"})
		wantRefusal(t, err, refusal.Denied)
		_, err = w.Lockout.LockPreview(t.Context(), m, j.ID, lockout.LockPage{})
		wantRefusal(t, err, refusal.Denied)
		_, err = w.Lockout.LockJobs(t.Context(), m)
		wantRefusal(t, err, refusal.Denied)
		wantRefusal(t, w.Lockout.StartLock(t.Context(), m, j.ID), refusal.Denied)
	}
}

func TestLockPreview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
		names := w.crowd(120)
		j := w.draft(ines, append(names, "nobody")...)
		v, err := w.Lockout.LockPreview(t.Context(), ines, j.ID, lockout.LockPage{})
		w.must(err)
		if v.Name != "ines" || len(v.Lists) != 2 || v.Lists[0].Outcome != lockout.LockWaits ||
			len(v.Lists[0].Items) != 100 || v.Lists[0].Next != 100 ||
			v.Lists[1].Outcome != lockout.LockUnknown || v.Lists[1].Next != 0 {
			t.Errorf("preview: %+v", v)
		}
		want := lockout.LockItem{Job: j.ID, Position: 1, Typed: "user0", Account: "u-0",
			Outcome: lockout.LockWaits, Username: "user0"}
		if diff := cmp.Diff(want, v.Lists[0].Items[0]); diff != "" {
			t.Errorf("first item (-want +got):\n%s", diff)
		}
		v, err = w.Lockout.LockPreview(t.Context(), omar, j.ID,
			lockout.LockPage{Outcome: lockout.LockWaits, After: 100})
		w.must(err)
		if len(v.Lists) != 1 || len(v.Lists[0].Items) != 20 ||
			v.Lists[0].Items[0].Position != 101 ||
			v.Lists[0].Next != 0 {
			t.Errorf("second page: %+v", v.Lists)
		}
		w.must(w.Lockout.StartLock(t.Context(), ines, j.ID))
		_, err = w.Lockout.RunLockJobs(t.Context())
		w.must(err)
		v, err = w.Lockout.LockPreview(t.Context(), ines, j.ID, lockout.LockPage{})
		w.must(err)
		c, err := w.db.Case(t.Context(), v.Lists[0].Items[7].Case)
		w.must(err)
		if v.Lists[0].Outcome != lockout.LockLocked || v.Lists[0].Items[7].CaseNumber != c.Number {
			t.Errorf("result: %+v", v.Lists[0].Items[7])
		}
		jobs, err := w.Lockout.LockJobs(t.Context(), omar)
		w.must(err)
		tally := map[lockout.LockOutcome]int{lockout.LockLocked: 120, lockout.LockUnknown: 1}
		if len(jobs) != 1 || jobs[0].ID != j.ID || jobs[0].Name != "ines" ||
			jobs[0].DoneAt.IsZero() {
			t.Errorf("jobs: %+v", jobs)
		}
		if diff := cmp.Diff(tally, jobs[0].Tally); diff != "" {
			t.Errorf("tally (-want +got):\n%s", diff)
		}
	})
}

// TestLockJobStartsOnce has many members press the button at once.
func TestLockJobStartsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines := w.member("ines", staff.RoleSecurity)
		w.crowd(1)
		j := w.draft(ines, "user0")
		errs := make([]error, 8)
		together(errs, func(i int) error { return w.Lockout.StartLock(t.Context(), ines, j.ID) })
		started := 0
		for _, err := range errs {
			if err == nil {
				started++
				continue
			}
			wantRefusal(t, err, refusal.JobStarted)
		}
		if started != 1 {
			t.Errorf("started %d times", started)
		}
	})
}

func together(errs []error, do func(i int) error) {
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
}

// TestLockJobWorkers has several workers at one job: nobody is locked twice or
// mailed twice.
func TestLockJobWorkers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(crowded)...)
		w.must(w.Lockout.StartLock(t.Context(), ines, j.ID))
		errs, settled := make([]error, 3), make([]int, 3)
		workers := []*world{newWorld(t, w.db), newWorld(t, w.db), newWorld(t, w.db)}
		together(errs, func(i int) (err error) {
			settled[i], err = workers[i].Lockout.RunLockJobs(t.Context())
			return err
		})
		w.must(errors.Join(errs...))
		if n := settled[0] + settled[1] + settled[2]; n != crowded {
			t.Errorf("settled %v", settled)
		}
		w.checkOnce(j, crowded)
	})
}

// checkOnce fails unless each of n accounts was locked and mailed once.
func (w *world) checkOnce(j lockout.LockJob, n int) {
	w.t.Helper()
	for i := range n {
		got := w.traces(fmt.Sprint("u-", i))
		delete(got, "bytes of evidence")
		want := map[string]int{"cases": 1, "notes": 1, "causes": 1, "links": 1,
			"locked_out mails": 1}
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Fatalf("account %d (-want +got):\n%s", i, diff)
		}
	}
	tally, err := w.db.Bulk().LockTally(w.t.Context(), j.ID)
	w.must(err)
	if diff := cmp.Diff(map[lockout.LockOutcome]int{lockout.LockLocked: n}, tally); diff != "" {
		w.t.Errorf("tally (-want +got):\n%s", diff)
	}
	running, err := w.db.Bulk().RunningLockJobs(w.t.Context())
	if len(running) != 0 || err != nil {
		w.t.Errorf("%d jobs still run, %v", len(running), err)
	}
}

// TestLockJobGoesOn stops a worker in the middle; another service on the same
// database brings the job to its end.
func TestLockJobGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(crowded)...)
		w.must(w.Lockout.StartLock(t.Context(), ines, j.ID))
		ctx, stop := context.WithCancel(t.Context())
		calls := 0
		now := w.All.Now
		w.All.Now = func() time.Time { // in the third batch: the first one is kept
			if calls++; calls == 1000 {
				stop()
			}
			return now()
		}
		if _, err := w.Lockout.RunLockJobs(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
		tally, err := w.db.Bulk().LockTally(t.Context(), j.ID)
		w.must(err)
		if tally[lockout.LockLocked] == 0 || tally[lockout.LockWaits] == 0 {
			t.Fatalf("not stopped in the middle: %v", tally)
		}
		rest, err := newWorld(t, w.db).Lockout.RunLockJobs(t.Context())
		if rest != tally[lockout.LockWaits] || err != nil {
			t.Errorf("the other one settled %d of %v, %v", rest, tally, err)
		}
		w.checkOnce(j, crowded)
	})
}

func FuzzLockList(f *testing.F) {
	for _, seed := range []string{"ada\nbob", "a,\r\nb\rc", "\ufeffada", ",\n ,",
		"\x00\xff\n\u2028",
		strings.Repeat("é", 400)} {
		f.Add(seed)
	}
	w := sqliteWorld(f)
	ines := w.member("ines", staff.RoleSecurity)
	f.Fuzz(func(t *testing.T, list string) {
		j, err := w.Lockout.DraftLock(t.Context(), ines, lockout.LockDraft{List: list,
			Evidence: "e"})
		var r *security.Refusal
		if errors.As(err, &r) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		items, err := w.db.Bulk().LockItems(t.Context(), j.ID, "", 0, 30_000)
		if err != nil || len(items) == 0 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		for _, i := range items {
			name := i.Typed
			if name == "" || name != strings.TrimSpace(name) ||
				strings.ContainsAny(name, "\n\r\x00") ||
				strings.ToValidUTF8(name, "") != name || len(name) > 330 ||
				strings.HasSuffix(name, ",") {
				t.Errorf("%q became %q", list, name)
			}
		}
	})
}
