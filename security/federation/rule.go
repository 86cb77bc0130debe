package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/identifier"
	"regain/security/policy"
	"regain/security/refusal"
)

// Elsewhere is the organisation that has the members sign in by itself, so that no password here lets
// anybody into the account, and none is set here; nil where that is not so. It is the one rule for every
// way in.
func (s *Service) Elsewhere(ctx context.Context, a security.Account) (*policy.Organisation, error) {
	if a.Organisation == "" {
		return nil, nil
	}
	r, o, err := security.Rules(ctx, s.Core, a)
	if err != nil || !r.SingleSignOn.Asked() {
		return nil, err
	}
	return &o, nil
}

// Required reports whether the members of an organisation sign in by it alone.
func Required(o policy.Organisation) bool {
	return policy.Strictest(policy.Policy{}, o.Policy, policy.Policy{}).SingleSignOn.Asked()
}

// RefuseHere is PasswordElsewhere, with the name of the organisation, where Elsewhere has one.
func (s *Service) RefuseHere(ctx context.Context, a security.Account, field string) error {
	o, err := s.Elsewhere(ctx, a)
	if err != nil || o == nil {
		return err
	}
	return security.Refuse(field, refusal.PasswordElsewhere, o.Name)
}

// ByDomain is the organisation at whose domain an address is that somebody typed, if an issuer of it is
// trusted. It is the same for everybody who types an address there, whether or not it is anybody's.
// ErrNotFound: there is none.
func (s *Service) ByDomain(ctx context.Context, typed string) (o policy.Organisation, err error) {
	domain := identifier.DomainOf(identifier.Plain(typed))
	if domain == "" {
		return o, security.ErrNotFound
	}
	if o, err = s.Trusted.OrganisationOfDomain(ctx, domain); err != nil {
		return o, err
	}
	_, err = s.Trusted.SSOIssuer(ctx, o.ID)
	return o, err
}

// RequiredByDomain is ByDomain, where its members sign in by it alone.
func (s *Service) RequiredByDomain(ctx context.Context, typed string) (policy.Organisation, error) {
	o, err := s.ByDomain(ctx, typed)
	if err == nil && !Required(o) {
		err = security.ErrNotFound
	}
	return o, err
}

// Named is an organisation by its id, if an issuer of it is trusted. ErrNotFound: it is not.
func (s *Service) Named(ctx context.Context, id string) (o policy.Organisation, err error) {
	if id == "" {
		return o, security.ErrNotFound
	}
	if o, err = s.Trusted.Organisation(ctx, id); err == nil {
		_, err = s.Trusted.SSOIssuer(ctx, id)
	}
	return o, err
}

// ByIssuer is the organisation of an issuer, as a program that begins a sign-in names it (OpenID Connect
// Core 1.0 §4). ErrNotFound: none, or several organisations have it.
func (s *Service) ByIssuer(ctx context.Context, issuer string) (o policy.Organisation, err error) {
	all, err := s.Trusted.SSOIssuers(ctx)
	if err != nil {
		return o, fmt.Errorf("read issuers: %w", err)
	}
	var of []string
	for _, x := range all {
		if x.URL == issuer && x.Organisation != "" {
			of = append(of, x.Organisation)
		}
	}
	if len(of) != 1 {
		return o, security.ErrNotFound
	}
	return s.Trusted.Organisation(ctx, of[0])
}

// Offered reports whether any organisation has a sign-in of its own.
func (s *Service) Offered(ctx context.Context) (bool, error) {
	if s.Issuers == nil {
		return false, nil
	}
	all, err := s.Trusted.SSOIssuers(ctx)
	if err != nil {
		return false, fmt.Errorf("read issuers: %w", err)
	}
	return slices.ContainsFunc(all, func(x Issuer) bool { return x.Organisation != "" }), nil
}

// Begin is the address to which a browser is sent with a question.
func (s *Service) Begin(ctx context.Context, x Issuer, q Question) (string, error) {
	if s.Issuers == nil {
		return "", security.ErrUnavailable
	}
	return s.Issuers.Begin(ctx, x, q)
}

// EndAt is the address where an organisation ends its own session; "" where it has none. hint and back are
// as in Issuers.EndSession.
func (s *Service) EndAt(ctx context.Context, organisation, hint, back string) (string, error) {
	x, err := s.Of(ctx, organisation)
	if err != nil || s.Issuers == nil {
		return "", err
	}
	return s.Issuers.EndSession(ctx, x, hint, back)
}

// IsFault is the code of an answer that was not taken; "" for any other error.
func IsFault(err error) Code {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Code
	}
	return ""
}
