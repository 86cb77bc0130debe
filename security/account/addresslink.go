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
	"regain/security/casework"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/signin"
	"regain/security/token"
)

// The states of a change that are never stored: it waited too long for its reader or can no
// longer be undone, and there is no such change.
const (
	ChangeExpired ChangeState = "expired"
	ChangeUnknown ChangeState = "unknown"
)

// outcome is what has become of a change, as its reader meets it at now. One that waits is over
// once the account is locked or closed, or has another address than the one to be replaced.
func (c AddressChange) outcome(a security.Account, all []security.Address, now time.Time) ChangeState {
	switch {
	case c.State != ChangePending:
		return c.State
	case a.State() != "active" || security.InForce(all, c.Notice).ID != c.Old:
		return ChangeCancelled
	case !limits.Alive(c.AskedAt, c.EndsAt, now):
		return ChangeExpired
	}
	return ChangePending
}

// undoable is what has become of a confirmed change for the reader of the old address. What
// people of Account Security set after they proved the owner anew is not undone by a link.
func (c AddressChange) undoable(a security.Account, all []security.Address, now time.Time) ChangeState {
	if c.State != ChangeConfirmed {
		return c.State
	}
	for _, x := range all {
		if x.Origin == security.OriginStaff && !x.Since.Before(c.SettledAt) {
			return ChangeCancelled
		}
	}
	if a.Closed || !now.Before(c.UndoUntil) {
		return ChangeExpired
	}
	return ChangeConfirmed
}

// AddressLanding is what the links about a change of address show. Nobody proved anything yet.
type AddressLanding struct {
	State  ChangeState
	Change AddressChange
	Masked string     // the account, masked
	Locale string     // that of the account
	Old    string     // the address that is or was replaced, masked; "" for none
	Use    access.Use // of this link, once it has done its work
}

// OpenAddress tells what the link to confirm a change is good for: something while its state is
// ChangePending. It changes nothing, however often a mail scanner asks.
func (s *Service) OpenAddress(ctx context.Context, tok string) (AddressLanding, error) {
	return s.landing(ctx, mailedLink{security.PurposeAddress, tok, ChangeConfirmed}, audit.AddressChanged)
}

// OpenUndo tells what the link to undo a change is good for: something while its state is
// ChangeConfirmed. It changes nothing.
func (s *Service) OpenUndo(ctx context.Context, tok string) (AddressLanding, error) {
	return s.landing(ctx, mailedLink{security.PurposeUndo, tok, ChangeUndone}, audit.AddressRestored)
}

// landing is what a link shows, done being the state in which it has done its work. Of what another link has
// done since, its reader hears nothing: it may be the one against whom that was.
func (s *Service) landing(ctx context.Context, done mailedLink, kind audit.Kind) (AddressLanding, error) {
	m, err := s.mailedChange(ctx, done.purpose, done.tok)
	if errors.Is(err, security.ErrNotFound) {
		return AddressLanding{State: ChangeUnknown}, nil
	}
	if err != nil {
		return AddressLanding{}, err
	}
	at := AddressLanding{State: m.state, Change: m.change, Masked: security.Mask(m.account.Username),
		Locale: m.account.Locale, Old: security.Mask(m.old.Email)}
	if at.State == done.state {
		at.Use, err = s.Access.UseOf(ctx, m.account.ID, m.change.SettledAt, kind)
	}
	return at, err
}

// mailedChange is a change that a link is about, with everything around it as it is now.
type mailedChange struct {
	reader  security.Visitor // of the link; zero for one that only looks
	change  AddressChange
	state   ChangeState // for the reader of this link
	account security.Account
	all     []security.Address // oldest first
	old     security.Address   // that is or was replaced; without an id for none
}

