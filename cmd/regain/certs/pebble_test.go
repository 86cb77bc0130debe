package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/certificate"
	"regain/security/seal"
	"regain/store"
	"regain/store/storetest"
)

// authority is a Pebble, the small authority for tests of ACME clients.
type authority struct {
	directory string
	web, tls  string         // where it looks for proofs
	server    *x509.CertPool // who vouches for itself
	issued    *x509.CertPool // who vouches for what it issues

	listen, manage, names, dir string
	kill                       func()
}

const (
	portal = "protect.regain.test"
	desk   = "staff.regain.test"
)

// startPebble starts one for a test and waits until it answers. What it issues is valid for 90 days.
func startPebble(t *testing.T) *authority {
	t.Helper()
	a := &authority{web: storetest.Address(t), tls: storetest.Address(t), server: x509.NewCertPool(), dir: t.TempDir(),
		manage: storetest.Address(t), names: answerNames(t), listen: storetest.Address(t), kill: func() {}}
	a.directory = "https://" + a.listen + "/dir"
	chain, key := selfMade(t, nil, "127.0.0.1")
	a.server.AppendCertsFromPEM(chain)
	write(t, filepath.Join(a.dir, "cert.pem"), chain)
	write(t, filepath.Join(a.dir, "key.pem"), key)
	a.restart(t, 90*24*time.Hour)
	t.Cleanup(func() { a.kill() })
	return a
}

// restart begins it anew: it has forgotten everything, and issues for so long.
func (a *authority) restart(t *testing.T, life time.Duration) {
	t.Helper()
	program := "../../../.cache/pebble"
	if _, err := os.Stat(program); err != nil {
		t.Fatal("run .ci/install .cache first: ", err)
	}
	a.kill()
	port := func(address string) json.RawMessage {
		_, p, _ := net.SplitHostPort(address)
		return json.RawMessage(p)
	}
	file := func(name string) string { return filepath.Join(a.dir, name) }
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{"listenAddress": a.listen,
		"managementListenAddress": a.manage, "certificate": file("cert.pem"), "privateKey": file("key.pem"),
		"httpPort": port(a.web), "tlsPort": port(a.tls),
		"retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "of the tests",
			"validityPeriod": int(life.Seconds())}}}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, file("config.json"), config)
	c := exec.Command(program, "-config", file("config.json"), "-dnsserver", a.names)
	c.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0", "PEBBLE_WFE_NONCEREJECT=0")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	a.kill = func() { _ = c.Process.Kill(); _ = c.Wait(); a.kill = func() {} }
	a.issued = x509.NewCertPool()
	a.issued.AppendCertsFromPEM(a.get(t, "https://"+a.manage+"/roots/0"))
}

// get asks until there is an answer.
func (a *authority) get(t *testing.T, address string) []byte {
	t.Helper()
	web := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.server}}}
	for range 500 {
		res, err := web.Get(address)
		if err == nil {
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		<-time.After(20 * time.Millisecond) // another program begins
	}
	t.Fatal("Pebble does not answer")
	return nil
}

// answerNames is a name server, by TCP, for which every host is this machine.
func answerNames(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerName(c)
		}
	}()
	return l.Addr().String()
}

// answerName answers the questions of a connection, each behind its length (RFC 1035 §4.2.2).
func answerName(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		asked := make([]byte, binary.BigEndian.Uint16(size[:]))
		var m dnsmessage.Message
		if _, err := io.ReadFull(c, asked); err != nil || m.Unpack(asked) != nil || len(m.Questions) != 1 {
			return
		}
		q := m.Questions[0]
		m = dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true}, Questions: m.Questions}
		if q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name,
				Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
		}
		packed, err := m.AppendPack(make([]byte, 2))
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(packed, uint16(len(packed)-2))
		if _, err := c.Write(packed); err != nil {
			return
		}
	}
}

