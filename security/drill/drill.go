package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/security/token"
)

// Errors of a drill. Their texts are for operators.
var (
	// ErrTaken refuses an address that belongs to an account of somebody.
	ErrTaken = errors.New("an account has this address")
	// ErrNoMail says that the mail server has not taken a mail yet.
	ErrNoMail = errors.New("the mail still waits")
	errNoCase = errors.New("the account is not locked by a case")
)

// by is who acts in a drill besides its reviewers.
var by = security.Actor{Kind: security.ByOperator, ID: security.DrillMark + "command"}

// Drill is one that runs.
type Drill struct {
	Account string // id
	Case    string // number
	To      string // the address that all mails go to
}

// Begin makes an account whose only address is to. It takes what earlier drills left behind away first.
// It refuses with EmailMissing or EmailInvalid beside "to", and with ErrTaken.
func (s *Service) Begin(ctx context.Context, to string) (Drill, error) {
	to, err := security.TypedEmail("to", to)
	if err != nil {
		return Drill{}, err
	}
	if _, err := s.Sweep(ctx); err != nil {
		return Drill{}, err
	}
	now := s.Now()
	theirs, err := s.Named(ctx, to, now.Add(-recovery.Fresh))
	if err != nil {
		return Drill{}, fmt.Errorf("look up address: %w", err)
	}
	for _, a := range theirs {
		if !security.IsDrill(a.ID) {
			return Drill{}, ErrTaken
		}
	}
	id := token.ShortID()
	a := security.Account{ID: security.DrillMark + id, Username: "drill-" + strings.ToLower(id),
		Name: "Drill", Type: "freelancer", Locale: "en", CreatedAt: now}
	e := s.Event(by, audit.DrillBegun, now)
	e.Account = a.ID
	err = s.Store.Commit(ctx, e, feed.PutAccount{Account: a}, security.AddAddress{Address: security.Address{
		ID: token.ShortID(), Account: a.ID, Email: to, Since: now, Origin: security.OriginFirst}})
	return Drill{Account: a.ID, To: to}, err
}

// Lock puts the account under a lockout as any other. evidence is what its note says.
func (s *Service) Lock(ctx context.Context, d *Drill, evidence string) error {
	c, err := s.Lockout.LockAccount(ctx, by, d.Account,
		security.Case{Cause: recovery.Compromised, Evidence: evidence})
	d.Case = c.Number
	return err
}

// Mailed tells whether the mail server took the mails of the kind, of any for "": nil once it took them,
// ErrNoMail while one waits, with the reason of its last failure, and another error when one was given up.
// id is that of the newest.
func (s *Service) Mailed(ctx context.Context, d Drill, kind string) (id string, err error) {
	const most = 50
	all, err := s.Store.Mails(ctx, d.Account, most)
	if err != nil {
		return "", fmt.Errorf("read mails: %w", err)
	}
	err = ErrNoMail
	for _, m := range slices.Backward(all) {
		if kind != "" && m.Kind != kind {
			continue
		}
		switch m.Delivery() {
		case security.DeliveryFailed:
			return m.ID, fmt.Errorf("the mail was given up: %s", m.Reason)
		case security.DeliveryWaits:
			return m.ID, fmt.Errorf("%w: %s", ErrNoMail, cmp.Or(m.Reason, "nobody has tried it yet"))
		}
		id, err = m.ID, nil
	}
	return id, err
}

// LinkToken is the secret part of the link in the mail. It is made from the id of the link, as the courier
// does it.
func (s *Service) LinkToken(ctx context.Context, d Drill) (string, error) {
	l, err := s.Links.LiveLink(ctx, d.Account)
	if err != nil {
		return "", fmt.Errorf("read link: %w", err)
	}
	return s.Lockout.LinkToken(l.ID), nil
}

// Ticket checks what the update of the password has to leave in one commit: a case that is secured, and
// its ticket, open for Account Security, from the same moment. It returns the number of the ticket.
func (s *Service) Ticket(ctx context.Context, d Drill) (string, error) {
	a, c, err := s.read(ctx, d)
	if err != nil {
		return "", err
	}
	t, err := s.Casework.CaseTicket(ctx, c)
	switch {
	case err != nil:
		return "", err
	case c.State != recovery.Secured || c.SecuredAt.IsZero():
		return "", fmt.Errorf("the case is %s, want %s", c.State, recovery.Secured)
	case t.ID == "":
		return "", errors.New("the case has no ticket")
	case t.Department != security.AccountSecurity || t.Status != ticket.Open:
		return t.Number, fmt.Errorf("ticket %s is %s for %s, want %s for %s", t.Number, t.Status,
			t.Department, ticket.Open, security.AccountSecurity)
	case !t.OpenedAt.Equal(c.SecuredAt) || !a.PasswordAt.Equal(c.SecuredAt):
		return t.Number, errors.New("password, case and ticket are not of one commit")
	}
	return t.Number, nil
}

func (s *Service) read(ctx context.Context, d Drill) (security.Account, security.Case, error) {
	a, err := s.Store.Account(ctx, d.Account)
	if err != nil {
		return a, security.Case{}, fmt.Errorf("read account: %w", err)
	}
	if !a.Locked() {
		return a, security.Case{}, errNoCase
	}
	c, err := s.Store.Case(ctx, a.Case)
	if err != nil {
		return a, c, fmt.Errorf("read case: %w", err)
	}
	return a, c, nil
}

// End takes the account away, with all that belongs to it. told goes onto the audit trail, which keeps
// what happened.
func (s *Service) End(ctx context.Context, d Drill, told map[string]string) error {
	e := s.Event(by, audit.DrillEnded, s.Now())
	e.Account, e.Data = d.Account, told
	return s.remove(ctx, e)
}

// sweptAtOnce bounds how many are read at once.
const sweptAtOnce = 100

// Sweep takes away the accounts of drills that are over their Life: those that were killed, or could not
// reach the database at their end. It returns how many there were.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	now := s.Now()
	for {
		all, err := s.Drills.Drills(ctx, now.Add(-Life), sweptAtOnce)
		if err != nil {
			return n, fmt.Errorf("read drills: %w", err)
		}
		for _, id := range all {
			e := s.Event(security.Actor{Kind: security.BySystem}, audit.DrillSwept, now)
			e.Account = id
			if err := s.remove(ctx, e); err != nil {
				return n, err
			}
			n++
		}
		if len(all) < sweptAtOnce {
			return n, nil
		}
	}
}

// SweepAll is Sweep for a worker.
func (s *Service) SweepAll(ctx context.Context) error {
	_, err := s.Sweep(ctx)
	return err
}

// remove commits the removal of the account that the event is about. One that is gone is no error.
func (s *Service) remove(ctx context.Context, e security.Event) error {
	err := s.Store.Commit(ctx, e, Remove{e.Account})
	if errors.Is(err, security.ErrConflict) {
		if _, err := s.Store.Account(ctx, e.Account); errors.Is(err, security.ErrNotFound) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("take the account of a drill away: %w", err)
	}
	return nil
}
