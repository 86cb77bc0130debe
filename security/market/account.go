package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/sight"
	"regain/security/staff"
)

// Account is how an account stands, as its reader may know.
type Account struct {
	security.Account
	Addresses   []security.Address // oldest first
	Factors     []string           // kinds, each once
	LockedSince time.Time          // zero when it is not locked
	Case        string             // number of the case that locks it, or ""
	Cause       recovery.Cause     // of that case; "" for who may not know it
}

// Account reads how an account stands, and records that the member looked. It refuses with LookNeeded
// whoever of staff did not say why.
func (s *Service) Account(ctx context.Context, m *staff.Member, id string) (Account, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "account.state"); err != nil {
		return Account{}, err
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	l, ok, err := s.Staff.Looked(ctx, m, id)
	switch {
	case err != nil:
		return Account{}, err
	case !ok:
		return Account{}, security.Refuse("", refusal.LookNeeded)
	}
	r := sight.Of(m.Role, false)
	x := Account{Account: r.Account(a)}
	if err := s.standing(ctx, &x, r); err != nil {
		return Account{}, err
	}
	return x, s.Staff.Viewed(ctx, m, a, "account", l.Reason)
}

// standing adds the lockout, the addresses and the factors.
func (s *Service) standing(ctx context.Context, x *Account, r sight.Reader) error {
	if x.Locked() {
		c, err := s.Store.Case(ctx, x.Account.Case)
		if err != nil {
			return fmt.Errorf("read case: %w", err)
		}
		x.Case, x.LockedSince, x.Cause = c.Number, c.LockedAt, r.Case(c).Cause
	}
	addresses, err := s.Store.Addresses(ctx, x.ID)
	if err != nil {
		return fmt.Errorf("read addresses: %w", err)
	}
	for _, a := range addresses {
		a.Email = r.Address(a.Email)
		x.Addresses = append(x.Addresses, a)
	}
	factors, err := s.Store.Factors(ctx, x.ID)
	if err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	for _, f := range factors {
		if !slices.Contains(x.Factors, f.Kind) {
			x.Factors = append(x.Factors, f.Kind)
		}
	}
	return nil
}
