package store_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"regain/security"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

// batch commits each write as one change of a batch.
func batch(ctx context.Context, db *store.DB, writes ...security.Write) error {
	var all []security.Change
	for _, w := range writes {
		all = append(all, security.Change{Event: storetest.Event(), Writes: []security.Write{w}})
	}
	errs, err := db.CommitAll(ctx, all)
	return errors.Join(append(errs, err)...)
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ctx, p := t.Context(), somebody(t, db, "ada")
	lines, _, err := db.VerifyChain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if err := db.Exec(ctx, "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	raise := casework.RaiseTicket{Ticket: p.ticket.ID}
	large := casework.AddMessage{Message: security.Message{ID: "m", Ticket: p.ticket.ID,
		At: now, Author: "owner", Body: strings.Repeat("a", 64<<10)}}
	if err := db.Exec(ctx, "VACUUM"); err != nil { // or migrations leave room
		t.Fatal(err)
	}
	limit("1") // which means: as many as there are
	for name, do := range map[string]func() error{
		"commit": func() error { return db.Commit(ctx, storetest.Event(), raise, large) },
		"batch":  func() error { return batch(ctx, db, raise, large) },
		"ping":   func() error { return db.Ping(ctx) },
	} {
		err := do()
		full, ok := errors.AsType[sqlite3.Error](err)
		if !errors.Is(err, security.ErrUnavailable) || !ok || full.Code != sqlite3.ErrFull {
			t.Errorf("%s: %v, want ErrUnavailable because of a full disk", name, err)
		}
		got, err := db.Ticket(ctx, p.ticket.ID)
		if diff := cmp.Diff(p.ticket, got); diff != "" || err != nil {
			t.Errorf("%s: %v, ticket (-want +got):\n%s", name, err, diff)
		}
		if n, bad, err := db.VerifyChain(ctx); n != lines || bad != nil || err != nil {
			t.Errorf("%s: audit chain after %d lines: %v, %v", name, n, bad, err)
		}
	}
	limit("100000")
	storetest.Commit(t, db, raise, large)
	if err := db.Ping(ctx); err != nil {
		t.Errorf("ping with room again: %v", err)
	}
}

func TestLockedBySomebodyElse(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		db := storetest.Migrated(t, dsn)
		storetest.Person(t, db, "ada")
		release := lockAll(t, dsn)
		writes := map[string]func(context.Context) error{
			"commit": func(ctx context.Context) error { return db.Commit(ctx, storetest.Event()) },
			"batch": func(ctx context.Context) error {
				return batch(ctx, db, lockout.LockAccount{Account: "ada", Case: "c"})
			},
			"number": func(ctx context.Context) error {
				_, err := db.NextNumbers(ctx, "case", 1)
				return err
			},
			"spend": func(ctx context.Context) error {
				_, err := db.Spend(ctx, limits.Limit{Name: "l", Per: time.Second}, "k", now)
				return err
			},
			"ping": func(context.Context) error { return db.Ping(t.Context()) },
		}
		var done sync.WaitGroup
		for name, do := range writes {
			done.Go(func() {
				ctx, end := context.WithTimeout(t.Context(), 30*time.Millisecond)
				defer end()
				err := do(ctx)
				if !errors.Is(err, security.ErrUnavailable) ||
					!errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v, want ErrUnavailable at the deadline", name, err)
				}
			})
		}
		done.Wait()
		if _, err := db.Account(t.Context(), "ada"); err != nil {
			t.Errorf("reading: %v", err)
		}
		release()
		for name, do := range writes {
			if err := do(t.Context()); err != nil {
				t.Errorf("%s after the lock: %v", name, err)
			}
		}
	})
}

// lockAll keeps everybody else from writing until release is called.
func lockAll(t *testing.T, dsn string) (release func()) {
	t.Helper()
	other := storetest.Dial(t, dsn)
	pool, _ := other.Pools()
	held, err := pool.BeginTx(t.Context(), nil)
	if err == nil && other.Engine() == "postgres" {
		_, err = held.ExecContext(t.Context(), "LOCK TABLE chain, counters, limits")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := held.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

func TestClientGoneIsNoFault(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		err := db.Commit(gone, storetest.Event())
		if !errors.Is(err, context.Canceled) || errors.Is(err, security.ErrUnavailable) {
			t.Errorf("commit: %v", err)
		}
		_, err = db.Account(gone, "ada")
		if !errors.Is(err, context.Canceled) || errors.Is(err, security.ErrUnavailable) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	_, err := store.Open(t.Context(), "postgres://u@127.0.0.1:1/db",
		store.Options{Chain: storetest.Chain})
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	if !errors.Is(err, security.ErrUnavailable) || !refused {
		t.Errorf("nobody there: %v", err)
	}
	db := storetest.OpenPostgres(t)
	err = db.Exec(t.Context(), "SELECT pg_terminate_backend(pg_backend_pid())")
	if !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("stopped meanwhile: %v", err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("back again: %v", err)
	}
	if err := db.Exec(t.Context(), "SET default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("read-only: %v", err)
	}
}

// TestFullAtTheEnd is a server that finds its disk full when it commits.
func TestFullAtTheEnd(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	p := somebody(t, db, "ada")
	for _, q := range []string{`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$`,
		`CREATE CONSTRAINT TRIGGER full_disk AFTER UPDATE ON tickets
		DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk()`} {
		if err := db.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	err := db.Commit(t.Context(), storetest.Event(), casework.RaiseTicket{Ticket: p.ticket.ID})
	full, ok := errors.AsType[*pgconn.PgError](err)
	if !errors.Is(err, security.ErrUnavailable) || !ok || full.Code != "53100" {
		t.Errorf("commit: %v, want ErrUnavailable because of a full disk", err)
	}
	got, err := db.Ticket(t.Context(), p.ticket.ID)
	if diff := cmp.Diff(p.ticket, got); diff != "" || err != nil {
		t.Errorf("%v, ticket (-want +got):\n%s", err, diff)
	}
}

// TestCommitWaitsItsTime: who waits behind the commit of another one for too long is told that the
// database cannot be used now, and nothing of it is kept.
func TestCommitWaitsItsTime(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	pool, _ := db.Pools()
	busy, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	before, first := lines(t, db), make(chan error)
	go func() { first <- db.Commit(t.Context(), storetest.Event()) }()
	for pool.Stats().WaitCount == 0 {
		runtime.Gosched()
	}
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := db.Commit(over, storetest.Event()); !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
	if err := errors.Join(busy.Rollback(), <-first); err != nil {
		t.Error(err)
	}
	if n := lines(t, db) - before; n != 1 {
		t.Errorf("%d audit lines, want that of the first", n)
	}
}
