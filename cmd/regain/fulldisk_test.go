package main

import (
	"database/sql"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// full is the variable that makes TestFullDiskChild look at the database.
const full = "REGAIN_TEST_FULL"

// TestFullDiskChild is no test: it is the doctor of TestDoctorFullDisk, who may make no file longer
// than this.
func TestFullDiskChild(t *testing.T) {
	if os.Getenv(full) == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	const most = 40_000
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}))
	p := &program{getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.run(t.Context(), []string{"doctor"}))
}

// TestDoctorFullDisk: that a database can be written is not said of one that cannot grow.
func TestDoctorFullDisk(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	db, err := sql.Open("sqlite3", strings.TrimPrefix(c.env["REGAIN_DATABASE"], "sqlite:"))
	must(t, err)
	defer db.Close()
	// Who reads keeps the write-ahead log from beginning anew.
	reads, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = reads.Rollback() }()
	var n int
	must(t, reads.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM limits").Scan(&n))
	_, err = db.ExecContext(t.Context(), "INSERT INTO limits (key, tat) VALUES (?1, 0)",
		strings.Repeat("k", 60_000))
	must(t, err)
	doctor := func() string {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDiskChild$")
		child.Env = append(os.Environ(), full+"=1")
		for k, v := range c.env {
			child.Env = append(child.Env, k+"="+v)
		}
		said, _ := child.CombinedOutput() // it fails
		return string(said)
	}
	if said := doctor(); !strings.Contains(said, "FAIL database: write to database: ") {
		t.Errorf("the doctor of a full disk says:\n%s", said)
	}
	if said := c.run("doctor").stdout; !strings.Contains(said, "ok database: ") {
		t.Errorf("with room the doctor says:\n%s", said)
	}
}
