package logs

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reader takes a line when the test says how that goes.
type reader struct {
	asked chan struct{}
	goes  chan error
	lines []string
}

func (r *reader) Write(line []byte) (int, error) {
	r.asked <- struct{}{}
	if err := <-r.goes; err != nil {
		return 0, err
	}
	r.lines = append(r.lines, string(line))
	return len(line), nil
}

// TestLogPipe: a reader who hangs or fails keeps nobody waiting, and hears of what it missed.
func TestLogPipe(t *testing.T) {
	t.Parallel()
	r := &reader{asked: make(chan struct{}), goes: make(chan error)}
	p := NewPipe(r)
	write := func(line string) {
		if n, err := p.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
	}
	write("taken")
	<-r.asked // it hangs now
	for range room {
		write("waits")
	}
	for range 3 {
		write("lost")
	}
	if n := p.dropped.Load(); n != 3 {
		t.Errorf("%d lines dropped, want 3", n)
	}
	r.goes <- nil
	<-r.asked // to tell of it
	r.goes <- nil
	<-r.asked
	r.goes <- errors.New("gone")
	<-r.asked
	r.goes <- nil
	<-r.asked
	r.goes <- nil
	go func() {
		for range r.asked {
			r.goes <- nil
		}
	}()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	write("after the end")
	if n := p.dropped.Load(); n != 5 {
		t.Errorf("%d lines dropped, want 5", n)
	}
	var told []float64
	for i, line := range r.lines {
		var v map[string]any
		if json.Unmarshal([]byte(line), &v) == nil && v["event"] == "log_lines_dropped" {
			n, _ := v["lines"].(float64)
			told = append(told, n, float64(i))
		}
	}
	if diff := cmp.Diff([]float64{3, 1, 1, 3}, told); diff != "" || len(r.lines) != room+2 {
		t.Errorf("%d lines, told of (-want +got):\n%s", len(r.lines), diff)
	}
}
