package certs

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/certificate"
)

// filed is a Keeper of files in a folder, with what it logged.
func filed(t *testing.T, now func() time.Time, chain, key []byte, hosts ...string) (*Keeper, settings.TLS, *said) {
	t.Helper()
	dir := t.TempDir()
	setup := settings.TLS{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"),
		Hosts: hosts, Origins: map[string]string{}}
	for _, host := range hosts {
		setup.Origins[host] = "https://" + host
	}
	write(t, setup.Cert, chain)
	write(t, setup.Key, key)
	log := &said{}
	k := New(setup, &certificate.Service{Core: &security.Core{Now: now}},
		slog.New(slog.NewJSONHandler(log, nil)))
	if err := k.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k, setup, log
}

// TestFilesAreReadAnew: a pair that changed is taken as soon as both fit; until then, and for whatever is
// worse, the one before goes on.
func TestFilesAreReadAnew(t *testing.T) {
	t.Parallel()
	chain, key := selfMade(t, nil, portal, desk)
	k, setup, log := filed(t, time.Now, chain, key, portal, desk)
	serial := func() string {
		c, err := k.certificate(&tls.ClientHelloInfo{ServerName: desk})
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.SerialNumber.String()
	}
	first := serial()
	chain2, key2 := selfMade(t, nil, portal, desk)
	expired, expiredKey := selfMade(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) },
		portal, desk)
	other, otherKey := selfMade(t, nil, portal)
	for _, tt := range []struct {
		name       string
		chain, key []byte
		refused    bool
	}{
		{"nothing new", chain, key, false},
		{"another certificate, not yet its key", chain2, key, true},
		{"half a certificate", chain2[:len(chain2)/2], key2, true},
		{"half a key", chain2, key2[:len(key2)/2], true}, {"nothing at all", nil, nil, true},
		{"expired", expired, expiredKey, true}, {"of one host alone", other, otherKey, true},
	} {
		write(t, setup.Cert, tt.chain)
		write(t, setup.Key, tt.key)
		log.text.Reset()
		for range 2 {
			if err := k.Work(t.Context()); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		want := 0
		if tt.refused {
			want = 1
		}
		if got := strings.Count(log.text.String(), "certificate_refused"); got != want || serial() != first {
			t.Errorf("%s: told %d times, serial %s after %s", tt.name, got, serial(), first)
		}
	}
	write(t, setup.Cert, chain2)
	write(t, setup.Key, key2)
	if err := k.Work(t.Context()); err != nil || serial() == first {
		t.Errorf("the new pair is not taken: %v", err)
	}
	if until := k.Expiry(); len(until) != 2 || until[portal].Before(time.Now().Add(800*time.Hour)) {
		t.Errorf("valid until %v", until)
	}
	if err := errors.Join(os.Remove(setup.Key), k.Work(t.Context())); err == nil || serial() == first {
		t.Errorf("without a key: %v", err)
	}
}

// TestHandshakes: what is spoken, and with whom.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	chain, key := selfMade(t, nil, portal, desk)
	k, _, log := filed(t, time.Now, chain, key, portal, desk)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), TLSConfig: k.Config(),
		ReadHeaderTimeout: 2 * time.Second, ErrorLog: slog.NewLogLogger(Quiet{slog.NewJSONHandler(log, nil)}, slog.LevelWarn)}
	go func() { _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close() })
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(chain)
	for _, tt := range []struct {
		name, host string
		change     func(*tls.Config)
		says       string // "": the handshake succeeds
	}{
		{"as browsers do", portal, func(*tls.Config) {}, ""}, {"the other host", desk, func(*tls.Config) {}, ""},
		{"in capitals", "PROTECT.regain.TEST", func(*tls.Config) {}, ""},
		{"TLS 1.2", portal, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, ""},
		{"TLS 1.1", portal, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
			"protocol version"},
		{"CBC", portal, func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS12
			c.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}, "handshake failure"},
		{"without forward secrecy", portal, func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS12
			c.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
		}, "handshake failure"},
		{"another host", "evil.example", func(*tls.Config) {}, "unrecognized name"},
		{"no host", "127.0.0.1", func(*tls.Config) {}, "unrecognized name"},
		{"for a proof", portal, func(c *tls.Config) { c.NextProtos = []string{"acme-tls/1"} },
			"no application protocol"},
	} {
		c := &tls.Config{RootCAs: roots, ServerName: tt.host, NextProtos: []string{"h2", "http/1.1"},
			MinVersion: tls.VersionTLS10}
		tt.change(c)
		conn, err := tls.Dial("tcp", l.Addr().String(), c)
		if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
		if err != nil {
			continue
		}
		s := conn.ConnectionState()
		if s.NegotiatedProtocol != "h2" || s.Version < tls.VersionTLS12 ||
			s.Version == tls.VersionTLS13 && s.CurveID != tls.X25519MLKEM768 {
			t.Errorf("%s: %s, version %x, group %v", tt.name, s.NegotiatedProtocol, s.Version, s.CurveID)
		}
		_ = conn.Close()
	}
	silent, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	_ = silent.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := silent.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("whoever says nothing is kept: %v", err)
	}
	if log.has("WARN") || log.has("ERROR") {
		t.Errorf("told: %s", log.text.String())
	}
}

