package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

// variable names a server to use instead of starting one: an address with the
// right to create schemas.
const variable = "REGAIN_TEST_POSTGRES"

var errNoPostgres = errors.New(
	"tests need PostgreSQL: apt-get install postgresql, or set " + variable)

// shared is the one PostgreSQL of this process.
type shared struct {
	admin    *sql.DB
	address  string
	lifeline io.Closer // standard input of script, open as long as this process lives
}

var server = sync.OnceValues(func() (shared, error) {
	s := shared{address: os.Getenv(variable)}
	var err error
	if s.address == "" {
		if s, err = start(); err != nil {
			return s, err
		}
	}
	if s.admin, err = sql.Open("pgx", s.address); err != nil {
		return s, err
	}
	return s, answer(s.admin)
})

// answer waits until a server that was just started takes connections.
func answer(admin *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := admin.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// script runs a server in folder $1 with the programs in $2 until its standard
// input ends, which is when the test process has ended, however that went.
const script = `
"$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off \
	-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 \
	>"$1/log" 2>&1 &
read -r _
kill -INT $!
wait $!
rm -rf "$1"`

// start makes a server that listens on a socket in a folder of its own only.
func start() (s shared, err error) {
	bin, err := programs()
	if err != nil {
		return s, err
	}
	dir, err := os.MkdirTemp("", "regain-pg-")
	if err != nil {
		return s, err
	}
	as, err := unprivileged(dir)
	if err != nil {
		return s, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "regain", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return s, fmt.Errorf("initdb: %w: %s", err, out)
	}
	run := exec.Command("/bin/sh", "-c", script, "sh", dir, bin)
	run.Dir, run.SysProcAttr = dir, as
	if s.lifeline, err = run.StdinPipe(); err != nil {
		return s, err
	}
	s.address = "postgres:///postgres?user=regain&host=" + dir
	return s, run.Start()
}

// programs finds the newest server that is installed.
func programs() (dir string, err error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	return filepath.Dir(path), nil
}

// unprivileged gives dir to whom the server shall run as. PostgreSQL refuses
// to run as root, whose tests therefore use the account that its package made.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	// Signals from the terminal are for the tests; the server hears of their
	// end.
	as := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return as, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPostgres, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as, os.Chown(dir, int(uid), int(gid))
}

// Schema makes an empty schema and returns an address whose sessions live in
// it.
func Schema(t testing.TB) string {
	t.Helper()
	s, name := running(t), newName()
	if _, err := s.admin.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.drop(name); err != nil {
			t.Error(err)
		}
	})
	return s.at(t, name)
}

// running is the server, started if it was not yet.
func running(t testing.TB) shared {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newName() string { return "t_" + strings.ToLower(rand.Text()) }

func (s shared) drop(name string) error {
	_, err := s.admin.Exec("DROP SCHEMA " + name + " CASCADE")
	return err
}

// at is the address whose sessions live in the schema with this name.
func (s shared) at(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
