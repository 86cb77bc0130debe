package enterprise

import (
	"context"
	"time"

	"regain/store/ask"
	"regain/store/column"
	"regain/store/drill"
)

// Drills implements drill.Store.
func (s Store) Drills(ctx context.Context, before time.Time, limit int) ([]string, error) {
	return ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} }, drill.Begun,
		column.MS(before), limit)
}
