// Package paging is the pages of the lists that are read one after the other.
package paging

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
)

// Size is how many rows a page has unless somebody asks for fewer or more, Most at most.
const (
	Size = 100
	Most = 500
)

// Error names what of a question is no such value.
type Error string

// Error implements error.
func (e Error) Error() string { return "filter: " + string(e) }

// Ask asks for a page of a list. A Limit of 0 is the usual one.
type Ask struct {
	Limit  int
	Cursor string // Next of the page before; "" for the first
}

// Page is one page of a list. Next is the cursor of what follows, "" when nothing does; Cursor is that
// of what follows a row.
type Page[T any] struct {
	Rows   []T
	Next   string
	Cursor func(T) string
}

// Read reads a page of a list, and one row more to know whether something follows. The cursor is
// bound to what list says. What is asked for wrongly is an Error.
func Read[T any](ctx context.Context, s *security.Core, list string, q Ask,
	read func(ctx context.Context, after security.Cursor, limit int) ([]T, error),
	at func(T) security.Cursor) (Page[T], error) {
	var p Page[T]
	if q.Limit == 0 {
		q.Limit = Size
	}
	if q.Limit < 1 || q.Limit > Most {
		return p, Error("limit")
	}
	after, ok := cursor(s, list, q.Cursor)
	if !ok {
		return p, Error("cursor")
	}
	rows, err := read(ctx, after, q.Limit+1)
	if err != nil {
		name, _, _ := strings.Cut(list, "\n")
		return p, fmt.Errorf("read list of %s: %w", name, err)
	}
	p.Cursor = func(row T) string { return text(s, list, at(row)) }
	if len(rows) > q.Limit {
		rows, p.Next = rows[:q.Limit], p.Cursor(rows[q.Limit-1])
	}
	p.Rows = rows
	return p, nil
}

// text is the text of a cursor, which nobody can make but us.
func text(s *security.Core, of string, c security.Cursor) string {
	plain := strconv.FormatInt(c.At.UnixMilli(), 10) + " " + c.ID
	return base64.RawURLEncoding.EncodeToString([]byte(plain + " " +
		s.Keys.Digest("cursor", of+"\n"+plain)))
}

// cursor reads the text of one; "" is the beginning.
func cursor(s *security.Core, of, text string) (c security.Cursor, ok bool) {
	if text == "" {
		return c, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	plain, digest, _ := strings.Cut(string(raw), " ")
	id, digest, ok := strings.Cut(digest, " ")
	ms, bad := strconv.ParseInt(plain, 10, 64)
	if err != nil || bad != nil || !ok ||
		!slices.Contains(s.Keys.DigestAll("cursor", of+"\n"+plain+" "+id), digest) {
		return c, false
	}
	return security.Cursor{At: time.UnixMilli(ms).UTC(), ID: id}, true
}
