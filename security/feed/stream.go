package feed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"regain/security"
	"regain/security/survive"
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
// the error says at which line. While a part is put and told of, the next one is read; when that fails, in is
// closed if it is an io.Closer, so that nobody waits for lines that are not needed any more.
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
	b := batch[L]{in: in, parse: parse, tell: tell,
		put: func(lines []L) ([]LineResult, error) { return put(ctx, by, lines) }}
	lines := bufio.NewReaderSize(in, 64<<10)
	for number := 1; ; number++ {
		raw, err := nextLine(lines)
		if err == nil && number == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
		}
		if errors.Is(err, io.EOF) {
			return b.end()
		}
		if err := b.take(number, raw, err); err != nil {
			return errors.Join(fmt.Errorf("line %d: %w", number, err), b.end())
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
	in    io.Reader
	parse func(raw []byte) (L, Warnings, error)
	put   func([]L) ([]LineResult, error)
	tell  func([]Told) error
	part[L]
	spare   part[L]    // has room for the next one
	putting chan error // of the part before; nil when there is none
}

// part is some of the lines.
type part[L any] struct {
	told []Told // of all lines; what becomes of the good ones is not known yet
	good []L    // those without a fault, in their order
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

// flush has what was gathered put behind the part before, and does not wait for it.
func (b *batch[L]) flush() error {
	if err := b.wait(); err != nil {
		return err
	}
	p, done := b.part, make(chan error, 1)
	b.part, b.spare, b.putting = part[L]{b.spare.told[:0], b.spare.good[:0]}, p, done
	go func() {
		err := survive.Panic(func() error { return b.keep(p) })
		if c, ok := b.in.(io.Closer); ok && err != nil {
			err = errors.Join(err, c.Close())
		}
		done <- err
	}()
	return nil
}

// wait returns what became of the part that is put.
func (b *batch[L]) wait() error {
	if b.putting == nil {
		return nil
	}
	err := <-b.putting
	b.putting = nil
	return err
}

// end puts what was gathered, and waits for it.
func (b *batch[L]) end() error {
	if err := b.flush(); err != nil {
		return err
	}
	return b.wait()
}

// keep puts a part and tells what became of it.
func (b *batch[L]) keep(p part[L]) error {
	if len(p.told) == 0 {
		return nil
	}
	var results []LineResult
	if len(p.good) > 0 {
		var err error
		if results, err = b.put(p.good); err != nil {
			return err
		}
	}
	for n := range p.told {
		t := &p.told[n]
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
	return b.tell(p.told)
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
