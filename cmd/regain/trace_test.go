package main

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collecting is a collector of OpenTelemetry that keeps what it was told.
type collecting struct {
	*httptest.Server
	mutex sync.Mutex
	raw   bytes.Buffer
	spans []*tracepb.Span
	keys  map[string]bool // that came along
}

func collect(t *testing.T) *collecting {
	t.Helper()
	c := &collecting{keys: map[string]bool{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		body, err := io.ReadAll(r.Body)
		var told tracepb.TracesData // as an ExportTraceServiceRequest is on the wire
		if err == nil {
			err = proto.Unmarshal(body, &told)
		}
		if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		c.keys[r.Header.Get("X-Key")] = true
		c.raw.Write(body)
		for _, resource := range told.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				c.spans = append(c.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// named are the spans of that name.
func (c *collecting) named(name string) (all []*tracepb.Span) {
	for _, s := range c.spans {
		if s.GetName() == name {
			all = append(all, s)
		}
	}
	return all
}

// TestTraces: a collector hears what took how long, each request by its route and with what it asked the
// database, and of nothing that somebody typed or that says who it is about.
func TestTraces(t *testing.T) {
	t.Parallel()
	told := collect(t)
	c := newCLI(t)
	c.give("account", adaLine)
	c.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = told.URL
	c.env["OTEL_EXPORTER_OTLP_HEADERS"] = "X-Key=one%20two"
	r := c.start()
	const foreign = "0af7651916cd43dd8448eb211c80319c"
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.base+"/recover?canary=canary1",
		strings.NewReader(url.Values{"identifier": {"ada"}, "canary2": {"canary3"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Host = r.name
	for name, value := range map[string]string{"Content-Type": "application/x-www-form-urlencoded",
		"Sec-Fetch-Site": "same-origin", "User-Agent": "canary4", "Cookie": "canary5=canary6", "Referer": "https://canary7.example",
		"Traceparent": "00-" + foreign + "-b7ad6b7169203331-00", "Tracestate": "canary8=canary9",
		"Baggage": "canary10=canary11", "Authorization": "Bearer canary12"} {
		q.Header.Set(name, value)
	}
	opened(q)
	res, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	must(t, res.Body.Close())
	r.get("/r/canary13")
	r.get("/canary14?canary15")
	r.wait("authn_token_created")
	r.end()
	c.flushAll()
	told.mutex.Lock()
	defer told.mutex.Unlock()
	for _, name := range []string{"POST /recover", "GET /r/:token", "GET", "commit recovery.requested",
		"commit recovery.request_resolved"} {
		if len(told.named(name)) == 0 {
			t.Errorf("no span is named %s", name)
		}
	}
	for _, s := range told.named("POST /recover") {
		asked := 0
		for _, of := range told.spans {
			if bytes.Equal(of.GetParentSpanId(), s.GetSpanId()) && bytes.Equal(of.GetTraceId(), s.GetTraceId()) {
				asked++
			}
		}
		if asked == 0 || len(s.GetParentSpanId()) > 0 || len(s.GetLinks()) > 0 || hex.EncodeToString(s.GetTraceId()) == foreign {
			t.Errorf("%d statements of %v", asked, s)
		}
	}
	if !told.keys["one two"] || len(told.keys) != 1 {
		t.Errorf("keys %v", told.keys)
	}
	for _, never := range []string{"canary", "ada@", "Ada", "u-1001", "127.0.0.1", "protect.example", testSecret} {
		if bytes.Contains(told.raw.Bytes(), []byte(never)) {
			t.Errorf("a collector is told of %s", never)
		}
	}
	if got := told.raw.String(); !strings.Contains(got, "request_id") {
		t.Error("nothing was told at all")
	}
}

// TestTracesToNobody: a collector that never answers holds up neither a request nor the end.
func TestTracesToNobody(t *testing.T) {
	t.Parallel()
	held, let := make(chan struct{}, 100), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		held <- struct{}{}
		<-let
	}))
	defer slow.Close()
	defer close(let)
	c := newCLI(t)
	c.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = slow.URL
	r := c.start()
	r.get("/help")
	<-held
	for range 20 {
		if status, _ := r.get("/help"); status != http.StatusOK {
			t.Errorf("status %d while the collector hangs", status)
		}
	}
	begin := time.Now()
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("the end took %v", took)
	}
}

// TestTracesRefuse: an address that is none is told at the start, and not repeated.
func TestTracesRefuse(t *testing.T) {
	t.Parallel()
	for _, env := range []map[string]string{{"OTEL_EXPORTER_OTLP_ENDPOINT": "canary:4317"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_HEADERS": "canary"}} {
		c := newCLI(t)
		for name, value := range env {
			c.env[name] = value
		}
		if got := c.run("serve", "--listen", "127.0.0.1:0"); got.status != 1 || !strings.Contains(got.stderr, "OTEL_EXPORTER_OTLP_") ||
			strings.Contains(got.stderr, "canary") {
			t.Errorf("%v: %d %s", env, got.status, got.stderr)
		}
	}
}
