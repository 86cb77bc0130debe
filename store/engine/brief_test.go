package engine

import (
	"context"
	"database/sql"
	"errors"
	"testing"
)

// heard is a transaction that remembers whether its statements could be given up in the middle.
type heard struct {
	Conn
	statements, cut int
}

func (h *heard) ExecContext(ctx context.Context, _ string, _ ...any) (sql.Result, error) {
	h.statements++
	if ctx.Done() != nil {
		h.cut++
	}
	return nil, nil
}

// TestBrief: on SQLite a statement is not given up in the middle, and there is no next one.
func TestBrief(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		on              *Dialect
		statements, cut int
		want            error
	}{{&SQLite, 1, 0, context.Canceled}, {&Postgres, 2, 2, nil}} {
		ctx, cancel := context.WithCancel(t.Context())
		h := &heard{}
		c := tt.on.Brief(h)
		if _, err := c.ExecContext(ctx, "first"); err != nil {
			t.Errorf("%s: %v", tt.on.Name, err)
		}
		cancel()
		_, err := c.ExecContext(ctx, "second")
		if !errors.Is(err, tt.want) || h.statements != tt.statements || h.cut != tt.cut {
			t.Errorf("%s: %v, %d statements, %d to be cut, want %v, %d, %d", tt.on.Name, err,
				h.statements, h.cut, tt.want, tt.statements, tt.cut)
		}
	}
}
