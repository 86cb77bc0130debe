package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Pooler starts pgbouncer in transaction mode before a database of its own, and returns its address.
func Pooler(t *testing.T) string {
	t.Helper()
	program := "/usr/sbin/pgbouncer"
	if found, err := exec.LookPath("pgbouncer"); err == nil {
		program = found
	}
	direct, err := pgx.Connect(t.Context(), Schema(t))
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
	_, number, _ := net.SplitHostPort(Address(t))
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
