// Package progress tells whoever watches how far an import is.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"

	"regain/security/feed"
)

// Meter tells whoever watches how far an import is: in one line of a terminal that moves, elsewhere
// in a line now and then.
type Meter struct {
	io.Reader              // what is imported
	size      int64        // of it, in bytes; 0 where nobody knows it
	read      atomic.Int64 // of it, in bytes, also while it is told
	out       io.Writer
	moves     bool // out is a terminal
	now       func() time.Time
	began     time.Time
	told      time.Time
}

// How often a meter tells something.
const (
	redrawn = time.Second / 5
	retold  = 10 * time.Second
)

// New watches an import from in and tells of it on out.
func New(in io.Reader, out io.Writer) *Meter {
	m := &Meter{Reader: in, out: out, now: time.Now}
	if f, ok := out.(*os.File); ok {
		m.moves = isatty.IsTerminal(f.Fd())
	}
	if f, ok := in.(*os.File); ok {
		if about, err := f.Stat(); err == nil && about.Mode().IsRegular() {
			m.size = about.Size()
		}
	}
	m.began = m.now()
	m.told = m.began
	return m
}

// Read implements io.Reader.
func (m *Meter) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.read.Add(int64(n))
	return n, err
}

// Tell says how far it is after so many lines, unless it has just done so.
func (m *Meter) Tell(lines int, t feed.Tally) {
	now, pause := m.now(), retold
	if m.moves {
		pause = redrawn
	}
	if now.Sub(m.told) < pause {
		return
	}
	m.told = now
	words := fmt.Sprintf("%d lines, %d refused, %.0f a second", lines, t.Refused,
		float64(lines)/now.Sub(m.began).Seconds())
	if m.size > 0 {
		words = fmt.Sprintf("%d %%, %s", 100*m.read.Load()/m.size, words)
	}
	if m.moves {
		fmt.Fprintf(m.out, "\r%s%s\x1b[K\r", m.bar(), words)
		return
	}
	fmt.Fprintln(m.out, words)
}

// bar draws how much of the input is read; it is empty where nobody knows.
func (m *Meter) bar() string {
	const wide = 20
	if m.size == 0 {
		return ""
	}
	bar := []byte("[                    ] ")
	for i := range min(wide, wide*m.read.Load()/m.size) {
		bar[1+i] = '#'
	}
	return string(bar)
}

// End takes the line that moves away.
func (m *Meter) End() {
	if m.moves {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}
