package certs

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/crypto/acme"

	"regain/security"
	"regain/security/certificate"
	"regain/security/survive"
)

// tend takes what another process ordered for a host, and orders when it is time and nobody else does.
func (k *Keeper) tend(ctx context.Context, h *held) error {
	if err := k.keep(ctx, h); err != nil {
		return err
	}
	kept, err := k.rooms.Find(ctx, h.Name)
	if err == nil {
		err = k.take(h, kept)
	}
	if err != nil {
		return err
	}
	c := h.current.Load()
	if c != nil && !h.revoked && k.rooms.Now().Before(certificate.RenewAt(c.Leaf)) {
		return nil
	}
	attempt, ok, err := k.rooms.Begin(ctx, h.Name, kept)
	if err != nil || !ok {
		return err
	}
	return k.order(ctx, h, attempt)
}

// take lets a host speak with what the database has, if that is new.
func (k *Keeper) take(h *held, kept certificate.Kept) error {
	if kept.Chain == "" || kept.Chain == h.chain {
		return nil
	}
	plain, err := k.rooms.Key(h.Name, kept)
	if err != nil {
		return fmt.Errorf("open the key of %s: %w", h.Host, err)
	}
	c, err := pair(kept.Chain, plain, h.Host)
	if err != nil {
		return fmt.Errorf("certificate of %s: %w", h.Host, err)
	}
	h.chain = kept.Chain
	h.use(c)
	return nil
}

func pair(chain string, plain []byte, host string) (*tls.Certificate, error) {
	return certificate.Pair([]byte(chain), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain}),
		host)
}

// order asks for a certificate, speaks with it and keeps it. That it fails is told here, and is no error of
// the worker: the next attempt has its time.
func (k *Keeper) order(ctx context.Context, h *held, attempt int) error {
	limited, cancel := context.WithTimeout(ctx, certificate.OrderTime)
	defer cancel()
	issued, err := k.issue(limited, h.Name, attempt)
	var c *tls.Certificate
	if err == nil {
		c, err = pair(issued.Chain, issued.Key, h.Host)
	}
	if err != nil {
		return k.failed(ctx, h, attempt, err)
	}
	issued.NotAfter, issued.Serial = c.Leaf.NotAfter, c.Leaf.SerialNumber.Text(16)
	h.unkept, h.chain = &issued, issued.Chain
	h.use(c)
	return k.keep(ctx, h)
}

// keep brings into the database what an order came to. While that cannot be, this process speaks with it and
// tries again.
func (k *Keeper) keep(ctx context.Context, h *held) error {
	if h.unkept == nil {
		return nil
	}
	ctx, cancel := survive.Stop(ctx)
	defer cancel()
	err := k.rooms.Keep(ctx, h.Name, *h.unkept)
	if err == nil || errors.Is(err, security.ErrConflict) { // another one is valid for as long
		h.unkept, err = nil, nil
	}
	return err
}

// failed tells operators of an attempt that came to nothing: as a failure once so little of the certificate's
// life is left that somebody has to look.
func (k *Keeper) failed(ctx context.Context, h *held, attempt int, why error) error {
	if ctx.Err() != nil {
		return nil // the process ends
	}
	level, until := slog.LevelError, "none"
	if c := h.current.Load(); c != nil {
		until = c.Leaf.NotAfter.UTC().Format(time.RFC3339)
		if !certificate.Alarm(c.Leaf, k.rooms.Now()) {
			level = slog.LevelWarn
		}
	}
	k.log.Log(ctx, level, "certificate_failed", "host", h.Host, "attempt", attempt, "valid_until", until,
		"next_in", certificate.Wait(h.Host, attempt).Round(time.Second).String(), "error", why.Error())
	return k.rooms.Fail(ctx, h.Name, attempt, why)
}

// forgotten is what an authority says that does not know our account any more (RFC 8555 §6.7).
const forgotten = "urn:ietf:params:acme:error:accountDoesNotExist"

