package settings

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"regain/security"
)

// replica reads the address of a PostgreSQL that follows the database.
func (f *faults) replica(v, of, ca string) string {
	const name = "REGAIN_DATABASE_REPLICA"
	switch {
	case v == "":
		return ""
	case strings.HasPrefix(of, "sqlite:") || strings.HasPrefix(v, "sqlite:"):
		f.add(name, "is for PostgreSQL that follows another one; set REGAIN_DATABASE to that one, or leave it out")
		return ""
	}
	return f.database(name, v, ca)
}

// database reads the address of a database and gives it the authorities that vouch for it.
func (f *faults) database(name, v, ca string) string {
	roots := f.authorities("REGAIN_DATABASE_CA", ca)
	path, sqlite := strings.CutPrefix(v, "sqlite:")
	postgres := strings.HasPrefix(v, "postgres://") || strings.HasPrefix(v, "postgresql://")
	switch {
	case sqlite && path != "":
		return v
	case !postgres:
		f.add(name, "want sqlite:PATH or postgres://…")
		return v
	case ca != "" && roots == nil:
		return v // told already
	case ca != "":
		v = vouchedFor(v, ca)
	}
	c, err := pgconn.ParseConfig(v)
	switch file, missing := errors.AsType[*fs.PathError](err); {
	case missing:
		f.add(name, "%v", file)
	case err != nil:
		// What the parser says may hold the password.
		f.add(name, "want an address such as postgres://user:password@host/name; "+
			"special characters of the user and the password are written as %%XX")
	case !verified(c, ca != ""):
		f.add(name, "the server is not verified, so that others could read along; want "+
			"sslmode=verify-full, or sslmode=verify-ca with REGAIN_DATABASE_CA")
	}
	return v
}

// vouchedFor adds to the address of a database that these authorities vouch for its server, by its
// name unless the address says otherwise.
func vouchedFor(address, ca string) string {
	server, query := address, ""
	// A user and a password may hold a question mark.
	_, rest, _ := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "@/"); i >= 0 {
		rest = rest[i:]
	}
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		query = rest[i+1:]
		server = strings.TrimSuffix(address, rest[i:])
	}
	// The last one counts of those that stand there twice.
	all := []string{"sslmode=verify-full", query,
		"sslrootcert=" + strings.ReplaceAll(url.QueryEscape(ca), "+", "%20")}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	return server + "?" + strings.Join(all, "&")
}

// verified reports whether each way to the database stays on this machine or leads to a server that
// proves who it is. With always, the ways on this machine prove it too, but for sockets.
func verified(c *pgconn.Config, always bool) bool {
	ways := append([]*pgconn.FallbackConfig{{Host: c.Host, Port: c.Port, TLSConfig: c.TLSConfig}},
		c.Fallbacks...)
	return !slices.ContainsFunc(ways, func(w *pgconn.FallbackConfig) bool {
		network, _ := pgconn.NetworkAddress(w.Host, w.Port)
		return network != "unix" && (always || !security.Loopback(w.Host)) && !proves(w.TLSConfig)
	})
}

// proves reports whether a server proves who it is: by its name, or by authorities of ours without
// it. Without the name, anybody's certificate would do for those of the system.
func proves(c *tls.Config) bool {
	return c != nil && (!c.InsecureSkipVerify || c.VerifyPeerCertificate != nil && c.RootCAs != nil)
}

// maxAuthorities is more than any system has, which is some 200 KiB.
const maxAuthorities = 4 << 20

// authorities reads a PEM file of certificates; without a path there are none.
func (f *faults) authorities(name, path string) *x509.CertPool {
	if path == "" {
		return nil
	}
	text, err := readSmall(path, maxAuthorities)
	pool := x509.NewCertPool()
	switch {
	case err != nil:
		f.add(name, "%v", err)
	case !pool.AppendCertsFromPEM(text):
		f.add(name, "%s holds no certificates in PEM form", path)
	default:
		return pool
	}
	return nil
}
