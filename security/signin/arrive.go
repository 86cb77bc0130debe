package signin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/security/risk"
)

// Arrival is somebody who has shown what a sign-in begins with.
type Arrival struct {
	security.Visitor
	By     string           // ProvedByPassword or ProvedBySSO; any other needs no second factor
	Hash   string           // of the password that was shown; "" for none
	Key    *security.Factor // the passkey that was shown; nil for none
	Login  security.Login   // what becomes known of it, as of Try
	Via    string           // as of Try
	Writes []security.Write // that go with it
	// Of is the organisation of the account, by whose rules Factors let it in.
	Of policy.Organisation
	// Starts is what becomes known of the session that begins; nil for nothing.
	Starts func(session string) security.Write
}

// Stop records that somebody showed what would have opened the account but for the reason that they
// are told by code.
func (s *Service) Stop(ctx context.Context, a security.Account, x Arrival, kind audit.Kind,
	code refusal.Code, told ...string) error {
	now := s.Now()
	l := known(x.Login, a, x.Visitor, now, risk.Stopped)
	l.StoppedBy = "other"
	writes, err := s.Alert.Observe(ctx, []security.Login{l}, now)
	if err != nil {
		return err
	}
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: x.Visitor},
		kind, now)
	e.Account, e.Case, e.Data = a.ID, a.Case, via(x.Via, "factor", x.By)
	if err := s.Store.Commit(ctx, e, append(writes, x.Writes...)...); err != nil {
		return fmt.Errorf("record stopped sign-in: %w", err)
	}
	return security.Refuse("", code, append([]string{a.Username}, told...)...)
}

// Factors are the second factors that count of whoever arrived with the right password, or with a passkey,
// which refuses with PasskeyFailed where it does not count and another factor does. It refuses with
// SSORequired whatever else than the word of their organisation opens an account whose organisation has
// its members sign in by itself: its Args are the username, and the id and name of the organisation, which
// only those are told who have shown that the account is theirs, or that they know its password.
// PasswordOutgrown refuses a password that is too short without any factor. x becomes one that knows by
// whose rules, which LetIn holds.
func (s *Service) Factors(ctx context.Context, a security.Account, x *Arrival) ([]security.Factor,
	error) {
	rules, of, err := security.Rules(ctx, s.Core, a)
	if err != nil {
		return nil, err
	}
	if x.Of = of; !x.Vouched() && rules.SingleSignOn.Asked() {
		return nil, s.Stop(ctx, a, *x, audit.SignInStopped, refusal.SSORequired, of.ID, of.Name)
	}
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read factors: %w", err)
	}
	if !x.Vouched() && a.ShortAlone(factors) {
		return nil, s.Stop(ctx, a, *x, audit.SignInStopped, refusal.PasswordOutgrown)
	}
	if x.Key != nil && !access.Counts(rules, factors, *x.Key) {
		return nil, s.Stop(ctx, a, *x, audit.SignInStopped, refusal.PasskeyFailed)
	}
	return access.Counting(rules, factors), nil
}

// Vouched reports whether an issuer said who it is.
func (x Arrival) Vouched() bool {
	return x.By == access.ProvedBySSO || x.By == access.ProvedBySSOFactor
}

// LetIn is the audit line of an arrival, and the writes that hold what it rests on: whoever enrols a
// first factor at this moment changes the facts, and the organisation may ask for something else.
func (s *Service) LetIn(a security.Account, x Arrival, kind audit.Kind, now time.Time) (security.Event,
	[]security.Write) {
	e := s.Event(security.Actor{Kind: security.ByOwner, ID: a.ID, Visitor: x.Visitor}, kind, now)
	e.Account, e.Data = a.ID, via(x.Via, "factor", x.By)
	return e, slices.Concat([]security.Write{HoldOpen{a.ID, x.Hash},
		security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion}}, security.HoldRules(a, x.Of), x.Writes)
}

// via is the detail of an audit line, with the key by which a program asked.
func via(key, what, detail string) map[string]string {
	data := map[string]string{what: detail}
	if key != "" {
		data["key"] = key
	}
	return data
}

// known completes the login that becomes known of a sign-in to a.
func known(l security.Login, a security.Account, v security.Visitor, now time.Time,
	outcome string) security.Login {
	l.Account, l.At, l.IP, l.Agent, l.Outcome = a.ID, now, v.IP, v.Agent, outcome
	return l
}

// Succeeded is the login of an arrival that needs nothing more.
func (x Arrival) Succeeded(a security.Account, now time.Time) security.Login {
	return known(x.Login, a, x.Visitor, now, risk.Succeeded)
}

// PortalLogin is the id of the login that belongs to a session of ours. The platform's own ids
// look otherwise.
func PortalLogin(session string) string { return "portal-" + session }

// Succeeded is the login of a session of ours that is whole from now on.
func Succeeded(x access.Session, now time.Time) security.Login {
	return known(security.Login{ID: PortalLogin(x.ID)}, security.Account{ID: x.Subject}, x.Visitor, now,
		risk.Succeeded)
}
