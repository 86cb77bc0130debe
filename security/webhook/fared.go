package webhook

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
)

// heard keeps what one answer says about the endpoint as a whole.
func (r *run) heard(d Delivery, a Answer) {
	r.Lock()
	defer r.Unlock()
	r.tried = append(r.tried, d)
	switch {
	case !d.DoneAt.IsZero():
		r.taken = true
	case r.failedAt.IsZero() || d.TriedAt.Before(r.failedAt):
		r.failedAt = d.TriedAt
	}
	r.refused = r.refused || d.Why == WhyRefused
	r.gone = r.gone || a.Status == statusGone
	if pause := a.pause(); pause > 0 {
		r.hold = d.TriedAt.Add(pause)
	}
}

func (r *run) stopped() bool {
	r.Lock()
	defer r.Unlock()
	return r.gone || !r.hold.IsZero()
}

// fared records how the endpoint does, and switches it off when it is gone, has failed for days, or has
// refused too many in a row.
func (r *run) fared(ctx context.Context) error {
	now, x := r.Now(), r.to
	switch {
	case x.State != Live:
		return nil
	case r.taken:
		x.FailingSince = time.Time{}
	case !r.failedAt.IsZero() && (x.FailingSince.IsZero() || limits.Ahead(x.FailingSince, now)):
		x.FailingSince = r.failedAt
	}
	if !r.hold.IsZero() {
		x.HeldUntil = r.hold
	}
	if !x.FailingSince.Equal(r.to.FailingSince) || !x.HeldUntil.Equal(r.to.HeldUntil) {
		if err := r.Hooks.Fared(ctx, x.ID, x.FailingSince, x.HeldUntil); err != nil {
			return err
		}
	}
	switch {
	case r.gone:
		return r.switchOff(ctx, x, Gone, now)
	case r.failedAt.IsZero() || r.taken:
		return nil
	case now.Sub(x.FailingSince) >= failingFor:
		return r.switchOff(ctx, x, Failing, now)
	case r.refused && !r.to.FailingSince.IsZero():
		n, err := r.Hooks.Refused(ctx, x.ID, x.FailingSince, mostRefused)
		if err != nil || n < mostRefused {
			return err
		}
		return r.switchOff(ctx, x, Failing, now)
	}
	return nil
}

// switchOff stops the endpoint and tells those who decide.
func (r *run) switchOff(ctx context.Context, x Endpoint, to State, now time.Time) error {
	e := r.about(security.Actor{Kind: security.BySystem}, audit.HookOff, x, now)
	e.Data["why"] = string(to)
	mails, err := r.Staff.TellDeciders(ctx, "", notice.WebhookOff{Host: x.Host(), Why: string(to),
		Stream: x.Kind == Stream, Since: x.FailingSince, At: now})
	if err != nil {
		return err
	}
	err = r.Store.Commit(ctx, e, append(mails, SetState{x.ID, Live, to})...)
	if errors.Is(err, security.ErrConflict) {
		return nil // somebody else stopped it
	}
	return err
}
