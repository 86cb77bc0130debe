// Package otp checks the codes of authenticator apps, and makes what enrolling one needs: the
// secret, its URI and QR code, and the recovery codes that go with it.
package otp

import (
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp/hotp"
)

// Digits is how many a code has.
const Digits = 6

const (
	period = 30 * time.Second
	// minSecret is the least that RFC 4226 R6 allows, in bytes.
	minSecret = 16
	// nearSteps is how far Near looks to each side: ten minutes.
	nearSteps = 20
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// Step reports which 30-second step code belongs to: the present one, the one before or the one
// after (RFC 6238 §5.2), and only a step above after. Pass the last step used on this secret as
// after, or 0 when there is none, and store the returned step under the same condition: that is
// what makes a code good once. Spaces and hyphens in code and secret are dropped. A code that is
// not six ASCII digits, or a secret under 128 bits, never matches.
func Step(code, secret string, now time.Time, after int64) (step int64, ok bool) {
	c, ok := newChecker(code, secret)
	if !ok {
		return 0, false
	}
	present := stepAt(now)
	for _, s := range []int64{present, present - 1, present + 1} {
		if s > after && c.matches(s) {
			return s, true
		}
	}
	return 0, false
}

// Near looks for code within ten minutes of now and returns how far the clock of the app is ahead
// (positive) or behind, to the nearest 30 seconds. It is for telling people to set their clock,
// and accepts nothing: a match is no proof. Since it tells a guesser about codes that are still to
// come, use it only where the secret is on the same page, as in enrolment.
func Near(code, secret string, now time.Time) (skew time.Duration, ok bool) {
	c, ok := newChecker(code, secret)
	if !ok {
		return 0, false
	}
	present := stepAt(now)
	for d := int64(0); d <= nearSteps; d++ {
		for _, s := range []int64{-d, d} {
			if c.matches(present + s) {
				return time.Duration(s) * period, true
			}
		}
	}
	return 0, false
}

func stepAt(now time.Time) int64 { return now.Unix() / int64(period/time.Second) }

type checker struct{ code, secret string }

// newChecker refuses what must not reach the library: it takes an empty secret for a good one.
func newChecker(code, secret string) (checker, bool) {
	c := checker{code: strip(code), secret: strings.ToUpper(strip(secret))}
	raw, err := base32Text.DecodeString(strings.TrimRight(c.secret, "="))
	if err != nil || len(raw) < minSecret || len(c.code) != Digits {
		return checker{}, false
	}
	c.secret = Secret(raw)
	return c, true
}

func (c checker) matches(step int64) bool {
	if step < 0 {
		return false
	}
	want, err := hotp.GenerateCode(c.secret, uint64(step))
	return err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(c.code)) == 1
}

// strip drops what people and mail programs put between groups.
func strip(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.Pd, unicode.Cf, unicode.White_Space) || c == '\u2212' {
			return -1
		}
		return c
	}, s)
}
