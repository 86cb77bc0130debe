package federation

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/token"
)

// Bounds of what an issuer is known by.
const (
	maxName   = 2000
	maxSecret = 1000
	maxValues = 20
)

// Trust believes an issuer about the members of its organisation from now on, in the place of the one
// before; ways to that one which have begun lead nowhere any more, and the sessions that it began end,
// unless it is the same one under the same client. It refuses with IssuerName, KeysPlain
// and ScopeUnknown; ErrNotFound: there is no such organisation.
func (s *Service) Trust(ctx context.Context, by security.Actor, x Issuer, loopback bool) (Issuer, error) {
	x.ID, x.TrustedAt = token.ShortID(), s.Now()
	if err := x.check(loopback); err != nil {
		return x, err
	}
	if x.Organisation != "" {
		if _, err := s.Trusted.Organisation(ctx, x.Organisation); err != nil {
			return x, err
		}
	}
	stored := x
	if stored.ClientSecret != "" {
		stored.ClientSecret = s.Seal(security.PurposeSSO, x.ID, []byte(x.ClientSecret))
	}
	e := s.Event(by, audit.SSOTrusted, x.TrustedAt)
	e.Data = map[string]string{"issuer": x.URL, "organisation": x.Organisation, "client": x.ClientID,
		"claim": x.Claim}
	if err := s.Store.Commit(ctx, e, TrustIssuer{stored},
		EndBegun{x.Organisation, x.URL, x.ClientID, x.TrustedAt}); err != nil {
		return x, fmt.Errorf("trust issuer: %w", err)
	}
	return x, nil
}

// CheckURL refuses with IssuerName what cannot be the address of an issuer (OpenID Connect Discovery 1.0 §3), and with
// KeysPlain one without TLS; loopback allows that on this machine.
func CheckURL(address string, loopback bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil, !named(address), u.Hostname() == "", u.User != nil, strings.ContainsAny(address, "?#"),
		u.Scheme != "https" && u.Scheme != "http":
		return security.Refuse("issuer", refusal.IssuerName)
	case u.Scheme == "http" && !(loopback && security.Loopback(u.Hostname())):
		return security.Refuse("issuer", refusal.KeysPlain)
	}
	return nil
}

func (x Issuer) check(loopback bool) error {
	if err := CheckURL(x.URL, loopback); err != nil {
		return err
	}
	switch {
	case !named(x.ClientID):
		return security.Refuse("client_id", refusal.IssuerName)
	case !named(x.Claim):
		return security.Refuse("claim", refusal.IssuerName)
	case len(x.ClientSecret) > maxSecret:
		return security.Refuse("client_secret", refusal.IssuerName)
	}
	for _, list := range [][]string{x.Scopes, x.ACR, x.AMR} {
		if len(list) > maxValues || slices.ContainsFunc(list, func(v string) bool { return !named(v) }) {
			return security.Refuse("values", refusal.IssuerName)
		}
	}
	return nil
}

// named reports whether a text is a name: one word without anything that does not show.
func named(s string) bool {
	return s != "" && len(s) <= maxName && !strings.ContainsFunc(s, security.Forbidden) &&
		!strings.ContainsAny(s, " \n\t")
}

// List lists the issuers by organisation, without their secrets.
func (s *Service) List(ctx context.Context) ([]Issuer, error) {
	all, err := s.Trusted.SSOIssuers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read issuers: %w", err)
	}
	for i := range all {
		all[i].ClientSecret = ""
	}
	return all, nil
}

// Forget believes the issuer of an organisation no more, at once: the sessions that it began end with its
// word. Links stay. ErrNotFound: it has none.
func (s *Service) Forget(ctx context.Context, by security.Actor, organisation string) (Issuer, error) {
	x, err := s.Trusted.SSOIssuer(ctx, organisation)
	if err != nil {
		return x, err
	}
	x.ClientSecret = ""
	e := s.Event(by, audit.SSOForgotten, s.Now())
	e.Data = map[string]string{"issuer": x.URL, "organisation": x.Organisation}
	err = s.Store.Commit(ctx, e, ForgetIssuer{x.ID},
		EndBegun{Organisation: x.Organisation, At: e.At})
	if errors.Is(err, security.ErrConflict) {
		return x, security.ErrNotFound
	}
	return x, err
}

// Unlink forgets which subjects an account, or a member of staff, is, and ends the sessions that those
// began: the next sign-in links by the claim anew. about is the audit line's account; "" of staff.
// ErrNotFound: there are none.
func (s *Service) Unlink(ctx context.Context, by security.Actor, holder, about string) error {
	all, err := s.Trusted.SSOLinks(ctx, holder)
	if err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	if len(all) == 0 {
		return security.ErrNotFound
	}
	e := s.Event(by, audit.SSOUnlinked, s.Now())
	e.Account = about
	if about == "" {
		e.Data = map[string]string{"staff": holder}
	}
	return s.Store.Commit(ctx, e, DropLinks{holder}, EndVouched{holder, e.At})
}

// open puts the secret of an issuer into the clear.
func (s *Service) open(x Issuer, err error) (Issuer, error) {
	if err != nil || x.ClientSecret == "" {
		return x, err
	}
	plain, err := s.Unseal(security.PurposeSSO, x.ID, x.ClientSecret)
	if err != nil {
		return x, fmt.Errorf("open secret of issuer: %w", err)
	}
	x.ClientSecret = string(plain)
	return x, nil
}

// Of is the issuer of an organisation, or that of the console, "", to be asked. ErrNotFound: none is
// trusted.
func (s *Service) Of(ctx context.Context, organisation string) (Issuer, error) {
	return s.open(s.Trusted.SSOIssuer(ctx, organisation))
}
