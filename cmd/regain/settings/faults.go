package settings

import (
	"fmt"
	"strings"
)

// fault is one bad setting. It never repeats a value that may be secret.
type fault struct{ name, why string }

// Error lists every bad setting that a command needs.
type Error []fault

// Error names them all, one a line.
func (e Error) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.name + ": " + f.why
	}
	return strings.Join(lines, "\n")
}

// faults collects what is wrong while settings are read.
type faults struct{ all Error }

func (f *faults) add(name, format string, args ...any) {
	f.all = append(f.all, fault{name, fmt.Sprintf(format, args...)})
}
