package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/sight"
	"regain/security/staff"
)

// Rows is how many tickets, mails, logins and activities the page of an account lists.
const Rows = 200

// Desk is one account as a member of staff may see it. What they may not see is masked or
// left out in it; there is nothing for a page to hide.
type Desk struct {
	sight.Reader
	Account   security.Account // without password and birth date
	Opened    staff.Look       // since when and why it is open to the session
	Caller    Caller
	Addresses []security.Address // oldest first
	// masked address for a link or a code; "" when none proves ownership
	SendTo string
	// the newest, nil when there was none; cause and evidence only if Full
	Case      *security.Case
	Holder    string            // name of the analyst who has the case, or ""
	Reached   *Reached          // nil: the owner was not seen yet
	Status    guided.Status     // what the owner is told: only Ticket, NextWord and Overdue
	Link      *lockout.Link     // the last one, whatever became of it; nil: none was ever made
	LinkTo    string            // masked address that it was mailed to
	ContactAt time.Time         // when the owner wrote last; zero: not in the time of Review
	Notes     []security.Note   // newest first
	Tickets   []security.Ticket // newest first
	Mails     []security.MailState
	Logins    []risk.Login        // of the time of Review, newest first
	Changes   []security.Activity // likewise

	// ChangedAt is when the password was changed outside Regain after the lockout; zero: it
	// was not. HandedOver is the ticket that was opened because of it.
	ChangedAt  time.Time
	HandedOver *security.Ticket

	// NoLink and NotUrgent say why support cannot cause a link, or ask for an urgent review,
	// now; nil: they can.
	NoLink, NotUrgent *security.Refusal
}

// Reached is how far the owner has come in the running recovery or check-up.
type Reached struct {
	CheckUp bool
	Next    recovery.Step // "" when only the status page is left
	At      time.Time     // when they were here last
}

// DeskAccount reads everything that the page of an account shows to the member, and records
// that they saw it. It refuses with LookNeeded whoever did not say why they open the account.
func (s *Service) DeskAccount(ctx context.Context, m *staff.Member, id string) (Desk, error) {
	a, l, err := s.opened(ctx, m, staff.RightRead, "account.show", id)
	if err != nil {
		return Desk{}, err
	}
	now := s.Now()
	d := Desk{Account: a, Opened: l}
	if d.Caller, err = s.caller(ctx, m, id, now); err != nil {
		return Desk{}, err
	}
	d.Reader = sight.Of(m.Role, !d.Caller.Until.IsZero())
	for _, read := range []func(context.Context, *Desk, time.Time) error{s.deskAddresses,
		s.deskCase, s.deskReached, s.deskLink, s.deskWork, s.deskHandOver, s.deskPast} {
		if err := read(ctx, &d, now); err != nil {
			return Desk{}, err
		}
	}
	d.hide()
	page := "account"
	if d.Detail {
		page = "account_detail"
	}
	return d, s.Staff.Viewed(ctx, m, a, page, l.Reason)
}

func (s *Service) deskAddresses(ctx context.Context, d *Desk, now time.Time) (err error) {
	if d.Addresses, err = s.Store.Addresses(ctx, d.Account.ID); err != nil {
		return fmt.Errorf("read addresses: %w", err)
	}
	locked, err := s.LockedAt(ctx, d.Account)
	if err != nil {
		return err
	}
	to, ok := security.Book(d.Addresses, locked).Proof(now)
	if ok {
		d.SendTo = security.Mask(to.Email)
	}
	d.NoLink, err = s.noLink(ctx, d.Account, ok, now)
	return err
}

