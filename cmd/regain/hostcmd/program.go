// Package hostcmd is the commands for programs of the marketplace: the keys of the API, and the
// webhooks.
package hostcmd

import (
	"context"
	"io"
	"strings"
	"time"

	"regain/security/rooms"
	"regain/security/webhook"
)

// Program is the run of the command line that a command is part of.
type Program interface {
	// Open opens the portal, to change something or only to read.
	Open(ctx context.Context, change bool) (Opened, error)
	// Print writes a line of the result, JSON all of it. Say is for people who watch.
	Print(format string, args ...any)
	JSON(v any) error
	Say(format string, args ...any)
	// Failure is an error with a code of its own, Usage one of whoever typed.
	Failure(code, message string) error
	Usage(err error) error
}

// Opened is the portal for a command.
type Opened struct {
	*rooms.All
	Send webhook.Send // nil when it was opened to read
	io.Closer
}

type asJSON struct {
	JSON bool `name:"json" help:"Print one JSON value and nothing else."`
}

// WordsOf lists the words that something can be.
func WordsOf[T ~string](all []T, between string) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	return strings.Join(words, between)
}

// when is a moment under --json; null when there is none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
