package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/signin"
	"regain/security/token"
)

// How long a change of address waits for its reader, and how long the reader of the old address
// can undo it.
const (
	addressPending = 24 * time.Hour
	addressUndo    = 48 * time.Hour
)

// AddressBook is what the page of addresses tells the owner.
type AddressBook struct {
	Main, Second security.Address // without an id when there is none
	// Pending are the changes that wait for their reader, newest first: at most one for each of
	// the two.
	Pending []AddressChange
	// Proof is the address that opens a recovery now; "" when none does.
	Proof string
	// ProvesFrom is from when on Main opens one; zero when it does already, or there is none.
	ProvesFrom time.Time
}

// Addresses reads the addresses of a signed-in owner.
func (s *Service) Addresses(ctx context.Context, u *SignedIn) (AddressBook, error) {
	var b AddressBook
	if u.Session.Half() {
		return b, security.ErrNoSession
	}
	all, err := s.Store.Addresses(ctx, u.Account.ID)
	if err != nil {
		return b, fmt.Errorf("read addresses: %w", err)
	}
	now := s.Now()
	b.Main, b.Second = security.InForce(all, false), security.InForce(all, true)
	if proof, ok := security.Book(all, time.Time{}).Proof(now); ok {
		b.Proof = proof.Email
	}
	if b.Main.ID != "" && identifier.Fold(b.Main.Email) != identifier.Fold(b.Proof) {
		b.ProvesFrom = b.Main.Since.Add(recovery.Fresh)
	}
	changes, err := s.Store.AddressChanges(ctx, u.Account.ID, now.Add(-addressPending))
	if err != nil {
		return b, fmt.Errorf("read changes of address: %w", err)
	}
	for _, c := range changes {
		if c.outcome(u.Account, all, now) == ChangePending {
			b.Pending = append(b.Pending, c)
		}
	}
	return b, nil
}

// AskAddress begins a change of the account's own address, or of the second one: the reader of
// the new address is asked by mail, and nothing changes before they confirm. It needs a fresh
// proof, and refuses email with EmailMissing, EmailInvalid or AddressSame, and with
// TooManyRequests.
func (s *Service) AskAddress(ctx context.Context, u *SignedIn, email string, second bool) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	all, err := s.Store.Addresses(ctx, u.Account.ID)
	if err != nil {
		return fmt.Errorf("read addresses: %w", err)
	}
	if email, err = checkAddress(email, all); err != nil {
		return err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Addresses, u.Account.ID, now); err != nil {
		return err
	}
	// Not the budget of recovery mails: how full that is would tell whose address it is.
	if err := s.Spend(ctx, limits.Confirmations, identifier.Fold(email), now); err != nil {
		return err
	}
	c := AddressChange{ID: token.ShortID(), Account: u.Account.ID, Email: email, Notice: second,
		Old: security.InForce(all, second).ID, AskedAt: now, EndsAt: now.Add(addressPending),
		State: ChangePending, Visitor: u.Session.Visitor}
	err = s.Access.Commit(ctx, u.Session, c.on(s.SignedInEvent(u, audit.AddressAsked, now)),
		signin.HoldOpen{Account: c.Account}, access.EndAddressChanges{Account: c.Account, Notice: second,
			At: now}, AskAddressChange{c},
		s.Mail(u.Account, recovery.Address{Email: email},
			notice.ConfirmAddress{Change: c.ID, Notice: second, At: now,
				Expires: c.EndsAt}, c.EndsAt))
	if err != nil {
		return fmt.Errorf("ask for change of address: %w", err)
	}
	return nil
}

// checkAddress cleans an address that somebody typed and holds it against those in force.
func checkAddress(email string, all []security.Address) (string, error) {
	email, err := security.TypedEmail("email", email)
	if err == nil && slices.ContainsFunc(all, func(a security.Address) bool {
		return a.Until.IsZero() && identifier.Fold(a.Email) == identifier.Fold(email)
	}) {
		err = security.Refuse("email", refusal.AddressSame)
	}
	return email, err
}

// on is an audit line about the change.
func (c AddressChange) on(e security.Event) security.Event {
	e.Data = map[string]string{"address": "own", "to": security.Mask(c.Email)}
	if c.Notice {
		e.Data["address"] = "second"
	}
	return e
}

// CancelAddress stops the change that waits for its reader. None is no error.
func (s *Service) CancelAddress(ctx context.Context, u *SignedIn, second bool) error {
	b, err := s.Addresses(ctx, u)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(b.Pending, func(c AddressChange) bool { return c.Notice == second })
	if i < 0 {
		return nil
	}
	now := s.Now()
	err = s.Store.Commit(ctx, b.Pending[i].on(s.SignedInEvent(u, audit.AddressCancelled, now)),
		access.EndAddressChanges{Account: u.Account.ID, Notice: second, At: now})
	if err != nil {
		return fmt.Errorf("cancel change of address: %w", err)
	}
	return nil
}

// RemoveSecondAddress takes the second address off the account. It needs a fresh proof. Every
// address is told, the removed one too; none is no error.
func (s *Service) RemoveSecondAddress(ctx context.Context, u *SignedIn) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		all, err := s.Store.Addresses(ctx, u.Account.ID)
		if err != nil {
			return fmt.Errorf("read addresses: %w", err)
		}
		second := security.InForce(all, true)
		if second.ID == "" {
			return nil
		}
		now := s.Now()
		mails, err := s.Tell(ctx, u.Account, notice.EmailChanged{To: security.Mask(second.Email),
			At:     now,
			Notice: true, Removed: true}, now)
		if err != nil {
			return err
		}
		e := AddressChange{Email: second.Email, Notice: true}.on(
			s.SignedInEvent(u, audit.AddressRemoved, now))
		err = s.Store.Commit(ctx, e, append(mails, security.RetireAddress{ID: second.ID,
			Account: u.Account.ID, At: now},
			access.EndAddressChanges{Account: u.Account.ID, Notice: true, At: now})...)
		if err != nil && !errors.Is(err, security.ErrConflict) {
			return fmt.Errorf("remove second address: %w", err)
		}
		return err
	})
}