// TestRedirect: plain HTTP leads on to HTTPS at our hosts, and nowhere else.
func TestRedirect(t *testing.T) {
	t.Parallel()
	chain, key := selfMade(t, nil, portal, desk)
	k, _, _ := filed(t, time.Now, chain, key, portal, desk)
	k.setup.Origins[desk] += ":8443"
	const on, refused, astray = http.StatusPermanentRedirect, http.StatusForbidden, http.StatusMisdirectedRequest
	for _, tt := range []struct {
		method, host, path string
		status             int
		to                 string
	}{
		{"GET", portal, "/", on, "https://" + portal + "/"},
		{"HEAD", portal, "/help", on, "https://" + portal + "/help"},
		{"GET", portal + ":80", "/r/x.y?lang=de&a=%0d%0a", on, "https://" + portal + "/r/x.y?lang=de&a=%0d%0a"},
		{"GET", "PROTECT.regain.TEST.", "/", on, "https://" + portal + "/"},
		{"GET", desk, "/staff", on, "https://" + desk + ":8443/staff"},
		{"GET", portal, "//evil.example/", on, "https://" + portal + "//evil.example/"},
		{"GET", portal, "/%2f%2fevil.example/%0d%0aSet-Cookie:x", on,
			"https://" + portal + "/%2f%2fevil.example/%0d%0aSet-Cookie:x"},
		{"GET", portal, "@evil.example/", refused, ""}, {"GET", portal, "*", refused, ""},
		{"GET", "evil.example", "/", astray, ""}, {"GET", portal + ".evil.example", "/", astray, ""},
		{"GET", "x." + portal, "/", astray, ""}, {"GET", "", "/", astray, ""},
		{"GET", portal + "@evil.example", "/", astray, ""}, {"GET", "127.0.0.1", "/", astray, ""},
		{"POST", portal, "/signin", refused, ""}, {"GET", portal, "/api/v1/accounts", refused, ""},
		{"GET", portal, challenges + "token", on, "https://" + portal + challenges + "token"},
	} {
		q := httptest.NewRequest(tt.method, "/", nil)
		q.Host = tt.host
		path, query, _ := strings.Cut(tt.path, "?")
		q.URL.Path, q.URL.RawPath, q.URL.RawQuery = unescaped(t, path), path, query
		w := httptest.NewRecorder()
		k.Redirect().ServeHTTP(w, q)
		if w.Code != tt.status || w.Header().Get("Location") != tt.to || w.Body.Len() > 0 ||
			w.Header().Get("Strict-Transport-Security") != "" {
			t.Errorf("%s http://%s%s: %d to %q, want %d to %q", tt.method, tt.host, tt.path, w.Code,
				w.Header().Get("Location"), tt.status, tt.to)
		}
	}
}

// TestStaple: the word of an authority goes along with a certificate that says where to ask, until it is old,
// and one that was revoked is told.
func TestStaple(t *testing.T) {
	t.Parallel()
	c := &clock{}
	var issuer *x509.Certificate
	var signer crypto.Signer
	word := ocsp.Response{Status: ocsp.Good}
	away := false
	var turn sync.Mutex // who answers and who says how
	responder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		turn.Lock()
		defer turn.Unlock()
		if away {
			http.NotFound(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		asked, err := ocsp.ParseRequest(body)
		if err != nil {
			t.Error(err)
			return
		}
		word.SerialNumber, word.ThisUpdate = asked.SerialNumber, c.now().Add(-time.Minute)
		word.NextUpdate = word.ThisUpdate.Add(24 * time.Hour)
		raw, err := ocsp.CreateResponse(issuer, issuer, word, signer)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(raw)
	}))
	defer responder.Close()
	chain, key := selfMade(t, func(x *x509.Certificate) { x.OCSPServer = []string{responder.URL} }, portal)
	made, err := certificate.Pair(chain, key, portal)
	if err != nil {
		t.Fatal(err)
	}
	issuer, signer = made.Leaf, made.PrivateKey.(crypto.Signer)
	k, _, log := filed(t, c.now, append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE",
		Bytes: made.Leaf.Raw})...), key, portal)
	staple := func() []byte {
		if err := k.Work(t.Context()); err != nil {
			t.Error(err)
		}
		return k.held[0].current.Load().OCSPStaple
	}
	first := staple()
	if _, err := ocsp.ParseResponseForCert(first, made.Leaf, issuer); err != nil || log.has("WARN") {
		t.Errorf("the word that goes along: %v", err)
	}
	c.pass(13 * time.Hour)
	if second := staple(); string(second) == string(first) {
		t.Error("not asked again when half of its time was over")
	}
	turn.Lock()
	away = true
	turn.Unlock()
	c.pass(13 * time.Hour)
	if len(staple()) == 0 || !log.has("certificate_status_unknown") {
		t.Error("a word that still counts is gone, or nobody was told")
	}
	c.pass(13 * time.Hour)
	if len(staple()) != 0 {
		t.Error("an old word goes along")
	}
	turn.Lock()
	away, word.Status, word.RevokedAt = false, ocsp.Revoked, c.now()
	turn.Unlock()
	c.pass(time.Hour)
	if len(staple()) != 0 || !log.has("certificate_revoked") || !k.held[0].revoked {
		t.Error("nobody was told that it was revoked")
	}
}

func unescaped(t *testing.T, path string) string {
	t.Helper()
	plain, err := url.PathUnescape(path)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}
