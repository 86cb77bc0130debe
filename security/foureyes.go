package security

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security/recovery"
	"regain/security/risk"
)

// CaseFacts is what is known of a case beside its own row: what stood on the
// account at the lockout, what stands there now, and what the owner did.
type CaseFacts struct {
	Case      Case
	Account   Account
	Frozen    Evidence   // as it stood at the lockout
	Logins    []Login    // of the last 400 days before the lockout and since, newest first
	Changes   []Activity // of 90 days before the lockout and since, newest first
	Addresses []Address  // all there ever were, oldest first
	Factors   []Factor   // enrolled now
	Recovery  *Recovery  // nil when no owner came yet
	Visits    []Visit    // of the recovery, newest first
	Answers   []Answer   // of the recovery
	Proposals []Proposal
	Trail     []Event // oldest first
}

// Visit is a session of the recovery, held against the logins before the lockout.
type Visit struct {
	Session
	NewDevice  bool // the account had never seen the device
	Unfamiliar bool // neither the device nor the country
}

// caseRows bounds the lists of a case. Nobody hides an old fact behind a flood of new
// ones: of what a full list lacks the worst is assumed.
const caseRows = 10_000

// fetched puts what was read into its place, or names what could not be read.
func fetched[T any](to *T, what string) func(T, error) error {
	return func(v T, err error) error {
		*to = v
		if err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		return nil
	}
}

func (s *Service) caseFacts(ctx context.Context, c Case, a Account) (CaseFacts, error) {
	f := CaseFacts{Case: c, Account: a}
	long, recent := c.OpenedAt.Add(-remembered), c.OpenedAt.Add(-Review)
	err := errors.Join(
		fetched(&f.Frozen, "evidence")(s.frozen(ctx, c)),
		fetched(&f.Logins, "logins")(s.Store.Logins(ctx, a.ID, long, caseRows)),
		fetched(&f.Changes, "activity")(s.Store.Activities(ctx, a.ID, recent, caseRows)),
		fetched(&f.Addresses, "addresses")(s.Store.Addresses(ctx, a.ID)),
		fetched(&f.Factors, "factors")(s.Store.Factors(ctx, a.ID)),
		fetched(&f.Proposals, "proposals")(s.Store.Proposals(ctx, a.ID)),
		fetched(&f.Trail, "history")(s.Store.Events(ctx, c.ID)),
	)
	if err != nil {
		return f, err
	}
	return f, s.recoveryFacts(ctx, &f)
}

// recoveryFacts adds what the owner did, if one came.
func (s *Service) recoveryFacts(ctx context.Context, f *CaseFacts) error {
	r, err := s.Store.RecoveryOfCase(ctx, f.Case.ID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read recovery: %w", err)
	}
	f.Recovery = &r
	var sessions []Session
	err = errors.Join(
		fetched(&f.Answers, "answers")(s.Store.Answers(ctx, r.ID)),
		fetched(&sessions, "sessions")(
			s.Store.Sessions(ctx, SessionFilter{RecoverySession, r.Account,
				f.Case.OpenedAt.Add(-Review), caseRows})),
	)
	visit := s.visits(*f)
	for _, x := range sessions {
		if x.Recovery == r.ID {
			f.Visits = append(f.Visits, visit(x))
		}
	}
	return err
}

// visits holds sessions against the logins before the lockout. Many come from few
// places, and each is judged once.
func (s *Service) visits(f CaseFacts) func(Session) Visit {
	h := s.history(slices.DeleteFunc(slices.Clone(f.Logins),
		func(l Login) bool { return !l.At.Before(f.Case.OpenedAt) }))
	h.Since = f.Case.OpenedAt.Add(-Review)
	cut := len(f.Logins) == caseRows
	places := map[risk.Place]Visit{}
	return func(x Session) Visit {
		here := risk.Place{Country: s.Country(x.IP), Device: deviceOf(x.Visitor)}
		v, known := places[here]
		if !known {
			v.NewDevice = cut || risk.UnfamiliarDevice(h, here)
			v.Unfamiliar = cut || risk.Unfamiliar(h, here)
			places[here] = v
		}
		v.Session = x
		return v
	}
}

