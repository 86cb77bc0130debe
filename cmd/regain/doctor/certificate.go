package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"regain/cmd/regain/settings"
	"regain/security/certificate"
)

// checkCertificate says how long the certificates are still valid, and warns of those that should have been
// renewed long ago.
func (d *doctor) checkCertificate(ctx context.Context) (_ string, err error) {
	t := d.Settings().TLS
	if !t.On() {
		return "off: something else speaks TLS", nil
	}
	if t.Directory == "" {
		return d.filed(t)
	}
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	var told []string
	worry := false
	for _, host := range t.Hosts {
		kept, err := x.Certificates.Find(ctx, certificate.Name{Directory: t.Directory, Host: host})
		if err != nil {
			return "", err
		}
		text, bad := "none yet", true
		if block, _ := pem.Decode([]byte(kept.Chain)); block != nil {
			leaf, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return "", err
			}
			text, bad = left(leaf, d.Now())
		}
		if kept.Fault != "" {
			text += fmt.Sprintf("; %d orders failed, the last one: %s", kept.Attempts, kept.Fault)
		}
		told, worry = append(told, host+": "+text), worry || bad || kept.Fault != ""
	}
	text := strings.Join(told, "; ")
	if worry {
		return "", warning(text)
	}
	return text, nil
}

// filed is checkCertificate for files.
func (d *doctor) filed(t settings.TLS) (string, error) {
	chain, key, err := t.ReadPair()
	if err != nil {
		return "", err
	}
	c, err := certificate.Pair(chain, key, t.Hosts...)
	if err != nil {
		return "", err
	}
	text, bad := left(c.Leaf, d.Now())
	if text = t.Cert + ": " + text; bad {
		return "", warning(text)
	}
	return text, nil
}

// left says how long a certificate is still valid, and whether somebody should look.
func left(c *x509.Certificate, now time.Time) (text string, bad bool) {
	if certificate.At(c, now) != nil {
		return "not valid since " + c.NotAfter.UTC().Format(time.RFC3339), true
	}
	const day = 24 * time.Hour
	return fmt.Sprintf("valid for %d days, until %s", c.NotAfter.Sub(now)/day,
		c.NotAfter.UTC().Format(time.RFC3339)), certificate.Alarm(c, now)
}
