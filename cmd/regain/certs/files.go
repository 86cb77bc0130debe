package certs

import (
	"crypto/tls"
	"time"

	"regain/security/certificate"
)

// reread takes the files if they changed. A pair that does not fit, such as one of which half is written, does
// not take the place of the one before; it is told once, and looked at again when the files change again.
func (k *Keeper) reread() error {
	chain, key, err := k.setup.ReadPair()
	if err != nil {
		return err
	}
	if seen := [2]string{string(chain), string(key)}; seen != k.seen {
		k.seen = seen
	} else {
		return nil
	}
	c, err := certificate.Pair(chain, key, k.setup.Hosts...)
	first := len(k.held) > 0 && k.held[0].current.Load() == nil
	if err == nil {
		// An expired one is better than none, and worse than any other.
		if err = certificate.At(c.Leaf, k.rooms.Now()); err != nil && first {
			k.log.Error("certificate_expired", "error", err.Error())
			err = nil
		}
	}
	if err != nil {
		k.log.Error("certificate_refused", "cert", k.setup.Cert, "key", k.setup.Key, "error", err.Error())
		return nil
	}
	for _, h := range k.held {
		h.use(c)
	}
	k.log.Info("certificate_read", "cert", k.setup.Cert, "until", c.Leaf.NotAfter.UTC().Format(time.RFC3339))
	return nil
}

// use lets a host speak with another certificate from now on.
func (h *held) use(c *tls.Certificate) {
	h.staple, h.revoked = staple{}, false
	h.current.Store(c)
}
