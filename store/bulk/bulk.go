// Package bulk is the locking of many accounts at once: the jobs and what became of each account. It
// makes the text and the arguments of statements; the store sends them.
package bulk

import (
	"context"

	"regain/security/lockout"
	"regain/store/ask"
	"regain/store/column"
)

// Store implements lockout.Jobs.
type Store struct{ Conn ask.Conn }

const jobColumns = `id, by_whom, ip, agent, cause, evidence, drafted_at, started_at,
	done_at, by_kind`

func jobFields(j *lockout.LockJob) []any {
	return []any{&j.ID, &j.By, &j.IP, &j.Agent, &j.Cause, &j.Evidence, column.Time(&j.DraftedAt),
		column.Time(&j.StartedAt), column.Time(&j.DoneAt), &j.ByKind}
}

// LockJob implements lockout.Jobs.
func (s Store) LockJob(ctx context.Context, id string) (lockout.LockJob, error) {
	return ask.One(ctx, s.Conn, jobFields,
		"SELECT "+jobColumns+" FROM lock_jobs WHERE id = $1", id)
}

// LockJobs implements lockout.Jobs, newest first.
func (s Store) LockJobs(ctx context.Context, limit int) ([]lockout.LockJob, error) {
	return ask.List(ctx, s.Conn, jobFields, "SELECT "+jobColumns+` FROM lock_jobs
		ORDER BY drafted_at DESC, id DESC LIMIT $1`, limit)
}

// RunningLockJobs implements lockout.Jobs.
func (s Store) RunningLockJobs(ctx context.Context) ([]lockout.LockJob, error) {
	return ask.List(ctx, s.Conn, jobFields, "SELECT "+jobColumns+` FROM lock_jobs
		WHERE started_at > 0 AND done_at = 0 ORDER BY started_at, id`)
}

const itemQuery = `SELECT i.job_id, i.position, i.typed, i.account_id, i.outcome, i.case_id,
	COALESCE(a.username, ''), COALESCE(c.number, '') FROM lock_items i
	LEFT JOIN accounts a ON a.id = i.account_id LEFT JOIN cases c ON c.id = i.case_id `

// LockItems implements lockout.Jobs.
func (s Store) LockItems(ctx context.Context, job string, outcome lockout.LockOutcome,
	after, limit int) ([]lockout.LockItem, error) {
	q, args := itemQuery+"WHERE i.job_id = $1 AND i.position > $2",
		[]any{job, after, limit}
	if outcome != "" {
		q, args = q+" AND i.outcome = $4", append(args, outcome)
	}
	return ask.List(ctx, s.Conn, func(i *lockout.LockItem) []any {
		return []any{&i.Job, &i.Position, &i.Typed, &i.Account, &i.Outcome, &i.Case,
			&i.Username, &i.CaseNumber}
	}, q+" ORDER BY i.position LIMIT $3", args...)
}

// LockTally implements lockout.Jobs. An outcome that no item has is not
// in it.
func (s Store) LockTally(ctx context.Context, job string) (map[lockout.LockOutcome]int, error) {
	type sum struct {
		outcome lockout.LockOutcome
		n       int
	}
	sums, err := ask.List(ctx, s.Conn, func(x *sum) []any {
		return []any{&x.outcome, &x.n}
	}, "SELECT outcome, COUNT(*) FROM lock_items WHERE job_id = $1 GROUP BY outcome", job)
	if err != nil {
		return nil, err
	}
	tally := make(map[lockout.LockOutcome]int, len(sums))
	for _, x := range sums {
		tally[x.outcome] = x.n
	}
	return tally, nil
}

// StartLockJob is the statement of a lockout.StartLockJob.
func StartLockJob(w lockout.StartLockJob) (string, []any, error) {
	return "UPDATE lock_jobs SET started_at = $1 WHERE id = $2 AND started_at = 0",
		[]any{column.MS(w.At), w.ID}, nil
}

// SettleLockItem is the statement of a lockout.SettleLockItem.
func SettleLockItem(w lockout.SettleLockItem) (string, []any, error) {
	return `UPDATE lock_items SET outcome = $1, case_id = $2
		WHERE job_id = $3 AND position = $4 AND outcome = 'waiting'`,
		[]any{w.Outcome, w.Case, w.Job, w.Position}, nil
}

// LeaveLockItems is the statement of a lockout.LeaveLockItems.
func LeaveLockItems(w lockout.LeaveLockItems) (string, []any, error) {
	return "UPDATE lock_items SET outcome = $1 WHERE job_id = $2 AND outcome = 'waiting'",
		[]any{lockout.LockStopped, w.Job}, nil
}

// FinishLockJob is the statement of a lockout.FinishLockJob.
func FinishLockJob(w lockout.FinishLockJob) (string, []any, error) {
	return `UPDATE lock_jobs SET done_at = $1
		WHERE id = $2 AND started_at > 0 AND done_at = 0`,
		[]any{column.MS(w.At), w.ID}, nil
}
