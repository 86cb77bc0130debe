package logs

import (
	"io"
	"log/slog"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// room is how many lines wait for a reader that is slow.
const room = 4096

// drainTime is how long the last lines may take at the end.
const drainTime = 2 * time.Second

// Pipe takes lines without ever waiting for whoever reads them. What does not fit is dropped and
// counted, and told as soon as lines go out again. The audit trail in the database loses nothing.
type Pipe struct {
	to      io.Writer
	lines   chan []byte
	written chan struct{} // closed after the last line
	dropped atomic.Int64  // since the start
	told    int64         // how many of them the reader knows of
	log     *slog.Logger  // straight to the reader
	turn    sync.RWMutex
	closed  bool
}

// NewPipe writes to a reader who may be slow.
func NewPipe(to io.Writer) *Pipe {
	p := &Pipe{to: to, lines: make(chan []byte, room), written: make(chan struct{}),
		log: slog.New(New(to, slog.LevelWarn))}
	go p.write()
	return p
}

// IgnoreBrokenPipes keeps the program alive when nobody reads its standard output or error any more.
func IgnoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// Write implements io.Writer. It never fails.
func (p *Pipe) Write(line []byte) (int, error) {
	p.turn.RLock()
	defer p.turn.RUnlock()
	if p.closed {
		p.dropped.Add(1)
		return len(line), nil
	}
	select {
	case p.lines <- append([]byte(nil), line...):
	default:
		p.dropped.Add(1)
	}
	return len(line), nil
}

func (p *Pipe) write() {
	defer close(p.written)
	for line := range p.lines {
		if _, err := p.to.Write(line); err != nil {
			p.dropped.Add(1)
			continue
		}
		if n := p.dropped.Load(); n > p.told {
			p.log.Warn("log_lines_dropped", "lines", n-p.told)
			p.told = n
		}
	}
}

// Metric tells how many lines were dropped.
func (p *Pipe) Metric() prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "regain",
		Name: "log_lines_dropped_total", Help: "Lines of the log that nobody read in time."},
		func() float64 { return float64(p.dropped.Load()) })
}

// Close waits for the last lines, but not for long.
func (p *Pipe) Close() error {
	p.turn.Lock()
	if !p.closed {
		p.closed = true
		close(p.lines)
	}
	p.turn.Unlock()
	select {
	case <-p.written:
	case <-time.After(drainTime):
	}
	return nil
}
