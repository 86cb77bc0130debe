package feed

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
)

// telling is a login that a program tells by itself, and what became of it.
type telling struct {
	by      security.Actor
	login   security.Login
	result  LineResult
	reasons []string         // of the alert that came of it
	account security.Account // as it stands after that; it is not there when the login is refused
}

// tellLogins is ImportLogins for what several calls tell at the same time, by its rules: what is told
// of one account by one program is a commit of its own, all in as few transactions as can be. errs[i] is
// about telling i alone.
func (s *Service) tellLogins(ctx context.Context, all []*telling) (errs []error, err error) {
	if err = s.tellThem(ctx, all); err == nil || len(all) == 1 || ctx.Err() != nil ||
		errors.Is(err, security.ErrUnavailable) {
		return make([]error, len(all)), err
	}
	// One of them that cannot be done keeps none of the others from it.
	errs = make([]error, len(all))
	for n := range all {
		errs[n] = s.tellThem(ctx, all[n:n+1])
	}
	return errs, nil
}

func (s *Service) tellThem(ctx context.Context, all []*telling) error {
	results := make([]LineResult, len(all))
	if err := settled(ctx, all, results, func(some []*telling, to []LineResult) error {
		return s.tellOnce(ctx, some, to)
	}); err != nil {
		return fmt.Errorf("tell of logins: %w", err)
	}
	after := s.importer()
	ids := make([]string, len(all))
	for n, x := range all {
		x.result, ids[n] = results[n], x.login.Account
	}
	if err := after.meet(ctx, ids); err != nil {
		return fmt.Errorf("read accounts: %w", err)
	}
	for _, x := range all {
		x.account = after.known[x.login.Account]
	}
	return nil
}

// tellOnce is one attempt. What has to wait for another of them fares as if somebody had come between.
func (s *Service) tellOnce(ctx context.Context, all []*telling, results []LineResult) error {
	i, now := s.importer(), atOnce(all, results)
	lines := make([]security.Login, len(now))
	for n, at := range now {
		lines[n] = all[at].login
	}
	found, fresh, err := importNew(ctx, i, lines, ofLogins)
	if err != nil || len(fresh) == 0 {
		for n, at := range now[:len(found)] {
			results[at] = found[n]
		}
		return err
	}
	writes, err := s.Alert.ObserveEach(ctx, fresh, i.now)
	if err != nil {
		return err
	}
	var changes []security.Change
	var of [][]int // places of what a change is about
	place, added := map[string]int{}, map[string]bool{}
	for n, at := range now {
		x := all[at]
		switch results[at] = found[n]; {
		case added[x.login.ID]: // it may be told only once the first of that id is kept
			results[at] = refused("id", LineConflict, "")
			continue
		case found[n].Outcome != Added:
			continue
		}
		added[x.login.ID] = true
		c, begun := place[x.login.Account]
		if !begun {
			c = len(changes)
			place[x.login.Account] = c
			changes = append(changes, security.Change{Event: s.Event(x.by, audit.LoginsImported, i.now),
				Writes: writes[x.login.Account]})
			of = append(of, nil)
		}
		of[c] = append(of[c], at)
		x.reasons = reasons(x.login, changes[c].Writes)
	}
	for c := range changes {
		changes[c].Event.Data = map[string]string{"added": strconv.Itoa(len(of[c]))}
	}
	return s.commitLines(ctx, changes, of, results)
}

// atOnce are the places of those that can be told of at once: of each account what one program tells.
func atOnce(all []*telling, results []LineResult) (now []int) {
	by := map[string]security.Actor{}
	for n, x := range all {
		if who, known := by[x.login.Account]; known && who != x.by {
			results[n] = refused("id", LineConflict, "")
			continue
		}
		by[x.login.Account] = x.by
		now = append(now, n)
	}
	return now
}

// reasons are those of the alert to a login among the writes.
func reasons(l security.Login, writes []security.Write) []string {
	for _, w := range writes {
		if x, ok := w.(alert.AddAlert); ok && x.Alert.Login == l.ID {
			return x.Alert.Reasons
		}
	}
	return nil
}