// issue asks the authority for a certificate with a key of its own.
func (k *Keeper) issue(ctx context.Context, n certificate.Name, attempt int) (done certificate.Issued, err error) {
	client, err := k.registered(ctx)
	if err != nil {
		return done, err
	}
	order, err := client.AuthorizeOrder(ctx, acme.DomainIDs(n.Host))
	if e, ok := errors.AsType[*acme.Error](err); ok && e.ProblemType == forgotten {
		k.known.Store(false)
		if client, err = k.registered(ctx); err == nil {
			order, err = client.AuthorizeOrder(ctx, acme.DomainIDs(n.Host))
		}
	}
	if err != nil {
		return done, fmt.Errorf("order: %w", err)
	}
	for _, address := range order.AuthzURLs {
		if err := k.authorize(ctx, client, address, n, attempt); err != nil {
			return done, fmt.Errorf("authorize: %w", err)
		}
	}
	if order, err = client.WaitOrder(ctx, order.URI); err != nil {
		return done, fmt.Errorf("wait for the order: %w", err)
	}
	key, plain, err := certificate.NewKey()
	if err != nil {
		return done, err
	}
	asked, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		DNSNames: []string{n.Host}}, key)
	if err != nil {
		return done, err
	}
	chain, _, err := client.CreateCertFromOrder(ctx, order, asked, true)
	if err != nil {
		return done, fmt.Errorf("finalize: %w", err)
	}
	var text bytes.Buffer
	for _, der := range chain {
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
			return done, err
		}
	}
	return certificate.Issued{Chain: text.String(), Key: plain}, nil
}

// The ways to prove that a host is ours.
const (
	byHTTP = "http-01"
	byTLS  = "tls-alpn-01"
)

// ways are those that we can go in an attempt, the best first: each attempt begins with the other one, as the
// authority may reach one port and not the other.
func (k *Keeper) ways(attempt int) []string {
	if k.setup.Redirect == "" {
		return []string{byTLS}
	}
	if attempt%2 == 1 {
		return []string{byHTTP, byTLS}
	}
	return []string{byTLS, byHTTP}
}

// authorize proves that a host is ours.
func (k *Keeper) authorize(ctx context.Context, client *acme.Client, address string, n certificate.Name,
	attempt int) error {
	z, err := client.GetAuthorization(ctx, address)
	if err != nil || z.Status == acme.StatusValid {
		return err
	}
	var chosen *acme.Challenge
	for _, way := range k.ways(attempt) {
		i := slices.IndexFunc(z.Challenges, func(c *acme.Challenge) bool { return c.Type == way })
		if i >= 0 {
			chosen = cmp.Or(chosen, z.Challenges[i])
		}
	}
	if chosen == nil {
		return errors.New("the authority offers no way that we can go")
	}
	if err := k.rooms.Expect(ctx, n, attempt, chosen.Type, chosen.Token); err != nil {
		return err
	}
	if _, err = client.Accept(ctx, chosen); err == nil {
		_, err = client.WaitAuthorization(ctx, z.URI)
	}
	if err != nil {
		return fmt.Errorf("by %s: %w", chosen.Type, err)
	}
	return nil
}

// joined is a client that has our account.
func (k *Keeper) joined(ctx context.Context) (*acme.Client, error) {
	if c := k.account.Load(); c != nil {
		return c, nil
	}
	key, err := k.rooms.Account(ctx, k.setup.Directory)
	if err != nil {
		return nil, fmt.Errorf("account at the authority: %w", err)
	}
	k.account.CompareAndSwap(nil, &acme.Client{Key: key, DirectoryURL: k.setup.Directory, HTTPClient: k.web,
		UserAgent: "regain"})
	return k.account.Load(), nil
}

// registered is joined, and the authority knows of the account.
func (k *Keeper) registered(ctx context.Context) (*acme.Client, error) {
	c, err := k.joined(ctx)
	if err != nil || k.known.Load() {
		return c, err
	}
	a := &acme.Account{}
	if k.setup.Email != "" {
		a.Contact = []string{"mailto:" + k.setup.Email}
	}
	_, err = c.Register(ctx, a, acme.AcceptTOS)
	if err != nil && !errors.Is(err, acme.ErrAccountAlreadyExists) {
		return nil, fmt.Errorf("register: %w", err)
	}
	k.known.Store(true)
	return c, nil
}
