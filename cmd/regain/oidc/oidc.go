// Package oidc asks issuers of OpenID Connect who somebody is, and believes nothing of the answer that is
// not signed, for us, of now, and what was asked for. It is the network side of security/federation.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"regain/cmd/regain/hook"
	"regain/security"
	"regain/security/federation"
	"regain/security/keyset"
)

// Issuers implements federation.Issuers. It is safe for concurrent use.
type Issuers struct {
	web *hook.Client
	// Origins of the portal and of its console, without a slash at the end.
	base, staff string
	dev         bool // issuers may be without TLS, on this machine
	now         func() time.Time
	// Strangers bring logout tokens, and choose what key they name. What is fetched for those does not
	// use up the turns of sign-ins.
	keys, logoutKeys *keyset.Sets

	mu    sync.Mutex
	known map[string]*discovered // by the URL of the issuer
}

var _ federation.Issuers = (*Issuers)(nil)

// New makes Issuers. base and staff are the origins of the portal and of its console; web decides where connections may go, and whether
// issuers without TLS are taken, which is for those on this machine alone.
func New(web *hook.Client, base, staff string, loopback bool, now func() time.Time) *Issuers {
	x := &Issuers{web: web, base: base, staff: staff, dev: loopback, now: now,
		known: map[string]*discovered{}}
	x.keys, x.logoutKeys = &keyset.Sets{Fetch: web.Fetch}, &keyset.Sets{Fetch: web.Fetch}
	return x
}

// exchangeTime is how long an issuer may take to redeem a code.
const exchangeTime = 10 * time.Second

// Begin implements federation.Issuers.
func (x *Issuers) Begin(ctx context.Context, at federation.Issuer, q federation.Question) (string, error) {
	m, err := x.discover(ctx, at.URL)
	if err != nil {
		return "", err
	}
	ask := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("nonce", q.Nonce),
		oauth2.S256ChallengeOption(q.Verifier)}
	param := func(name, value string) {
		if value != "" {
			ask = append(ask, oauth2.SetAuthURLParam(name, value))
		}
	}
	switch {
	case q.Anew:
		param("prompt", "login")
		param("max_age", "0")
	case q.MaxAge > 0:
		param("max_age", fmt.Sprint(int64(q.MaxAge/time.Second)))
	}
	param("acr_values", strings.Join(at.ACR, " "))
	param("login_hint", q.Hint)
	return x.client(at, m, q.Redirect).AuthCodeURL(q.State, ask...), nil
}

// Exchange implements federation.Issuers.
func (x *Issuers) Exchange(ctx context.Context, at federation.Issuer, a federation.Answer) (
	federation.Claims, error) {
	var none federation.Claims
	m, err := x.discover(ctx, at.URL)
	if err != nil {
		return none, err
	}
	// Another issuer could have sent the browser on to this one, to get its code with our verifier: only a
	// client that has no secret could redeem that, too.
	if a.Issuer != at.URL && (a.Issuer != "" || m.SendsIssuer || at.ClientSecret == "") {
		return none, &federation.Fault{Code: federation.BadCallback}
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, x.web.Carrier()),
		exchangeTime)
	defer cancel()
	got, err := x.client(at, m, a.Redirect).Exchange(ctx, a.Code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return none, refused(err)
	}
	raw, _ := got.Extra("id_token").(string)
	c, err := x.verify(ctx, want{Issuer: at, metadata: m, keys: x.keys}, raw)
	if err != nil {
		return none, err
	}
	return c.claims(at, a, got.AccessToken, x.now())
}

// client is who we are at an issuer.
func (x *Issuers) client(at federation.Issuer, m metadata, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: at.ClientID, ClientSecret: at.ClientSecret,
		RedirectURL: x.origin(redirect == federation.RedirectStaff) + redirect,
		Scopes:      append([]string{"openid"}, at.Scopes...),
		Endpoint: oauth2.Endpoint{AuthURL: m.Authorization, TokenURL: m.Token,
			AuthStyle: m.style(at.ClientSecret)}}
}

// origin is that of the console, or of the portal.
func (x *Issuers) origin(staff bool) string {
	if staff {
		return x.staff
	}
	return x.base
}

// refused tells an issuer that does not take a code from one that does not answer.
func refused(err error) error {
	var said *oauth2.RetrieveError
	if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < http.StatusInternalServerError &&
		said.Response.StatusCode >= http.StatusBadRequest {
		return &federation.Fault{Code: federation.BadAnswer}
	}
	// What the library says may have what the issuer said.
	return fmt.Errorf("redeem code: no answer to go by: %w", security.ErrUnavailable)
}

// EndSession implements federation.Issuers.
func (x *Issuers) EndSession(ctx context.Context, at federation.Issuer, hint, back string) (string, error) {
	m, err := x.discover(ctx, at.URL)
	if err != nil || m.EndSession == "" {
		return "", err
	}
	u, err := url.Parse(m.EndSession)
	if err != nil {
		return "", &federation.Fault{Code: federation.BadDiscovery}
	}
	q := u.Query()
	q.Set("client_id", at.ClientID)
	q.Set("post_logout_redirect_uri", x.origin(at.Organisation == "")+back)
	if hint != "" {
		q.Set("logout_hint", hint)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
