package review

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/staff"
)

// CaseFacts is what is known of a case beside its own row: what stood on the
// account at the lockout, what stands there now, and what the owner did.
type CaseFacts struct {
	Case      security.Case
	Account   security.Account
	Frozen    lockout.Evidence    // as it stood at the lockout
	Logins    []security.Login    // of the last 400 days before the lockout and since, newest first
	Changes   []security.Activity // of 90 days before the lockout and since, newest first
	Addresses []security.Address  // all there ever were, oldest first
	Factors   []security.Factor   // enrolled now
	Recovery  *security.Recovery  // nil when no owner came yet
	Visits    []Visit             // of the recovery, newest first
	Answers   []security.Answer   // of the recovery
	Proposals []lockout.Proposal
	Trail     []security.Event // oldest first
}

// Visit is a session of the recovery, held against the logins before the lockout.
type Visit struct {
	access.Session
	NewDevice  bool // the account had never seen the device
	Unfamiliar bool // neither the device nor the country
	SignedIn   bool // it began by signing in, and not by a mail
}

// caseRows bounds the lists of a case. Nobody hides an old fact behind a flood of new
// ones: of what a full list lacks the worst is assumed.
const caseRows = 10_000

func (s *Service) caseFacts(ctx context.Context, c security.Case, a security.Account) (CaseFacts,
	error) {
	f := CaseFacts{Case: c, Account: a}
	long, recent := c.OpenedAt.Add(-lockout.Remembered), c.OpenedAt.Add(-security.Review)
	err := errors.Join(
		security.Fetched(&f.Frozen, "evidence")(s.frozen(ctx, c)),
		security.Fetched(&f.Logins, "logins")(s.Store.Logins(ctx, a.ID, long, caseRows)),
		security.Fetched(&f.Changes, "activity")(s.Store.Activities(ctx, a.ID, recent, caseRows)),
		security.Fetched(&f.Addresses, "addresses")(s.Store.Addresses(ctx, a.ID)),
		security.Fetched(&f.Factors, "factors")(s.Store.Factors(ctx, a.ID)),
		security.Fetched(&f.Proposals, "proposals")(s.Store.Proposals(ctx, a.ID)),
		security.Fetched(&f.Trail, "history")(s.Store.Events(ctx, c.ID)),
	)
	if err != nil {
		return f, err
	}
	return f, s.recoveryFacts(ctx, &f)
}

// recoveryFacts adds what the owner did, if one came.
func (s *Service) recoveryFacts(ctx context.Context, f *CaseFacts) error {
	r, err := s.Store.RecoveryOfCase(ctx, f.Case.ID)
	if errors.Is(err, security.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read recovery: %w", err)
	}
	f.Recovery = &r
	var sessions []access.Session
	err = errors.Join(
		security.Fetched(&f.Answers, "answers")(s.Store.Answers(ctx, r.ID)),
		security.Fetched(&sessions, "sessions")(
			s.Store.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
				Subject: r.Account,
				Since:   f.Case.OpenedAt.Add(-security.Review), Limit: caseRows})),
	)
	visit := s.visits(*f)
	for _, x := range sessions {
		if x.Recovery == r.ID {
			v := visit(x)
			v.SignedIn = lockout.Rejoined(x, f.Trail)
			f.Visits = append(f.Visits, v)
		}
	}
	return err
}

// visits holds sessions against the logins before the lockout. Many come from few
// places, and each is judged once.
func (s *Service) visits(f CaseFacts) func(access.Session) Visit {
	h := s.Lockout.History(slices.DeleteFunc(slices.Clone(f.Logins),
		func(l security.Login) bool { return !l.At.Before(f.Case.OpenedAt) }))
	h.Since = f.Case.OpenedAt.Add(-security.Review)
	cut := len(f.Logins) == caseRows
	places := map[risk.Place]Visit{}
	return func(x access.Session) Visit {
		here := risk.Place{Country: s.Country(x.IP), Device: security.DeviceOf(x.Visitor)}
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
func (s *Service) fourEyes(ctx context.Context, f CaseFacts, m staff.Staff) ([]string, error) {
	c := f.Case
	locked, err := s.lockedBy(ctx, f, m)
	if err != nil {
		return nil, err
	}
	in := recovery.ResumeFacts{Cause: f.worstCause(), OpenedAt: c.OpenedAt, Changes: f.changed(),
		Secured: !c.SecuredAt.IsZero(), Contested: !c.ContestedAt.IsZero(),
		Unconfirmed: f.unconfirmed(), StaffReviewed: f.reproofed(), DeniedSucceeded: f.denied(),
		LockedBySame: locked, NewKey: m.Holder != "" && s.Staff.Newcomer(m, s.Now())}
	visits := f.Visits
	for _, x := range f.provisional() {
		in.ProvisionalFactor = true
		visits = append(slices.Clip(visits), s.visits(f)(access.Session{Visitor: x.Visitor}))
	}
	for _, v := range visits {
		in.UnfamiliarDevice = in.UnfamiliarDevice || v.NewDevice
		in.UnfamiliarRecovery = in.UnfamiliarRecovery || v.Unfamiliar
	}
	return recovery.FourEyes(in), nil
}

// worstCause is hijacked if the case ever was: whoever takes that back does not spare
// the second person.
func (f CaseFacts) worstCause() recovery.Cause {
	for _, e := range f.Trail {
		if e.Kind == audit.CaseCauseChanged && e.Data["from"] == string(recovery.Hijacked) {
			return recovery.Hijacked
		}
	}
	return f.Case.Cause
}

// provisional are the factors that were enrolled in the recovery of the case: until
// it is resumed they prove nothing about who the owner is.
func (f CaseFacts) provisional() []security.Factor {
	if f.Recovery == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Factors),
		func(x security.Factor) bool { return x.Recovery != f.Recovery.ID })
}

