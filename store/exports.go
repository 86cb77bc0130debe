package store

import (
	"context"

	"regain/security/datacopy"
	"regain/security/privacy"
	"regain/store/held"
)

const exportColumns = "id, account_id, asked_at, ready_at, ends_at"

func exportFields(e *privacy.Export) []any {
	return []any{&e.ID, &e.Account, at(&e.AskedAt), at(&e.ReadyAt), at(&e.EndsAt)}
}

// Export implements privacy.Store.
func (db *DB) Export(ctx context.Context, id string) (privacy.Export, error) {
	return find(ctx, db.reader(), func(e *privacy.Export) []any {
		return append(exportFields(e), &e.Data)
	}, "SELECT "+exportColumns+", data FROM exports WHERE id = $1", id)
}

// Exports implements privacy.Store.
func (db *DB) Exports(ctx context.Context, account string) ([]privacy.Export, error) {
	return list(ctx, db.reader(), exportFields, "SELECT "+exportColumns+` FROM exports
		WHERE account_id = $1 ORDER BY asked_at DESC, id DESC`, account)
}

// OpenExports implements privacy.Store.
func (db *DB) OpenExports(ctx context.Context, limit int) ([]privacy.Export, error) {
	return list(ctx, db.reader(), exportFields, "SELECT "+exportColumns+` FROM exports
		WHERE ready_at = 0 ORDER BY asked_at, id LIMIT $1`, limit)
}

func (t tx) askExport(ctx context.Context, w privacy.AskExport) error {
	e := w.Export
	return t.one(ctx, "INSERT INTO exports ("+exportColumns+`, data)
		VALUES ($1, $2, $3, 0, $4, '')`, e.ID, e.Account, ms(e.AskedAt), ms(e.EndsAt))
}

func (t tx) finishExport(ctx context.Context, w privacy.FinishExport) error {
	return t.one(ctx, `UPDATE exports SET data = $1, ready_at = $2, ends_at = $3
		WHERE id = $4 AND ready_at = 0`, w.Data, ms(w.ReadyAt), ms(w.Ends), w.ID)
}

// Copy implements privacy.Store.
func (db *DB) Copy(ctx context.Context, account string, limit int) ([]datacopy.Section, error) {
	return held.Copy(ctx, func(ctx context.Context, fields func(*held.Record) []any, q string,
		args ...any) ([]held.Record, error) {
		return list(ctx, db.reader(), fields, q, args...)
	}, account, limit)
}
