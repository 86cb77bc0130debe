// Package ask is the database as the packages ask it that only make the text and the arguments of
// statements; the store sends them.
package ask

import (
	"context"

	"regain/security"
)

// Reader reads what the database has.
type Reader interface {
	// Each reads all rows; to says where the columns of the next one go.
	Each(ctx context.Context, to func() []any, q string, args ...any) error
}

// Conn is the database.
type Conn interface {
	Reader
	// Take is Each for a statement that changes what it returns.
	Take(ctx context.Context, to func() []any, q string, args ...any) error
	// Run runs one statement that stands by itself.
	Run(ctx context.Context, q string, args ...any) error
	// One is Run for a statement whose guard must let exactly one row pass.
	One(ctx context.Context, q string, args ...any) error
}

// One reads the only row; ErrNotFound: there is none.
func One[T any](ctx context.Context, c Reader, fields func(*T) []any, q string, args ...any) (x T,
	err error) {
	all, err := List(ctx, c, fields, q, args...)
	switch {
	case err != nil:
		return x, err
	case len(all) == 0:
		return x, security.ErrNotFound
	}
	return all[0], nil
}

// List reads all rows as things of one kind.
func List[T any](ctx context.Context, c Reader, fields func(*T) []any, q string, args ...any) (
	[]T, error) {
	var all []T
	err := c.Each(ctx, func() []any {
		all = append(all, *new(T))
		return fields(&all[len(all)-1])
	}, q, args...)
	return all, err
}

// Recall lets the rows of a table that wait, by their column until, for longer than ahead wait until soon only:
// they were put off while the clock ran ahead. Workers do it at every idle look, so it reads first: what writes
// has to wait on SQLite for whoever commits.
func Recall(ctx context.Context, c Conn, table, where, until string, soon, ahead int64) error {
	found, err := One(ctx, c, func(found *bool) []any { return []any{found} },
		"SELECT EXISTS (SELECT 1 FROM "+table+" WHERE "+where+" AND "+until+" > $1)", ahead)
	if err != nil || !found {
		return err
	}
	return c.Run(ctx, "UPDATE "+table+" SET "+until+" = $1 WHERE "+where+" AND "+until+" > $2", soon, ahead)
}