// fourEyes lists the codes of what asks for a second person when m wants to
// resume the case; see recovery.FourEyes.
func (s *Service) fourEyes(f CaseFacts, m *Member) []string {
	c := f.Case
	in := recovery.ResumeFacts{Cause: f.worstCause(), OpenedAt: c.OpenedAt, Changes: f.changed(),
		Secured: !c.SecuredAt.IsZero(), StaffReviewed: f.reproofed(), DeniedSucceeded: f.denied(),
		LockedBy: f.lockers(), ResumeBy: m.ID}
	visits := f.Visits
	for _, x := range f.provisional() {
		in.ProvisionalFactor = true
		visits = append(slices.Clip(visits), s.visits(f)(Session{Visitor: x.Visitor}))
	}
	for _, v := range visits {
		in.UnfamiliarDevice = in.UnfamiliarDevice || v.NewDevice
		in.UnfamiliarRecovery = in.UnfamiliarRecovery || v.Unfamiliar
	}
	return recovery.FourEyes(in)
}

// worstCause is hijacked if the case ever was: whoever takes that back does not spare
// the second person.
func (f CaseFacts) worstCause() recovery.Cause {
	for _, e := range f.Trail {
		if e.Kind == CaseCauseChanged && e.Data["from"] == string(recovery.Hijacked) {
			return recovery.Hijacked
		}
	}
	return f.Case.Cause
}

// provisional are the factors that were enrolled in the recovery of the case: until
// it is resumed they prove nothing about who the owner is.
func (f CaseFacts) provisional() []Factor {
	if f.Recovery == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Factors),
		func(x Factor) bool { return x.Recovery != f.Recovery.ID })
}

// changed lists the changes of e-mail and payout, of then and of now. An address
// that staff put there is not one of them; see reproofed.
func (f CaseFacts) changed() []recovery.Change {
	var all []recovery.Change
	for _, a := range slices.Concat(f.Frozen.Activities, f.Changes) {
		all = append(all, recovery.Change{Kind: a.Kind, At: a.At})
	}
	for _, a := range slices.Concat(f.Frozen.Addresses, f.Addresses) {
		if a.Origin != OriginFirst && a.Origin != OriginStaff && !a.Notice {
			all = append(all, recovery.Change{Kind: recovery.EmailChanged, At: a.Since})
		}
	}
	if len(f.Changes) == caseRows {
		at := f.Case.OpenedAt
		all = append(all, recovery.Change{Kind: recovery.EmailChanged, At: at},
			recovery.Change{Kind: recovery.PayoutChanged, At: at})
	}
	return all
}

// reproofed reports whether people of Account Security proved the owner, lately
// before the lockout or since, instead of an address or a factor.
func (f CaseFacts) reproofed() bool {
	since := f.Case.OpenedAt.Add(-recovery.Fresh)
	return slices.ContainsFunc(f.Addresses, func(a Address) bool {
		return a.Origin == OriginStaff && a.Since.After(since)
	}) || slices.ContainsFunc(f.Proposals, func(p Proposal) bool {
		return p.Kind != ProposeResume && p.State == ProposalApproved && p.DecidedAt.After(since)
	})
}

// denied reports whether the owner said "not me" to a login that succeeded, be it
// that they took it back later. Of a login that is not known any more the worst is
// assumed.
func (f CaseFacts) denied() bool {
	outcomes := map[string]string{}
	for _, l := range f.Logins {
		outcomes[l.ID] = l.Outcome
	}
	return slices.ContainsFunc(f.Answers, func(a Answer) bool {
		outcome, known := outcomes[a.Login]
		return a.Answer == risk.NotMe && (outcome == risk.Succeeded || !known)
	}) || slices.ContainsFunc(f.Case.Facts, func(x recovery.Signal) bool {
		return x.Code == recovery.SignalLoginDenied
	})
}

// lockers are those who set the lockout, and set it again.
func (f CaseFacts) lockers() []string {
	all := []string{f.Case.OpenedBy}
	for _, e := range f.Trail {
		if e.Kind == CaseReopened {
			all = append(all, e.By.ID)
		}
	}
	return all
}
