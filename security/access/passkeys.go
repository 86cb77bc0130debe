package access

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/passkey"
	"regain/security/token"
)

// Ceremony is what a challenge is good for: one purpose, in one session or one browser.
type Ceremony struct{ Purpose, Bound string }

// SignInWith is the ceremony of a sign-in in one browser, which visit names.
func SignInWith(visit string) Ceremony { return Ceremony{"signin", visit} }

// Recovering is the purpose of a ceremony in a recovery.
const Recovering = "recover"

// Limit is how often an account may be shown answers in vain.
func (c Ceremony) Limit() limits.Limit {
	if c.Purpose == Recovering {
		return limits.Passkey
	}
	return limits.SignInPasskey
}

func (c Ceremony) label() string { return "passkey-challenge/" + c.Purpose + "/" + c.Bound }

// Challenge begins a ceremony. The challenge is a token that holds its own age, so that nothing
// is stored before it is answered.
func (s *Service) Challenge(c Ceremony) []byte {
	id := token.ID() + "-" + strconv.FormatInt(s.Now().UnixMilli(), 10)
	return []byte(s.Keys.Sign(c.label(), id))
}

// SpentBy is the write that uses up the challenge of c; ok is false for one of another ceremony,
// and for one that is too old.
func (s *Service) SpentBy(c Ceremony, challenge []byte, now time.Time) (w SpendChallenge, ok bool) {
	id, ok := s.Keys.Open(c.label(), string(challenge))
	_, asked, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(asked, 10, 64)
	at := time.UnixMilli(ms)
	if !ok || err != nil || !limits.Alive(at, at.Add(passkey.Life), now) {
		return SpendChallenge{}, false
	}
	return SpendChallenge{ID: id, ExpiresAt: at.Add(2 * passkey.Life)}, true
}

// ByCredential finds the passkey with a credential id.
func ByCredential(factors []security.Factor, id []byte) (security.Factor, bool) {
	i := slices.IndexFunc(factors, func(f security.Factor) bool {
		return f.Kind == security.FactorPasskey && bytes.Equal(f.Key.ID, id)
	})
	if i < 0 {
		return security.Factor{}, false
	}
	return factors[i], true
}

// Passkeys are those of factors.
func Passkeys(factors []security.Factor) []security.Factor {
	var list []security.Factor
	for _, f := range factors {
		if f.Kind == security.FactorPasskey {
			list = append(list, f)
		}
	}
	return list
}

// Authenticator is the authenticator app among factors; ok is false when there is none.
func Authenticator(factors []security.Factor) (f security.Factor, ok bool) {
	i := slices.IndexFunc(factors, func(
		f security.Factor) bool {
		return f.Kind == security.FactorTOTP
	})
	if i < 0 {
		return security.Factor{}, false
	}
	return factors[i], true
}

// KeysOf are the public keys of the passkeys among factors.
func KeysOf(factors []security.Factor) []passkey.Key {
	var keys []passkey.Key
	for _, f := range Passkeys(factors) {
		keys = append(keys, f.Key)
	}
	return keys
}

// PasskeyHolder is whom the passkeys of an account are made for. The handle says nothing about the
// person and stays the same as long as there is a passkey.
func (s *Service) PasskeyHolder(a security.Account, factors []security.Factor) passkey.Holder {
	h := passkey.Holder{Name: a.Username, Display: a.Name}
	if keys := KeysOf(factors); len(keys) > 0 {
		h.Handle = keys[0].User
	} else {
		h.Handle = s.Keys.Derive("passkey-holder/"+a.ID, 32)
	}
	return h
}

// AskPasskeyToSignIn is what a browser needs to sign in with any passkey it has: JSON for
// parseRequestOptionsFromJSON; "" where browsers have none for this portal. visit is a random
// value that this browser keeps.
func (s *Service) AskPasskeyToSignIn(visit string) (string, error) {
	if !s.Passkeys.Usable() || visit == "" {
		return "", nil
	}
	options, err := s.Passkeys.RequestOptions(s.Challenge(SignInWith(visit)), nil)
	return string(options), err
}

// AskForProof is the JSON of the options by which one of the passkeys is asked for; "" for none.
func (s *Service) AskForProof(c Ceremony, factors []security.Factor) (string, error) {
	keys := KeysOf(factors)
	if len(keys) == 0 || !s.Passkeys.Usable() {
		return "", nil
	}
	options, err := s.Passkeys.RequestOptions(s.Challenge(c), keys)
	return string(options), err
}
