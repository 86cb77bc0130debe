package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/policy"
	"regain/security/refusal"
)

// Brought is what a browser brought back from an issuer, as it stood in the address. Fault is "error", if
// the issuer let nobody in.
type Brought struct {
	security.Visitor
	Visit                      string // the value that this browser keeps
	State, Code, Issuer, Fault string
}

// Vouched is what an issuer says about whoever came back.
type Vouched struct {
	Trip
	security.Visitor
	Issuer       Issuer
	Organisation string // name; "" of the console
	Claims       Claims
	Why          Why // why nobody is meant, whatever is on record; "" otherwise
}

// skew is how far the clock of an issuer may be from ours.
const skew = time.Minute

// Why somebody came back without the word of the issuer, or with one that is not enough.
const (
	denied Why = "denied"     // the issuer let nobody in
	stale  Why = "auth_time"  // of a proof that had to be of this moment
	over   Why = "signed_out" // the issuer has ended it since they set out
)

// Come reads what was brought back and asks the issuer about it. It refuses with SSOOver, if this browser
// has no such trip: whoever began it elsewhere gets nobody signed in here (ASVS 10.1.2). What the issuer
// said that is not taken comes back in Why, for Meant. ErrUnavailable: the issuer does not answer, and the
// trip is not over.
func (s *Service) Come(ctx context.Context, b Brought) (v Vouched, err error) {
	t, ok := s.Return(b.State, b.Visit)
	if !ok {
		return v, security.Refuse("", refusal.SSOOver)
	}
	v = Vouched{Trip: t, Visitor: b.Visitor}
	all, err := s.Trusted.SSOIssuers(ctx)
	i := slices.IndexFunc(all, func(x Issuer) bool { return x.ID == t.Issuer })
	switch {
	case err != nil:
		return v, fmt.Errorf("read issuers: %w", err)
	case i < 0 || s.Issuers == nil: // trusted no more, or anew, meanwhile
		return v, security.Refuse("", refusal.SSOOver)
	}
	if v.Issuer, err = s.open(all[i], nil); err != nil {
		return v, err
	}
	of, err := s.organisation(ctx, v.Issuer)
	if v.Organisation = of.Name; err != nil {
		return v, err
	}
	if spent, err := s.Spent(ctx, t.Spent().ID); spent || err != nil {
		return v, errors.Join(err, refusedIf(spent))
	}
	if b.Fault != "" || b.Code == "" {
		v.Why = denied
		return v, nil
	}
	v.Claims, err = s.Issuers.Exchange(ctx, v.Issuer, s.Answer(t, b.Visit, b.Code, b.Issuer))
	if code := IsFault(err); code != "" {
		v.Why, err = Why(code), nil
	}
	if v.Why == "" && err == nil {
		v.Why = v.doubt()
	}
	v.Issuer.ClientSecret = ""
	return v, err
}

func refusedIf(spent bool) error {
	if spent {
		return security.Refuse("", refusal.SSOOver)
	}
	return nil
}

// doubt is what is wrong with claims although they were verified.
func (v Vouched) doubt() Why {
	switch c := v.Claims; {
	case c.Issuer != v.Issuer.URL:
		return Why(BadIssuer)
	case c.Subject == "":
		return Why(BadSubject)
	case v.For.anew() && c.AuthTime.Before(v.asked.Add(-skew)):
		return stale
	}
	return ""
}

// By is how a session that begins by it was proved.
func (v Vouched) By() string {
	if v.Issuer.SecondFactor(v.Claims) {
		return access.ProvedBySSOFactor
	}
	return access.ProvedBySSO
}

// Finder finds whom the claims may mean: the holder of a link, or those whom a value of the claim names.
type Finder interface {
	Linked(ctx context.Context, holder string) (Candidate, error)
	ByClaim(ctx context.Context, x Issuer, value string) ([]Candidate, error)
}

// Meant finds who is meant by what was brought back, and the writes that make it count, once: they belong
// into the commit of what follows. It is asked again after a conflict. Whoever is not let in is recorded,
// the trip is over, and the refusal SSORefused says nothing of the reason.
func (s *Service) Meant(ctx context.Context, v Vouched, who Finder) (holder string, writes []security.Write,
	err error) {
	if spent, err := s.Spent(ctx, v.Spent().ID); spent || err != nil {
		return "", nil, errors.Join(err, refusedIf(spent))
	}
	why := v.Why
	var c Candidate
	var of policy.Organisation
	if why == "" {
		if of, err = s.organisation(ctx, v.Issuer); err != nil {
			return "", nil, err
		}
		found, err := s.found(ctx, v, who)
		if err != nil {
			return "", nil, err
		}
		if c, why = Decide(v.Issuer, of.Domains, v.Claims, found); why == "" {
			gone, err := s.Trusted.SSOSignedOut(ctx, v.hold())
			if err != nil {
				return "", nil, fmt.Errorf("read sign-outs: %w", err)
			}
			if gone {
				why = over
			}
		}
	}
	if why != "" {
		return "", nil, s.Refuse(ctx, v, c.ID, why)
	}
	l := Link{Issuer: v.Issuer.linked(), Subject: v.Claims.Subject, Holder: c.ID, At: s.Now()}
	writes = append(security.HoldRules(security.Account{ID: c.ID}, of), v.Spent(), v.hold())
	if c.Linked {
		return c.ID, append(writes, HoldLink{l}), nil
	}
	return c.ID, append(append(writes, c.Holds...), AddLink{l}), nil
}

