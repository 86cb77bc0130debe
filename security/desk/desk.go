package desk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/sight"
	"regain/security/staff"
	"regain/security/token"
)

// Found is what a look-up shows of an account.
type Found struct {
	ID, Username string
	Email        string // the newest address that is valid, masked
	State        string // see Account.State
	Case         string // number of the case that locks it, or ""
}

// FindAccounts looks accounts up by what names them exactly, upper and lower case apart: a
// username, an e-mail address (one that was replaced lately too), the id of an account, the
// number of a case or of a ticket. The look-up is recorded with its reason, and opens what it
// found to the session. It refuses q with IdentifierEmpty or IdentifierLong, reason with
// ReasonMissing or ReasonLong, and more than limits.LookUps with TooManyRequests.
func (s *Service) FindAccounts(ctx context.Context, m *staff.Member, q, reason string) ([]Found,
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "account.find"); err != nil {
		return nil, err
	}
	q, err := security.TypedIdentifier("q", q)
	if err == nil {
		reason, err = staff.CheckReason("reason", reason)
	}
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.LookUps, m.ID, now); err != nil {
		return nil, err
	}
	accounts, err := s.exactly(ctx, q)
	if err != nil {
		return nil, err
	}
	e := s.Staff.StaffEvent(m, audit.AccountsSearched, now)
	e.Data = map[string]string{"q": security.Mask(q), "found": strconv.Itoa(len(accounts)),
		"reason": reason}
	if len(accounts) == 1 {
		e.Account, e.Case = accounts[0].ID, accounts[0].Case
	}
	var found []Found
	var looks []security.Write
	var ids []string
	for _, a := range accounts {
		f, err := s.found(ctx, m, a)
		if err != nil {
			return nil, err
		}
		found, ids = append(found, f), append(ids, a.ID)
		looks = append(looks, staff.RecordLook{Look: staff.Look{Session: m.Session.ID,
			Account: a.ID, Reason: reason, At: now}})
	}
	e.Data["accounts"] = strings.Join(ids, " ")
	if err := s.Store.Commit(ctx, e, looks...); err != nil {
		return nil, fmt.Errorf("record look-up: %w", err)
	}
	return found, nil
}

// exactly lists the accounts that q names.
func (s *Service) exactly(ctx context.Context, q string) ([]security.Account, error) {
	meant, err := s.Lockout.Meant(ctx, []string{q})
	if err != nil {
		return nil, fmt.Errorf("look up accounts: %w", err)
	}
	all, number := meant[0], token.FoldNumber(identifier.Plain(q))
	if len(all) == 0 { // else what could be a name is one, and no one else's account is opened
		number = token.SearchNumber(identifier.Plain(q))
	}
	id, err := s.accountOf(ctx, number)
	if err != nil || id == "" {
		return all, err
	}
	for _, a := range all {
		if a.ID == id {
			return all, nil
		}
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read account of number: %w", err)
	}
	return append(all, a), nil
}

// accountOf is the account of the case or the ticket with this number, or "", also for that of a drill.
func (s *Service) accountOf(ctx context.Context, number string) (id string, err error) {
	switch {
	case strings.HasPrefix(number, "C-"):
		c, failed := s.Store.CaseByNumber(ctx, number)
		id, err = c.Account, failed
	case strings.HasPrefix(number, "T-"):
		t, failed := s.Store.TicketByNumber(ctx, number)
		id, err = t.Account, failed
	}
	if errors.Is(err, security.ErrNotFound) || security.IsDrill(id) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up number: %w", err)
	}
	return id, nil
}

func (s *Service) found(ctx context.Context, m *staff.Member, a security.Account) (Found, error) {
	f := Found{ID: a.ID, Username: sight.Of(m.Role, false).Address(a.Username), State: a.State()}
	addresses, err := s.Store.Addresses(ctx, a.ID)
	if err != nil {
		return f, fmt.Errorf("read addresses: %w", err)
	}
	if newest := security.InForce(addresses, false).Email; newest != "" {
		f.Email = security.Mask(newest)
	}
	if a.Locked() {
		c, err := s.Store.Case(ctx, a.Case)
		if err != nil {
			return f, fmt.Errorf("read case: %w", err)
		}
		f.Case = c.Number
	}
	return f, nil
}

// OpenAccount opens an account to the session of the member, who says why. It refuses reason
// with ReasonMissing or ReasonLong, and counts as a look-up.
func (s *Service) OpenAccount(ctx context.Context, m *staff.Member, id, reason string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightRead, "account.open"); err != nil {
		return err
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return err
	}
	if reason, err = staff.CheckReason("reason", reason); err != nil {
		return err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.LookUps, m.ID, now); err != nil {
		return err
	}
	e := s.Staff.AccountEvent(m, audit.AccountOpened, a, now)
	e.Data = map[string]string{"reason": reason}
	err = s.Store.Commit(ctx, e, staff.RecordLook{Look: staff.Look{Session: m.Session.ID,
		Account: a.ID, Reason: reason, At: now}})
	if err != nil {
		return fmt.Errorf("record look: %w", err)
	}
	return nil
}

// opened reads an account for a member who has the right to what and who opened it in this
// session; it refuses with LookNeeded.
func (s *Service) opened(ctx context.Context, m *staff.Member, right staff.Right, what,
	id string) (security.Account, staff.Look, error) {
	if err := s.Staff.Permit(ctx, m, right, what); err != nil {
		return security.Account{}, staff.Look{}, err
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return security.Account{}, staff.Look{}, err
	}
	l, ok, err := s.Staff.Looked(ctx, m, id)
	if err != nil {
		return security.Account{}, staff.Look{}, err
	}
	if !ok {
		return security.Account{}, staff.Look{}, security.Refuse("", refusal.LookNeeded)
	}
	return a, l, nil
}

// acted is opened for what is done to an account: nothing is done to a closed one.
func (s *Service) acted(ctx context.Context, m *staff.Member, right staff.Right, what,
	id string) (security.Account, error) {
	a, _, err := s.opened(ctx, m, right, what, id)
	if err == nil && a.Closed {
		err = security.ErrNotFound
	}
	return a, err
}
