package store

import (
	"context"

	"regain/security/lockout"
	"regain/store/bulk"
)

// Bulk is the locking of many accounts at once.
func (db *DB) Bulk() bulk.Store { return bulk.Store{Conn: pools{db}} }

func (t tx) draftLockJob(ctx context.Context, w lockout.DraftLockJob) error {
	j := w.Job
	err := t.one(ctx, `INSERT INTO lock_jobs (id, by_whom, ip, agent, cause, evidence, drafted_at,
		started_at, done_at, by_kind) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)`,
		j.ID, j.By, j.IP, j.Agent, j.Cause, j.Evidence, ms(j.DraftedAt), j.ByKind)
	if err != nil {
		return err
	}
	return t.add(ctx, "INSERT INTO lock_items (job_id, position, typed, account_id, outcome, case_id)", "",
		rowsOf(w.Items, func(i lockout.LockItem) []any {
			return []any{j.ID, i.Position, i.Typed, i.Account, i.Outcome, i.Case}
		}))
}
