package host

import (
	"context"

	"regain/security/market"
	"regain/store/ask"
	"regain/store/column"
	"regain/store/drill"
)

// standing is the condition that Filter.State stands for.
var standing = map[string]string{"": "TRUE", "locked": "accounts.locked_by <> ''",
	"closed": "accounts.closed = TRUE AND accounts.locked_by = ''",
	"active": "accounts.closed = FALSE AND accounts.locked_by = ''"}

// ListedAccounts implements market.Store.
func (s Store) ListedAccounts(ctx context.Context, f market.Filter) ([]market.AccountRow, error) {
	return ask.List(ctx, s.Conn, func(r *market.AccountRow) []any {
		return []any{&r.ID, &r.State, &r.Case, column.Time(&r.LockedSince)}
	}, `SELECT accounts.id, CASE WHEN locked_by <> '' THEN 'locked' WHEN closed THEN 'closed'
		ELSE 'active' END, COALESCE(cases.number, ''), COALESCE(cases.locked_at, 0)
		FROM accounts LEFT JOIN cases ON cases.id = accounts.locked_by
		WHERE accounts.id > $1 AND `+standing[f.State]+" AND "+drill.None("accounts")+" ORDER BY accounts.id LIMIT $2",
		f.After.ID, f.Limit)
}

// ListedLogins implements market.Store.
func (s Store) ListedLogins(ctx context.Context, f market.Filter) ([]market.LoginRow, error) {
	q, args := listed("logins", "at", "", "id, account_id, at, outcome, stopped_by", f)
	return ask.List(ctx, s.Reports, func(r *market.LoginRow) []any {
		return []any{&r.ID, &r.Account, column.Time(&r.At), &r.Outcome, &r.StoppedBy}
	}, q, args...)
}

// ListedActivities implements market.Store.
func (s Store) ListedActivities(ctx context.Context, f market.Filter) ([]market.ActivityRow, error) {
	q, args := listed("activities", "at", "", "id, account_id, at, kind", f)
	return ask.List(ctx, s.Reports, func(r *market.ActivityRow) []any {
		return []any{&r.ID, &r.Account, column.Time(&r.At), &r.Kind}
	}, q, args...)
}
