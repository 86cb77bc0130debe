package security

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

// The states of a change that are never stored: it waited too long for its reader or can no
// longer be undone, and there is no such change.
const (
	ChangeExpired ChangeState = "expired"
	ChangeUnknown ChangeState = "unknown"
)

// standing is what has become of a change, as its reader meets it at now. One that waits is over
// once the account is locked or closed, or has another address than the one to be replaced.
func (c AddressChange) standing(a Account, all []Address, now time.Time) ChangeState {
	switch {
	case c.State != ChangePending:
		return c.State
	case a.State() != "active" || inForce(all, c.Notice).ID != c.Old:
		return ChangeCancelled
	case !now.Before(c.EndsAt):
		return ChangeExpired
	}
	return ChangePending
}

// undoable is what has become of a confirmed change for the reader of the old address. What
// people of Account Security set after they proved the owner anew is not undone by a link.
func (c AddressChange) undoable(a Account, all []Address, now time.Time) ChangeState {
	if c.State != ChangeConfirmed {
		return c.State
	}
	for _, x := range all {
		if x.Origin == OriginStaff && !x.Since.Before(c.SettledAt) {
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
	Masked string // the account, masked
	Old    string // the address that is or was replaced, masked; "" for none
}

// OpenAddress tells what the link to confirm a change is good for: something while its state is
// ChangePending. It changes nothing, however often a mail scanner asks.
func (s *Service) OpenAddress(ctx context.Context, tok string) (AddressLanding, error) {
	return s.landing(ctx, purposeAddress, tok)
}

// OpenUndo tells what the link to undo a change is good for: something while its state is
// ChangeConfirmed. It changes nothing.
func (s *Service) OpenUndo(ctx context.Context, tok string) (AddressLanding, error) {
	return s.landing(ctx, purposeUndo, tok)
}

func (s *Service) landing(ctx context.Context, purpose, tok string) (AddressLanding, error) {
	m, err := s.mailedChange(ctx, purpose, tok)
	if errors.Is(err, ErrNotFound) {
		return AddressLanding{State: ChangeUnknown}, nil
	}
	if err != nil {
		return AddressLanding{}, err
	}
	at := AddressLanding{State: m.state, Change: m.change, Masked: Mask(m.account.Username)}
	if m.old.ID != "" {
		at.Old = Mask(m.old.Email)
	}
	return at, nil
}

// mailedChange is a change that a link is about, with everything around it as it is now.
type mailedChange struct {
	reader  Visitor // of the link; zero for one that only looks
	change  AddressChange
	state   ChangeState // for the reader of this link
	account Account
	all     []Address // oldest first
	old     Address   // that is or was replaced; without an id for none
}

func (s *Service) mailedChange(ctx context.Context, purpose, tok string) (mailedChange, error) {
	var m mailedChange
	id, ok := s.Keys.Open(purpose, tok)
	if !ok {
		return m, ErrNotFound
	}
	c, err := s.Store.AddressChange(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return m, err
	}
	if err != nil {
		return m, fmt.Errorf("read change of address: %w", err)
	}
	m.change = c
	err = errors.Join(fetched(&m.account, "account")(s.Store.Account(ctx, c.Account)),
		fetched(&m.all, "addresses")(s.Store.Addresses(ctx, c.Account)))
	for _, x := range m.all {
		if x.ID == c.Old {
			m.old = x
		}
	}
	m.state = c.standing(m.account, m.all, s.Now())
	if purpose == purposeUndo {
		m.state = c.undoable(m.account, m.all, s.Now())
	}
	return m, err
}

// ConfirmAddress is the reader's yes: from now on the account has the address, and every address
// that counted until then is told. It works once, signed in or not. ErrNotFound: there is no such
// change; ChangeOver: it does not wait for an answer any more.
func (s *Service) ConfirmAddress(ctx context.Context, v Visitor, tok string) error {
	return s.settleChange(ctx, v, mailedLink{purposeAddress, tok, ChangePending}, s.confirm)
}

// UndoAddress puts the old address back: the new one retires, every session ends, everything
// that was mailed dies, and every address is told. It works on a locked account too, where it is
// evidence. It refuses as ConfirmAddress does.
func (s *Service) UndoAddress(ctx context.Context, v Visitor, tok string) error {
	return s.settleChange(ctx, v, mailedLink{purposeUndo, tok, ChangeConfirmed}, s.undo)
}

// mailedLink is a link about a change, and the state in which it is good for something.
type mailedLink struct {
	purpose, tok string
	good         ChangeState
}

// settleChange commits what follows from a change that is in the right state.
func (s *Service) settleChange(ctx context.Context, v Visitor, l mailedLink,
	follow func(context.Context, mailedChange) (Change, error)) error {
	if err := s.spend(ctx, limitLinkAddress, network(v.IP), s.Now()); err != nil {
		return err
	}
	return retry(ctx, func() error {
		m, err := s.mailedChange(ctx, l.purpose, l.tok)
		if err != nil {
			return err
		}
		if m.state != l.good {
			return refuse("", ChangeOver)
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
func (s *Service) readerEvent(m mailedChange, kind EventKind, now time.Time) Event {
	e := s.event(Actor{ByOwner, m.account.ID, m.reader}, kind, now)
	e.Account, e.Case = m.account.ID, m.account.Case
	return m.change.on(e)
}

// confirm is what follows from the reader's yes.
func (s *Service) confirm(_ context.Context, m mailedChange) (Change, error) {
	now, c := s.Now(), m.change
	added := Address{ID: token.ID(), Account: c.Account, Email: c.Email, Since: now,
		Origin: OriginOwner, Notice: c.Notice}
	settled := ConfirmAddressChange{ID: c.ID, Address: added.ID, At: now}
	if !c.Notice && c.Old != "" {
		settled.UndoUntil = now.Add(addressUndo)
	}
	writes := append([]Write{HoldOpen{Account: c.Account}, settled},
		retired(m.all, c.Notice, now)...)
	writes = append(writes, AddAddress{added})
	if !c.Notice {
		writes = append(writes, ownChange(c.Account, m.reader, Activity{At: now,
			Kind: recovery.EmailChanged, From: Mask(m.old.Email), To: Mask(c.Email)}))
	}
	return Change{s.readerEvent(m, AddressChanged, now),
		append(writes, s.tellOfAddress(m, settled)...)}, nil
}

// retired is the writes that end every address in force of one sort.
func retired(all []Address, second bool, now time.Time) []Write {
	var writes []Write
	for _, x := range all {
		if x.Until.IsZero() && x.Notice == second {
			writes = append(writes, RetireAddress{x.ID, x.Account, now})
		}
	}
	return writes
}

// tellOfAddress tells all who counted before the change, and the new address. Only the reader of
// the replaced one gets the link that undoes it.
func (s *Service) tellOfAddress(m mailedChange, settled ConfirmAddressChange) []Write {
	told := notice.EmailChanged{To: Mask(m.change.Email), At: settled.At, Notice: m.change.Notice}
	var writes []Write
	for _, to := range recovery.Notified(judged(m.all), settled.At) {
		if Fold(to.Email) == Fold(m.change.Email) {
			continue
		}
		n := told
		if !settled.UndoUntil.IsZero() && Fold(to.Email) == Fold(m.old.Email) {
			n.Undo, n.UndoUntil = m.change.ID, settled.UndoUntil
		}
		writes = append(writes, s.mail(m.account, to.Email, n, time.Time{}))
	}
	told.New = true
	return append(writes, s.mail(m.account, m.change.Email, told, time.Time{}))
}

// undo is what follows when the reader of the old address takes it back. Changes that came after
// this one are undone with it, so that none of their links brings another address again.
func (s *Service) undo(ctx context.Context, m mailedChange) (Change, error) {
	now, c := s.Now(), m.change
	writes := append([]Write{UndoAddressChange{c.ID, now}}, putBack(m, now)...)
	later, err := s.Store.AddressChanges(ctx, c.Account, now.Add(-addressUndo-addressPending))
	if err != nil {
		return Change{}, fmt.Errorf("read changes of address: %w", err)
	}
	for _, x := range later {
		if x.ID != c.ID && !x.Notice && x.State == ChangeConfirmed && now.Before(x.UndoUntil) &&
			x.SettledAt.After(c.SettledAt) {
			writes = append(writes, UndoAddressChange{x.ID, now})
		}
	}
	writes = append(append(writes, endMailed(c.Account, now)...),
		EndSessions{Subject: c.Account, At: now}, Stir{c.Account},
		ownChange(c.Account, m.reader, Activity{At: now, Kind: recovery.EmailChanged,
			From: Mask(c.Email), To: Mask(m.old.Email)}))
	said, err := s.undoOnCase(ctx, m, now)
	if err != nil {
		return Change{}, err
	}
	mails, err := s.tell(ctx, m.account, notice.AddressRestored{At: now, To: Mask(m.old.Email)}, now)
	if err != nil {
		return Change{}, err
	}
	return Change{s.readerEvent(m, AddressRestored, now),
		append(append(writes, said...), mails...)}, nil
}

// putBack is the writes that bring the old address in force again, unless it is already.
func putBack(m mailedChange, now time.Time) []Write {
	if Fold(inForce(m.all, false).Email) == Fold(m.old.Email) {
		return nil
	}
	return append(retired(m.all, false, now), AddAddress{Address{ID: token.ID(),
		Account: m.account.ID, Email: m.old.Email, Since: now, Origin: OriginOwner}})
}

// undoOnCase tells the analyst, if there is a case and it has its ticket already.
func (s *Service) undoOnCase(ctx context.Context, m mailedChange, now time.Time) ([]Write, error) {
	if !m.account.Locked() {
		return nil, nil
	}
	t, err := s.caseTicket(ctx, Case{ID: m.account.Case})
	if err != nil || t.ID == "" {
		return nil, err
	}
	said := remark{saidAddressRestored, []string{Mask(m.old.Email), Mask(m.change.Email)}}
	return []Write{AddMessage{s.remark(t.ID, said, now)}}, nil
}
