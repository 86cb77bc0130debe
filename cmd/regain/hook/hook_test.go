package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"regain/security/webhook"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	allow := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"),
		netip.MustParsePrefix("fd00:1::/32")}}
	for _, tt := range []struct {
		address          string
		plain, own, wide bool // allowed: by none, on one's own machine, with Allow
	}{
		{"8.8.8.8:443", true, true, true}, {"[2606:4700::1]:443", true, true, true},
		{"[::ffff:8.8.8.8]:443", true, true, true},
		{"127.0.0.1:443", false, true, false}, {"[::1]:443", false, true, false},
		{"[::ffff:127.0.0.1]:443", false, true, false},
		{"10.1.2.3:443", false, false, true}, {"[::ffff:10.1.2.3]:443", false, false, true},
		{"[fd00:1::7]:443", false, false, true},
		{"10.2.2.3:443", false, false, false}, {"172.31.0.1:443", false, false, false},
		{"192.168.0.1:443", false, false, false}, {"169.254.169.254:80", false, false, false},
		{"[::ffff:169.254.169.254]:80", false, false, false},
		{"[fd00:ec2::254]:80", false, false, false}, {"100.64.0.1:443", false, false, false},
		{"100.100.100.200:80", false, false, false}, {"0.0.0.0:443", false, false, false},
		{"[::]:443", false, false, false}, {"224.0.0.1:443", false, false, false},
		{"255.255.255.255:443", false, false, false}, {"198.18.0.1:443", false, false, false},
		{"192.0.0.192:80", false, false, false}, {"[fe80::1]:443", false, false, false},
		{"[fe80::1%eth0]:443", false, false, false}, {"[2606:4700::1%eth0]:443", false, false, false},
		{"[fc00::1]:443", false, false, false}, {"[ff02::1]:443", false, false, false},
		{"[64:ff9b::a9fe:a9fe]:443", false, false, false},
		{"[64:ff9b:1::a9fe:a9fe]:443", false, false, false},
		{"[2002:a9fe:a9fe::1]:443", false, false, false},
		{"[2001:0:a9fe:a9fe::1]:443", false, false, false},
		{"[::a9fe:a9fe]:443", false, false, false}, {"[2001:db8::1]:443", false, false, false},
		{"[::ffff:0:a9fe:a9fe]:443", false, false, false},
		{"nonsense", false, false, false},
	} {
		for g, want := range map[*Guard]bool{{}: tt.plain, {Loopback: true}: tt.own, &allow: tt.wide} {
			if got := g.Control("tcp", tt.address, nil) == nil; got != want {
				t.Errorf("%+v allows %s: %v", *g, tt.address, got)
			}
		}
	}
}

// names answers questions for addresses with each of these in turn, and then with the last.
func names(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		asked := 0
		for buf := make([]byte, 512); ; {
			n, from, err := l.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response = true
			m.Additionals = nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				to := answers[min(asked, len(answers)-1)]
				asked++
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name,
					Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{
					A: netip.MustParseAddr(to).As4()}}}
			}
			out, err := m.Pack()
			if err == nil {
				_, err = l.WriteTo(out, from)
			}
			if err != nil {
				t.Error(err)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", l.LocalAddr().String())
	}}
}

// receiver is a server with a certificate for example.com, and a client that knows it.
func receiver(t *testing.T, g Guard, resolver *net.Resolver, h http.HandlerFunc) (
	*httptest.Server, *Client) {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := New(g, resolver, roots)
	t.Cleanup(func() { c.Close() })
	return server, c
}

var here = Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}

