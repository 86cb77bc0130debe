// Package certificate keeps the certificates of the portal's hosts and the accounts at the authorities that
// issue them, decides when one is renewed, and lets one process order at a time.
package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
)

// Store is what this room reads, and the steps of an order that are no change of anything that counts.
type Store interface {
	// ACMEAccount is the sealed key of the account at a directory; ErrNotFound: none.
	ACMEAccount(ctx context.Context, directory string) (string, error)
	// Certificate is what is kept of an id; ErrNotFound: nothing.
	Certificate(ctx context.Context, id string) (Kept, error)
	// BeginOrder counts an attempt, if nothing else happened since known was read and its time has come,
	// and lets nobody order until next. ErrConflict: another process orders, or did, or it is too early.
	BeginOrder(ctx context.Context, id string, known Kept, now, next time.Time) error
	// SetChallenge says what the authority will ask for during an attempt. ErrConflict: it is over.
	SetChallenge(ctx context.Context, id string, attempt int, challenge string) error
	// FailOrder ends an attempt without a certificate. One that is over already is no conflict.
	FailOrder(ctx context.Context, id string, attempt int, fault string) error
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Certificates Store
}

// Name says whose certificate it is and who issues it.
type Name struct{ Directory, Host string }

func (n Name) id() string { return n.Directory + " " + n.Host }

// Kept is what is kept of a certificate and of the order for the next one.
type Kept struct {
	Chain     string // in PEM; "" for none yet
	Sealed    string // the private key
	NotAfter  time.Time
	Attempts  int // orders since there last was a new one
	NextAt    time.Time
	Challenge string // what the authority will ask for: kind, a space, token
	Fault     string // why the last order failed
}

// Find is what is kept of a name; the zero value for nothing.
func (s *Service) Find(ctx context.Context, n Name) (Kept, error) {
	k, err := s.Certificates.Certificate(ctx, n.id())
	if errors.Is(err, security.ErrNotFound) {
		return Kept{}, nil
	}
	return k, err
}

// Key opens the private key of what is kept, in PKCS #8.
func (s *Service) Key(n Name, k Kept) ([]byte, error) {
	return s.Unseal(security.PurposeCertificate, n.id(), k.Sealed)
}

// Account is the private key of our account at a directory; the first call of all makes it.
func (s *Service) Account(ctx context.Context, directory string) (*ecdsa.PrivateKey, error) {
	sealed, err := s.Certificates.ACMEAccount(ctx, directory)
	if errors.Is(err, security.ErrNotFound) {
		if err = s.addAccount(ctx, directory); err == nil || errors.Is(err, security.ErrConflict) {
			sealed, err = s.Certificates.ACMEAccount(ctx, directory)
		}
	}
	if err != nil {
		return nil, err
	}
	plain, err := s.Unseal(security.PurposeCertificate, directory, sealed)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, err
	}
	ours, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("account at %s: a key of type %T", directory, key)
	}
	return ours, nil
}

func (s *Service) addAccount(ctx context.Context, directory string) error {
	_, plain, err := NewKey()
	if err != nil {
		return err
	}
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.AuthorityJoined, now)
	e.Data = map[string]string{"directory": directory}
	return s.Store.Commit(ctx, e, AddAccount{Directory: directory, At: now,
		Sealed: s.Seal(security.PurposeCertificate, directory, plain)})
}

// NewKey makes a private key, and its form in PKCS #8.
func NewKey() (key *ecdsa.PrivateKey, plain []byte, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
		plain, err = x509.MarshalPKCS8PrivateKey(key)
	}
	return key, plain, err
}

// Begin begins an order for a name of which k is kept, if its time has come and no other process is at it.
// The attempt counts from now on, whatever becomes of this process: whoever comes next waits.
func (s *Service) Begin(ctx context.Context, n Name, k Kept) (attempt int, ok bool, err error) {
	now := s.Now()
	if !k.Orders(now) {
		return 0, false, nil
	}
	attempt = k.Attempts + 1
	err = s.Certificates.BeginOrder(ctx, n.id(), k, now, now.Add(Wait(n.Host, attempt)))
	if errors.Is(err, security.ErrConflict) {
		return 0, false, nil
	}
	return attempt, err == nil, err
}

// Expect lets every process answer what the authority will ask for.
func (s *Service) Expect(ctx context.Context, n Name, attempt int, kind, token string) error {
	return s.Certificates.SetChallenge(ctx, n.id(), attempt, kind+" "+token)
}

// Expects reports what an authority may ask for of this kind now; "" for nothing.
func (k Kept) Expects(kind string) (token string) {
	if len(k.Challenge) > len(kind) && k.Challenge[:len(kind)+1] == kind+" " {
		token = k.Challenge[len(kind)+1:]
	}
	return token
}

// longestFault bounds what is kept of the words of an authority.
const longestFault = 1000

// Fail ends an attempt that came to nothing.
func (s *Service) Fail(ctx context.Context, n Name, attempt int, why error) error {
	text := why.Error()
	return s.Certificates.FailOrder(ctx, n.id(), attempt, text[:min(len(text), longestFault)])
}

// Keep keeps a certificate that an order came to. ErrConflict: there is one that is valid for as long.
func (s *Service) Keep(ctx context.Context, n Name, c Issued) error {
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.CertificateIssued, s.Now())
	e.Data = map[string]string{"host": n.Host, "directory": n.Directory, "serial": c.Serial,
		"until": c.NotAfter.UTC().Format(time.RFC3339)}
	return s.Store.Commit(ctx, e, PutCertificate{ID: n.id(), Chain: c.Chain, NotAfter: c.NotAfter,
		Sealed: s.Seal(security.PurposeCertificate, n.id(), c.Key)})
}

// Issued is a certificate as an order came to it.
type Issued struct {
	Chain    string // in PEM
	Key      []byte // in PKCS #8
	NotAfter time.Time
	Serial   string // in hex
}
