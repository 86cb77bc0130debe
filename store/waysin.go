package store

import (
	"context"

	"regain/security/access"
	"regain/store/held"
)

func (t tx) endWaysIn(ctx context.Context, w access.EndWaysIn) error {
	args := []any{ms(w.At)}
	if w.Account != "" {
		args = append(args, w.Account)
	}
	for _, q := range held.WaysIn(w) {
		if err := t.run(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}