// Updater is the visit in which the password was updated last, and Confirmer the newest later one
// that said it was theirs; nil where there is none, or it is not on record any more. A password that
// is typed to sign in says so only once a second factor was shown with it.
func (f CaseFacts) Updater() *Visit {
	return f.visit(func(v Visit) bool { return v.ID == f.Recovery.PasswordBy })
}

// Confirmer is described at Updater.
func (f CaseFacts) Confirmer() *Visit {
	return f.visit(func(v Visit) bool {
		return v.ID != f.Recovery.PasswordBy && !v.PasswordAt.IsZero() &&
			v.PasswordAt.Equal(f.Recovery.PasswordAt) && (!v.SignedIn || !v.ProvedAt.IsZero())
	})
}

func (f CaseFacts) visit(is func(Visit) bool) *Visit {
	if f.Recovery == nil || f.Recovery.PasswordBy == "" {
		return nil
	}
	if i := slices.IndexFunc(f.Visits, is); i >= 0 {
		return &f.Visits[i]
	}
	return nil
}

// unconfirmed reports whether nobody but a reader of the mailbox stands for the updated password. A
// factor that came with the recovery is no proof of more.
func (f CaseFacts) unconfirmed() bool {
	if f.Case.SecuredAt.IsZero() || f.Confirmer() != nil {
		return false
	}
	by := f.Updater()
	return by == nil || by.ProvedAt.IsZero() || by.ProvedAt.After(by.PasswordAt) ||
		slices.ContainsFunc(f.provisional(), func(x security.Factor) bool {
			return !x.AddedAt.After(by.ProvedAt)
		})
}

// changed lists the changes of e-mail and payout, of then and of now. An address
// that staff put there is not one of them; see reproofed.
func (f CaseFacts) changed() []recovery.Change {
	var all []recovery.Change
	for _, a := range slices.Concat(f.Frozen.Activities, f.Changes) {
		all = append(all, recovery.Change{Kind: a.Kind, At: a.At})
	}
	for _, a := range slices.Concat(f.Frozen.Addresses, f.Addresses) {
		if a.Origin != security.OriginFirst && a.Origin != security.OriginStaff && !a.Notice {
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
	return slices.ContainsFunc(f.Addresses, func(a security.Address) bool {
		return a.Origin == security.OriginStaff && a.Since.After(since)
	}) || slices.ContainsFunc(f.Proposals, func(p lockout.Proposal) bool {
		return p.Kind != lockout.ProposeResume && p.CarriedOut().After(since)
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
	return slices.ContainsFunc(f.Answers, func(a security.Answer) bool {
		outcome, known := outcomes[a.Login]
		return a.Answer == risk.NotMe && (outcome == risk.Succeeded || !known)
	}) || slices.ContainsFunc(f.Case.Facts, func(x recovery.Signal) bool {
		return x.Code == recovery.SignalLoginDenied
	})
}

// lockedBy tells whether m set the lockout, or set it again.
func (s *Service) lockedBy(ctx context.Context, f CaseFacts, m staff.Staff) (bool, error) {
	same, err := s.Staff.SameAs(ctx, m, f.Case.OpenedBy)
	for _, e := range f.Trail {
		if e.Kind == audit.CaseReopened && !same && err == nil {
			same, err = s.Staff.SameAs(ctx, m, e.By.ID)
		}
	}
	return same, err
}
