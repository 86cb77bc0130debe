package feed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"regain/security"
)

// Kind names what the lines of a stream are about.
type Kind string

// The kinds of stream.
const (
	Accounts      Kind = "accounts"
	Logins        Kind = "logins"
	Activities    Kind = "activities"
	Tickets       Kind = "tickets"
	Organisations Kind = "organisations"
)

// Told is what became of one line of a stream.
type Told struct {
	Number int // of the line in the stream, from 1
	LineResult
}

// Tally counts what became of the lines of a stream.
type Tally struct {
	Added, Updated, Unchanged, Refused int
	Warnings                           int // of lines that were kept
}

// Count adds what became of some lines.
func (t *Tally) Count(lines []Told) {
	for _, l := range lines {
		*[...]*int{&t.Refused, &t.Added, &t.Updated, &t.Unchanged}[l.Outcome]++
		t.Warnings += len(l.Warnings)
	}
}

// Import puts every line of in, one JSON object each, in as many transactions as it needs, and
// tells what became of the lines of each of them once it is kept. However long the stream is, only
// a part of it is held. What was told of is kept, also when in, tell or the database fails later:
// the error says at which line.
func (s *Service) Import(ctx context.Context, by security.Actor, what Kind, in io.Reader,
	tell func([]Told) error) error {
	put := map[Kind]func() error{
		Accounts: func() error {
			return stream(ctx, by, in, tell, ParseAccount, s.ImportAccounts)
		},
		Logins: func() error {
			return stream(ctx, by, in, tell, ParseLogin, s.ImportLogins)
		},
		Activities: func() error {
			return stream(ctx, by, in, tell, ParseActivity, s.ImportActivities)
		},
		Tickets: func() error {
			return stream(ctx, by, in, tell, ParseTicket, s.ImportTickets)
		},
		Organisations: func() error {
			return stream(ctx, by, in, tell, ParseOrganisation, s.ImportOrganisations)
		},
	}[what]
	return put()
}

// stream puts the lines of one kind.
func stream[L any](ctx context.Context, by security.Actor, in io.Reader, tell func([]Told) error,
	parse func(raw []byte) (L, Warnings, error),
	put func(context.Context, security.Actor, []L) ([]LineResult, error)) error {
	b := batch[L]{parse: parse, tell: tell,
		put: func(lines []L) ([]LineResult, error) { return put(ctx, by, lines) }}
	lines := bufio.NewReaderSize(in, 64<<10)
	for number := 1; ; number++ {
		raw, err := nextLine(lines)
		if err == nil && number == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
		}
		if errors.Is(err, io.EOF) {
			return b.flush()
		}
		if err := b.take(number, raw, err); err != nil {
			return errors.Join(fmt.Errorf("line %d: %w", number, err), b.flush())
		}
		if len(b.told) == ImportBatch {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
}

// batch gathers lines until there are enough for one transaction.
type batch[L any] struct {
	parse func(raw []byte) (L, Warnings, error)
	put   func([]L) ([]LineResult, error)
	tell  func([]Told) error
	told  []Told // of all lines; what becomes of the good ones is not known yet
	good  []L    // those without a fault, in their order
}

// take parses a line. Empty lines say nothing.
func (b *batch[L]) take(number int, raw []byte, err error) error {
	if err == nil && len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	t := Told{Number: number}
	var line L
	if err == nil {
		line, t.Warnings, err = b.parse(raw)
	}
	if err == nil {
		b.good = append(b.good, line)
	} else if !errors.As(err, &t.Err) {
		return err
	}
	b.told = append(b.told, t)
	return nil
}

// flush puts what was gathered and tells what became of it.
func (b *batch[L]) flush() error {
	if len(b.told) == 0 {
		return nil
	}
	var results []LineResult
	if len(b.good) > 0 {
		var err error
		if results, err = b.put(b.good); err != nil {
			return err
		}
	}
	for n := range b.told {
		t := &b.told[n]
		if t.Err != nil {
			t.Warnings = nil
			continue
		}
		r := results[0]
		results = results[1:]
		r.Warnings = append(t.Warnings, r.Warnings...)
		if r.Err != nil {
			r.Warnings = nil
		}
		t.LineResult = r
	}
	err := b.tell(b.told)
	b.told, b.good = b.told[:0], b.good[:0]
	return err
}

// maxLine is the longest line that is read. Nobody in an account writes as much: what they write is
// cut, and must not keep a line from being read.
const maxLine = 16 << 20

// nextLine returns the next line without its newline, valid until the next call. A line over
// maxLine is skipped and is a *LineError.
func nextLine(r *bufio.Reader) ([]byte, error) {
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
		return nil, &LineError{Code: LineTooLong, Detail: "want at most 16 MiB"}
	case errors.Is(err, io.EOF) && len(raw) > 0:
		return raw, nil
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(raw, []byte("\n")), nil
}
