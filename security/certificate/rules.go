package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"regain/security/limits"
)

// RenewAt is when a certificate is to be replaced: when a third of its life is left, or up to a tenth of its
// life earlier, so that not all that were issued together are renewed together.
func RenewAt(c *x509.Certificate) time.Time {
	life := c.NotAfter.Sub(c.NotBefore)
	return c.NotAfter.Add(-life/3 - part(life/10, c.SerialNumber.String()))
}

// The waits between one order and the next. The first is longer than an order takes, so that a process that
// died is not waited for much longer than it would have worked. With the longest and the four tries of the
// first hour, no host comes to the five failures an hour that Let's Encrypt allows.
const (
	OrderTime   = 4 * time.Minute // that an order may take
	firstWait   = 5 * time.Minute
	longestWait = time.Hour
)

// Wait is how long nobody orders again after an attempt began: twice as long with each, up to an hour, and
// up to a fifth more, so that several portals do not knock together.
func Wait(host string, attempt int) time.Duration {
	wait := longestWait
	if doublings := attempt - 1; doublings < 4 {
		wait = min(firstWait<<max(doublings, 0), longestWait)
	}
	return wait + part(wait/5, fmt.Sprint(host, attempt))
}

// part is a part of whole that a word chooses.
func part(whole time.Duration, word string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(word)) // never fails
	return whole / 1000 * time.Duration(h.Sum32()%1000)
}

// Orders reports whether somebody may order now. A wait of while the clock ran ahead is none.
func (k Kept) Orders(now time.Time) bool {
	return !k.NextAt.After(now) || k.NextAt.After(now.Add(LongestWait+limits.Skew))
}

// LongestWait is the longest that Wait ever says.
const LongestWait = longestWait + longestWait/5

// leastRSA is the least length in bits of an RSA key that browsers trust (CA/Browser Forum, §6.1.5).
const leastRSA = 2048

// Errors of Pair, besides those about what it cannot read.
var (
	ErrWeak    = errors.New("an RSA key of less than 2048 bits")
	ErrExpired = errors.New("the certificate is not valid at this time")
)

// Pair is a certificate, in PEM with those that vouch for it, and its private key. It fails unless both belong
// together and the certificate is for every one of the hosts.
func Pair(chain, key []byte, hosts ...string) (*tls.Certificate, error) {
	c, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, err
	}
	// Those of curves have no size of their own, and none that is too short.
	if pub, ok := c.Leaf.PublicKey.(interface{ Size() int }); ok && pub.Size()*8 < leastRSA {
		return nil, ErrWeak
	}
	for _, host := range hosts {
		if err := c.Leaf.VerifyHostname(host); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// At fails with ErrExpired unless a certificate is valid at a time.
func At(c *x509.Certificate, now time.Time) error {
	if now.Before(c.NotBefore) || now.After(c.NotAfter) {
		return fmt.Errorf("%w: from %s to %s", ErrExpired, c.NotBefore.UTC().Format(time.RFC3339),
			c.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

// Alarm reports whether so little of a certificate's life is left that its renewal has failed for long: less
// than a sixth.
func Alarm(c *x509.Certificate, now time.Time) bool {
	return c.NotAfter.Sub(now) < c.NotAfter.Sub(c.NotBefore)/6
}
