package security

import (
	"context"
	"fmt"
	"slices"

	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
)

// choice is a password that was accepted, with the writes that hold what it was accepted on.
type choice struct {
	kind  EventKind
	hash  string
	short bool // under the minimum without a second factor
	holds []Write
}

// setPassword replaces the password: every other session ends, what was mailed opens nothing any
// more, and every address is told.
func (s *Service) setPassword(ctx context.Context, k keeper, p choice) (string, error) {
	return s.alter(ctx, k, func(k keeper) (change, error) {
		if p.short && len(k.factors) == 0 { // the second factor went meanwhile
			return change{}, refuse("new_password", Code(password.Short),
				fmt.Sprint(s.MinimumLength(nil)))
		}
		now, v := s.Now(), k.session.Visitor
		return change{kind: p.kind, at: now, did: Activity{Kind: recovery.PasswordChanged},
			told: notice.PasswordUpdated{At: now, Device: deviceOf(v), Place: s.Country(v.IP)},
			writes: slices.Concat(p.holds, []Write{SetPassword{Account: k.account.ID, Hash: p.hash,
				Short: p.short, At: now, IfVersion: k.account.Version}, k.endOthers(now)},
				endMailed(k.account.ID, now))}, nil
	})
}
