package main

import (
	"context"
	"fmt"
	"os"
	"regain/cmd/wiring"
	"regain/store"
	"strings"
	"testing"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/staff"
	"regain/store/storetest"
)

// So many accounts are in one job, and so many processes die over it.
const (
	lockKills    = 3
	lockedPeople = 2400
)

// TestKilledInBulkLock kills the process in the middle of a bulk lock, again and again:
// an account is locked with all that belongs to it or not at all, and in the end everybody
// is locked and mailed once.
func TestKilledInBulkLock(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, killInBulkLock)
}

func killInBulkLock(t *testing.T, dsn string) {
	x := openKilled(t, dsn)
	startKilledJob(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	for range lockKills {
		killChild(t, "TestKilledLocker", 1, dsn)
		if n := checkBulk(t, dsn); n == 0 || n == lockedPeople {
			t.Errorf("%d of %d are locked: the kill came too early or too late", n, lockedPeople)
		}
	}
	x = openKilled(t, dsn)
	if _, err := x.service.Lockout.RunLockJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if n := checkBulk(t, dsn); n != lockedPeople {
		t.Errorf("%d of %d are locked in the end", n, lockedPeople)
	}
}

// startKilledJob adds the people and starts a job that locks them all.
func startKilledJob(t *testing.T, x *portal) {
	t.Helper()
	var lines []feed.AccountLine
	var names []string
	for i := range lockedPeople {
		name := fmt.Sprint("p", i)
		names = append(names, name)
		lines = append(lines, feed.AccountLine{Email: name + "@example.org",
			Account: security.Account{ID: name, Username: name, Name: name, Type: "client"}})
	}
	if _, err := x.service.Feed.ImportAccounts(t.Context(), operator, lines); err != nil {
		t.Fatal(err)
	}
	now := x.service.Now()
	m := &staff.Member{Staff: staff.Staff{ID: "s-ines", Name: "Ines", JoinedAt: now,
		Role: staff.RoleSecurity, Email: "ines@example.org"},
		Session: access.Session{Stage: access.StageIn, ProvedAt: now}}
	err := x.db.Commit(t.Context(), security.Event{ID: "joined", At: now, Kind: audit.StaffJoined,
		By: operator}, staff.AddStaff{Staff: m.Staff})
	if err != nil {
		t.Fatal(err)
	}
	j, err := x.service.Lockout.DraftLock(t.Context(), m, lockout.LockDraft{
		List: strings.Join(names, "\n"), Evidence: "a list that was sold"})
	if err == nil {
		err = x.service.Lockout.StartLock(t.Context(), m, j.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilledLocker is the child of the test above; by itself it does nothing.
func TestKilledLocker(t *testing.T) {
	dsn := os.Getenv(killed)
	if dsn == "" {
		return
	}
	x := openKilled(t, dsn)
	x.service = wiring.Rooms(*x.service.Core, announcedAll{x.db})
	if _, err := x.service.Lockout.RunLockJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// announcedAll is a store that says when it begins to commit a batch, and when it has.
type announcedAll struct{ *store.DB }

func (a announcedAll) CommitAll(ctx context.Context, changes []security.Change) ([]error, error) {
	fmt.Println(committing)
	defer fmt.Println(committed)
	return a.DB.CommitAll(ctx, changes)
}

// bulk is what belongs to one lockout each, and whose it is.
var bulk = map[string]string{
	"accounts": "accounts a WHERE a.locked_by <> '' AND a.version = 2",
	"cases":    "accounts a JOIN cases c ON c.account_id = a.id",
	"evidence": "accounts a JOIN case_evidence e ON e.case_id = a.locked_by",
	"causes":   "accounts a JOIN case_causes c ON c.case_id = a.locked_by",
	"links":    "accounts a JOIN links l ON l.account_id = a.id AND l.case_id = a.locked_by",
	"notes":    "accounts a JOIN notes n ON n.account_id = a.id",
	"mails":    "accounts a JOIN outbox o ON o.account_id = a.id",
	"events": "accounts a JOIN events e ON e.account_id = a.id AND e.case_id = a.locked_by " +
		"AND e.kind = 'account.locked'",
	"items": "accounts a JOIN lock_items i ON i.account_id = a.id AND i.case_id = a.locked_by " +
		"AND i.outcome = 'locked'",
}

// checkBulk looks at what belongs to the lockouts and returns how many there are.
func checkBulk(t *testing.T, dsn string) (locked int) {
	t.Helper()
	x := openKilled(t, dsn)
	defer x.Close()
	if n, bad, err := x.db.VerifyChain(t.Context()); err != nil || bad != nil {
		t.Fatalf("audit chain after %d lines: %+v, %v", n, bad, err)
	}
	raw := snapshot(t, dsn)
	count := func(of string) (rows, people int) {
		q := "SELECT COUNT(*), COUNT(DISTINCT a.id) FROM " + bulk[of]
		if err := raw.QueryRowContext(t.Context(), q).Scan(&rows, &people); err != nil {
			t.Fatal(err)
		}
		return rows, people
	}
	locked, _ = count("accounts")
	for of := range bulk {
		if rows, people := count(of); rows != locked || people != locked {
			t.Errorf("%d are locked, but there are %d %s of %d people", locked, rows, of, people)
		}
	}
	return locked
}
