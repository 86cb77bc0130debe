package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"regain/cmd/wiring"
	"regain/store"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/password"
	"regain/security/recovery"
	"regain/store/storetest"
)

// operator is who does what the children do.
var operator = security.Operator("test")

// killed is the variable that makes TestKilledChild and TestKilledLocker do their
// work: the database on which they make commits until they are killed.
const killed = "REGAIN_TEST_KILLED"

// Many accounts are locked, and each child gets so far with them.
const (
	kills        = 12
	perKill      = 12
	killedPeople = kills * (perKill + 2)
)

// TestKilledAnywhere is the first law of the product: an updated password, its
// ticket, its note, its mail, its dead sessions and its audit line come together
// or not at all, wherever the process dies.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, killAnywhere)
}

func killAnywhere(t *testing.T, dsn string) {
	x := openKilled(t, dsn)
	for i := range killedPeople {
		lockedPerson(t, x, fmt.Sprintf("p%d", i))
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	done := 0
	for range kills {
		killChild(t, "TestKilledChild", 1+random(t, perKill), dsn)
		done = checkKilled(t, dsn)
	}
	if done < kills || done == killedPeople {
		t.Errorf("%d of %d passwords were updated: the kills came too early or too late",
			done, killedPeople)
	}
}

func openKilled(t *testing.T, dsn string) *portal {
	t.Helper()
	c := defaults(t)
	c.Database, c.Secret = dsn, testSecret
	x, err := openPortal(t.Context(), c.Read())
	if err != nil {
		t.Fatal(err)
	}
	// Hashing is cheap here, so that most of the time goes into commits.
	x.service.Hasher = password.NewHasher(password.Cost{Memory: 8, Time: 1},
		password.Slots{Count: 2, Wait: time.Minute}, password.Pepper{})
	return x
}

func lockedPerson(t *testing.T, x *portal, id string) {
	t.Helper()
	l := feed.AccountLine{Email: id + "@example.org",
		Account: security.Account{ID: id, Username: id, Name: id, Type: "client"}}
	_, err := x.service.Feed.ImportAccounts(t.Context(), operator, []feed.AccountLine{l})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.service.Lockout.Lock(t.Context(), operator, id, recovery.Compromised,
		"e"); err != nil {
		t.Fatal(err)
	}
}

// killChild starts a child that makes one commit after the other, and kills it after
// some of them in the next one or shortly after: as long after its begin as up to a quarter
// more than what the last one took.
func killChild(t *testing.T, name string, after int64, dsn string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$")
	child.Env = append(os.Environ(), killed+"="+dsn)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var begin time.Time
	var took time.Duration
	for lines := bufio.NewScanner(out); (after > 0 || begin.IsZero()) && lines.Scan(); {
		switch lines.Text() {
		case committing:
			begin = time.Now()
		case committed:
			took, begin = time.Since(begin), time.Time{}
			after--
		}
	}
	for wait := time.Duration(random(t, int64(took+took/4))); time.Since(begin) < wait; {
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil || after > 0 {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

func random(t *testing.T, below int64) int64 {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(below))
	if err != nil {
		t.Fatal(err)
	}
	return n.Int64()
}

// TestKilledChild is the child of the test above; by itself it does nothing.
func TestKilledChild(t *testing.T) {
	dsn := os.Getenv(killed)
	if dsn == "" {
		return
	}
	x := openKilled(t, dsn)
	x.service = wiring.Rooms(*x.service.Core, announced{x.db})
	for i := range killedPeople {
		id := fmt.Sprintf("p%d", i)
		a, err := x.db.Account(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if !a.PasswordAt.IsZero() {
			continue
		}
		if err := updateAsOwner(t, x, id); err != nil {
			t.Fatal(err)
		}
		fmt.Println(committed)
	}
}

// What the child says of the commits that its parent waits for.
const (
	committing = "committing"
	committed  = "committed"
)

// announced is a store that says when it begins to commit an updated password.
type announced struct{ *store.DB }

func (a announced) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	if e.Kind == audit.PasswordUpdated {
		fmt.Println(committing)
	}
	return a.DB.Commit(ctx, e, writes...)
}

func updateAsOwner(t *testing.T, x *portal, id string) error {
	device := security.Visitor{IP: "127.0.0.1", Agent: "Firefox/140.0"}
	// The link may have been spent by a child that was killed right after.
	if err := x.service.Lockout.SendLink(t.Context(), operator, id); err != nil {
		return err
	}
	link, err := x.db.LiveLink(t.Context(), id)
	if err != nil {
		return err
	}
	tok, err := x.service.Lockout.UseLink(t.Context(), device, x.service.Lockout.LinkToken(link.ID))
	if err != nil {
		return err
	}
	o, err := x.service.Guided.Enter(t.Context(), device, tok)
	if err != nil {
		return err
	}
	_, err = x.service.Guided.UpdatePassword(t.Context(), o, "seven quiet lanterns by the harbour")
	return err
}

// whole counts what belongs to one updated password.
type whole struct{ Password, Secured, Ticket, Note, Mails, Event, Links, Sessions int }

// checkKilled looks at every account and returns how many were updated.
func checkKilled(t *testing.T, dsn string) int {
	t.Helper()
	x := openKilled(t, dsn)
	defer x.Close()
	if n, bad, err := x.db.VerifyChain(t.Context()); err != nil || bad != nil {
		t.Fatalf("audit chain after %d lines: %+v, %v", n, bad, err)
	}
	raw := snapshot(t, dsn)
	n := 0
	for i := range killedPeople {
		id := fmt.Sprintf("p%d", i)
		got, want := countWhole(t, raw, id), whole{}
		want.Links, want.Sessions = got.Links, got.Sessions // free before the update
		if got.Password > 0 {
			n++
			want = whole{Password: 1, Secured: 1, Ticket: 1, Note: 1, Mails: 1, Event: 1,
				Sessions: 1}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", id, diff)
		}
	}
	return n
}

// snapshot reads the database as it is at one moment: a server may finish a commit after the
// process that sent it was killed.
func snapshot(t *testing.T, dsn string) *sql.Tx {
	t.Helper()
	driver, address := "pgx", dsn
	if file, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, address = "sqlite3", file
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	tx, err := raw.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead,
		ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	return tx
}

func countWhole(t *testing.T, raw *sql.Tx, id string) whole {
	t.Helper()
	var w whole
	for query, into := range map[string]*int{
		"accounts WHERE id = $1 AND password_at > 0 AND password_hash <> ''":   &w.Password,
		"cases WHERE account_id = $1 AND state = 'secured' AND secured_at > 0": &w.Secured,
		"tickets WHERE account_id = $1 AND status = 'open' AND own_case <> ''": &w.Ticket,
		"notes WHERE account_id = $1 AND action = 'Password Updated'":          &w.Note,
		"outbox WHERE account_id = $1 AND kind = 'password_updated'":           &w.Mails,
		"events WHERE account_id = $1 AND kind = 'password.updated'":           &w.Event,
		"links WHERE account_id = $1 AND state = 'live'":                       &w.Links,
		"sessions WHERE account_id = $1 AND ended_at = 0":                      &w.Sessions,
	} {
		if err := raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+query,
			id).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	return w
}
