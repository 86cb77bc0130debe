package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"regain/store/storetest"
)

// TestOpenWaysAreRefused: what others could read along or take is refused by name at the start, all
// of it at once, and the doctor says the same.
func TestOpenWaysAreRefused(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, []byte(testSecret+"\n"), 0o600))
	must(t, os.Chmod(secret, 0o644))
	c := newCLI(t)
	delete(c.env, "REGAIN_SECRET")
	c.env["REGAIN_SECRET_FILE"] = secret
	c.env["REGAIN_DATABASE"] = "postgres://u:hunter2@db.example/d?sslmode=require"
	c.env["REGAIN_LISTEN"], c.env["REGAIN_METRICS_LISTEN"] = ":8080", "10.0.0.5:9090"
	c.env["REGAIN_API_LISTEN"] = "10.0.0.5:9091"
	c.env["REGAIN_DATABASE_CA"], c.env["REGAIN_MAIL_CA"] = "", secret
	want := []string{"REGAIN_LISTEN: plain HTTP", "REGAIN_METRICS_LISTEN: plain HTTP",
		"REGAIN_API_LISTEN: plain HTTP",
		"REGAIN_DATABASE: the server is not verified", "REGAIN_SECRET_FILE: others may read the file",
		"REGAIN_MAIL_CA: " + secret + " holds no certificates"}
	for _, command := range []string{"serve", "doctor"} {
		r := c.run(command)
		for _, line := range want {
			if r.status != 1 || !strings.Contains(r.stdout+r.stderr, line) {
				t.Errorf("%s: status %d, no %q in %s%s", command, r.status, line, r.stdout, r.stderr)
			}
		}
		if strings.Contains(r.stdout+r.stderr, "hunter2") {
			t.Errorf("%s repeats the password: %s%s", command, r.stdout, r.stderr)
		}
	}
	for _, command := range []string{"migrate", "account show ada", "ticket list", "audit verify",
		"lock ada --evidence e", "sessions end --all", "secret rotate", "account import /dev/null"} {
		r := c.run(strings.Fields(command)...)
		if r.status != 1 || !strings.Contains(r.stderr, "REGAIN_DATABASE: the server is not") {
			t.Errorf("%s: status %d: %s", command, r.status, r.stderr)
		}
	}
}

