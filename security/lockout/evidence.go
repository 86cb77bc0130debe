package lockout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/policy"
	"regain/security/recovery"
	"regain/security/risk"
)

// Remembered is how far back logins count as "seen before", and historyRows how
// many of them are read.
const (
	Remembered  = 400 * 24 * time.Hour
	HistoryRows = 2000
)

// Past is what the newest logins of an account, at most most, are judged by.
func (s *Service) Past(ctx context.Context, account string, most int, now time.Time) (risk.History,
	error) {
	logins, err := s.Store.Logins(ctx, account, now.Add(-Remembered), most)
	if err != nil {
		return risk.History{}, fmt.Errorf("read logins: %w", err)
	}
	h, err := s.Judged(ctx, logins)
	h.Since = now.Add(-security.Review)
	return h, err
}

// Judged is History with what the organisations of the accounts say of where each login came from.
func (s *Service) Judged(ctx context.Context, logins []security.Login) (risk.History, error) {
	h := s.History(logins)
	var accounts []string
	for _, l := range logins {
		accounts = append(accounts, l.Account)
	}
	accounts = slices.Compact(slices.Sorted(slices.Values(accounts)))
	of, err := s.Members.OrganisationsOf(ctx, accounts)
	if err != nil {
		return h, fmt.Errorf("read organisations: %w", err)
	}
	for i, l := range logins {
		r := policy.Strictest(policy.Policy{}, of[l.Account].Policy, policy.Policy{})
		if !h.Logins[i].Unmapped && r.Outside(h.Logins[i].Country) {
			h.Logins[i].OutsideOf = of[l.Account].Name
		}
	}
	return h, nil
}

// History puts place and device to each login.
func (s *Service) History(logins []security.Login) risk.History {
	h := risk.History{Logins: make([]risk.Login, len(logins))}
	labels := map[string]string{} // there are many logins of few devices
	for i, l := range logins {
		if _, known := labels[l.Agent]; !known {
			labels[l.Agent] = risk.Device(l.Agent)
		}
		h.Logins[i] = risk.Login{ID: l.ID, At: l.At, IP: l.IP, Country: s.Country(l.IP), Unmapped: s.Countries == nil,
			Device: labels[l.Agent], Outcome: l.Outcome, StoppedBy: l.StoppedBy}
	}
	return h
}

// Propose runs the triage rule over what is known. The owner's last own login
// is the latest succeeded one that nothing speaks against.
func Propose(e Evidence, h risk.History, denied Denials, now time.Time) (recovery.Cause,
	[]recovery.Signal) {
	h.Since = now.Add(-security.Review)
	in := recovery.TriageInput{Now: now, DeniedSucceeded: denied.Logins,
		DeniedChanges: denied.Changes}
	for _, f := range risk.Judge(h) {
		if f.Login.Outcome == risk.Succeeded && !f.NeedsAnswer() {
			in.LastOwnLogin = f.Login.At
			break
		}
	}
	for _, a := range e.Activities {
		in.Changes = append(in.Changes, recovery.Change{Kind: a.Kind, At: a.At})
	}
	for _, a := range e.Addresses {
		if a.Origin != security.OriginFirst && !a.Notice {
			in.Changes = append(in.Changes, recovery.Change{Kind: recovery.EmailChanged,
				At: a.Since})
		}
	}
	return recovery.Propose(in)
}

// Without leaves out the password that the owner chose in r: it says nothing about how the case of
// r came to be. The next lockout looks at it like at any other.
func (e Evidence) Without(r security.Recovery) Evidence {
	e.Activities = slices.DeleteFunc(slices.Clone(e.Activities), func(a security.Activity) bool {
		return a.Kind == recovery.PasswordChanged && a.At.Equal(r.PasswordAt)
	})
	return e
}

// Denials are the moments of what the owner says was somebody else: logins that succeeded, and
// changes that only somebody who is in can make.
type Denials struct{ Logins, Changes []time.Time }

// DeniedBefore is what the owner has denied so far in the case.
func DeniedBefore(c security.Case) Denials {
	var d Denials
	for _, f := range c.Facts {
		switch f.Code {
		case recovery.SignalLoginDenied:
			d.Logins = append(d.Logins, f.At)
		case recovery.SignalChangeDenied:
			d.Changes = append(d.Changes, f.At)
		}
	}
	return d
}

// And joins two lists of denials.
func (d Denials) And(more Denials) Denials {
	return Denials{moments(d.Logins, more.Logins), moments(d.Changes, more.Changes)}
}

// moments are those of both lists, each once.
func moments(a, b []time.Time) []time.Time {
	all := slices.SortedFunc(slices.Values(slices.Concat(a, b)), time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}
