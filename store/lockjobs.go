package store

import (
	"context"

	"regain/security/lockout"
)

const lockJobColumns = `id, by_whom, ip, agent, cause, evidence, drafted_at, started_at,
	done_at, by_kind`

func lockJobFields(j *lockout.LockJob) []any {
	return []any{&j.ID, &j.By, &j.IP, &j.Agent, &j.Cause, &j.Evidence, at(&j.DraftedAt),
		at(&j.StartedAt), at(&j.DoneAt), &j.ByKind}
}

// LockJob implements lockout.Store.
func (db *DB) LockJob(ctx context.Context, id string) (lockout.LockJob, error) {
	return find(ctx, db.reader(), lockJobFields,
		"SELECT "+lockJobColumns+" FROM lock_jobs WHERE id = $1", id)
}

// LockJobs implements security.StaffStore, newest first.
func (db *DB) LockJobs(ctx context.Context, limit int) ([]lockout.LockJob, error) {
	return list(ctx, db.reader(), lockJobFields, "SELECT "+lockJobColumns+` FROM lock_jobs
		ORDER BY drafted_at DESC, id DESC LIMIT $1`, limit)
}

// RunningLockJobs implements lockout.Store.
func (db *DB) RunningLockJobs(ctx context.Context) ([]lockout.LockJob, error) {
	return list(ctx, db.reader(), lockJobFields, "SELECT "+lockJobColumns+` FROM lock_jobs
		WHERE started_at > 0 AND done_at = 0 ORDER BY started_at, id`)
}

const lockItemColumns = "job_id, position, typed, account_id, outcome, case_id"

const lockItemQuery = `SELECT i.job_id, i.position, i.typed, i.account_id, i.outcome, i.case_id,
	COALESCE(a.username, ''), COALESCE(c.number, '') FROM lock_items i
	LEFT JOIN accounts a ON a.id = i.account_id LEFT JOIN cases c ON c.id = i.case_id `

// LockItems implements lockout.Store.
func (db *DB) LockItems(ctx context.Context, job string, outcome lockout.LockOutcome,
	after, limit int) ([]lockout.LockItem, error) {
	q, args := lockItemQuery+"WHERE i.job_id = $1 AND i.position > $2",
		[]any{job, after, limit}
	if outcome != "" {
		q, args = q+" AND i.outcome = $4", append(args, outcome)
	}
	return list(ctx, db.reader(), func(i *lockout.LockItem) []any {
		return []any{&i.Job, &i.Position, &i.Typed, &i.Account, &i.Outcome, &i.Case,
			&i.Username, &i.CaseNumber}
	}, q+" ORDER BY i.position LIMIT $3", args...)
}

// LockTally implements lockout.Store. An outcome that no item has is not
// in it.
func (db *DB) LockTally(ctx context.Context, job string) (map[lockout.LockOutcome]int, error) {
	type sum struct {
		outcome lockout.LockOutcome
		n       int
	}
	sums, err := list(ctx, db.reader(), func(s *sum) []any {
		return []any{&s.outcome, &s.n}
	}, "SELECT outcome, COUNT(*) FROM lock_items WHERE job_id = $1 GROUP BY outcome", job)
	if err != nil {
		return nil, err
	}
	tally := make(map[lockout.LockOutcome]int, len(sums))
	for _, s := range sums {
		tally[s.outcome] = s.n
	}
	return tally, nil
}

func (t tx) draftLockJob(ctx context.Context, w lockout.DraftLockJob) error {
	j := w.Job
	err := t.one(ctx, "INSERT INTO lock_jobs ("+lockJobColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)`,
		j.ID, j.By, j.IP, j.Agent, j.Cause, j.Evidence, ms(j.DraftedAt), j.ByKind)
	if err != nil {
		return err
	}
	return t.add(ctx, "INSERT INTO lock_items ("+lockItemColumns+")", "",
		rowsOf(w.Items, func(i lockout.LockItem) []any {
			return []any{j.ID, i.Position, i.Typed, i.Account, i.Outcome, i.Case}
		}))
}

func (t tx) startLockJob(ctx context.Context, w lockout.StartLockJob) error {
	return t.one(ctx, "UPDATE lock_jobs SET started_at = $1 WHERE id = $2 AND started_at = 0",
		ms(w.At), w.ID)
}

func (t tx) settleLockItem(ctx context.Context, w lockout.SettleLockItem) error {
	return t.one(ctx, `UPDATE lock_items SET outcome = $1, case_id = $2
		WHERE job_id = $3 AND position = $4 AND outcome = 'waiting'`,
		w.Outcome, w.Case, w.Job, w.Position)
}

func (t tx) leaveLockItems(ctx context.Context, w lockout.LeaveLockItems) error {
	return t.run(ctx, "UPDATE lock_items SET outcome = $1 WHERE job_id = $2 AND outcome = 'waiting'",
		lockout.LockStopped, w.Job)
}

func (t tx) finishLockJob(ctx context.Context, w lockout.FinishLockJob) error {
	return t.one(ctx, `UPDATE lock_jobs SET done_at = $1
		WHERE id = $2 AND started_at > 0 AND done_at = 0`, ms(w.At), w.ID)
}