// hold holds that the word of the issuer still counts.
func (v Vouched) hold() HoldIssuer {
	return HoldIssuer{v.Issuer.ID, v.Claims.Subject, v.Claims.SessionID, v.asked}
}

// organisation is the one about whose members an issuer is believed; an empty one is that of the console.
func (s *Service) organisation(ctx context.Context, x Issuer) (o policy.Organisation, err error) {
	if x.Organisation != "" {
		if o, err = s.Trusted.Organisation(ctx, x.Organisation); err != nil {
			err = fmt.Errorf("read organisation: %w", err)
		}
	}
	return o, err
}

func (s *Service) found(ctx context.Context, v Vouched, who Finder) (f Found, err error) {
	l, err := s.Trusted.SSOLink(ctx, v.Issuer.linked(), v.Claims.Subject)
	switch {
	case err == nil:
		c, err := who.Linked(ctx, l.Holder)
		f.Link = &c
		return f, err
	case !errors.Is(err, security.ErrNotFound):
		return f, fmt.Errorf("read link: %w", err)
	case v.Claims.Value == "":
		return f, nil
	}
	if f.ByClaim, err = who.ByClaim(ctx, v.Issuer, v.Claims.Value); err != nil {
		return f, fmt.Errorf("find by claim: %w", err)
	}
	for i := range f.ByClaim {
		links, err := s.Trusted.SSOLinks(ctx, f.ByClaim[i].ID)
		if err != nil {
			return f, fmt.Errorf("read links: %w", err)
		}
		f.ByClaim[i].Linked = slices.ContainsFunc(links,
			func(l Link) bool { return l.Issuer == v.Issuer.linked() })
	}
	return f, nil
}

// Refuse records that whoever came back is not let in, and ends the trip. holder is who was meant, if that
// is known; of an account it is the line's.
func (s *Service) Refuse(ctx context.Context, v Vouched, holder string, why Why) error {
	e := s.Event(security.Actor{Kind: security.ByStranger, Visitor: v.Visitor}, audit.SSORefused, s.Now())
	e.Data = map[string]string{"issuer": v.Issuer.URL, "why": string(why)}
	switch {
	case v.Issuer.Organisation != "":
		e.Account, e.Data["organisation"] = holder, v.Issuer.Organisation
	case holder != "":
		e.Data["staff"] = holder
	}
	err := s.Store.Commit(ctx, e, v.Spent())
	switch {
	case errors.Is(err, security.ErrConflict):
		return security.Refuse("", refusal.SSOOver)
	case err != nil:
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return security.Refuse("", refusal.SSORefused, v.Organisation)
}

// Started is the write that records by whom a session is let in.
func (v Vouched) Started(session, holder string) BeginSession {
	return BeginSession{Begun{Session: session, Holder: holder, Organisation: v.Issuer.Organisation,
		Issuer: v.Issuer.URL, Client: v.Issuer.ClientID, Subject: v.Claims.Subject,
		SessionID: v.Claims.SessionID}}
}

// Owners finds accounts.
func (s *Service) Owners() Finder { return owners{s} }

type owners struct{ *Service }

// Linked is the account of a link. One that is closed is nobody's.
func (s owners) Linked(ctx context.Context, holder string) (Candidate, error) {
	a, err := s.Store.Account(ctx, holder)
	if err != nil {
		return Candidate{}, fmt.Errorf("read account of link: %w", err)
	}
	return Candidate{ID: a.ID, Organisation: a.Organisation}, nil
}

// ByClaim finds the account with an id, or those of which an address proves ownership: one that somebody
// put there lately links nobody.
func (s owners) ByClaim(ctx context.Context, x Issuer, value string) (all []Candidate, err error) {
	if x.Claim != ClaimEmail {
		a, err := s.Store.Account(ctx, value)
		if errors.Is(err, security.ErrNotFound) || err == nil && a.Closed {
			return nil, nil
		}
		return []Candidate{{ID: a.ID, Organisation: a.Organisation}}, err
	}
	now, folded := s.Now(), identifier.Fold(value)
	found, err := s.Store.AccountsNamed(ctx, []string{folded}, now)
	if err != nil {
		return nil, err
	}
	for _, a := range security.OpenOnes(found[folded]) {
		to, ok, err := s.Proof(ctx, a, now)
		if err != nil {
			return nil, err
		}
		if ok && identifier.SameAddress(to.Email, value) {
			all = append(all, Candidate{ID: a.ID, Organisation: a.Organisation, Holds: []security.Write{
				security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion}}})
		}
	}
	return all, nil
}
