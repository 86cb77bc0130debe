package budget

import (
	"cmp"
	"context"
	"slices"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
)

// Hold takes the paces that several changes forget, before any of them takes an account: in the order of Take,
// those of a name and an address first. Else two sign-ins to one account that are committed together, and a
// third that is tried meanwhile, could each hold what the other one needs, and all commits would wait for them. One
// change alone needs none of it.
func Hold(ctx context.Context, c Conn, changes []security.Change) error {
	if len(changes) == 1 {
		return nil
	}
	var keys []access.PaceKey
	for _, change := range changes {
		for _, w := range change.Writes {
			if f, ok := w.(access.ForgetTries); ok {
				keys = append(keys, f.Keys...)
			}
		}
	}
	slices.SortFunc(keys, func(a, b access.PaceKey) int {
		return cmp.Or(cmp.Compare(turn(a), turn(b)), cmp.Compare(PaceKey(a), PaceKey(b)))
	})
	return each(ctx, c, "UPDATE paces SET tries = tries WHERE key = $1", slices.Compact(keys))
}

// Forget has the paces start anew.
func Forget(ctx context.Context, c Conn, keys []access.PaceKey) error {
	return each(ctx, c, "DELETE FROM paces WHERE key = $1", keys)
}

func each(ctx context.Context, c Conn, q string, keys []access.PaceKey) error {
	for _, k := range keys {
		if err := c.Run(ctx, q, PaceKey(k)); err != nil {
			return err
		}
	}
	return nil
}

// turn is 0 for the paces that a try counts first.
func turn(k access.PaceKey) int {
	if k.Pace == limits.PaceSignInFrom.Name {
		return 0
	}
	return 1
}