// selfMade is a certificate for hosts and its key in PEM; change may be nil.
func selfMade(t *testing.T, change func(*x509.Certificate), hosts ...string) (chain, key []byte) {
	t.Helper()
	made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "test"}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(900 * time.Hour)}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, host)
		}
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &made.PublicKey, made)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(made)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain})
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// clock is the time of all processes of a test.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// process is a portal that shares a database with others.
type process struct {
	*Keeper
	t      *testing.T
	broken atomic.Bool  // its database keeps nothing
	away   atomic.Bool  // it reaches no authority
	orders atomic.Int64 // that it made
	said   *said
}

// said is what was logged.
type said struct {
	sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.text.Write(p)
}

func (s *said) has(text string) bool {
	s.Lock()
	defer s.Unlock()
	return strings.Contains(s.text.String(), text)
}

// Commit implements security.Store, for a database that may be gone.
func (b brokenStore) Commit(ctx context.Context, e security.Event, w ...security.Write) error {
	if b.p.broken.Load() {
		return security.ErrUnavailable
	}
	return b.Store.Commit(ctx, e, w...)
}

type brokenStore struct {
	security.Store
	p *process
}

// RoundTrip implements http.RoundTripper: it counts, and can be away.
func (p *process) RoundTrip(q *http.Request) (*http.Response, error) {
	if p.away.Load() {
		return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	}
	res, err := through.RoundTrip(q)
	if err == nil && strings.HasSuffix(q.URL.Path, "/order-plz") && res.StatusCode == http.StatusCreated {
		p.orders.Add(1)
	}
	return res, err
}

var through = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}

// process starts one that knows nothing of the others but what the database says.
func (a *authority) process(t *testing.T, dsn string, time *clock, hosts ...string) *process {
	t.Helper()
	keys := storetest.Keys("a secret that all of the processes have in common")
	db, err := store.Open(t.Context(), dsn, store.Options{Chain: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, said: &said{}}
	core := &security.Core{Store: brokenStore{db, p}, Keys: keys, Box: box, Now: time.now}
	setup := settings.TLS{Directory: a.directory, Email: "ops@regain.test", Roots: a.server, Hosts: hosts,
		Redirect: "on", Origins: map[string]string{}}
	for _, host := range hosts {
		setup.Origins[host] = "https://" + host
	}
	p.Keeper = New(setup, &certificate.Service{Core: core, Certificates: db.Enterprise()},
		slog.New(slog.NewJSONHandler(p.said, nil)))
	p.web.Transport = p
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// listen lets the process be the one that the authority reaches, until the test ends or what it returns is
// called.
func (p *process) listen(a *authority) (stop func()) {
	p.t.Helper()
	plain := &http.Server{Handler: p.Redirect(), ReadHeaderTimeout: time.Second}
	over := &http.Server{Handler: http.NotFoundHandler(), TLSConfig: p.Config(), ReadHeaderTimeout: time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	for address, serve := range map[string]func(net.Listener) error{a.web: plain.Serve,
		a.tls: func(l net.Listener) error { return over.ServeTLS(l, "", "") }} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			p.t.Fatal(err)
		}
		go func() { _ = serve(l) }()
	}
	stop = sync.OnceFunc(func() { _, _ = plain.Close(), over.Close() })
	p.t.Cleanup(stop)
	return stop
}

// work is one round of the worker.
func (p *process) work() {
	p.t.Helper()
	if err := p.Work(p.t.Context()); err != nil {
		p.t.Error(err)
	}
}

// serial is that of the certificate that a process speaks with for a host, verified; "" for none.
func (a *authority) serial(p *process, host string) string {
	p.t.Helper()
	c, err := p.certificate(&tls.ClientHelloInfo{ServerName: host})
	if err != nil || c == nil {
		return ""
	}
	between := x509.NewCertPool()
	for _, der := range c.Certificate[1:] {
		x, err := x509.ParseCertificate(der)
		if err != nil {
			p.t.Fatal(err)
		}
		between.AddCert(x)
	}
	if _, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: a.issued, Intermediates: between}); err != nil {
		p.t.Error(err)
	}
	return c.Leaf.SerialNumber.String()
}
