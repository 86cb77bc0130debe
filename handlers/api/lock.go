package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"regain/handlers"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/market"
	"regain/security/paging"
	"regain/security/refusal"
	"regain/security/staff"
)

// BatchLocks implements StrictServerInterface.
func (x server) BatchLocks(ctx context.Context, r BatchLocksRequestObject) (BatchLocksResponseObject,
	error) {
	list, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read list: %w", err)
	}
	d, err := feed.ParseLocks(list)
	if err != nil {
		return nil, err
	}
	if some(r.Params.DryRun) {
		items, err := x.Security.Lockout.LockTrial(ctx, member(ctx), d)
		return trial(items), err
	}
	j, err := x.Security.Lockout.LockMany(ctx, member(ctx), d)
	if err != nil {
		return nil, err
	}
	out, err := x.lockJob(ctx, j.ID)
	return BatchLocks202JSONResponse{Body: out,
		Headers: BatchLocks202ResponseHeaders{Location: Base + "/lock_jobs/" + j.ID}}, err
}

// trial is what would become of each line, and how many would fare alike.
func trial(items []lockout.LockItem) flow {
	return func(to *json.Encoder, _ func() error) error {
		n := map[lockout.LockOutcome]int{}
		for _, i := range items {
			n[i.Outcome]++
			if err := to.Encode(jobLine(i, nil)); err != nil {
				return err
			}
		}
		return to.Encode(LockEnd{Totals: lockCounts(n)})
	}
}

func jobLine(i lockout.LockItem, cursor *string) JobLine {
	return JobLine{Line: i.Position, Status: string(i.Outcome), Account: given(i.Account),
		Case: given(i.CaseNumber), Cursor: cursor}
}

func lockCounts(n map[lockout.LockOutcome]int) LockCounts {
	return LockCounts{Waiting: n[lockout.LockWaits], Locked: n[lockout.LockLocked],
		Stopped: n[lockout.LockStopped], Unknown: n[lockout.LockUnknown],
		Ambiguous: n[lockout.LockAmbiguous], AlreadyLocked: n[lockout.LockAlready],
		Closed: n[lockout.LockClosed], Twice: n[lockout.LockTwice]}
}

// GetLockJob implements StrictServerInterface.
func (x server) GetLockJob(ctx context.Context, r GetLockJobRequestObject) (GetLockJobResponseObject,
	error) {
	out, err := x.lockJob(ctx, r.Job)
	return GetLockJob200JSONResponse(out), err
}

// StopLockJob implements StrictServerInterface.
func (x server) StopLockJob(ctx context.Context, r StopLockJobRequestObject) (
	StopLockJobResponseObject, error) {
	err := x.Security.Lockout.StopLock(ctx, member(ctx), r.Job)
	if err != nil && !handlers.Is(err, refusal.JobNotRunning) {
		return nil, err
	}
	out, err := x.lockJob(ctx, r.Job)
	return StopLockJob200JSONResponse(out), err
}

// lockJob is how a job stands.
func (x server) lockJob(ctx context.Context, id string) (LockJob, error) {
	j, err := x.Security.Lockout.LockState(ctx, member(ctx), id)
	if err != nil {
		return LockJob{}, err
	}
	out := LockJob{Id: j.ID, State: j.State(), Cause: given(j.Cause), StartedAt: j.StartedAt,
		DoneAt: given(j.DoneAt), Counts: lockCounts(j.Tally)}
	until := j.DoneAt
	if until.IsZero() {
		until = x.Security.Now()
	}
	if took := until.Sub(j.StartedAt).Seconds(); took >= 1 {
		out.PerSecond = new(float32(float64(out.Counts.Locked) / took))
	}
	return out, nil
}

// ListLockLines implements StrictServerInterface.
func (x server) ListLockLines(ctx context.Context, r ListLockLinesRequestObject) (
	ListLockLinesResponseObject, error) {
	p := r.Params
	all, next, out, err := listed(ctx, x, ask(p.Limit, p.Cursor, nil,
		market.Filter{State: some(p.Status)}), func(ctx context.Context, m *staff.Member, q market.Ask) (
		paging.Page[lockout.LockItem], error) {
		return x.Security.Market.LockLines(ctx, m, r.Job, q)
	}, jobLine)
	if out != nil || err != nil {
		return out, err
	}
	return ListLockLines200JSONResponse{Lines: all, Next: next}, nil
}
