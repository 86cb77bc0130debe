package store_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"regain/store"
	"regain/store/storetest"
)

// pgbouncer starts one in transaction mode before a database of its own, and returns its address.
func pgbouncer(t *testing.T) string {
	t.Helper()
	program := "/usr/sbin/pgbouncer"
	if found, err := exec.LookPath("pgbouncer"); err == nil {
		program = found
	}
	direct, err := pgx.Connect(t.Context(), storetest.Schema(t))
	if err != nil {
		t.Fatal(err)
	}
	host, name := direct.Config().Host, fmt.Sprintf("pooled_%d", os.Getpid())
	t.Cleanup(func() { // the context of the test is over
		_, err := direct.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
		if err := errors.Join(err, direct.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	if _, err := direct.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, number, _ := net.SplitHostPort(port.Addr().String())
	_ = port.Close()
	dir, err := os.MkdirTemp("", "regain-pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	settings := filepath.Join(dir, "pgbouncer.ini")
	err = os.WriteFile(settings, fmt.Appendf(nil, `[databases]
%s = host=%s port=%d user=regain
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
default_pool_size = 4
`, name, host, direct.Config().Port, number), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program, settings)
	if os.Getuid() == 0 { // it refuses to run as root
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		postgres, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		run = exec.Command(program, "-u", postgres.Username, settings)
	}
	run.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := run.Start(); err != nil {
		t.Fatal("tests need pgbouncer: ", err)
	}
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	for range 500 {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+number, time.Second)
		if err == nil {
			_ = c.Close()
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	return "postgres://regain@127.0.0.1:" + number + "/" + name + "?sslmode=disable"
}

// TestPooler: behind pgbouncer in transaction mode several starters migrate one after the other, and
// statements find their way whichever session they get.
func TestPooler(t *testing.T) {
	t.Parallel()
	dsn := pgbouncer(t)
	var starters sync.WaitGroup
	var all [3]*store.DB
	for i := range all {
		starters.Go(func() {
			db, err := store.Open(t.Context(), dsn, store.Options{Chain: storetest.Chain})
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = db.Close() })
			all[i] = db
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	starters.Wait()
	if t.Failed() {
		return
	}
	if pooled, err := store.Pooled(t.Context(), all[0]); !pooled || err != nil {
		t.Errorf("behind a pooler: %t, %v", pooled, err)
	}
	storetest.Person(t, all[0], "ada")
	for i := range 60 {
		starters.Go(func() {
			db := all[i%len(all)]
			if err := db.Commit(t.Context(), storetest.Event()); err != nil {
				t.Error(err)
			}
			if _, err := db.Account(t.Context(), "ada"); err != nil {
				t.Error(err)
			}
		})
	}
	starters.Wait()
	// Other tests migrate in another database of the same server.
	if n, err := all[0].Number(t.Context(), `SELECT COUNT(*) FROM pg_locks JOIN pg_database d
		ON database = d.oid WHERE locktype = 'advisory' AND datname = current_database()`); n != 0 ||
		err != nil {
		t.Errorf("%d locks were left, %v", n, err)
	}
}

func TestNoPooler(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		if pooled, err := store.Pooled(t.Context(), storetest.Dial(t, dsn)); pooled || err != nil {
			t.Errorf("pooled %t, %v", pooled, err)
		}
	})
}
