package desk

import (
	"context"
	"fmt"
	"time"

	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// FigureDays is how far back the days are counted.
const FigureDays = 90

// FigureAsk asks for what can be counted of all cases and tickets.
type FigureAsk struct {
	Now   time.Time
	Since time.Time // the first day that is counted
	Cases bool      // count the cases too
}

// FigureKind says what a Figure counts.
type FigureKind string

// The kinds of figure, with what stands in their fields.
const (
	FigureTickets FigureKind = "tickets" // Name a department, N not settled, More of them overdue
	FigureCases   FigureKind = "cases"   // Name a state, N cases, More of them overdue
	FigureLocked  FigureKind = "locked"  // N days since 1970, More cases that began on that day
	FigureResumed FigureKind = "resumed" // the same, of accounts that were given back
	FigureWait    FigureKind = "wait"    // N when it began, for half of those that wait for us before
	FigureStep    FigureKind = "step"    // Name what the owner has to do next, N owners
	FigureSecond  FigureKind = "second"  // Name who proposes, N resumes that a second person can agree to
	FigureAppeal  FigureKind = "appeal"  // Name who kept the account locked, N owners who ask for another
	FigureAge     FigureKind = "age"     // Name how long ago cases that run began, N cases
	// N days since 1970, More how many milliseconds passed, in half of the cases at most, until the owner
	// had a new password, and from then on until the account was given back.
	FigureSecured   FigureKind = "to_secured"
	FigureGivenBack FigureKind = "to_resumed"
	FigureMissed    FigureKind = "missed" // N days since 1970, More cases that should have been decided then
	FigureDenied    FigureKind = "denied" // N days since 1970, More alerts with the answer "not me"
)

// Figure is one number of what there is.
type Figure struct {
	Kind    FigureKind
	Name    string
	N, More int64
}

// The steps at which owners of running cases are counted, beyond those of recovery.
const (
	StepUnseen = "unseen" // nobody has come yet
	StepDone   = "done"   // nothing is left for the owner
)

// Ages are the bounds of how long ago cases began, and AgeNames what is below each, and above all.
var (
	Ages     = [3]time.Duration{day, 3 * day, 7 * day}
	AgeNames = [4]string{"day", "three", "week", "older"}
)

// Tally is how much of something is open, and how much of that is overdue.
type Tally struct {
	Name          string
	Open, Overdue int
}

// Day is one day in UTC.
type Day struct {
	At              time.Time
	Locked, Resumed int
	Missed          int // cases that should have been decided on it, and were not by then
	Denied          int // alerts with the answer "not me"
	// How long half of those needed at most who chose a new password on it, and half of those waited from
	// then on who got their account back on it; 0: there were none.
	ToSecured, ToResumed time.Duration
}

// Dashboard is how the work stands. Cases is nil for whoever does not review any.
type Dashboard struct {
	At      time.Time
	Tickets []Tally // by department, all of them
	Cases   *CaseDashboard
}

// CaseDashboard is how the work on cases stands.
type CaseDashboard struct {
	Tally                          // those that are not over
	Second, Appealed int           // those that wait for another analyst, and that the reader can be
	Wait             time.Duration // for so long half of the owners or more have waited for us; 0: none does
	Days             []Day         // FigureDays of them, the oldest first
	Steps            []Tally       // in their order; Open counts owners
	Ages             []Tally       // the same, of cases, by AgeNames
}

// Dashboard reads how the work stands. It tells of nobody, and to whom does not review cases nothing
// of them.
func (s *Service) Dashboard(ctx context.Context, m *staff.Member) (Dashboard, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightSignedIn, "dashboard.show"); err != nil {
		return Dashboard{}, err
	}
	now := s.Now()
	ask := FigureAsk{Now: now, Cases: m.Role.Has(staff.RightReview),
		Since: now.Truncate(day).Add(-(FigureDays - 1) * day)}
	figures, err := s.Store.Figures(ctx, ask)
	if err != nil {
		return Dashboard{}, fmt.Errorf("count work: %w", err)
	}
	d := Dashboard{At: now}
	for _, name := range ticket.Departments {
		d.Tickets = append(d.Tickets, tallyOf(figures, FigureTickets, name))
	}
	if ask.Cases {
		d.Cases = caseDashboard(figures, ask)
		return d, s.waiting(ctx, m, d.Cases, figures, now)
	}
	return d, nil
}

// waiting counts what waits for another analyst than whoever decided first, as far as m can be that.
func (s *Service) waiting(ctx context.Context, m *staff.Member, c *CaseDashboard, figures []Figure,
	now time.Time) error {
	for _, f := range figures {
		switch {
		case f.Kind == FigureAppeal && f.Name != m.ID:
			c.Appealed += int(f.N)
		case f.Kind == FigureSecond:
			code, err := s.Lockout.Second(ctx, m, lockout.Proposal{By: f.Name,
				Kind: lockout.ProposeResume}, now)
			if err != nil {
				return err
			}
			if code == "" {
				c.Second += int(f.N)
			}
		}
	}
	return nil
}

const day = 24 * time.Hour

// tallyOf adds up the figures of the kind with the name, or of all with "".
func tallyOf(all []Figure, kind FigureKind, name string) Tally {
	t := Tally{Name: name}
	for _, f := range all {
		if f.Kind == kind && (name == "" || f.Name == name) {
			t.Open, t.Overdue = t.Open+int(f.N), t.Overdue+int(f.More)
		}
	}
	return t
}

func caseDashboard(figures []Figure, ask FigureAsk) *CaseDashboard {
	c := &CaseDashboard{Tally: tallyOf(figures, FigureCases, "")}
	for at := ask.Since; len(c.Days) < FigureDays; at = at.Add(day) {
		c.Days = append(c.Days, Day{At: at})
	}
	for _, f := range figures {
		i := int(f.N - ask.Since.Unix()/int64(day/time.Second))
		switch {
		case f.Kind == FigureWait:
			c.Wait = ask.Now.Sub(time.UnixMilli(f.N))
		case i < 0 || i >= FigureDays:
		default:
			c.Days[i].add(f)
		}
	}
	for _, name := range AgeNames {
		c.Ages = append(c.Ages, tallyOf(figures, FigureAge, name))
	}
	for _, name := range []string{StepUnseen, string(recovery.Verify), string(recovery.Password), string(recovery.TwoFactor),
		string(recovery.Activity), StepDone} {
		c.Steps = append(c.Steps, tallyOf(figures, FigureStep, name))
	}
	return c
}

// add puts in what a figure says of the day.
func (d *Day) add(f Figure) {
	switch f.Kind {
	case FigureLocked:
		d.Locked = int(f.More)
	case FigureResumed:
		d.Resumed = int(f.More)
	case FigureSecured:
		d.ToSecured = time.Duration(f.More) * time.Millisecond
	case FigureGivenBack:
		d.ToResumed = time.Duration(f.More) * time.Millisecond
	case FigureMissed:
		d.Missed += int(f.More)
	case FigureDenied:
		d.Denied = int(f.More)
	}
}
