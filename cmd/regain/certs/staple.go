package certs

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/crypto/ocsp"
)

// staple is when to ask an authority again whether it stands by a certificate, and how long its word counts.
type staple struct{ next, until time.Time }

// The answers of an authority.
const (
	mostStaple  = 64 << 10  // bytes
	stapleAgain = time.Hour // after it did not answer
)

// stapled asks the authority whether it still stands by a certificate, if the certificate says where (RFC
// 6960), and sends its word along in handshakes. Many authorities have no such place any more.
func (k *Keeper) stapled(ctx context.Context, h *held) error {
	c, now := h.current.Load(), k.rooms.Now()
	if c == nil || len(c.Leaf.OCSPServer) == 0 || len(c.Certificate) < 2 || now.Before(h.staple.next) {
		return nil
	}
	issuer, err := x509.ParseCertificate(c.Certificate[1])
	if err != nil {
		return err
	}
	word, raw, err := k.status(ctx, c.Leaf, issuer)
	with := *c
	switch {
	case err == nil && word.Status == ocsp.Good && now.Before(word.NextUpdate):
		with.OCSPStaple = raw
		h.staple = staple{word.ThisUpdate.Add(word.NextUpdate.Sub(word.ThisUpdate) / 2), word.NextUpdate}
		if h.staple.next.Before(now) {
			h.staple.next = now.Add(stapleAgain)
		}
	case err == nil && word.Status == ocsp.Revoked:
		h.staple.next, with.OCSPStaple, h.revoked = now.Add(stapleAgain), nil, true
		k.log.Error("certificate_revoked", "host", h.Host, "at", word.RevokedAt.UTC().Format(time.RFC3339))
	default:
		if h.staple.next = now.Add(stapleAgain); !h.staple.next.Before(h.staple.until) {
			with.OCSPStaple = nil
		}
		k.log.Warn("certificate_status_unknown", "host", h.Host, "error", fmt.Sprint(err))
	}
	h.current.Store(&with)
	return nil
}

// status is the word of the authority about a certificate, verified, and as it came.
func (k *Keeper) status(ctx context.Context, leaf, issuer *x509.Certificate) (*ocsp.Response, []byte, error) {
	asked, err := ocsp.CreateRequest(leaf, issuer, nil)
	if err != nil {
		return nil, nil, err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, leaf.OCSPServer[0], bytes.NewReader(asked))
	if err != nil {
		return nil, nil, err
	}
	q.Header.Set("Content-Type", "application/ocsp-request")
	res, err := k.web.Do(q)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, mostStaple))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	if err != nil {
		return nil, nil, err
	}
	word, err := ocsp.ParseResponseForCert(raw, leaf, issuer)
	return word, raw, err
}
