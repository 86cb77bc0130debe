package trail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrStranger says that what is called a replica is a copy of another database.
var ErrStranger = errors.New("the replica is no copy of this database")

// Behind tells how many lines a replica on PostgreSQL lacks of the trail of its database. It returns
// ErrStranger for one that follows something else.
func Behind(ctx context.Context, own, replica *sql.DB) (lines int64, err error) {
	const last = "SELECT seq, id FROM events ORDER BY seq DESC LIMIT 1"
	var seq, head int64
	var there, here string
	err = own.QueryRowContext(ctx, last).Scan(&head, &here)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read database: %w", err)
	}
	err = replica.QueryRowContext(ctx, last).Scan(&seq, &there)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read replica: %w", err)
	}
	if err == nil && seq != head {
		err = own.QueryRowContext(ctx, "SELECT id FROM events WHERE seq = $1", seq).Scan(&here)
	}
	if errors.Is(err, sql.ErrNoRows) || err == nil && here != there {
		return 0, ErrStranger
	}
	return head - seq, err
}
