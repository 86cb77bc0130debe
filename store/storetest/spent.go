package storetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Spent is the time of the processor that the PostgreSQL of the tests has taken so far. It has to run
// on this machine. A connection that was closed counts in hundredths of a second.
func Spent(t testing.TB) (all time.Duration) {
	t.Helper()
	var file string
	err := running(t).admin.QueryRowContext(t.Context(), "SELECT pg_read_file('postmaster.pid')").Scan(&file)
	if err != nil {
		t.Fatal(err)
	}
	parent, _, _ := strings.Cut(file, "\n")
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, process := range processes {
		stat, err := os.ReadFile(process + "/stat")
		if err != nil {
			continue // it has ended
		}
		// After the name, which is in brackets: state, parent, and as the 13th and 14th what those took
		// that have ended.
		_, rest, _ := strings.Cut(string(stat), ") ")
		is := strings.Fields(rest)
		if filepath.Base(process) == parent {
			all += ticks(t, is[13]) + ticks(t, is[14])
		} else if is[1] != parent {
			continue
		}
		var took int64
		if running, err := os.ReadFile(process + "/schedstat"); err == nil {
			_, _ = fmt.Sscan(string(running), &took)
		}
		all += time.Duration(took)
	}
	return all
}

// ticks reads a time that the system counts in hundredths of a second.
func ticks(t testing.TB, text string) time.Duration {
	t.Helper()
	var n int64
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * 10 * time.Millisecond
}
