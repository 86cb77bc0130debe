package federation

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"regain/security/access"
	"regain/security/limits"
	"regain/security/token"
)

// Purpose is what somebody is sent to an issuer for.
type Purpose string

// The purposes.
const (
	SignIn      Purpose = "signin"
	Prove       Purpose = "prove"   // anew, in a signed-in session
	Recover     Purpose = "recover" // in the place of a new password, in a recovery
	StaffSignIn Purpose = "staff"
	StaffProve  Purpose = "staffprove"
)

// anew reports whether it takes a proof of this moment.
func (p Purpose) anew() bool { return p == Prove || p == Recover || p == StaffProve }

// redirect is where issuers send a browser back to.
func (p Purpose) redirect() string {
	if p == StaffSignIn || p == StaffProve {
		return RedirectStaff
	}
	return Redirect
}

// TripLife is how long somebody may take at the issuer.
const TripLife = 15 * time.Minute

// Trip is a way of one browser to an issuer and back. All of it is in the state, which we sign and which
// is good in that browser alone, so that nothing is stored for whoever only sets out.
type Trip struct {
	For     Purpose
	Issuer  string // id
	Session string // in which it began; "" for a sign-in
	Next    string // the page to come back to
	id, key string // key is that of the secret from which nonce and verifier are made
	visit   string // digest of the value that the browser keeps
	asked   time.Time
}

const purposeTrip = "sso-trip"

// Leave is what the issuer is asked on a trip. visit is a random value that this browser keeps.
func (s *Service) Leave(t Trip, visit, hint string) Question {
	t.id, t.key, t.asked = token.ID(), s.Keys.KeyID(), s.Now()
	t.visit = visitDigest(t.id, visit)
	next := base64.RawURLEncoding.EncodeToString([]byte(t.Next))
	if len(next) > 400 { // more than any page of ours needs
		next = ""
	}
	state := strings.Join([]string{t.id, strconv.FormatInt(t.asked.UnixMilli(), 10), t.key, t.Issuer,
		string(t.For), t.Session, t.visit, next}, "-")
	nonce, verifier := s.secrets(t, visit)
	return Question{Redirect: t.For.redirect(), State: s.Keys.Sign(purposeTrip, state), Nonce: nonce,
		Verifier: verifier, Anew: t.For.anew(), Hint: hint}
}

// Return reads the state that a browser brought back; ok is false for one that is not ours, is of another
// browser, or is too old.
func (s *Service) Return(state, visit string) (t Trip, ok bool) {
	signed, ok := s.Keys.Open(purposeTrip, state)
	parts := strings.SplitN(signed, "-", 8)
	if !ok || len(parts) != 8 {
		return Trip{}, false
	}
	ms, err := strconv.ParseInt(parts[1], 10, 64)
	next, nextErr := base64.RawURLEncoding.DecodeString(parts[7])
	t = Trip{id: parts[0], asked: time.UnixMilli(ms), key: parts[2], Issuer: parts[3],
		For: Purpose(parts[4]), Session: parts[5], visit: parts[6], Next: string(next)}
	mine := visit != "" && subtle.ConstantTimeCompare([]byte(t.visit), []byte(visitDigest(t.id, visit))) == 1
	if err != nil || nextErr != nil || !mine || !limits.Alive(t.asked, t.asked.Add(TripLife), s.Now()) {
		return Trip{}, false
	}
	return t, true
}

// Answer is what goes to the issuer for what a browser brought back from a trip. Code and issuer are as
// they stood in the address.
func (s *Service) Answer(t Trip, visit, code, issuer string) Answer {
	nonce, verifier := s.secrets(t, visit)
	return Answer{Redirect: t.For.redirect(), Code: code, Issuer: issuer, Nonce: nonce, Verifier: verifier,
		Anew: t.For.anew()}
}

// Spent is the write that ends a trip: of what one brings back, everything counts once.
func (t Trip) Spent() access.SpendChallenge {
	return access.SpendChallenge{ID: "sso-" + t.id, ExpiresAt: t.asked.Add(2 * TripLife)}
}

// secrets are the nonce and the verifier of PKCE of a trip, which nobody else can make.
func (s *Service) secrets(t Trip, visit string) (nonce, verifier string) {
	make := func(purpose string) string {
		mac, _ := s.Keys.MACBy(t.key, purpose, []byte(t.id), []byte(visit))
		return base64.RawURLEncoding.EncodeToString(mac)
	}
	return make("sso-nonce"), make("sso-verifier")
}

func visitDigest(id, visit string) string {
	sum := sha256.Sum256([]byte(id + "\n" + visit))
	return strings.NewReplacer("-", "_").Replace(base64.RawURLEncoding.EncodeToString(sum[:]))
}
