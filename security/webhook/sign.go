package webhook

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
)

// How keys begin by Standard Webhooks 1.0.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
)

const secretSize = 32

// overlap is how long the keys before still sign beside new ones, so that a receiver has the time
// to take over the new ones.
const overlap = 24 * time.Hour

// key is what signs for an endpoint: a secret that the receiver has too, and a pair of which it
// has the public half.
type key struct {
	Secret []byte    `json:"secret"`
	Seed   []byte    `json:"seed"`
	Until  time.Time `json:"until,omitzero"` // zero: for good
}

func newKey() key {
	k := key{Secret: make([]byte, secretSize), Seed: make([]byte, ed25519.SeedSize)}
	_, _ = rand.Read(k.Secret)
	_, _ = rand.Read(k.Seed)
	return k
}

func (k key) secret() string { return secretPrefix + base64.StdEncoding.EncodeToString(k.Secret) }

func (k key) public() string {
	public := ed25519.NewKeyFromSeed(k.Seed).Public().(ed25519.PublicKey)
	return publicPrefix + base64.StdEncoding.EncodeToString(public)
}

// signatures are those of one message, in both kinds.
func (k key) signatures(message []byte) []string {
	mac := hmac.New(sha256.New, k.Secret)
	_, _ = mac.Write(message)
	pair := ed25519.Sign(ed25519.NewKeyFromSeed(k.Seed), message)
	return []string{"v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		"v1a," + base64.StdEncoding.EncodeToString(pair)}
}

// keyring is the keys of an endpoint, the newest first.
type keyring []key

// mostKeys is how many keys of an endpoint sign at once. Whoever turns them a second time, because the first answer
// got lost, leaves the receiver the one that it has.
const mostKeys = 3

// turned has a new first key; those before sign for as long as they were to, but never more than mostKeys at once.
func (r keyring) turned(now time.Time) keyring {
	next := keyring{newKey()}
	for i, k := range r {
		if i == 0 {
			k.Until = now.Add(overlap)
		}
		if now.Before(k.Until) && len(next) < mostKeys {
			next = append(next, k)
		}
	}
	return next
}

// sign is the header webhook-signature.
func (r keyring) sign(id string, now time.Time, body string) string {
	message := []byte(id + "." + strconv.FormatInt(now.Unix(), 10) + "." + body)
	var all []string
	for _, k := range r {
		if k.Until.IsZero() || now.Before(k.Until) {
			all = slices.Concat(all, k.signatures(message))
		}
	}
	return strings.Join(all, " ")
}

// hooks writes to webhooks.
func (s *Service) hooks(_ context.Context, x Endpoint) (Writer, error) {
	keys, err := s.openKeys(x)
	return func(_ context.Context, d Delivery, now time.Time) (Parcel, error) {
		return Parcel{Kind: Hook, URL: x.URL, ID: d.Event,
			Timestamp: strconv.FormatInt(now.Unix(), 10), Signature: keys.sign(d.Event, now, d.Body),
			Body: d.Body}, nil
	}, err
}

func (s *Service) sealKeys(endpoint string, r keyring) (string, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("encode keys of webhook: %w", err)
	}
	return s.Seal(security.PurposeWebhook, endpoint, plain), nil
}

func (s *Service) openKeys(e Endpoint) (r keyring, err error) {
	plain, err := s.Unseal(security.PurposeWebhook, e.ID, e.Keys)
	if err == nil {
		err = json.Unmarshal(plain, &r)
	}
	if err != nil {
		return nil, fmt.Errorf("open keys of webhook %s: %w", e.ID, err)
	}
	return r, nil
}
