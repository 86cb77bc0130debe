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

// deskRows is how many mails, logins and activities the page of an account lists.
const deskRows = 200

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
	o := &guided.Owner{Account: d.Account, Recovery: r}
	if r.Case != "" {
		o.Case = d.Case
	}
	if o.Factors, err = s.Store.Factors(ctx, d.Account.ID); err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	if o.Codes, err = s.Store.RecoveryCodes(ctx, d.Account.ID); err != nil {
		return fmt.Errorf("read recovery codes: %w", err)
	}
	sessions, err := s.Store.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
		Subject: d.Account.ID,
		Since:   r.StartedAt.Add(-time.Millisecond), Limit: deskRows})
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	at := r.StartedAt
	for _, x := range sessions {
		if x.Recovery != r.ID {
			continue
		}
		if x.SeenAt.After(at) {
			at = x.SeenAt
		}
		if o.Session.ID == "" || !x.ProvedAt.IsZero() {
			o.Session = x
		}
	}
	p := s.Guided.Progress(o)
	d.Reached = &Reached{r.Case == "", p.Next(), at}
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

func (s *Service) deskWork(ctx context.Context, d *Desk, now time.Time) (err error) {
	if d.Notes, err = s.Store.Notes(ctx, d.Account.ID); err != nil {
		return fmt.Errorf("read notes: %w", err)
	}
	slices.Reverse(d.Notes)
	d.Tickets, err = s.Store.Tickets(ctx, security.TicketFilter{Account: d.Account.ID})
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	if d.Mails, err = s.Store.Mails(ctx, d.Account.ID, deskRows); err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	wrote, err := s.Store.EventsOf(ctx, d.Account.ID, audit.MessageSent, now.Add(-security.Review))
	if err != nil {
		return fmt.Errorf("read contacts: %w", err)
	}
	if len(wrote) > 0 {
		d.ContactAt = wrote[0].At
	}
	return nil
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
	logins, err := s.Store.Logins(ctx, d.Account.ID, now.Add(-security.Review), deskRows)
	if err != nil {
		return fmt.Errorf("read logins: %w", err)
	}
	d.Logins = s.Lockout.History(logins).Logins
	d.Changes, err = s.Store.Activities(ctx, d.Account.ID, now.Add(-security.Review), deskRows)
	if err != nil {
		return fmt.Errorf("read activity: %w", err)
	}
	return nil
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
