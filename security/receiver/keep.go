package receiver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/keyset"
	"regain/security/refusal"
)

// maxIssuers bounds how many there are.
const maxIssuers = 50

// Trust believes an issuer from now on: its signals are signed by the keys at KeysAt, are for Audience,
// and name accounts by subjects of Subjects; both are the portal itself unless something else is said.
// Trusting it again replaces that. It refuses with IssuerName, KeysAddress, KeysPlain and IssuersMany.
func (s *Service) Trust(ctx context.Context, by security.Actor, x Issuer) (Issuer, error) {
	x = Issuer{Name: x.Name, KeysAt: x.KeysAt, TrustedAt: s.Now(),
		Audience: cmp.Or(x.Audience, s.Passkeys.Origin), Subjects: cmp.Or(x.Subjects, s.Passkeys.Origin)}
	for field, name := range map[string]string{"issuer": x.Name, "audience": x.Audience,
		"subjects": x.Subjects} {
		if plain(name, maxName) == "" || strings.ContainsRune(name, ' ') {
			return x, security.Refuse(field, refusal.IssuerName)
		}
	}
	u, err := url.Parse(x.KeysAt)
	switch {
	case err != nil, u.Hostname() == "", u.User != nil, u.Fragment != "", plain(x.KeysAt, maxName) == "",
		u.Scheme != "https" && u.Scheme != "http":
		return x, security.Refuse("jwks", refusal.KeysAddress)
	case u.Scheme == "http" && !(s.Loopback && security.Loopback(u.Hostname())):
		return x, security.Refuse("jwks", refusal.KeysPlain)
	}
	e := s.Event(by, audit.IssuerTrusted, x.TrustedAt)
	e.Data = map[string]string{"issuer": x.Name, "host": u.Host, "audience": x.Audience}
	err = s.Store.Commit(ctx, e, TrustIssuer{x, maxIssuers})
	if errors.Is(err, security.ErrConflict) {
		return x, security.Refuse("issuer", refusal.IssuersMany, strconv.Itoa(maxIssuers))
	}
	if err != nil {
		return x, fmt.Errorf("trust issuer: %w", err)
	}
	return x, nil
}

// List lists the issuers by name.
func (s *Service) List(ctx context.Context) ([]Issuer, error) {
	all, err := s.Signals.Issuers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read issuers: %w", err)
	}
	return all, nil
}

// Distrust believes an issuer no more, at once. What it signalled stays. ErrNotFound: it was not trusted.
func (s *Service) Distrust(ctx context.Context, by security.Actor, name string) (Issuer, error) {
	x, err := s.Signals.Issuer(ctx, name)
	if err != nil {
		return x, err
	}
	e := s.Event(by, audit.IssuerDistrusted, s.Now())
	e.Data = map[string]string{"issuer": x.Name}
	err = s.Store.Commit(ctx, e, DistrustIssuer{x.Name})
	if errors.Is(err, security.ErrConflict) {
		return x, security.ErrNotFound
	}
	return x, err
}

// CheckKeys fetches the keys of an issuer anew and counts those that can be used.
func (s *Service) CheckKeys(ctx context.Context, x Issuer) (int, error) {
	body, err := s.KeySets.Fetch(ctx, x.KeysAt)
	if err != nil {
		return 0, err
	}
	keys, err := keyset.Read(body)
	return len(keys), err
}
