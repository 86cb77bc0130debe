package security

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/passkey"
	"regain/security/token"
)

// ceremony is what a challenge is good for: one purpose, in one session or one browser.
type ceremony struct{ purpose, bound string }

func (u *SignedIn) adding() ceremony   { return ceremony{"add", u.Session.ID} }
func (o *Owner) proving() ceremony     { return ceremony{recovering, o.Session.ID} }
func signInWith(visit string) ceremony { return ceremony{"signin", visit} }

func (u *SignedIn) proving() ceremony {
	if u.Session.Half() {
		return ceremony{"verify", u.Session.ID}
	}
	return ceremony{"prove", u.Session.ID}
}

// recovering is the purpose of a ceremony in a recovery.
const recovering = "recover"

// limit is how often an account may be shown answers in vain.
func (c ceremony) limit() Limit {
	if c.purpose == recovering {
		return limitPasskey
	}
	return limitSignInPasskey
}

func (c ceremony) label() string { return "passkey-challenge/" + c.purpose + "/" + c.bound }

// challenge begins a ceremony. The challenge is a token that holds its own age, so that nothing
// is stored before it is answered.
func (s *Service) challenge(c ceremony) []byte {
	id := token.ID() + "-" + strconv.FormatInt(s.Now().UnixMilli(), 10)
	return []byte(s.Keys.Sign(c.label(), id))
}

// spentBy is the write that uses up the challenge of c; ok is false for one of another ceremony,
// and for one that is too old.
func (s *Service) spentBy(c ceremony, challenge []byte, now time.Time) (w SpendChallenge,
	ok bool) {
	id, ok := s.Keys.Open(c.label(), string(challenge))
	_, asked, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(asked, 10, 64)
	at := time.UnixMilli(ms)
	if !ok || err != nil || !now.Before(at.Add(passkey.Life)) {
		return SpendChallenge{}, false
	}
	return SpendChallenge{ID: id, ExpiresAt: at.Add(2 * passkey.Life)}, true
}

func byCredential(factors []Factor, id []byte) (Factor, bool) {
	i := slices.IndexFunc(factors, func(f Factor) bool {
		return f.Kind == FactorPasskey && bytes.Equal(f.Key.ID, id)
	})
	if i < 0 {
		return Factor{}, false
	}
	return factors[i], true
}

// Passkeys are those of factors.
func Passkeys(factors []Factor) []Factor {
	var list []Factor
	for _, f := range factors {
		if f.Kind == FactorPasskey {
			list = append(list, f)
		}
	}
	return list
}

// Authenticator is the authenticator app among factors; ok is false when there is none.
func Authenticator(factors []Factor) (f Factor, ok bool) {
	i := slices.IndexFunc(factors, func(f Factor) bool { return f.Kind == FactorTOTP })
	if i < 0 {
		return Factor{}, false
	}
	return factors[i], true
}

func keysOf(factors []Factor) []passkey.Key {
	var keys []passkey.Key
	for _, f := range Passkeys(factors) {
		keys = append(keys, f.Key)
	}
	return keys
}

// passkeyHolder is whom the passkeys of an account are made for. The handle says nothing about the
// person and stays the same as long as there is a passkey.
func (s *Service) passkeyHolder(a Account, factors []Factor) passkey.Holder {
	h := passkey.Holder{Name: a.Username, Display: a.Name}
	if keys := keysOf(factors); len(keys) > 0 {
		h.Handle = keys[0].User
	} else {
		h.Handle = s.Keys.Derive("passkey-holder/"+a.ID, 32)
	}
	return h
}

// AskNewPasskey is what a browser needs to make a passkey: JSON for
// parseCreationOptionsFromJSON; "" where browsers make none for this portal. It refuses with
// ProofNeeded or PasskeyMany.
func (s *Service) AskNewPasskey(u *SignedIn) (string, error) {
	if err := s.needFresh(u); err != nil || !s.Passkeys.Usable() {
		return "", err
	}
	if err := roomForPasskey(u.Factors); err != nil {
		return "", err
	}
	options, err := s.Passkeys.CreationOptions(s.passkeyHolder(u.Account, u.Factors),
		s.challenge(u.adding()), keysOf(u.Factors))
	return string(options), err
}

// AskPasskeyToSignIn is what a browser needs to sign in with any passkey it has: JSON for
// parseRequestOptionsFromJSON; "" where browsers have none for this portal. visit is a random
// value that this browser keeps.
func (s *Service) AskPasskeyToSignIn(visit string) (string, error) {
	if !s.Passkeys.Usable() || visit == "" {
		return "", nil
	}
	options, err := s.Passkeys.RequestOptions(s.challenge(signInWith(visit)), nil)
	return string(options), err
}

// AskPasskey is the same for whoever owes a second factor or a fresh proof; "" when the account
// has no passkey.
func (s *Service) AskPasskey(u *SignedIn) (string, error) {
	return s.askForProof(u.proving(), u.Factors)
}

// AskPasskeyToRecover is the same in a recovery.
func (s *Service) AskPasskeyToRecover(o *Owner) (string, error) {
	return s.askForProof(o.proving(), o.Factors)
}

func (s *Service) askForProof(c ceremony, factors []Factor) (string, error) {
	keys := keysOf(factors)
	if len(keys) == 0 || !s.Passkeys.Usable() {
		return "", nil
	}
	options, err := s.Passkeys.RequestOptions(s.challenge(c), keys)
	return string(options), err
}
