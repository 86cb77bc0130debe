package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/logs"
	"regain/security"
	"regain/security/audit"
	"regain/store/storetest"
)

// running is a command that serves, with the lines it has logged.
type running struct {
	t      testing.TB
	stop   context.CancelFunc
	status chan int
	lines  chan string // as they come; closed when it has ended
	said   []map[string]any
	base   string
	name   string // of the portal, as browsers ask for it
}

// start runs serve and waits until it listens.
func (c *cli) start(args ...string) *running {
	c.t.Helper()
	ctx, stop := context.WithCancel(c.t.Context())
	c.t.Cleanup(stop)
	read, write := io.Pipe()
	r := &running{t: c.t, stop: stop, status: make(chan int, 1), lines: make(chan string, 1000)}
	if u, err := url.Parse(c.env["REGAIN_BASE_URL"]); err == nil {
		r.name = u.Host
	}
	p := &program{getenv: func(k string) string { return c.env[k] }, stdout: io.Discard,
		stderr: write}
	go func() {
		r.status <- p.run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
		_ = write.Close() // a pipe that cannot fail
	}()
	go func() {
		defer close(r.lines)
		for s := bufio.NewScanner(read); s.Scan(); {
			r.lines <- s.Text()
		}
	}()
	up := r.wait("sys_startup")
	r.base = "http://" + up["listen"].(string)
	return r
}

// wait reads the log up to an event.
func (r *running) wait(event string) map[string]any {
	r.t.Helper()
	for text := range r.lines {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			r.t.Fatalf("log line %q: %v", text, err)
		}
		r.said = append(r.said, line)
		if line["event"] == event {
			return line
		}
	}
	r.t.Fatalf("no %s in the log", event)
	return nil
}

// end stops it and returns its status.
func (r *running) end() int {
	r.t.Helper()
	r.stop()
	r.wait("sys_shutdown")
	return <-r.status
}

