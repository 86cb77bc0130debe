package settings

import (
	"cmp"
	"crypto/x509"
	"net/netip"
	"net/url"
	"strings"

	"regain/security"
	"regain/security/certificate"
)

// letsEncrypt is the directory of the authority that is asked when no other is named.
const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// TLS is how the portal speaks TLS itself; with the zero value it does not.
type TLS struct {
	Directory string            // of the authority that issues certificates; "" with files
	Email     string            // that the authority may write to; "" for none
	Roots     *x509.CertPool    // of the authority's own server; nil: those of the system
	Cert, Key string            // paths; "" with an authority
	Hosts     []string          // that certificates are for, each once
	Origins   map[string]string // of the hosts, as browsers write them
	Redirect  string            // where plain HTTP is sent on to HTTPS; "" for nowhere
}

// On reports whether the portal speaks TLS itself.
func (t TLS) On() bool { return t.Directory+t.Cert != "" }

// tls reads how the portal speaks TLS itself.
func (f *faults) tls(c Config, origins ...string) (t TLS) {
	const name = "REGAIN_TLS"
	paths, files := strings.CutPrefix(c.TLS, "files:")
	acme := c.TLS == "acme"
	if c.TLS != "" && !acme && !files {
		f.add(name, "want acme or files:CERT,KEY")
	}
	for _, s := range []struct{ name, v string }{{"REGAIN_ACME_DIRECTORY", c.ACMEDirectory},
		{"REGAIN_ACME_EMAIL", c.ACMEEmail}, {"REGAIN_ACME_CA", c.ACMECA}} {
		if s.v != "" && !acme {
			f.add(s.name, "means nothing without REGAIN_TLS=acme")
		}
	}
	if c.RedirectListen != "" && !acme && !files {
		f.add("REGAIN_REDIRECT_LISTEN", "means nothing without REGAIN_TLS")
	}
	if !acme && !files {
		return TLS{}
	}
	if c.PlainHTTP != "" {
		f.add("REGAIN_PLAIN_HTTP", "is for a proxy that speaks TLS; leave it out beside REGAIN_TLS")
	}
	t.Redirect = f.address("REGAIN_REDIRECT_LISTEN", c.RedirectListen, true)
	t.Hosts, t.Origins = f.tlsHosts(acme, origins)
	if files {
		t.Cert, t.Key = f.pair(paths, t.Hosts)
		return t
	}
	t.Directory = cmp.Or(c.ACMEDirectory, letsEncrypt)
	if u, err := url.Parse(t.Directory); err != nil || u.Scheme != "https" || u.Hostname() == "" {
		f.add("REGAIN_ACME_DIRECTORY", "want the address of an ACME directory, such as %s", letsEncrypt)
	}
	t.Email = f.email("REGAIN_ACME_EMAIL", c.ACMEEmail)
	t.Roots = f.authorities("REGAIN_ACME_CA", c.ACMECA)
	return t
}

// tlsHosts are the hosts of the origins. No authority vouches for bare addresses and for names without a
// dot the way that everybody believes.
func (f *faults) tlsHosts(acme bool, origins []string) (all []string, of map[string]string) {
	of = map[string]string{"": ""} // what is no origin was told already
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil {
			continue
		}
		host := u.Hostname()
		if _, known := of[host]; known {
			continue
		}
		of[host] = origin
		all = append(all, host)
		_, err = netip.ParseAddr(host)
		switch {
		case u.Scheme != "https":
			f.add("REGAIN_TLS", "is for https:// only, and %s is not", origin)
		case acme && (err == nil || !strings.Contains(host, ".") || security.Loopback(host)):
			f.add("REGAIN_TLS", "no authority issues a certificate for %s; want a host name, or files:CERT,KEY",
				host)
		}
	}
	return all, of
}

// pair reads the paths of a certificate and its key, and looks whether they can be used.
func (f *faults) pair(v string, hosts []string) (cert, key string) {
	const name = "REGAIN_TLS"
	cert, key, ok := strings.Cut(v, ",")
	if !ok || cert == "" || key == "" {
		f.add(name, "want files:CERT,KEY")
		return "", ""
	}
	chain, err := readSmall(cert, maxAuthorities)
	if err != nil {
		f.add(name, "%v", err)
		return cert, key
	}
	plain, err := readSecret(key, maxKeyFile)
	if err != nil {
		f.add(name, "%s: %v", key, err)
		return cert, key
	}
	if _, err := certificate.Pair(chain, []byte(plain), hosts...); err != nil {
		f.add(name, "%s and %s: %v", cert, key, err)
	}
	return cert, key
}

// maxKeyFile is more than any private key has.
const maxKeyFile = 64 << 10

// ReadPair reads the files of a certificate and its key as they are now.
func (t TLS) ReadPair() (chain, key []byte, err error) {
	if chain, err = readSmall(t.Cert, maxAuthorities); err == nil {
		key, err = readSmall(t.Key, maxKeyFile)
	}
	return chain, key, err
}
