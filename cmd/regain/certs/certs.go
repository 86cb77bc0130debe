// Package certs lets the portal speak TLS itself: with certificates from files that are read anew when they
// change, or from an authority that is asked by ACME (RFC 8555), which all processes share by the database.
package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"

	"regain/cmd/regain/settings"
	"regain/security/certificate"
	"regain/security/survive"
)

// Keeper has the certificates that the portal speaks with. It is safe for concurrent use, but for Work.
type Keeper struct {
	setup   settings.TLS
	rooms   *certificate.Service
	log     *slog.Logger
	web     *http.Client // to the authority
	held    []*held
	bare    *held // whom clients that name no host mean; nil: nobody
	account atomic.Pointer[acme.Client]
	known   atomic.Bool   // the authority knows the account
	looks   chan struct{} // into the database, for authorities and whoever looks like one
	seen    [2]string     // the files as they were read last; of Work alone
}

// held is the certificate of a host.
type held struct {
	certificate.Name
	current atomic.Pointer[tls.Certificate]
	// What is below is of Work alone.
	chain   string              // that current was made from
	unkept  *certificate.Issued // what an order came to and the database does not have yet
	staple  staple
	revoked bool
}

// mostLooks bounds the database reads at once for those who may be an authority: anybody can ask like one.
// A true one asks from several places at the same time.
const mostLooks = 8

// New makes a Keeper that has nothing yet; see Start.
func New(setup settings.TLS, rooms *certificate.Service, log *slog.Logger) *Keeper {
	k := &Keeper{setup: setup, rooms: rooms, log: log, looks: make(chan struct{}, mostLooks)}
	for _, host := range setup.Hosts {
		h := &held{Name: certificate.Name{Directory: setup.Directory, Host: host}}
		k.held = append(k.held, h)
		if _, err := netip.ParseAddr(host); err == nil {
			k.bare = h // no client names an address (RFC 6066 §3)
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: setup.Roots}
	k.web = &http.Client{Transport: transport, Timeout: askTime}
	return k
}

// askTime bounds one request to an authority.
const askTime = 30 * time.Second

// Start takes what the files or the database have, so that the first visitor finds it. Nothing is ordered.
func (k *Keeper) Start(ctx context.Context) error {
	if k.setup.Directory == "" {
		return k.reread()
	}
	var all []error
	for _, h := range k.held {
		kept, err := k.rooms.Find(ctx, h.Name)
		if err == nil {
			err = k.take(h, kept)
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Work does what is due: takes new files, or what another process ordered, orders what is to be renewed, and
// looks whether the authorities still stand by what they issued.
func (k *Keeper) Work(ctx context.Context) error {
	tend := k.tend
	var all []error
	if k.setup.Directory == "" {
		all = append(all, k.reread())
		tend = func(context.Context, *held) error { return nil }
	}
	var hosts sync.WaitGroup
	var turn sync.Mutex
	for _, h := range k.held {
		hosts.Go(func() {
			err := survive.Panic(func() error { return errors.Join(tend(ctx, h), k.stapled(ctx, h)) })
			turn.Lock()
			defer turn.Unlock()
			all = append(all, err)
		})
	}
	hosts.Wait()
	return errors.Join(all...)
}

// Expiry says until when the certificates are valid, by host. A host without one is not among them.
func (k *Keeper) Expiry() map[string]time.Time {
	all := map[string]time.Time{}
	for _, h := range k.held {
		if c := h.current.Load(); c != nil {
			all[h.Host] = c.Leaf.NotAfter
		}
	}
	return all
}

// suites are those of TLS 1.2 with forward secrecy and authenticated encryption (ASVS 12.1.2); by itself Go
// would offer CBC too. Their order, those of TLS 1.3, and the groups, with X25519MLKEM768 first, are Go's:
// it knows what the machine does fast and is kept up to date.
var suites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}

// Config is how listeners speak.
func (k *Keeper) Config() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites, GetCertificate: k.certificate}
	if k.setup.Directory != "" {
		c.GetConfigForClient = k.forAuthority
	}
	return c
}

// certificate chooses by the name that a client asks for. Others than ours are refused with the alert
// unrecognized_name, which is what Go makes of no certificate.
func (k *Keeper) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	h := k.of(hello.ServerName)
	if h == nil {
		return nil, nil
	}
	if c := h.current.Load(); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("there is no certificate for %s yet", h.Host)
}

// of is what is held of the host of that name; nil: it is not ours.
func (k *Keeper) of(name string) *held {
	if name == "" {
		return k.bare
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, h := range k.held {
		if h.Host == name {
			return h
		}
	}
	return nil
}

// Quiet writes what a server says that speaks TLS: whoever knocks without speaking TLS is worth no more than a
// line that nobody reads.
type Quiet struct{ slog.Handler }

// Handle implements slog.Handler.
func (q Quiet) Handle(ctx context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "TLS handshake error") {
		if r.Level = slog.LevelDebug; !q.Enabled(ctx, r.Level) {
			return nil
		}
	}
	return q.Handler.Handle(ctx, r)
}
