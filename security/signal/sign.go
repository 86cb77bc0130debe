package signal

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"regain/security"
	"regain/security/audit"
	"regain/security/token"
	"regain/security/webhook"
)

// How long a key signs, and for how long its public half is still shown then: whoever has a token has
// read it long before.
const (
	signsFor = 90 * 24 * time.Hour
	shownFor = 7 * 24 * time.Hour
)

// Signer is a key that signs tokens, or has signed them.
type Signer struct {
	ID        string
	Public    string // JWK
	Sealed    string // the private half; "" once it signs no more
	MadeAt    time.Time
	RetiredAt time.Time // zero: it signs
}

// newSigner makes a key.
func (s *Service) newSigner(now time.Time) (Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Signer{}, fmt.Errorf("make signing key: %w", err)
	}
	x := Signer{ID: token.ShortID(), MadeAt: now}
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: x.ID, Use: "sig",
		Algorithm: string(jose.ES256)})
	if err != nil {
		return Signer{}, fmt.Errorf("encode signing key: %w", err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Signer{}, fmt.Errorf("encode signing key: %w", err)
	}
	x.Public, x.Sealed = string(public), s.Seal(security.PurposeSignal, x.ID, plain)
	return x, nil
}

// PublicKeys are those of all tokens that may be read still, as a JWK set.
func (s *Service) PublicKeys(ctx context.Context) (jose.JSONWebKeySet, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	all, err := s.Signers(ctx)
	for _, x := range all {
		if !x.RetiredAt.IsZero() && !s.Now().Before(x.RetiredAt.Add(shownFor)) {
			continue
		}
		var key jose.JSONWebKey
		if err := json.Unmarshal([]byte(x.Public), &key); err != nil {
			return set, fmt.Errorf("read signing key %s: %w", x.ID, err)
		}
		set.Keys = append(set.Keys, key)
	}
	return set, err
}

// Signers lists the keys, the newest first.
func (s *Service) Signers(ctx context.Context) ([]Signer, error) {
	all, err := s.Signals.Signers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	return all, nil
}

// Rotate makes a new key that signs from now on. The one before is still shown for a while.
func (s *Service) Rotate(ctx context.Context, by security.Actor) (next Signer, err error) {
	err = security.Retry(ctx, func() error {
		now := s.Now()
		all, err := s.Signers(ctx)
		if err != nil {
			return err
		}
		if next, err = s.newSigner(now); err != nil {
			return err
		}
		writes := []security.Write{AddSigner{next}}
		if len(all) > 0 && all[0].RetiredAt.IsZero() {
			writes = append([]security.Write{RetireSigner{all[0].ID, now}}, writes...)
		}
		e := s.Event(by, audit.SignerTurned, now)
		e.Data = map[string]string{"key": next.ID}
		return s.Store.Commit(ctx, e, writes...)
	})
	if err != nil {
		return Signer{}, fmt.Errorf("rotate signing key: %w", err)
	}
	return next, nil
}

// Overdue reports whether the key that signs should have been rotated two weeks ago.
func (s *Service) Overdue(ctx context.Context) (bool, error) {
	all, err := s.Signers(ctx)
	return len(all) > 0 && s.Now().After(all[0].MadeAt.Add(signsFor+14*24*time.Hour)), err
}

// RotateOld makes a new key when the one that signs has done so for long. Where nothing is signed yet
// there is none.
func (s *Service) RotateOld(ctx context.Context) error {
	all, err := s.Signers(ctx)
	if err != nil || len(all) == 0 || s.Now().Before(all[0].MadeAt.Add(signsFor)) {
		return err
	}
	_, err = s.Rotate(ctx, security.Actor{Kind: security.BySystem})
	return err
}

// signer is what signs now.
func (s *Service) signer(ctx context.Context) (jose.Signer, error) {
	all, err := s.Signers(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errNoSigner
	}
	plain, err := s.Unseal(security.PurposeSignal, all[0].ID, all[0].Sealed)
	if err != nil {
		return nil, fmt.Errorf("open signing key %s: %w", all[0].ID, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, fmt.Errorf("read signing key %s: %w", all[0].ID, err)
	}
	return jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256,
		Key: jose.JSONWebKey{Key: key, KeyID: all[0].ID}},
		(&jose.SignerOptions{}).WithType("secevent+jwt"))
}

var errNoSigner = errors.New("there is no key that signs")

// claims are those of a token, by RFC 8417 and the framework.
type claims struct {
	Issuer   string          `json:"iss"`
	Audience string          `json:"aud"`
	ID       string          `json:"jti"`
	Issued   int64           `json:"iat"`
	Cause    string          `json:"txn"`
	Subject  json.RawMessage `json:"sub_id"`
	Events   json.RawMessage `json:"events"`
}

// Writer writes to a stream; it is for webhook.Service.
func (s *Service) Writer(ctx context.Context, of webhook.Endpoint) (webhook.Writer, error) {
	x, err := s.Signals.Stream(ctx, of.ID)
	if err != nil {
		return nil, fmt.Errorf("read stream: %w", err)
	}
	pass, err := s.Unseal(security.PurposeWebhook, x.ID, x.Keys)
	if err != nil {
		return nil, fmt.Errorf("open authorization of stream %s: %w", x.ID, err)
	}
	signs, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, d webhook.Delivery, _ time.Time) (webhook.Parcel, error) {
		body, err := s.signed(ctx, x, signs, d)
		return webhook.Parcel{Kind: webhook.Stream, URL: x.URL, Body: body,
			Authorization: string(pass)}, err
	}, nil
}

// signed is the token of a delivery. ErrNotFound: the stream is not to hear of the account any more.
func (s *Service) signed(ctx context.Context, x Stream, signs jose.Signer, d webhook.Delivery) (
	string, error) {
	subject, err := subjectOf(x)
	if err == nil && d.Account != "" {
		subject, err = s.Signals.Subject(ctx, x.ID, d.Account)
	}
	if err != nil {
		return "", err
	}
	c := claims{Issuer: s.Issuer(), Audience: s.Audience(x), ID: d.ID, Subject: []byte(subject)}
	if err := json.Unmarshal([]byte(d.Body), &c); err != nil {
		return "", fmt.Errorf("read signal %s: %w", d.ID, err)
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode signal %s: %w", d.ID, err)
	}
	sealed, err := signs.Sign(plain)
	if err != nil {
		return "", fmt.Errorf("sign signal %s: %w", d.ID, err)
	}
	return sealed.CompactSerialize()
}

// subjectOf is a stream as the subject of what is about it.
func subjectOf(x Stream) (string, error) {
	text, err := json.Marshal(subject{Format: formatOpaque, ID: x.ID})
	return string(text), err
}
