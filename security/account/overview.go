package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/lockout"
	"regain/security/policy"
	"regain/security/risk"
	"regain/security/ticket"
)

// Overview is how the protection of an account stands: what needs an answer, what is missing,
// and what is good, each with the greatest risk first.
type Overview struct {
	Urgent, Missing, Good []OverviewItem
	// Last is the newest login that got in before the present session; nil when there is none in
	// the time of Review. Tries is how many did not get in after it.
	Last  *risk.Login
	Tries int
}

// OverviewItem is one thing that is so. What each code fills is said beside it.
type OverviewItem struct {
	Code  OverviewCode
	Count int
	At    time.Time
	On    string // what it is about: an id, a number, a name or a masked address
	Alert *alert.Alert
}

// OverviewCode names what is so. The set is closed, and there is a sentence and a next action
// for each.
type OverviewCode string

// What needs an answer.
const (
	LoginGotIn    OverviewCode = "login_got_in"   // Alert
	ChangeNoticed OverviewCode = "change_noticed" // Alert
	// On: the new address, At: when it was asked for
	AddressWaits    OverviewCode = "address_waits"
	LoginStopped    OverviewCode = "login_stopped"    // Alert
	AlertsMore      OverviewCode = "alerts_more"      // Count
	SessionsHalf    OverviewCode = "sessions_half"    // Count, At: of the newest
	SessionsStrange OverviewCode = "sessions_strange" // Count, On: device of the newest
	FactorGuessed   OverviewCode = "factor_guessed"   // Count: of wrong codes in a row
	PasskeyOdd      OverviewCode = "passkey_odd"      // On: name of the passkey
	TicketWaits     OverviewCode = "ticket_waits"     // Count, On: number of the newest
)

// What is missing.
const (
	PasswordCut    OverviewCode = "password_cut" // only its beginning counts
	FactorNone     OverviewCode = "factor_none"
	CodesUnsaved   OverviewCode = "codes_unsaved"
	CodesNone      OverviewCode = "codes_none"
	CodesFew       OverviewCode = "codes_few" // Count
	PasswordUnseen OverviewCode = "password_unseen"
	FactorSingle   OverviewCode = "factor_single" // On: its kind; Count: 1 where only another one of it counts
	NoticeWaits    OverviewCode = "notice_waits"  // On: the address
	NoticeNone     OverviewCode = "notice_none"
)

// What is good.
const (
	NothingOpen  OverviewCode = "nothing_open"
	FactorsOn    OverviewCode = "factors_on"    // Count, On: kind of the only one
	PasswordSeen OverviewCode = "password_seen" // At: when it was set
	CodesThere   OverviewCode = "codes_there"   // Count
	NoticeThere  OverviewCode = "notice_there"  // On: the address
	SessionAlone OverviewCode = "session_alone"
)

// The bounds of what an overview looks at and says one by one.
const (
	overviewLogins = 10
	overviewAlerts = 1000
	overviewNamed  = 3 // alerts that are named
	codesFew       = 3
	codesGuessed   = 3 // wrong codes in a row that are no slip of the finger
)

// outlook is what an overview is decided from.
type outlook struct {
	account   security.Account
	kinds     policy.Choice[policy.Kind] // of factors that count
	factors   []security.Factor
	codes     []security.RecoveryCode
	addresses []security.Address
	changes   []AddressChange     // newest first
	alerts    []alert.Alert       // without an answer, newest first
	others    []access.OwnSession // that live, those used last first
	familiar  risk.Familiar
	tickets   []security.Ticket // newest first
	now       time.Time
}

// Overview is what the owner should know first.
func (s *Service) Overview(ctx context.Context, u *SignedIn) (Overview, error) {
	f := outlook{account: u.Account, kinds: u.Rules.Kinds, factors: u.Factors, codes: u.Codes, now: s.Now()}
	id := u.Account.ID
	err := errors.Join(security.Fetched(&f.addresses, "addresses")(s.Store.Addresses(ctx, id)),
		security.Fetched(&f.changes, "changes of address")(s.Store.AddressChanges(ctx, id,
			f.now.Add(-security.Review))),
		security.Fetched(&f.tickets, "tickets")(s.Store.Tickets(ctx,
			security.TicketFilter{Account: id, Status: ticket.Pending})),
		s.standingAlerts(ctx, u, &f), s.standingSessions(ctx, u, &f))
	if err != nil {
		return Overview{}, err
	}
	o := f.overview()
	o.Last, o.Tries, err = s.lastLogin(ctx, u, f.now)
	return o, err
}

// lastLogin is the newest login that got in before the session of u, nil when there is none, and
// how many did not get in after it. Mostly it is among the first few.
func (s *Service) lastLogin(ctx context.Context, u *SignedIn, now time.Time) (*risk.Login, int,
	error) {
	for _, rows := range []int{overviewLogins, lockout.HistoryRows} {
		logins, err := s.Store.Logins(ctx, u.Account.ID, now.Add(-security.Review), rows)
		if err != nil {
			return nil, 0, fmt.Errorf("read logins: %w", err)
		}
		tries := 0
		for _, l := range logins {
			switch {
			case l.Outcome != risk.Succeeded:
				tries++
			case l.At.Before(u.Session.StartedAt):
				return &s.Lockout.History([]security.Login{l}).Logins[0], tries, nil
			}
		}
		if len(logins) < rows {
			break
		}
	}
	return nil, 0, nil
}

func (s *Service) standingAlerts(ctx context.Context, u *SignedIn, f *outlook) error {
	all, err := s.Store.Alerts(ctx, u.Account.ID, f.now.Add(-security.Review), overviewAlerts)
	if err != nil {
		return fmt.Errorf("read alerts: %w", err)
	}
	f.alerts = slices.DeleteFunc(all,
		func(a alert.Alert) bool { return a.Answer != "" || u.Began(a.Login) })
	if len(f.alerts) == 0 {
		return nil
	}
	said, err := s.saidBefore(ctx, u.Account.ID, f.now)
	f.alerts = slices.DeleteFunc(f.alerts, func(a alert.Alert) bool { return said[a.Login] != "" })
	return err
}

func (s *Service) standingSessions(ctx context.Context, u *SignedIn, f *outlook) error {
	all, err := s.ownSessions(ctx, u, f.now.Add(-access.SignedInWhole))
	if err != nil {
		return err
	}
	f.others = slices.DeleteFunc(all, func(x access.OwnSession) bool { return x.This || !x.Over.IsZero() })
	if len(f.others) == 0 {
		return nil
	}
	watches, err := s.Store.Watches(ctx, []string{u.Account.ID})
	if err != nil {
		return fmt.Errorf("read watch: %w", err)
	}
	w, ok := watches[u.Account.ID]
	if !ok {
		return nil
	}
	f.familiar, err = w.Known()
	return err
}
