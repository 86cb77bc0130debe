package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/acme"

	"regain/security/certificate"
)

// answerTime bounds how long whoever looks like an authority is looked something up for.
const answerTime = 3 * time.Second

// errBusy: as many ask like an authority as are looked up for at once.
var errBusy = errors.New("too many ask at once")

// asked looks up what an authority may ask of a host now, which another process may have ordered.
func (k *Keeper) asked(ctx context.Context, n certificate.Name, way string) (token string, c *acme.Client,
	err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	select {
	case k.looks <- struct{}{}:
		defer func() { <-k.looks }()
	case <-ctx.Done():
		return "", nil, errBusy
	}
	kept, err := k.rooms.Find(ctx, n)
	if err != nil || kept.Expects(way) == "" {
		return "", nil, err
	}
	c, err = k.joined(ctx)
	return kept.Expects(way), c, err
}

// forAuthority answers an authority that speaks TLS for the proof alone (RFC 8737). Nobody else gets that
// protocol, and nobody who asks for it gets a certificate of ours.
func (k *Keeper) forAuthority(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	if !slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return nil, nil
	}
	return k.proof(hello.Context(), hello.ServerName)
}

// proof is how to speak with an authority that asks for a host.
func (k *Keeper) proof(ctx context.Context, name string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{acme.ALPNProto}}
	h := k.of(name)
	if h == nil {
		return c, nil
	}
	token, client, err := k.asked(ctx, h.Name, byTLS)
	if err != nil || token == "" {
		return c, err
	}
	own, err := client.TLSALPN01ChallengeCert(token, h.Host)
	c.Certificates = []tls.Certificate{own}
	return c, err
}

// challenges is where authorities look (RFC 8555 §8.3).
const challenges = "/.well-known/acme-challenge/"

// Redirect is for plain HTTP: it answers authorities, and sends browsers that ask for a page of ours on to
// HTTPS, for good. Whoever asks for another host, or sends something, is refused: a program that
// sends its key in the clear is to fail where somebody sees it (ASVS 4.1.2).
func (k *Keeper) Redirect() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := k.of(hostOf(r.Host))
		page := r.Method == http.MethodGet || r.Method == http.MethodHead
		token, asks := strings.CutPrefix(r.URL.Path, challenges)
		switch path := r.URL.EscapedPath(); {
		case h == nil:
			refuse(w, http.StatusMisdirectedRequest)
		case asks && page && k.setup.Directory != "":
			k.prove(w, r, h.Name, token)
		case !page || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/api/"):
			refuse(w, http.StatusForbidden)
		default:
			if r.URL.RawQuery != "" {
				path += "?" + r.URL.RawQuery
			}
			w.Header().Set("Location", k.setup.Origins[h.Host]+path)
			refuse(w, http.StatusPermanentRedirect)
		}
	})
}

// hostOf is the host of a Host header, without its port; of an address in brackets, without them.
func hostOf(v string) string {
	if host, _, err := net.SplitHostPort(v); err == nil {
		v = host
	}
	return strings.Trim(v, "[]")
}

// prove answers an authority, whichever process it reaches.
func (k *Keeper) prove(w http.ResponseWriter, r *http.Request, n certificate.Name, token string) {
	expected, client, err := k.asked(r.Context(), n, byHTTP)
	proof := ""
	if err == nil && expected != "" && expected == token {
		proof, err = client.HTTP01ChallengeResponse(token)
	}
	switch {
	case err != nil:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable)
	case proof == "":
		refuse(w, http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write([]byte(proof)) // nobody to tell when the asker is gone
	}
}

// refuse answers without a body: programs read the status, and no browser shows it.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}