func (s *Service) mailedChange(ctx context.Context, purpose, tok string) (mailedChange, error) {
	var m mailedChange
	id, ok := s.Keys.Open(purpose, tok)
	if !ok {
		return m, security.ErrNotFound
	}
	c, err := s.Store.AddressChange(ctx, id)
	if errors.Is(err, security.ErrNotFound) {
		return m, err
	}
	if err != nil {
		return m, fmt.Errorf("read change of address: %w", err)
	}
	m.change = c
	err = errors.Join(security.Fetched(&m.account, "account")(s.Store.Account(ctx, c.Account)),
		security.Fetched(&m.all, "addresses")(s.Store.Addresses(ctx, c.Account)))
	for _, x := range m.all {
		if x.ID == c.Old {
			m.old = x
		}
	}
	m.state = c.outcome(m.account, m.all, s.Now())
	if purpose == security.PurposeUndo {
		m.state = c.undoable(m.account, m.all, s.Now())
	}
	return m, err
}

// ConfirmAddress is the reader's yes: from now on the account has the address, and every address
// that counted until then is told. It works once, signed in or not. ErrNotFound: there is no such
// change; ChangeOver: it does not wait for an answer any more.
func (s *Service) ConfirmAddress(ctx context.Context, v security.Visitor, tok string) error {
	return s.settleChange(ctx, v, mailedLink{security.PurposeAddress, tok, ChangePending},
		s.confirm)
}

// UndoAddress puts the old address back: the new one retires, every session ends, everything
// that was mailed dies, and every address is told. It works on a locked account too, where it is
// evidence. It refuses as ConfirmAddress does.
func (s *Service) UndoAddress(ctx context.Context, v security.Visitor, tok string) error {
	return s.settleChange(ctx, v, mailedLink{security.PurposeUndo, tok, ChangeConfirmed}, s.undo)
}

// mailedLink is a link about a change, and the state of the change that is asked about.
type mailedLink struct {
	purpose, tok string
	state        ChangeState
}

// settleChange commits what follows from a change that is in the right state.
func (s *Service) settleChange(ctx context.Context, v security.Visitor, l mailedLink,
	follow func(context.Context, mailedChange) (security.Change, error)) error {
	if err := s.SpendFrom(ctx, limits.LinkAddress, v.IP, s.Now()); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		m, err := s.mailedChange(ctx, l.purpose, l.tok)
		if err != nil {
			return err
		}
		if m.state != l.state {
			return security.Refuse("", refusal.ChangeOver)
		}
		m.reader = v
		change, err := follow(ctx, m)
		if err != nil {
			return err
		}
		return s.Store.Commit(ctx, change.Event, change.Writes...)
	})
}

// readerEvent is an audit line of the reader of a mailed link.
func (s *Service) readerEvent(m mailedChange, kind audit.Kind, now time.Time) security.Event {
	e := s.Event(security.Actor{Kind: security.ByOwner, ID: m.account.ID, Visitor: m.reader}, kind,
		now)
	e.Account, e.Case = m.account.ID, m.account.Case
	return m.change.on(e)
}

// confirm is what follows from the reader's yes.
func (s *Service) confirm(ctx context.Context, m mailedChange) (security.Change, error) {
	now, c := s.Now(), m.change
	added := security.Address{ID: token.ShortID(), Account: c.Account, Email: c.Email, Since: now,
		Origin: security.OriginOwner, Notice: c.Notice}
	settled := ConfirmAddressChange{ID: c.ID, Address: added.ID, At: now}
	if !c.Notice && c.Old != "" {
		settled.UndoUntil = now.Add(addressUndo)
	}
	writes := append([]security.Write{signin.HoldOpen{Account: c.Account}, settled},
		retired(m.all, c.Notice, now)...)
	writes = append(writes, security.AddAddress{Address: added})
	if !c.Notice {
		writes = append(writes, access.OwnChange(c.Account, m.reader, security.Activity{At: now,
			Kind: recovery.EmailChanged, From: security.Mask(m.old.Email),
			To: security.Mask(c.Email)}))
	}
	more, err := security.TellOrganisation(ctx, s.Core, m.account, notice.NewsAddress, now)
	return security.Change{Event: s.readerEvent(m, audit.AddressChanged, now),
		Writes: slices.Concat(writes, s.tellOfAddress(m, settled), more)}, err
}