func (r *running) get(path string) (int, string) {
	r.t.Helper()
	res := r.ask(http.MethodGet, path, nil)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// ask sends a request for the name of the portal, and a form with it if there is one.
func (r *running) ask(method, path string, form url.Values) *http.Response {
	r.t.Helper()
	q, err := http.NewRequest(method, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Host = r.name
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		opened(q)
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := stay.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	return res
}

// opened lets a form come from a browser that keeps cookies, as if its page had been open there.
func opened(q *http.Request) {
	for _, prefix := range []string{"", "__Host-"} {
		q.AddCookie(&http.Cookie{Name: prefix + "regain-opened", Value: "1"})
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	metrics := storetest.Address(t)
	for range 2 { // on a new database, and on one that exists
		r := c.start("--metrics-listen", metrics)
		for _, path := range []string{"/", "/healthz", "/readyz", "/help",
			"/.well-known/security.txt"} {
			if status, _ := r.get(path); status != http.StatusOK {
				t.Errorf("%s: status %d", path, status)
			}
		}
		if status, _ := r.get("/dev"); status != http.StatusNotFound {
			t.Errorf("/dev: status %d outside of the demo", status)
		}
		operators := &running{t: t, base: "http://" + metrics}
		_, text := operators.get("/metrics")
		for _, want := range []string{`regain_http_requests_total{route="/",status="200"} 1`,
			`regain_http_requests_total{route="/readyz",status="200"} 1`, "regain_mails_total",
			"regain_outbox_waiting 0\n", "regain_outbox_given_up 0\n",
			`regain_http_request_seconds_count{method="GET",route="/"} 1`, `regain_commits_total{result="kept"} `,
			`regain_queue_oldest_seconds{queue="mails"} 0`, `regain_cases{state="locked"} 0`,
			`regain_database_connections{pool="write",state="most"} 1`, `regain_build_info{engine="sqlite"`,
			"regain_webhooks_waiting 0\n", "regain_webhook_endpoints_off 0\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("metrics have no %s", want)
			}
		}
		if status, text := operators.get("/readyz"); status != 200 ||
			!strings.Contains(text, `"database":"sqlite"`) {
			t.Errorf("readiness in detail: %d %s", status, text)
		}
		if status := r.end(); status != 0 {
			t.Errorf("status %d", status)
		}
	}
}

// TestAPIListen: programs have the listener of the pages, or one of their own and no other.
func TestAPIListen(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	const document = "/api/v1/openapi.yaml"
	r := c.start()
	if status, text := r.get(document); status != 200 || !strings.HasPrefix(text, "openapi: 3.0") {
		t.Errorf("on the one listener: %d %s", status, text)
	}
	r.end()
	apart := storetest.Address(t)
	r = c.start("--api-listen", apart)
	defer r.end()
	if status, _ := r.get(document); status != 404 {
		t.Errorf("on the listener of the pages: %d", status)
	}
	programs := &running{t: t, base: "http://" + apart, name: "regain.internal"}
	if status, _ := programs.get(document); status != 200 {
		t.Errorf("on its own listener: %d", status)
	}
	if status, _ := programs.get("/"); status != 404 {
		t.Errorf("a page on it: %d", status)
	}
}

func TestRequestBecomesMail(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	r := c.start()
	res := r.ask(http.MethodPost, "/recover", url.Values{"identifier": {"ada"}})
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	asked := r.wait("authn_recovery_requested")
	if id := res.Header.Get("X-Request-Id"); id == "" || asked["request_id"] != id {
		t.Errorf("the event names the request %v, which was %q", asked["request_id"], id)
	}
	made := r.wait("authn_token_created")
	if id, ok := made["request_id"]; ok {
		t.Errorf("what a worker did names the request %v", id)
	}
	for key, want := range map[string]any{"level": "INFO", "kind": "recovery.request_resolved",
		"account": "u-1001", "by": "system", "appid": "regain"} {
		if diff := cmp.Diff(want, made[key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	at, err := time.Parse(time.RFC3339Nano, made["datetime"].(string))
	if err != nil || at.Location() != time.UTC {
		t.Errorf("time %v, error %v", at, err)
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	c.flushAll()
	if m := c.mails(); len(m) != 1 || !strings.Contains(m[0], "https://protect.example.org/r/") {
		t.Errorf("mails %q", m)
	}
	for _, line := range r.said {
		for _, random := range []string{"head", "audit_id", "request_id"} {
			delete(line, random) // any three letters may stand in it
		}
		text, err := json.Marshal(line)
		if err != nil || bytes.Contains(text, []byte("ada")) ||
			bytes.Contains(text, []byte("/r/")) {
			t.Errorf("log line tells too much: %s", text)
		}
	}
}

// flushAll delivers what a portal that was stopped has left in the outbox.
func (c *cli) flushAll() {
	c.t.Helper()
	p, x := c.open()
	p.flush(c.t.Context(), x)
	if err := x.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// open is the database of the commands with all use cases.
func (c *cli) open() (*program, *portal) {
	c.t.Helper()
	p := &program{getenv: func(string) string { return "" }, stdout: io.Discard, stderr: io.Discard}
	conf := defaults(c.t)
	conf.Listen, conf.Mail = "127.0.0.1:0", c.env["REGAIN_MAIL"]
	conf.Database, conf.Secret = c.env["REGAIN_DATABASE"], c.env["REGAIN_SECRET"]
	conf.BaseURL = c.env["REGAIN_BASE_URL"]
	p.settings = conf.Read()
	x, err := p.open(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return p, x
}

func TestServeNamesATakenPort(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := newCLI(t)
	for _, command := range []string{"serve", "dev"} {
		delete(c.env, "REGAIN_BASE_URL")
		if command == "serve" {
			c.env["REGAIN_BASE_URL"] = "https://a.example"
		}
		r := c.run(command, "--listen", l.Addr().String())
		if r.status != 1 || !strings.Contains(r.stderr, l.Addr().String()) ||
			!strings.Contains(r.stderr, "--listen") {
			t.Errorf("%s: status %d: %s", command, r.status, r.stderr)
		}
	}
}

func TestLogOfAnEvent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logs.Event(t.Context(), slog.New(logs.New(&log, slog.LevelInfo)), security.Event{ID: "e-1",
		Kind: audit.AccountLocked, Account: "u-1", Case: "c-1",
		By:   security.Actor{Kind: security.ByOperator, ID: "lock"},
		Data: map[string]string{"name": "Ada"}})
	for _, want := range []string{`"event":"authn_login_lock"`, `"level":"WARN"`, `"account":"u-1"`,
		`"case":"c-1"`, `"audit_id":"e-1"`} {
		if !strings.Contains(log.String(), want) || strings.Contains(log.String(), "Ada") {
			t.Errorf("no %s, or a name, in %s", want, log.String())
		}
	}
	log.Reset()
	at := time.Date(2026, 7, 1, 1, 30, 0, 0, time.FixedZone("east", 2*60*60))
	must(t, logs.New(&log, slog.LevelInfo).Handle(t.Context(),
		slog.NewRecord(at, slog.LevelInfo, "request", 0)))
	if !strings.HasPrefix(log.String(), `{"datetime":"2026-06-30T23:30:00Z",`) {
		t.Errorf("the time is not in UTC: %s", log.String())
	}
}
