package access

import (
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/passkey"
	"regain/security/token"
)

// Ceremony is what a challenge is good for: one purpose, in one session or one browser, and
// passkeys of the one side that has sessions of the kind.
type Ceremony struct {
	purpose, bound string
	kind           SessionKind
}

const recovering = "recover"

// SignInWith is the ceremony of an owner's sign-in in one browser, which visit names.
func SignInWith(visit string) Ceremony { return Ceremony{"signin", visit, AccountSession} }

// proving is the ceremony in which the holder of x shows a passkey, adding that in which they make
// one.
func proving(x Session) Ceremony {
	c := Ceremony{"prove", x.ID, x.Kind}
	switch {
	case x.Kind == RecoverySession:
		c.purpose = recovering
	case x.Half():
		c.purpose = "verify"
	}
	return c
}

func adding(x Session) Ceremony { return Ceremony{"add", x.ID, x.Kind} }

// Site is who asks for passkeys in sessions of the kind.
func (s *Service) Site(kind SessionKind) passkey.Party {
	if kind == StaffSession {
		return s.StaffPasskeys
	}
	return s.Passkeys
}

// limit is how often a subject may be shown answers in vain.
func (c Ceremony) limit() limits.Limit {
	if c.purpose == recovering {
		return limits.Passkey
	}
	return limits.SignInPasskey
}

func (c Ceremony) label() string { return "passkey-challenge/" + c.purpose + "/" + c.bound }

// challenge begins a ceremony. The challenge is a token that holds its own age, so that nothing
// is stored before it is answered.
func (s *Service) challenge(c Ceremony) []byte {
	id := token.ID() + "-" + strconv.FormatInt(s.Now().UnixMilli(), 10)
	return []byte(s.Keys.Sign(c.label(), id))
}

// spentBy is the write that uses up the challenge of c; ok is false for one of another ceremony,
// and for one that is too old.
func (s *Service) spentBy(c Ceremony, challenge []byte, now time.Time) (w SpendChallenge, ok bool) {
	id, ok := s.Keys.Open(c.label(), string(challenge))
	_, asked, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(asked, 10, 64)
	at := time.UnixMilli(ms)
	if !ok || err != nil || !limits.Alive(at, at.Add(passkey.Life), now) {
		return SpendChallenge{}, false
	}
	return SpendChallenge{ID: id, ExpiresAt: at.Add(2 * passkey.Life)}, true
}

// AskPasskeyToSignIn is what a browser needs to sign in with any passkey it has: JSON for
// parseRequestOptionsFromJSON; "" where browsers have none for this portal. visit is a random
// value that this browser keeps.
func (s *Service) AskPasskeyToSignIn(visit string) (string, error) {
	if !s.Passkeys.Usable() || visit == "" {
		return "", nil
	}
	options, err := s.Passkeys.RequestOptions(s.challenge(SignInWith(visit)), nil)
	return string(options), err
}

// AskForProof is the same for the holder of x, who is asked for one of the passkeys among factors;
// "" for none.
func (s *Service) AskForProof(x Session, factors []security.Factor) (string, error) {
	keys, site := KeysOf(factors), s.Site(x.Kind)
	if len(keys) == 0 || !site.Usable() {
		return "", nil
	}
	options, err := site.RequestOptions(s.challenge(proving(x)), keys)
	return string(options), err
}
