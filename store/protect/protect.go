// Package protect is what the protection centre brings with it: reports and campaigns. It makes the
// text and the arguments of statements; the store sends them.
package protect

import (
	"context"

	"regain/security"
	"regain/store/host"
)

// Store implements the Store of report.
type Store struct {
	Conn host.Conn
	// Reader is asked for what no decision hangs on: what it says may be a moment old.
	Reader host.Reader
}

// one reads the only row; ErrNotFound: there is none.
func one[T any](ctx context.Context, c host.Reader, fields func(*T) []any, q string, args ...any) (x T,
	err error) {
	all, err := list(ctx, c, fields, q, args...)
	switch {
	case err != nil:
		return x, err
	case len(all) == 0:
		return x, security.ErrNotFound
	}
	return all[0], nil
}

// list reads all rows as things of one kind.
func list[T any](ctx context.Context, c host.Reader, fields func(*T) []any, q string, args ...any) (
	[]T, error) {
	var all []T
	err := c.Each(ctx, func() []any {
		all = append(all, *new(T))
		return fields(&all[len(all)-1])
	}, q, args...)
	return all, err
}
