package receiver

import (
	"context"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/lockout"
)

// change is all that follows from a signal about the account.
func (s *Service) change(ctx context.Context, x signal, a security.Account) (security.Change, error) {
	now, action := s.Now(), s.Actions.of(x.event)
	e := s.Event(security.Actor{Kind: security.ByIssuer, ID: x.Name}, audit.SignalTaken, now)
	e.Account, e.Case = a.ID, a.Case
	happened := security.Activity{ID: "s-" + x.digest()[:32], Account: a.ID, At: x.At,
		Kind: security.SignalActivity + string(x.event), Summary: x.Name, Digest: x.digest()}
	c := security.Change{Event: e, Writes: []security.Write{TakeSignal{x.digest(), now},
		security.PutActivities{Activities: []security.Activity{happened}}}}
	switch {
	case action == Lock && !a.Locked() && !a.Closed:
		locked, err := s.lock(ctx, x, a)
		if err != nil {
			return c, err
		}
		c = security.Change{Event: locked.Event, Writes: append(c.Writes, locked.Writes...)}
	case action == Alert, action == Lock && a.Locked(): // then its addresses hear of it all the same
		asked, err := s.Alert.ObserveChanges(ctx, []security.Activity{happened}, nil, now)
		if err != nil {
			return c, fmt.Errorf("alert to signal: %w", err)
		}
		c.Writes = append(c.Writes, asked...)
	}
	if c.Event.Data == nil {
		c.Event.Data = map[string]string{}
	}
	c.Event.Data["signal"], c.Event.Data["reason"] = string(x.event), x.reason
	return c, nil
}

// lock is the security lockout of the account.
func (s *Service) lock(ctx context.Context, x signal, a security.Account) (c security.Change, err error) {
	// An issuer that somebody else speaks for is not to lock everybody.
	if err := s.Spend(ctx, limits.SignalLocks, x.Name, s.Now()); err != nil {
		return c, err
	}
	number, err := s.Number(ctx, "case", "C-")
	if err != nil {
		return c, err
	}
	says := security.Remark{Kind: security.SaidSignal, Args: []string{string(x.event), x.Name}}
	if x.reason != "" {
		says.Args = append(says.Args, x.reason)
	}
	return s.Lockout.Lockout(ctx, security.Actor{Kind: security.ByIssuer, ID: x.Name}, a,
		security.Case{Number: number, Remark: says}, lockout.Denials{})
}
