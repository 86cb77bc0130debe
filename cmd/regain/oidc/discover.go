package oidc

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json" // refuses a name that comes twice
	"golang.org/x/oauth2"

	"regain/security"
	"regain/security/federation"
)

// How long metadata is good: it is asked for again when it is fresh no more, and forgotten when nothing
// new came; between two tries there is a pause.
const (
	metadataFresh = time.Hour
	metadataKept  = 24 * time.Hour
	metadataPause = 10 * time.Second
)

// discovered is the metadata of an issuer.
type discovered struct {
	turn      chan struct{} // has one place: whoever fetches is in it
	metadata  metadata
	at, tried time.Time
	err       error // of the last try
}

// metadata is what an issuer says of itself (OpenID Connect Discovery 1.0 §3, RFC 9207 §3).
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	EndSession    string   `json:"end_session_endpoint"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Authenticates []string `json:"token_endpoint_auth_methods_supported"`
	SendsIssuer   bool     `json:"authorization_response_iss_parameter_supported"`
}

// style is how a client shows its secret: in a header, which is what an issuer takes that says nothing,
// or in the body where that alone is taken.
func (m metadata) style(secret string) oauth2.AuthStyle {
	basic := len(m.Authenticates) == 0 || slices.Contains(m.Authenticates, "client_secret_basic")
	if basic && secret != "" {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// discover is the metadata of an issuer, fetched by one at a time. What is known is used while the issuer
// does not answer.
func (x *Issuers) discover(ctx context.Context, issuer string) (metadata, error) {
	x.mu.Lock()
	d := x.known[issuer]
	if d == nil {
		d = &discovered{turn: make(chan struct{}, 1)}
		x.known[issuer] = d
	}
	x.mu.Unlock()
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return metadata{}, fmt.Errorf("wait for metadata: %w", security.ErrUnavailable)
	}
	now := x.now()
	age, waited := now.Sub(d.at), now.Sub(d.tried)
	kept := !d.at.IsZero() && age >= 0 && age < metadataKept
	if kept && age < metadataFresh {
		return d.metadata, nil
	}
	if waited < 0 || waited >= metadataPause {
		d.tried = now
		m, err := x.fetch(ctx, issuer)
		if d.err = err; err == nil {
			d.metadata, d.at = m, now
			return m, nil
		}
	}
	if kept {
		return d.metadata, nil
	}
	return metadata{}, d.err
}

// fetch asks an issuer for its metadata.
func (x *Issuers) fetch(ctx context.Context, issuer string) (m metadata, _ error) {
	if !x.safe(issuer) || strings.Contains(issuer, "?") {
		return m, &federation.Fault{Code: federation.BadDiscovery}
	}
	// Whoever asked first may leave; others wait for the same answer.
	body, err := x.web.Fetch(context.WithoutCancel(ctx),
		strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return m, fmt.Errorf("fetch metadata: %w: %w", security.ErrUnavailable, err)
	}
	if json.Unmarshal(body, &m) != nil || m.Issuer != issuer || !x.safe(m.Authorization) ||
		!x.safe(m.Token) || !x.safe(m.Keys) || m.EndSession != "" && !x.safe(m.EndSession) {
		return metadata{}, &federation.Fault{Code: federation.BadDiscovery}
	}
	return m, nil
}

// safe reports whether an address may be asked, or a browser sent to it.
func (x *Issuers) safe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && u.Opaque == "" &&
		(u.Scheme == "https" || x.dev && u.Scheme == "http" && security.Loopback(u.Hostname()))
}