// retired is the writes that end every address in force of one sort.
func retired(all []security.Address, second bool, now time.Time) []security.Write {
	var writes []security.Write
	for _, x := range all {
		if x.Until.IsZero() && x.Notice == second {
			writes = append(writes, security.RetireAddress{ID: x.ID, Account: x.Account, At: now})
		}
	}
	return writes
}

// tellOfAddress tells all who counted before the change, and the new address.
func (s *Service) tellOfAddress(m mailedChange, settled ConfirmAddressChange) []security.Write {
	told := notice.EmailChanged{At: settled.At, Notice: m.change.Notice}
	if !settled.UndoUntil.IsZero() {
		told.Undo, told.UndoUntil = m.change.ID, settled.UndoUntil
	}
	counted := security.Book(m.all, time.Time{}).Told(settled.At)
	return access.TellOfAddress(s.Core, m.account, counted, m.old.Email, m.change.Email, told)
}

// undo is what follows when the reader of the old address takes it back. Changes that came after
// this one are undone with it, so that none of their links brings another address again.
func (s *Service) undo(ctx context.Context, m mailedChange) (security.Change, error) {
	now, c := s.Now(), m.change
	writes := append([]security.Write{UndoAddressChange{c.ID, now}}, putBack(m, now)...)
	later, err := s.Store.AddressChanges(ctx, c.Account, now.Add(-addressUndo-addressPending))
	if err != nil {
		return security.Change{}, fmt.Errorf("read changes of address: %w", err)
	}
	for _, x := range later {
		if x.ID != c.ID && !x.Notice && x.State == ChangeConfirmed && now.Before(x.UndoUntil) &&
			x.SettledAt.After(c.SettledAt) {
			writes = append(writes, UndoAddressChange{x.ID, now})
		}
	}
	writes = append(append(writes, access.EndMailed(c.Account, now)...),
		access.EndSessions{Subject: c.Account, At: now}, security.FactsChanged{Account: c.Account},
		access.OwnChange(c.Account, m.reader,
			security.Activity{At: now, Kind: recovery.EmailChanged,
				From: security.Mask(c.Email), To: security.Mask(m.old.Email)}))
	said, err := s.undoOnCase(ctx, m, now)
	if err != nil {
		return security.Change{}, err
	}
	mails, err := s.Tell(ctx, m.account, notice.AddressRestored{At: now,
		To: security.Mask(m.old.Email)}, now)
	if err != nil {
		return security.Change{}, err
	}
	return security.Change{Event: s.readerEvent(m, audit.AddressRestored, now),
		Writes: append(append(writes, said...), mails...)}, nil
}

// putBack is the writes that bring the old address in force again, unless it is already.
func putBack(m mailedChange, now time.Time) []security.Write {
	if identifier.Fold(security.InForce(m.all, false).Email) == identifier.Fold(m.old.Email) {
		return nil
	}
	return append(retired(m.all, false, now),
		security.AddAddress{Address: security.Address{ID: token.ShortID(),
			Account: m.account.ID, Email: m.old.Email, Since: now, Origin: security.OriginOwner}})
}

// undoOnCase tells the analyst, if there is a case and it has its ticket already.
func (s *Service) undoOnCase(ctx context.Context, m mailedChange, now time.Time) ([]security.Write,
	error) {
	if !m.account.Locked() {
		return nil, nil
	}
	t, err := s.Casework.CaseTicket(ctx, security.Case{ID: m.account.Case})
	if err != nil || t.ID == "" {
		return nil, err
	}
	said := security.Remark{Kind: security.SaidAddressRestored,
		Args: []string{security.Mask(m.old.Email), security.Mask(m.change.Email)}}
	return []security.Write{casework.AddMessage{Message: s.Remark(t.ID, said, now)}}, nil
}