// TestServeBehindAProxy: with the setting that says so, the portal listens for others without TLS.
func TestServeBehindAProxy(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_PLAIN_HTTP"], c.env["REGAIN_HSTS"] = "behind-proxy", "preload"
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, []byte(testSecret+"\n"), 0o600))
	delete(c.env, "REGAIN_SECRET")
	c.env["REGAIN_SECRET_FILE"] = secret
	r := c.start("--listen", "0.0.0.0:0")
	res := r.ask(http.MethodGet, "/", nil)
	must(t, res.Body.Close())
	const want = "max-age=63072000; includeSubDomains; preload"
	if got := res.Header.Get("Strict-Transport-Security"); res.StatusCode != 200 || got != want {
		t.Errorf("status %d, %q", res.StatusCode, got)
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestForeignHost: the portal answers under its own name alone, but for the probes.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	metrics := storetest.Address(t)
	r := c.start("--metrics-listen", metrics)
	for _, tt := range []struct {
		name, path string
		want       int
	}{
		{"protect.example.org", "/", 200}, {"PROTECT.example.org:8443", "/help", 200},
		{"evil.example", "/", 421}, {"evil.example", "/static/none", 421},
		{"evil.example", "/nothing", 421}, {"127.0.0.1", "/recover", 421},
		{"localhost:8080", "/recover", 421}, {"protect.example.org.evil.example", "/", 421},
		{"evil.example", "/healthz", 200}, {"127.0.0.1:1", "/readyz", 200},
	} {
		r.name = tt.name
		if status, text := r.get(tt.path); status != tt.want {
			t.Errorf("%s of %s: %d, want %d: %s", tt.path, tt.name, status, tt.want, text)
		}
	}
	r.name = "evil.example"
	res := r.ask(http.MethodPost, "/recover", url.Values{"identifier": {"ada"}})
	must(t, res.Body.Close())
	if res.StatusCode != 421 || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("a form: status %d, %v", res.StatusCode, res.Header)
	}
	operators := &running{t: t, base: "http://" + metrics, name: "evil.example"}
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		if status, _ := operators.get(path); status != 200 {
			t.Errorf("%s of the operators: %d", path, status)
		}
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestStaffHost: where the console has a host of its own, it has its own pages alone and the portal's
// host has none of them. Each refuses forms that come from the other one (ASVS 3.5.4).
func TestStaffHost(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_STAFF_BASE_URL"] = "https://staff.example.org"
	r := c.start()
	const portal, console = "protect.example.org", "staff.example.org"
	for _, tt := range []struct {
		name, path string
		want       int
		says       string
	}{
		{portal, "/", 200, "You are on <b><span class=\"ltr\">protect"}, {portal, "/signin", 200, ""},
		{portal, "/staff", 404, "<title>There is no such page"}, {portal, "/staff/signin", 404, ""},
		{portal, "/staff/join/x", 404, ""}, {portal, "/static/none", 404, ""},
		{console, "/", 303, ""}, {console, "/staff/signin", 200, "begins with <span class=\"ltr\">https://staff."},
		{console, "/staff/nothing", 404, ""}, {console, "/recover", 404, ""}, {console, "/signin", 404, ""},
		{console, "/account", 404, ""}, {console, "/nothing", 404, ""}, {console, "/healthz", 200, ""},
		{console, "/.well-known/security.txt", 200, "https://protect.example.org/help"},
		{portal, "/.well-known/passkey-endpoints", 200, `"https://protect.example.org/account/passkeys"`},
		{console, "/.well-known/passkey-endpoints", 200, `"https://staff.example.org/staff/me/passkeys"`},
		{"STAFF.example.org:8443", "/staff/signin", 200, ""}, {"evil.example", "/staff/signin", 421, ""},
	} {
		r.name = tt.name
		if status, text := r.get(tt.path); status != tt.want || !strings.Contains(text, tt.says) {
			t.Errorf("%s of %s: %d, want %d with %q: %s", tt.path, tt.name, status, tt.want, tt.says, text)
		}
	}
	for _, tt := range []struct {
		name, path, origin, site string
		want                     int
	}{
		{portal, "/signin", portal, "same-origin", 422}, {portal, "/signin", console, "same-site", 403},
		{console, "/staff/signin", console, "same-origin", 422},
		{console, "/staff/signin", portal, "same-site", 403},
	} {
		q, err := http.NewRequest(http.MethodPost, r.base+tt.path, strings.NewReader("identifier="))
		must(t, err)
		q.Host = tt.name
		q.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"},
			"Origin": {"https://" + tt.origin}, "Sec-Fetch-Site": {tt.site}}
		opened(q)
		res, err := http.DefaultClient.Do(q)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != tt.want {
			t.Errorf("a form for %s%s from %s: %d", tt.name, tt.path, tt.origin, res.StatusCode)
		}
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestOwnAuthorities: database and mail server are believed who they are when those vouch for them
// whom the settings name, and then only.
func TestOwnAuthorities(t *testing.T) {
	t.Parallel()
	vouched, cert := selfMade(t)
	stranger, _ := selfMade(t)
	serving := &tls.Config{Certificates: []tls.Certificate{cert}}
	c := newCLI(t)
	c.env["REGAIN_DATABASE"] = databaseBehindTLS(t, serving)
	c.env["REGAIN_MAIL"] = "smtps://" + answering(t, func(conn net.Conn) {
		greet(tls.Server(conn, serving))
	})
	c.env["REGAIN_DATABASE_CA"], c.env["REGAIN_MAIL_CA"] = vouched, vouched
	c.ok("migrate")
	for _, line := range []string{"ok settings:", "ok mail:"} {
		if r := c.run("doctor"); !strings.Contains(r.stdout, line) ||
			strings.Contains(r.stdout, "FAIL") {
			t.Errorf("no %q in %s", line, r.stdout)
		}
	}
	c.env["REGAIN_DATABASE_CA"], c.env["REGAIN_MAIL_CA"] = stranger, stranger
	r := c.run("doctor")
	for _, name := range []string{"database", "mail"} {
		_, line, _ := strings.Cut(r.stdout, "FAIL "+name+":")
		line, _, _ = strings.Cut(line, "\n")
		if !strings.Contains(line, "unknown authority") {
			t.Errorf("%s of a stranger: %s", name, r.stdout)
		}
	}
	c.env["REGAIN_DATABASE_CA"] = vouched
	c.env["REGAIN_DATABASE"] += "&sslmode=disable"
	if r := c.run("migrate"); !strings.Contains(r.stderr, "REGAIN_DATABASE: the server is not") {
		t.Errorf("without TLS: %s", r.stderr)
	}
}

// selfMade is a file with the certificate of a server on this machine, and the certificate.
func selfMade(t *testing.T) (path string, cert tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	path = filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		0o644))
	return path, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// answering is the address of a server on this machine.
func answering(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var busy sync.WaitGroup
	t.Cleanup(func() { l.Close(); busy.Wait() })
	busy.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			busy.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "localhost:" + port
}

// databaseBehindTLS is the address of an empty database on PostgreSQL that is reached by TLS.
func databaseBehindTLS(t *testing.T, serving *tls.Config) string {
	t.Helper()
	own := storetest.Schema(t)
	to, err := pgconn.ParseConfig(own)
	must(t, err)
	u, err := url.Parse(own)
	must(t, err)
	q := u.Query()
	q.Del("host")
	u.RawQuery = q.Encode()
	u.Host = answering(t, func(conn net.Conn) {
		const asked = 8 // bytes of the request for TLS
		if _, err := io.ReadFull(conn, make([]byte, asked)); err != nil {
			return
		}
		network, address := pgconn.NetworkAddress(to.Host, to.Port)
		inside, err := net.Dial(network, address)
		if err != nil {
			return
		}
		defer inside.Close()
		_, _ = conn.Write([]byte("S")) // the handshake fails if it did
		outside := tls.Server(conn, serving)
		go func() { _, _ = io.Copy(inside, outside); inside.Close() }()
		_, _ = io.Copy(outside, inside)
	})
	return u.String()
}

// greet is what a mail server says to somebody who looks in.
func greet(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "220 here\r\n")
	for s := bufio.NewScanner(conn); s.Scan(); {
		fmt.Fprint(conn, "250 ok\r\n")
	}
}
