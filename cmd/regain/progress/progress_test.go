package progress

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regain/security/feed"
)

// TestMeter tells how far an import is, and not too often.
func TestMeter(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		moves bool
		size  int64
		steps []time.Duration
		want  string
	}{
		"terminal": {true, 40, []time.Duration{100 * time.Millisecond, 100 * time.Millisecond, time.Second},
			"\r[#####               ] 25 %, 20 lines, 3 refused, 100 a second\x1b[K\r" +
				"\r[#######             ] 37 %, 30 lines, 3 refused, 25 a second\x1b[K\r\r\x1b[K"},
		"pipe into a terminal": {true, 0, []time.Duration{time.Second}, "\r10 lines, 3 refused, 10 a second\x1b[K\r\r\x1b[K"},
		"log": {false, 10, []time.Duration{time.Second, 8 * time.Second, time.Second, time.Second},
			"150 %, 30 lines, 3 refused, 3 a second\n"},
		"pipe into a log": {false, 0, []time.Duration{20 * time.Second}, "10 lines, 3 refused, 0 a second\n"},
		"short":           {false, 10, []time.Duration{time.Second}, ""},
	} {
		var out strings.Builder
		now := time.Unix(1, 0)
		m := &Meter{Reader: strings.NewReader(strings.Repeat("a", 100)), size: row.size, out: &out, moves: row.moves,
			now: func() time.Time { return now }, began: now, told: now}
		for i, step := range row.steps {
			if _, err := io.ReadFull(m, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			now = now.Add(step)
			m.Tell(10*(i+1), feed.Tally{Refused: 3})
		}
		m.End()
		if got := out.String(); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

// TestMeterOfFile knows the size of a file, and none of a stream.
func TestMeterOfFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(path, []byte("four"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m := New(f, io.Discard); m.size != 4 || m.moves {
		t.Errorf("%+v", m)
	}
	if m := New(strings.NewReader("four"), io.Discard); m.size != 0 {
		t.Errorf("a stream of %d bytes", m.size)
	}
}
