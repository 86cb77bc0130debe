package security_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/feed"
	"regain/store/storetest"
)

const streamedLogin = `{"account":"u-1","at":"2020-05-01T08:30:00Z","outcome":"succeeded"}` + "\n"

// endless gives the same line again and again.
type endless struct {
	line  string
	lines int
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.lines == 0 {
			return 0, io.EOF
		}
		e.lines--
		e.rest = e.line
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// held gives nothing while somebody holds it.
type held struct {
	sync.Mutex
	endless
}

func (h *held) Read(p []byte) (int, error) {
	h.Lock()
	defer h.Unlock()
	return h.endless.Read(p)
}

func TestImportTakesNoMoreMemoryForMoreLines(t *testing.T) {
	w := newWorld(t, storetest.Open(t))
	w.accounts(accountLine("u-1", "ada", "ada@example.org"))
	heapAfter := func(lines int) uint64 {
		var most uint64
		in := &held{endless: endless{line: streamedLogin, lines: lines}}
		w.must(w.Feed.Import(t.Context(), importing, feed.Logins,
			in, func([]feed.Told) error {
				in.Lock() // what is read ahead stands still
				defer in.Unlock()
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
				return nil
			}))
		return most
	}
	heapAfter(3 * feed.ImportBatch) // what the test began with is gone
	few := heapAfter(3 * feed.ImportBatch)
	many := heapAfter(30 * feed.ImportBatch)
	if many > few+few/4 {
		t.Errorf("%d bytes for many lines, %d for few", many, few)
	}
}

// TestInterruptedImport keeps what was good, and tells of it.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.accounts(accountLine("u-1", "ada", "ada@example.org"))
		broken := errors.New("the wire is cut")
		in := func() io.Reader {
			return io.MultiReader(strings.NewReader(streamedLogin+"\n"+`{"account":"u-2","at":`+
				`"2020-05-01T08:30:00Z","outcome":"failed"}`+"\n"+streamedLogin+`{"accou`),
				failing{broken})
		}
		var got []string
		var tally feed.Tally
		tell := func(lines []feed.Told) error {
			tally.Count(lines)
			for _, l := range lines {
				got = append(got, strings.Repeat("_", l.Number)+l.Outcome.String())
			}
			return nil
		}
		if err := w.Feed.Import(t.Context(), importing, feed.Logins, in(), tell); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
		want := []string{"_added", "___refused", "____unchanged"}
		if diff := cmp.Diff(want, got); diff != "" || tally != (feed.Tally{Added: 1, Unchanged: 1, Refused: 1}) {
			t.Errorf("%+v %s", tally, diff)
		}
		err := w.Feed.Import(t.Context(), importing, feed.Logins, strings.NewReader(streamedLogin),
			func([]feed.Told) error { return broken })
		if !errors.Is(err, broken) {
			t.Errorf("error %v of who is told", err)
		}
	})
}

// lockstep gives lines one by one. When they are out it waits until it is closed, and tells that it waits.
type lockstep struct {
	endless
	waits, closed chan struct{}
}

func (l *lockstep) Read(p []byte) (int, error) {
	n, err := l.endless.Read(p)
	if err == nil {
		return n, nil
	}
	close(l.waits)
	<-l.closed
	return 0, io.EOF
}

func (l *lockstep) Close() error {
	close(l.closed)
	return nil
}

// TestImportReadsAhead while a part is told of, and does not wait for more once that went wrong.
func TestImportReadsAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	w.accounts(accountLine("u-1", "ada", "ada@example.org"))
	for name, tell := range map[string]func() error{
		"error": func() error { return errors.New("nobody listens") },
		"panic": func() error { panic("nobody listens") },
	} {
		in := &lockstep{endless{line: streamedLogin, lines: feed.ImportBatch + 3}, make(chan struct{}),
			make(chan struct{})}
		told := 0
		err := w.Feed.Import(t.Context(), importing, feed.Logins, in, func(lines []feed.Told) error {
			select {
			case <-in.waits:
			case <-time.After(10 * time.Second):
				t.Errorf("%s: nothing is read while a part is told of", name)
			}
			told += len(lines)
			return tell()
		})
		if err == nil || strings.Contains(err.Error(), "nobody") != (name == "error") || told != feed.ImportBatch {
			t.Errorf("%s: %d lines, %v", name, told, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
