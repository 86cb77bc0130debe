package held

import (
	"context"
	"fmt"
	"slices"

	"regain/security"
	"regain/store/engine"
)

// Over says of each change whether somebody acts in it whose session was ended: 1 then.
type Over []int

// Read reads it, with what waits in the transaction. It comes after the place in the audit trail, for which
// whatever ends sessions waits, too.
func (x Over) Read(ctx context.Context, d *engine.Dialect, on engine.Conn, changes []security.Change) error {
	for i, c := range changes {
		if c.Event.By.Session == "" {
			continue
		}
		err := d.Soon(ctx, on, []any{&x[i]}, "SELECT COUNT(*) FROM sessions WHERE id = $1 AND ended_at <> 0",
			c.Event.By.Session)
		if err != nil {
			return err
		}
	}
	return nil
}

// Err is a conflict where one was ended, so that whoever presses a button twice is answered by what is so now, and an
// ErrNoSession.
func (x Over) Err() error {
	if slices.Contains(x, 1) {
		return fmt.Errorf("%w: %w", security.ErrConflict, security.ErrNoSession)
	}
	return nil
}
