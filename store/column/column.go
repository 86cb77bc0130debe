// Package column is how times, references and lists of codes stand in a column.
package column

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// MS is the stored form of a time: unix milliseconds, 0 for the zero time.
func MS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMS is the time that MS made n of, in UTC.
func FromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// Time scans a stored time into t; NULL is the zero time.
func Time(t *time.Time) sql.Scanner { return &instant{t} }

type instant struct{ to *time.Time }

// Scan implements sql.Scanner.
func (i *instant) Scan(src any) error {
	var n sql.Null[int64]
	if err := n.Scan(src); err != nil {
		return err
	}
	*i.to = FromMS(n.V)
	return nil
}

// Optional scans a reference into to; NULL, for none, is "".
func Optional(to *string) sql.Scanner { return &reference{to} }

// Reference is the stored form of a reference; "", for none, is NULL.
func Reference(id string) any {
	if id == "" {
		return nil
	}
	return id
}

type reference struct{ to *string }

// Scan implements sql.Scanner.
func (r *reference) Scan(src any) error {
	var id sql.NullString
	err := id.Scan(src)
	*r.to = id.String
	return err
}

// Codes scans the stored form of a list of codes, a JSON list, into to; an empty one is nil.
func Codes[T ~string](to *[]T) sql.Scanner { return &codeList[T]{to} }

type codeList[T ~string] struct{ to *[]T }

// Scan implements sql.Scanner.
func (c *codeList[T]) Scan(src any) error {
	var text sql.NullString
	if err := text.Scan(src); err != nil {
		return err
	}
	*c.to = nil
	if !text.Valid {
		return nil
	}
	var stored []T
	if err := json.Unmarshal([]byte(text.String), &stored); err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	*c.to = slices.Concat(stored)
	return nil
}

// EncodeCodes is the stored form of a list of codes.
func EncodeCodes[T ~string](list []T) (string, error) {
	text, err := json.Marshal(append([]T{}, list...))
	return string(text), err
}

// Places is a list of n placeholders: $1,$2,…
func Places(n int) string {
	rows := Rows(1, n)
	return rows[1 : len(rows)-1]
}

// Rows is a list of n rows of placeholders: ($1,$2),($3,$4),…
func Rows(n, columns int) string {
	var b []byte
	for i := range n * columns {
		between := ",$"
		switch {
		case i == 0:
			between = "($"
		case i%columns == 0:
			between = "),($"
		}
		b = strconv.AppendInt(append(b, between...), int64(i+1), 10)
	}
	return string(append(b, ')'))
}
