package webhook

import (
	"cmp"
	"context"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
)

// Bounds of the keys that hashes of passwords are encrypted to.
const (
	maxJWK   = 16 << 10
	maxKeyID = 128
	leastRSA = 2048
	mostRSA  = 8192
	leastE   = 65537
)

// algorithms are how a key is agreed on or wrapped, by the kind of key.
var algorithms = map[string]jose.KeyAlgorithm{"RSA": jose.RSA_OAEP_256, "EC": jose.ECDH_ES}

// operations are what a public key of a kind may say that it is for, and whether it has to be for one
// of them: browsers give public keys of curves out with none.
var operations = map[string]struct {
	of  []string
	any bool
}{"RSA": {[]string{"encrypt", "wrapKey"}, true}, "EC": {[]string{"deriveKey", "deriveBits"}, false}}

var curves = []string{"P-256", "P-384", "P-521"}

// keyHead is what a JWK says about itself.
type keyHead struct {
	Kty, Crv, Kid, Use, Alg string
	N, E                    string          // modulus and exponent of RSA
	Ops                     *[]string       `json:"key_ops"`
	Keys                    json.RawMessage // of a set
	Private                 json.RawMessage `json:"d"`
	Symmetric               json.RawMessage `json:"k"`
}

// readKey reads the public key that an endpoint wants hashes encrypted to, from a JWK (RFC 7517). It
// refuses with the codes HookKey….
func readKey(text string) (k jose.JSONWebKey, err error) {
	var head keyHead
	if len(text) > maxJWK || json.Unmarshal([]byte(text), &head) != nil {
		return k, refuseKey(refusal.HookKey)
	}
	if err := head.fits(); err != nil {
		return k, err
	}
	if k.UnmarshalJSON([]byte(text)) != nil || len(head.Kid) > maxKeyID ||
		strings.ContainsFunc(head.Kid, security.Forbidden) {
		return k, refuseKey(refusal.HookKey)
	}
	if !k.IsPublic() {
		return k, refuseKey(refusal.HookKeyPrivate)
	}
	if bits := number(head.N).BitLen(); head.Kty == "RSA" && (bits < leastRSA || bits > mostRSA ||
		number(head.E).Cmp(big.NewInt(leastE)) < 0) {
		return k, refuseKey(refusal.HookKeyWeak)
	}
	k = jose.JSONWebKey{Key: k.Key, Algorithm: string(algorithms[head.Kty]), Use: "enc"}
	k.KeyID = cmp.Or(head.Kid, thumbprint(k))
	return k, nil
}

// number is one as a JWK has it; 0 for none.
func number(text string) *big.Int {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return new(big.Int)
	}
	return new(big.Int).SetBytes(raw)
}

// fits refuses what is no public key of the right kind for the purpose.
func (h keyHead) fits() error {
	may := operations[h.Kty]
	allowed := func(op string) bool { return slices.Contains(may.of, op) }
	switch {
	case h.Keys != nil:
		return refuseKey(refusal.HookKeySet)
	case h.Kty == "oct", h.Symmetric != nil:
		return refuseKey(refusal.HookKeySymmetric)
	case h.Private != nil:
		return refuseKey(refusal.HookKeyPrivate)
	case h.Kty == "OKP", h.Kty == "EC" && !slices.Contains(curves, h.Crv):
		return refuseKey(refusal.HookKeyCurve)
	case algorithms[h.Kty] == "":
		return refuseKey(refusal.HookKey)
	case h.Use != "" && h.Use != "enc", h.Alg != "" && h.Alg != string(algorithms[h.Kty]),
		h.Ops != nil && (may.any && !slices.ContainsFunc(*h.Ops, allowed) ||
			!may.any && slices.ContainsFunc(*h.Ops, func(op string) bool { return !allowed(op) })):
		return refuseKey(refusal.HookKeyUse)
	}
	return nil
}

func refuseKey(code refusal.Code) error {
	return security.Refuse("encrypt_to", code)
}

// keptKey is a key as it is kept; "" stays none. An endpoint with one has to hear of new passwords.
func keptKey(text string, events []Type) (string, error) {
	if text == "" {
		return "", nil
	}
	k, err := readKey(text)
	if err != nil {
		return "", err
	}
	if idle(events) {
		return "", refuseKey(refusal.HookKeyIdle)
	}
	kept, err := k.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("encode key: %w", err)
	}
	return string(kept), nil
}

// thumbprint is that of RFC 7638, by SHA-256.
func thumbprint(k jose.JSONWebKey) string {
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// Thumbprint names the key that the endpoint is sent hashes of passwords under (RFC 7638, SHA-256); ""
// where it is sent none. The error says that the key is damaged.
func (e Endpoint) Thumbprint() (string, error) {
	if e.EncryptTo == "" {
		return "", nil
	}
	k, err := readKey(e.EncryptTo)
	if err != nil {
		return "", fmt.Errorf("read key of webhook %s: %w", e.ID, err)
	}
	return thumbprint(k), nil
}

// encrypt is a hash for the eyes of the endpoint, as a JWE (RFC 7516) that holds for this account and
// event alone: both stand in the protected header.
func (e Endpoint) encrypt(hash, account, event string) (string, error) {
	k, err := readKey(e.EncryptTo)
	if err != nil {
		return "", fmt.Errorf("read key of webhook %s: %w", e.ID, err)
	}
	about := (&jose.EncrypterOptions{}).WithContentType("text/plain").WithHeader("sub", account).
		WithHeader("jti", event)
	to, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.KeyAlgorithm(k.Algorithm), Key: k}, about)
	if err != nil {
		return "", fmt.Errorf("encrypt to webhook %s: %w", e.ID, err)
	}
	sealed, err := to.Encrypt([]byte(hash))
	if err != nil {
		return "", fmt.Errorf("encrypt to webhook %s: %w", e.ID, err)
	}
	return sealed.CompactSerialize()
}

// EncryptTo gives an endpoint another key to encrypt hashes of passwords to, a public JWK, or none. What
// is on its way stays under the key before. It refuses as Add does; ErrNotFound: there is no such endpoint.
func (s *Service) EncryptTo(ctx context.Context, by security.Actor, id, jwk string) (Endpoint, error) {
	return s.change(ctx, by, id, audit.HookTurned, func(x *Endpoint, _ time.Time) ([]security.Write, error) {
		from := x.EncryptTo
		kept, err := keptKey(jwk, x.Events)
		if x.EncryptTo = kept; err != nil || kept == from {
			return nil, err
		}
		return []security.Write{SetEncryption{x.ID, from, kept, x.Events}}, nil
	})
}