// TestNameChangesItsAnswer: a name that leads to a public address when it is checked, and to this
// machine when a connection is made, leads nowhere.
func TestNameChangesItsAnswer(t *testing.T) {
	t.Parallel()
	var met atomic.Int64
	met1 := func(http.ResponseWriter, *http.Request) { met.Add(1) }
	server, c := receiver(t, here, names(t, "127.0.0.1", "127.0.0.2"), met1)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "https://"), ":")
	p := webhook.Parcel{URL: "https://example.com:" + port}
	if got := c.Send(t.Context(), p); got.Status != 200 || met.Load() != 1 {
		t.Fatalf("first: %+v", got)
	}
	c.Close() // the connection that is kept
	if got := c.Send(t.Context(), p); got.Why != webhook.WhyAddress || got.Status != 0 {
		t.Errorf("after the name has changed: %+v", got)
	}
	if met.Load() != 1 {
		t.Error("it was met again")
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	type kind struct {
		name   string
		answer http.HandlerFunc
		want   webhook.Answer
	}
	status := func(code int, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(code)
		}
	}
	var followed atomic.Bool
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		followed.Store(true)
	}))
	t.Cleanup(trap.Close)
	for _, tt := range []kind{
		{"taken", status(204), webhook.Answer{Status: 204}},
		{"broken", status(500), webhook.Answer{Status: 500}},
		{"gone", status(410), webhook.Answer{Status: 410}},
		{"busy", status(429, "Retry-After", "7"), webhook.Answer{Status: 429,
			RetryAfter: 7 * time.Second}},
		{"busy for ages", status(503, "Retry-After", "99999999999"), webhook.Answer{Status: 503}},
		{"busy with nonsense", status(503, "Retry-After", "-3"), webhook.Answer{Status: 503}},
		{"redirect", status(307, "Location", trap.URL), webhook.Answer{Status: 307}},
		{"redirect to metadata", status(302, "Location", "http://169.254.169.254/latest"),
			webhook.Answer{Status: 302}},
		{"huge", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
					return
				}
			}
		}, webhook.Answer{Status: 200}},
		{"huge headers", status(200, "X", strings.Repeat("x", 1<<20)),
			webhook.Answer{Why: webhook.WhyConnect}},
		{"hangs up", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
			webhook.Answer{Why: webhook.WhyConnect}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server, c := receiver(t, here, nil, tt.answer)
			got := c.Send(t.Context(), webhook.Parcel{URL: server.URL})
			if got.Took = 0; tt.name == "busy for ages" && got.RetryAfter > 0 {
				got.RetryAfter = 0 // bounded by whoever is told
			}
			if got != tt.want || followed.Load() {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestSendInTime: whoever hangs or drips costs the time of one answer, and no more.
func TestSendInTime(t *testing.T) {
	t.Parallel()
	drip := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	hang := func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // whoever returns has answered, and may be quicker than who gives up
	}
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   webhook.Answer
	}{"hang": {hang, webhook.Answer{Why: webhook.WhyTimeout}}, "drip": {drip, webhook.Answer{Status: 200}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c := receiver(t, here, nil, tt.answer)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			got := c.Send(ctx, webhook.Parcel{URL: server.URL})
			if got.Took > 3*time.Second {
				t.Errorf("took %v", got.Took)
			}
			if got.Took = 0; got != tt.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestSendNowhere: without permission there is no connection to this machine, with none of TLS, with
// no good certificate, and by no proxy.
func TestSendNowhere(t *testing.T) {
	met := func(http.ResponseWriter, *http.Request) { t.Error("it was met") }
	server, guarded := receiver(t, Guard{}, nil, met)
	plain := httptest.NewServer(http.HandlerFunc(met))
	t.Cleanup(plain.Close)
	t.Setenv("HTTPS_PROXY", plain.URL)
	stranger := New(here, nil, x509.NewCertPool())
	for _, tt := range []struct {
		name, url string
		by        *Client
		want      webhook.Why
	}{
		{"guarded", server.URL, guarded, webhook.WhyAddress},
		{"plain", plain.URL, New(here, nil, nil), webhook.WhyAddress},
		{"no TLS", strings.Replace(plain.URL, "http:", "https:", 1), New(here, nil, nil),
			webhook.WhyConnect},
		{"unknown certificate", server.URL, stranger, webhook.WhyTLS},
		{"unknown host", "https://example.invalid", New(here, nil, nil), webhook.WhyName},
		{"another name", strings.Replace(server.URL, "127.0.0.1", "localhost", 1),
			New(Guard{Loopback: true}, nil, poolOf(server)), webhook.WhyTLS},
	} {
		if got := tt.by.Send(t.Context(), webhook.Parcel{URL: tt.url}); got.Why != tt.want {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
	old := httptest.NewUnstartedServer(http.HandlerFunc(met))
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	t.Cleanup(old.Close)
	c := New(here, nil, poolOf(old))
	if got := c.Send(t.Context(), webhook.Parcel{URL: old.URL}); got.Status != 0 {
		t.Errorf("TLS 1.1: %+v", got)
	}
}

func poolOf(s *httptest.Server) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return roots
}

// TestFetch: keys come from where webhooks may go, in one piece and in time, and from nowhere else.
func TestFetch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"right": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, "{}"},
		"404":   {http.NotFound, "status 404: the answer is of no use"},
		"redirect": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://169.254.169.254/latest")
			w.WriteHeader(http.StatusFound)
		}, "status 302: the answer is of no use"},
		"huge": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("x"), mostFetched+1))
		}, "more than 65536 bytes: the answer is of no use"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = w.Write([]byte("x"))
		}, "cut off: the answer is of no use"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c := receiver(t, here, nil, tt.answer)
			got, err := c.Fetch(t.Context(), server.URL)
			if err != nil {
				got = []byte(err.Error())
			}
			if string(got) != tt.want {
				t.Errorf("got %.80s", got)
			}
		})
	}
	server, guarded := receiver(t, Guard{}, nil, func(http.ResponseWriter, *http.Request) { t.Error("it was met") })
	plain := strings.Replace(server.URL, "https:", "http:", 1)
	for _, address := range []string{server.URL, plain, "file:///etc/passwd", "nonsense"} {
		if got, err := guarded.Fetch(t.Context(), address); err == nil {
			t.Errorf("%s: %s", address, got)
		}
	}
}
