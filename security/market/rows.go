package market

import (
	"context"
	"slices"
	"strconv"

	"regain/security"
	"regain/security/lockout"
	"regain/security/paging"
	"regain/security/staff"
)

// standings are the words for how an account stands.
var standings = []string{"active", "locked", "closed"}

// Accounts is Cases for accounts, in the order of their ids.
func (s *Service) Accounts(ctx context.Context, m *staff.Member, q Ask) (paging.Page[AccountRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "account.all"); err != nil {
		return paging.Page[AccountRow]{}, err
	}
	if q.State != "" && !slices.Contains(standings, q.State) {
		return paging.Page[AccountRow]{}, paging.Error("state")
	}
	return page(ctx, s, "accounts", q, s.Market.ListedAccounts,
		func(r AccountRow) security.Cursor { return security.Cursor{ID: r.ID} })
}

// Logins is Cases for sign-ins at the marketplace, in the order in which they happened.
func (s *Service) Logins(ctx context.Context, m *staff.Member, q Ask) (paging.Page[LoginRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "login.all"); err != nil {
		return paging.Page[LoginRow]{}, err
	}
	return page(ctx, s, "logins", q, s.Market.ListedLogins,
		func(r LoginRow) security.Cursor { return security.Cursor{At: r.At, ID: r.ID} })
}

// Activities is Logins for what was done on accounts.
func (s *Service) Activities(ctx context.Context, m *staff.Member, q Ask) (paging.Page[ActivityRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "activity.all"); err != nil {
		return paging.Page[ActivityRow]{}, err
	}
	return page(ctx, s, "activities", q, s.Market.ListedActivities,
		func(r ActivityRow) security.Cursor { return security.Cursor{At: r.At, ID: r.ID} })
}

// LockLines is Cases for the lines of a job that locks many accounts, in the order of its list.
func (s *Service) LockLines(ctx context.Context, m *staff.Member, job string, q Ask) (
	paging.Page[lockout.LockItem], error) {
	if q.State != "" && !slices.Contains(lockout.LockOutcomes, lockout.LockOutcome(q.State)) {
		return paging.Page[lockout.LockItem]{}, paging.Error("status")
	}
	return page(ctx, s, "lock_lines "+job, q, func(ctx context.Context, f Filter) ([]lockout.LockItem, error) {
		after, _ := strconv.Atoi(f.After.ID) // 0 at the beginning
		return s.Desk.Lockout.LockLines(ctx, m, job,
			lockout.LockPage{Outcome: lockout.LockOutcome(f.State), After: after}, f.Limit)
	}, func(i lockout.LockItem) security.Cursor { return security.Cursor{ID: strconv.Itoa(i.Position)} })
}
