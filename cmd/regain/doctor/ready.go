package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"regain/security/certificate"
)

// checkReady asks the portal that runs on this machine, in the same container, whether it is ready.
func (d *doctor) checkReady(ctx context.Context) (string, error) {
	s := d.Settings()
	if err := s.Need("REGAIN_LISTEN", "REGAIN_METRICS_LISTEN"); err != nil {
		return "", err
	}
	at := s.MetricsListen
	client, scheme := &http.Client{Timeout: patience}, "http"
	if at == "" {
		at = s.Listen
		if s.TLS.On() {
			// The files are not looked at: they may be under way to new ones.
			if err := s.Need("REGAIN_BASE_URL"); err != nil {
				return "", err
			}
			scheme = "https"
			client.Transport = &http.Transport{TLSClientConfig: named(s.TLS.Hosts[0]), DisableKeepAlives: true}
		}
	}
	at, err := here(at)
	if err != nil {
		return "", err
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+at+"/readyz", nil)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(ask)
	if err != nil {
		return "", d.unheard(ctx, err)
	}
	if err := answer.Body.Close(); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the portal answers %s", answer.Status)
	}
	return ask.URL.String(), nil
}

// here is where a listener is reached from this machine. A container may know no names.
func here(listener string) (string, error) {
	host, port, err := net.SplitHostPort(listener)
	switch host {
	case "", net.IPv4zero.String():
		host = "127.0.0.1"
	case net.IPv6zero.String():
		host = net.IPv6loopback.String()
	}
	return net.JoinHostPort(host, port), err
}

// named asks for the certificate of a host. Who issued it, and for how long, is no matter of being ready: the
// portal of a trial or of a company has one that this machine need not believe, no start again would renew one
// that is over, and nothing is told to whoever answers. The check of certificates looks at all that.
func named(host string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, InsecureSkipVerify: true,
		VerifyConnection: func(c tls.ConnectionState) error { return c.PeerCertificates[0].VerifyHostname(host) }}
}

// unheard is what it means that nothing was heard. A portal that has no certificate yet refuses to speak, and is
// not to be ended for it: the authority needs it to run, and to be reached, before there can be one.
func (d *doctor) unheard(ctx context.Context, why error) (err error) {
	t := d.Settings().TLS
	refused, ok := errors.AsType[*net.OpError](why)
	if !ok || refused.Op != "remote error" || t.Directory == "" {
		return why
	}
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if err := x.DB.Ping(ctx); err != nil {
		return err
	}
	kept, err := x.Certificates.Find(ctx, certificate.Name{Directory: t.Directory, Host: t.Hosts[0]})
	switch {
	case err != nil:
		return err
	case kept.Chain != "":
		return why
	}
	return warning(t.Hosts[0] + " has no certificate yet; the portal runs, and its database can be written")
}
