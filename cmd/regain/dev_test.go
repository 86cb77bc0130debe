package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/demo"
	"regain/security/apikey"
	"regain/security/risk"
	"regain/views"
)

func TestDev(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env = map[string]string{}
	dir := filepath.Join(t.TempDir(), "demo")
	for _, args := range []string{"--base-url https://a.example", "--listen 0.0.0.0:0",
		"--listen :0", "--base-url http://localhost.example", "--story compromised --listen :0",
		"--story hijacked --listen :0", "--story alert --listen :0"} {
		r := c.run(append([]string{"dev", "--dir", dir}, strings.Fields(args)...)...)
		if r.status != 1 || !strings.Contains(r.stderr, "loopback") {
			t.Errorf("%s: status %d: %s", args, r.status, r.stderr)
		}
	}
	first := c.demo(dir)
	again := c.demo(dir)
	if diff := cmp.Diff(first, again, cmp.AllowUnexported(demoState{})); diff != "" {
		t.Errorf("the second start changed the demo (-first +second):\n%s", diff)
	}
	if len(first.letters) != 47 || first.cases != 7 || !first.urgent {
		t.Errorf("%d mails, %d cases, urgent review %v", len(first.letters), first.cases,
			first.urgent)
	}
	if !slices.ContainsFunc(first.letters, func(l string) bool {
		return strings.HasPrefix(l, "locked_out to ada@example.org")
	}) {
		t.Errorf("no mail to ada in %q", first.letters)
	}
	command := "  regain ticket list --department \"Account Security\" --database \"sqlite:" +
		filepath.Join(dir, "demo.db") + "\"\n"
	if !strings.Contains(first.banner, command) {
		t.Errorf("no %s in\n%s", command, first.banner)
	}
	fresh := c.demo(dir, "--fresh")
	if len(fresh.letters) != 47 || fresh.banner == first.banner {
		t.Errorf("%d mails after a fresh start, the same key %v", len(fresh.letters),
			fresh.banner == first.banner)
	}
}

// checkHosts: a page of somebody else whose name was pointed at this machine gets
// nothing of the demo.
func checkHosts(t testing.TB, pages http.Handler) {
	t.Helper()
	for host, want := range map[string]int{"localhost:8080": 200, "LOCALHOST": 200,
		"127.0.0.1:8080": 200, "[::1]:8080": 200, "": 421, "evil.example:8080": 421,
		"localhost.evil.example": 421, "127.0.0.1.evil.example:8080": 421, "192.168.1.2": 421,
		"a@localhost": 421} {
		q := httptest.NewRequest(http.MethodGet, "/dev/mail", nil)
		q.Host = host
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, q)
		if w.Code != want || want != 200 && strings.Contains(w.Body.String(), "ada@") {
			t.Errorf("host %q: %d, want %d: %s", host, w.Code, want, w.Body)
		}
	}
}

// demoState is what there is after a start of the demo.
type demoState struct {
	letters []string
	cases   int
	urgent  bool
	banner  string // without the port
}