func (s *Service) deskCase(ctx context.Context, d *Desk, now time.Time) error {
	c, err := s.presentCase(ctx, d.Account)
	if errors.Is(err, security.ErrNotFound) {
		d.NotUrgent = s.notUrgent(d.Account, security.Case{}, now)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	d.Case = &c
	d.NotUrgent = s.notUrgent(d.Account, c, now)
	if c.Assignee != "" {
		holder, err := s.Staff.Who(ctx, c.Assignee)
		if err != nil {
			return fmt.Errorf("read who has the case: %w", err)
		}
		d.Holder = holder.Name
	}
	t, err := s.Casework.CaseTicket(ctx, c)
	if err != nil || t.ID == "" {
		return err
	}
	d.Status.Ticket = &t
	if !c.SecuredAt.IsZero() && !c.State.Over() {
		d.Status.NextWord, d.Status.Overdue = c.NextWord(t.Topic, now)
		d.Status.Overdue = d.Status.Overdue && c.State != recovery.NeedsOwner
	}
	return nil
}

// presentCase is the case that locks the account, or else its newest; ErrNotFound when there
// was none. A case that was taken up again may be older than another.
func (s *Service) presentCase(ctx context.Context, a security.Account) (security.Case, error) {
	if a.Locked() {
		return s.Store.Case(ctx, a.Case)
	}
	return s.Store.LatestCase(ctx, a.ID)
}

// deskReached finds the running recovery of the account. Whether the owner has shown a factor
// belongs to a session; here any session of that recovery counts.
func (s *Service) deskReached(ctx context.Context, d *Desk, now time.Time) error {
	r, err := s.Lockout.RecoveryOf(ctx, d.Account, now)
	if errors.Is(err, security.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read recovery: %w", err)
	}
	sessions, err := s.Store.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
		Subject: d.Account.ID,
		Since:   r.StartedAt.Add(-time.Millisecond), Limit: Rows})
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	at, session := r.StartedAt, access.Session{}
	for _, x := range sessions {
		if x.Recovery != r.ID {
			continue
		}
		if x.SeenAt.After(at) {
			at = x.SeenAt
		}
		if session.ID == "" || !x.ProvedAt.IsZero() {
			session = x
		}
	}
	o, err := s.Guided.OwnerOf(ctx, d.Account, r, session)
	if err != nil {
		return err
	}
	d.Reached = &Reached{r.Case == "", o.Progress.Next(), at}
	if r.Case != "" {
		return nil
	}
	d.Status = guided.Status{}
	return s.Guided.ReadCheckUp(ctx, o, &d.Status)
}

func (s *Service) deskLink(ctx context.Context, d *Desk, now time.Time) error {
	l, err := s.Store.LatestLink(ctx, d.Account.ID)
	if errors.Is(err, security.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read last link: %w", err)
	}
	l.State = l.At(now)
	d.Link = &l
	for _, to := range d.Addresses {
		if to.ID == l.Address {
			d.LinkTo = security.Mask(to.Email)
		}
	}
	return nil
}

func (s *Service) deskWork(ctx context.Context, d *Desk, now time.Time) error {
	id, wrote := d.Account.ID, []security.Event{}
	err := errors.Join(security.Fetched(&d.Notes, "notes")(s.Store.Notes(ctx, id)),
		security.Fetched(&d.Tickets, "tickets")(s.Store.Tickets(ctx, security.TicketFilter{Account: id, Limit: Rows})),
		security.Fetched(&d.Mails, "mails")(s.Store.Mails(ctx, id, Rows)),
		security.Fetched(&wrote, "contacts")(s.Store.EventsOf(ctx, id, audit.MessageSent,
			now.Add(-security.Review))))
	slices.Reverse(d.Notes)
	if len(wrote) > 0 {
		d.ContactAt = wrote[0].At
	}
	return err
}

func (s *Service) deskHandOver(ctx context.Context, d *Desk, _ time.Time) (err error) {
	if d.Case == nil {
		return nil
	}
	if d.ChangedAt, err = s.changedOutside(ctx, d.Account, *d.Case); err != nil {
		return err
	}
	if t, ok := handedOver(d.Tickets, *d.Case); ok {
		d.HandedOver = &t
	}
	return nil
}

func (s *Service) deskPast(ctx context.Context, d *Desk, now time.Time) error {
	if !d.Detail {
		return nil
	}
	id, since, logins := d.Account.ID, now.Add(-security.Review), []security.Login{}
	err := errors.Join(security.Fetched(&logins, "logins")(s.Store.Logins(ctx, id, since, Rows)),
		security.Fetched(&d.Changes, "activity")(s.Store.Activities(ctx, id, since, Rows)))
	d.Logins = s.Lockout.History(logins).Logins
	return err
}

// hide takes out what the member may not see.
func (d *Desk) hide() {
	d.Account = d.Reader.Account(d.Account)
	if c := d.Case; c != nil {
		*c = d.Reader.Case(*c)
	}
	for _, t := range []*security.Ticket{d.Status.Ticket, d.HandedOver} {
		if t != nil {
			*t = d.Ticket(*t)
		}
	}
	for i := range d.Addresses {
		d.Addresses[i].Email = d.Address(d.Addresses[i].Email)
	}
	d.Notes, d.Tickets = sight.Each(d.Note, d.Notes), sight.Each(d.Ticket, d.Tickets)
	d.Mails, d.Logins = sight.Each(d.Mail, d.Mails), sight.Each(d.Login, d.Logins)
	d.Changes = sight.Each(d.Activity, d.Changes)
}
