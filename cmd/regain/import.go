package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"regain/security"
	"regain/security/feed"
	"regain/security/rooms"
)

type loginCmd struct {
	Import loginImportCmd `cmd:"" help:"Import logins, one JSON object a line."`
}

type activityCmd struct {
	Import activityImportCmd `cmd:"" help:"Import account activity, one JSON object a line."`
}

// importFile is the argument of every import.
type importFile struct {
	File string `arg:"" help:"File to read, - for standard input."`
	// The result is JSON in any case; the flag is for errors.
	jsonFlag
}

type (
	accountImportCmd  struct{ importFile }
	loginImportCmd    struct{ importFile }
	activityImportCmd struct{ importFile }
	ticketImportCmd   struct{ importFile }
)

// Run imports accounts.
func (c *accountImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, func(s *rooms.All) importer[feed.AccountLine] {
		return importer[feed.AccountLine]{feed.ParseAccount, s.Feed.ImportAccounts}
	})
}

// Run imports logins.
func (c *loginImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, func(s *rooms.All) importer[security.Login] {
		return importer[security.Login]{feed.ParseLogin, s.Feed.ImportLogins}
	})
}

// Run imports activity.
func (c *activityImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, func(s *rooms.All) importer[security.Activity] {
		return importer[security.Activity]{feed.ParseActivity, s.Feed.ImportActivities}
	})
}

// Run imports tickets.
func (c *ticketImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, func(s *rooms.All) importer[security.Ticket] {
		return importer[security.Ticket]{feed.ParseTicket, s.Feed.ImportTickets}
	})
}

// importer reads lines of one kind and puts them into the database.
type importer[L any] struct {
	parse func(raw []byte) (L, feed.Warnings, error)
	put   func(context.Context, security.Actor, []L) ([]feed.LineResult, error)
}

// tally is the result of an import.
type tally struct {
	Added     int `json:"added"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	// Warnings counts what was left out of lines that were kept.
	Warnings int `json:"warnings,omitempty"`
}

func (t *tally) count(o feed.Outcome) {
	switch o {
	case feed.Added:
		t.Added++
	case feed.Updated:
		t.Updated++
	case feed.Unchanged:
		t.Unchanged++
	case feed.Refused:
		t.Refused++
	}
}

// runImport streams the file into the database. What was good is kept, also
// when a later line is bad or the run is interrupted.
func runImport[L any](ctx context.Context, p *program, path string,
	of func(*rooms.All) importer[L]) (err error) {
	in, err := p.input(path)
	if err != nil {
		return err
	}
	defer in.Close()
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	m := p.meter(in)
	b := batch[L]{importer: of(x.service), say: p.sayOfLine, progress: m.tell}
	err = b.run(ctx, m)
	m.end()
	if printErr := p.printJSON(p.stdout, b.tally); printErr != nil {
		return printErr
	}
	switch {
	case err != nil:
		return err
	case b.tally.Refused > 0:
		return failure{"lines_refused", refusedWords(b.tally.Refused)}
	}
	return nil
}

func refusedWords(n int) string {
	if n == 1 {
		return "1 line was refused; the others are kept"
	}
	return fmt.Sprintf("%d lines were refused; the others are kept", n)
}

func (p *program) input(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(p.stdin), nil
	}
	return os.Open(path)
}

func (p *program) sayOfLine(number int, err error) {
	p.say("line %d: %v", number, err)
}

// batch gathers lines until there are enough for one transaction. However long
// the file is, it holds no more than that.
type batch[L any] struct {
	importer[L]
	say      func(number int, err error)
	progress func(lines int, t tally)
	tally    tally
	rows     []row[L]
}

// row is one line that waits, or its fault.
type row[L any] struct {
	number int
	line   L
	fault  error
	left   feed.Warnings
}

// maxLine is the longest line that is read. Nobody in an account writes as much: what they write is
// cut, and must not keep a line from being read.
const maxLine = 16 << 20

func (b *batch[L]) run(ctx context.Context, in io.Reader) error {
	lines := bufio.NewReader(in)
	for number := 1; ; number++ {
		raw, err := readLine(lines)
		if err == nil && number == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
		}
		if errors.Is(err, io.EOF) {
			return b.flush(ctx)
		}
		if err := b.take(number, raw, err); err != nil {
			return errors.Join(fmt.Errorf("line %d: %w", number, err), b.flush(ctx))
		}
		if len(b.rows) == feed.ImportBatch {
			if err := b.flush(ctx); err != nil {
				return err
			}
			b.progress(number, b.tally)
		}
	}
}

// take parses a line. Empty lines say nothing.
func (b *batch[L]) take(number int, raw []byte, err error) error {
	if err == nil && len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	r := row[L]{number: number, fault: err}
	if err == nil {
		r.line, r.left, r.fault = b.parse(raw)
	}
	if r.fault != nil && !errors.As(r.fault, new(*feed.LineError)) {
		return r.fault
	}
	b.rows = append(b.rows, r)
	return nil
}

// flush puts what was gathered and tells of the lines that were refused, in
// their order.
func (b *batch[L]) flush(ctx context.Context) error {
	var good []L
	for _, r := range b.rows {
		if r.fault == nil {
			good = append(good, r.line)
		}
	}
	var results []feed.LineResult
	if len(good) > 0 {
		var err error
		if results, err = b.put(ctx, security.Operator("import"), good); err != nil {
			return err
		}
	}
	for _, r := range b.rows {
		result := feed.LineResult{Outcome: feed.Refused}
		if r.fault == nil {
			result, results = results[0], results[1:]
			if result.Err != nil {
				r.fault = result.Err
			}
		}
		b.tally.count(result.Outcome)
		b.tell(r, result.Warnings)
	}
	b.rows = b.rows[:0]
	return nil
}

// tell says why a line was refused, or what of it was left out.
func (b *batch[L]) tell(r row[L], more feed.Warnings) {
	if r.fault != nil {
		b.say(r.number, r.fault)
		return
	}
	for _, left := range append(r.left, more...) {
		b.tally.Warnings++
		b.say(r.number, fmt.Errorf("warning: %w", left))
	}
}

// readLine returns the next line without its newline, valid until the next
// call. A line over maxLine is skipped and is a *security.LineError.
func readLine(r *bufio.Reader) ([]byte, error) {
	raw, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		raw = bytes.Clone(raw)
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		var more []byte
		if more, err = r.ReadSlice('\n'); len(raw) <= maxLine {
			raw = append(raw, more...)
		}
	}
	switch {
	case len(raw) > maxLine+1 && (err == nil || errors.Is(err, io.EOF)):
		return nil, &feed.LineError{Code: feed.LineTooLong, Detail: "want at most 16 MiB"}
	case errors.Is(err, io.EOF) && len(raw) > 0:
		return raw, nil
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(raw, []byte("\n")), nil
}