// demo starts the demo, lets it deliver its mails, and stops it.
func (c *cli) demo(dir string, args ...string) demoState {
	c.t.Helper()
	var out bytes.Buffer
	cmd := &devCmd{Dir: dir, Fresh: slices.Contains(args, "--fresh")}
	p := &program{stdout: &out, stderr: io.Discard, getenv: func(string) string { return "" }}
	p.config = defaults(c.t)
	p.config.Listen, p.config.BaseURL = "127.0.0.1:0", "http://localhost:8080"
	l, err := listen(p.config.Listen, "")
	if err != nil {
		c.t.Fatal(err)
	}
	defer l.Close()
	s, err := cmd.prepare(c.t.Context(), p, l)
	if err != nil {
		c.t.Fatal(err)
	}
	defer s.Close()
	if late := clock().Sub(s.service.Now()); late > time.Second/2 {
		c.t.Errorf("the clock of the portal stands still since %v", late)
	}
	if _, err := s.mail[len(s.mail)-1].Flush(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	keys, err := cmd.readKeys()
	if err != nil {
		c.t.Fatal(err)
	}
	people, err := keys.People(c.t.Context(), s.service)
	if err != nil {
		c.t.Fatal(err)
	}
	c.checkPasswords(s, people)
	p.banner(s, keys, people, demo.Stories["compromised"])
	c.checkMarket(s, out.String())
	checkHosts(c.t, s.pages())
	for name, story := range demo.Stories {
		out := &bytes.Buffer{}
		(&program{stdout: out}).banner(s, keys, people, story)
		if first := "\nOpen http://localhost:8080" + story.Path() + "\n"; !strings.HasPrefix(out.String(), first) {
			c.t.Errorf("story %s does not begin with %s:\n%s", name, first, out)
		}
		c.checkStory(s.pages(), name, story)
	}
	for _, who := range demo.People {
		c.checkVisitor(s, who)
	}
	c.env["REGAIN_MAIL"] = "dir:" + cmd.mails()
	state := demoState{letters: c.mails(), banner: out.String()}
	for _, who := range demo.People {
		sum, err := s.service.Desk.SummariseAccount(c.t.Context(), who.Username)
		if err != nil {
			c.t.Fatal(err)
		}
		if sum.Case != nil {
			state.cases++
			since := clock().Sub(sum.Case.SecuredAt)
			state.urgent = state.urgent || !sum.Case.SecuredAt.IsZero() && since > 72*time.Hour
		}
	}
	return state
}

// checkPasswords wants each password that is shown to be the one that its account has now, and it to
// be shown nowhere once it is another one.
func (c *cli) checkPasswords(s *server, people []views.DevPerson) {
	c.t.Helper()
	for i, shown := range people {
		sum, err := s.service.Desk.SummariseAccount(c.t.Context(), demo.People[i].ID)
		if err != nil || sum.Account.Username != shown.SignIn {
			c.t.Fatalf("%s is %s: %v", shown.SignIn, sum.Account.Username, err)
		}
		if ok, err := s.service.Hasher.Verify(c.t.Context(), sum.Account.PasswordHash, shown.Password); !ok || err != nil {
			c.t.Errorf("the password of %s, %q, is another one: %v", shown.SignIn, shown.Password, err)
		}
		keys := demo.Keys{Authenticator: "JBSWY3DPEHPK3PXP"} // from before whoever chose one did
		late, err := keys.People(c.t.Context(), s.service)
		if err != nil || !sum.Account.PasswordAt.IsZero() && late[i].Password != "" {
			c.t.Errorf("%s: %q is shown, %v", shown.SignIn, late[i].Password, err)
		}
	}
}

// checkStory wants the first address of a story to lead to one mail, with a link in it.
func (c *cli) checkStory(pages http.Handler, name string, story demo.Story) {
	c.t.Helper()
	open := func(path string) *httptest.ResponseRecorder {
		q := httptest.NewRequest(http.MethodGet, path, nil)
		q.Host = "localhost"
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, q)
		return w
	}
	to := open(story.Path()).Header().Get("Location")
	if body := open(to).Body.String(); !strings.Contains(body, story.Email) ||
		!strings.Contains(body, "Links in it") {
		c.t.Errorf("story %s leads to %q: %s", name, to, body)
	}
}

// checkMarket wants the marketplace to have one living key, for sign-ins alone, which is told nowhere.
func (c *cli) checkMarket(s *server, banner string) {
	c.t.Helper()
	all, err := s.service.APIKeys.List(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	var live []apikey.Scope
	for _, k := range all {
		if k.State(s.service.Now()) == apikey.Live {
			live = append(live, k.Scopes...)
		}
	}
	if !slices.Equal(live, []apikey.Scope{apikey.SignIns, apikey.PasswordsVerify}) || strings.Contains(banner, "rgk_") {
		c.t.Errorf("living keys with %q; the banner: %s", live, banner)
	}
}

// TestNoMarketInProduction: what serves has neither the demo's marketplace nor a key of it.
func TestNoMarketInProduction(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	r := c.start()
	for _, path := range []string{"/dev/market", "/dev/market/hooks"} {
		if status, _ := r.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if keys := c.run("key", "list", "--json"); strings.TrimSpace(keys.stdout) != "[]" {
		t.Errorf("keys: %s", keys.stdout)
	}
}

// checkVisitor wants whoever tries the demo as somebody in it to be nobody strange.
func (c *cli) checkVisitor(s *server, who demo.Person) {
	c.t.Helper()
	all, err := s.db.Watches(c.t.Context(), []string{who.ID})
	if err != nil {
		c.t.Fatal(err)
	}
	var known risk.Familiar
	if err := json.Unmarshal(all[who.ID].Familiar, &known); err != nil {
		c.t.Fatal(err)
	}
	for _, device := range []string{"chrome/windows", "chrome/mac", "chrome/linux", "edge/windows",
		"firefox/windows", "firefox/mac", "firefox/linux", "safari/mac"} {
		if !known.Knows(risk.Login{Device: device, IP: "127.0.0.1", Outcome: risk.Succeeded}) {
			c.t.Errorf("%s on this machine is strange to %s", device, who.Username)
		}
	}
	if known.Knows(risk.Login{Device: "opera/windows", Outcome: risk.Succeeded}) {
		c.t.Errorf("the stranger is known to %s", who.Username)
	}
}
