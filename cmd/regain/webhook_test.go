package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"regain/cmd/regain/hook"
	"regain/security/access"
	"regain/security/audit"
	"regain/store/storetest"
)

// receiver is a program of the marketplace on this machine. It keeps the ids of what it takes.
type receiver struct {
	*httptest.Server
	sync.Mutex
	check  *standard.Webhook // nil checks nothing
	status int
	got    []string // ids
	bodies []string
	each   func(n int) // is called before it answers
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{status: 200}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	r.Lock()
	defer r.Unlock()
	if err == nil && r.check != nil {
		err = r.check.Verify(body, q.Header)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.got, r.bodies = append(r.got, q.Header.Get("webhook-id")), append(r.bodies, string(body))
	if r.each != nil {
		r.each(len(r.got))
	}
	w.WriteHeader(r.status)
}

// taken waits until so many were taken.
func (r *receiver) taken(t testing.TB, n int) []string {
	t.Helper()
	for range 1000 {
		r.Lock()
		got := slices.Clone(r.bodies)
		r.Unlock()
		if len(got) >= n {
			return got
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("fewer than %d came", n)
	return nil
}

// hookCLI is a portal on this machine, and the id and the secret of a webhook of it.
func hookCLI(t testing.TB, url string) (c *cli, id, secret string) {
	c = newCLI(t)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	var made struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(c.ok("webhook", "add", url, "--json")), &made); err != nil {
		t.Fatal(err)
	}
	return c, made.ID, made.Secret
}

func TestWebhookCommands(t *testing.T) {
	t.Parallel()
	to := newReceiver(t)
	c, id, secret := hookCLI(t, to.URL)
	var err error
	if to.check, err = standard.NewWebhook(secret); err != nil {
		t.Fatal(err)
	}
	wantShape(t, regexp.MustCompile(`"message":"[^"]+"|"took_ms":\d+`).ReplaceAllString(
		c.ok("webhook", "test", id, "--json"), `"x":1`),
		`{"webhook":"`+id+`","x":1,"ok":true,"status":200}`)
	to.status = 500
	r := c.run("webhook", "test", id)
	if r.status != 1 || !strings.Contains(r.stderr, "with status 500") {
		t.Errorf("failed test: %+v", r)
	}
	list := c.ok("webhook", "list")
	if !strings.Contains(list, id+"  live  "+to.URL+"  1 waiting, 0 given up  whpk_") ||
		strings.Contains(list, secret) {
		t.Errorf("list %s", list)
	}
	if line, _ := c.lineOf("webhooks"); !strings.HasPrefix(line, "warn webhooks: 127.0.0.1:") ||
		!strings.Contains(line, " fails since ") {
		t.Errorf("doctor: %s", line)
	}
	c.ok("webhook", "pause", id)
	if r := c.run("webhook", "test", id, "--json"); r.status != 1 || !strings.Contains(r.stderr, "not_sent") {
		t.Errorf("test while paused: %+v", r)
	}
	if got := c.ok("webhook", "change", id, "--event", "alert.sent,account.locked", "--json"); !strings.Contains(
		got, `"events":["account.locked","alert.sent"]`) {
		t.Errorf("changed to %s", got)
	}
	for _, none := range [][]string{nil, {"--all", "--event", "alert.sent"}, {"--event", "account.eaten"}} {
		if r := c.run(append([]string{"webhook", "change", id}, none...)...); r.status == 0 {
			t.Errorf("change %s: %+v", none, r)
		}
	}
	c.ok("webhook", "change", id, "--all")
	turned := strings.TrimSpace(c.ok("webhook", "rotate", id))
	if turned == secret || !strings.HasPrefix(turned, "whsec_") {
		t.Errorf("rotated to %q", turned)
	}
	to.status = 200
	c.ok("webhook", "resume", id)
	c.ok("webhook", "test", id) // the secret of before holds for a day
	c.ok("webhook", "replay", id, "--since", "2020-01-01T00:00:00Z")
	c.ok("webhook", "remove", id)
	if got := c.ok("webhook", "list", "--json"); got != "[]\n" {
		t.Errorf("after the removal: %s", got)
	}
	for _, args := range [][]string{{"pause"}, {"resume"}, {"rotate"}, {"remove"}, {"test"},
		{"change", "--all"}, {"replay", "--since", "2020-01-01T00:00:00Z"}} {
		r := c.run(append(append([]string{"webhook"}, args...), "nobody", "--json")...)
		if r.status != 1 || !strings.Contains(r.stderr, "not_found") {
			t.Errorf("%s: %+v", args, r)
		}
	}
	for address, code := range map[string]string{"nonsense": "webhook_url", "http://market.example": "webhook_plain"} {
		if r := c.run("webhook", "add", address, "--json"); r.status != 2 || !strings.Contains(r.stderr, code) {
			t.Errorf("%s: %+v", address, r)
		}
	}
	if r := c.run("webhook", "add", "https://x.example", "--event", "account.eaten"); r.status != 2 {
		t.Errorf("an unknown event: %+v", r)
	}
}

// TestWebhookKey: a key for hashes is read from a file, named by its thumbprint, and changed.
func TestWebhookKey(t *testing.T) {
	t.Parallel()
	c, _, _ := hookCLI(t, "https://plain.example")
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "key.jwk")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// RFC 7517 appendix A.1 has the key of a curve, and A.2 its private half.
	const point = `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",` +
		`"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"`
	const private = `,"d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}`
	for text, code := range map[string]string{"": "webhook_key", point + private: "webhook_key_private",
		point + `,"use":"sig"}`: "webhook_key_use"} {
		r := c.run("webhook", "add", "https://keyed.example", "--encrypt-to", file(text), "--json")
		if r.status != 1 || !strings.Contains(r.stderr, `"`+code+`"`) {
			t.Errorf("%q: %+v", text, r)
		}
	}
	var made struct {
		ID        string
		EncryptTo string `json:"encrypt_to"`
	}
	add := c.ok("webhook", "add", "https://keyed.example", "--encrypt-to", file(point+"}"), "--json")
	if err := json.Unmarshal([]byte(add), &made); err != nil || made.EncryptTo == "" {
		t.Fatal(add, err)
	}
	list := c.ok("webhook", "list")
	if !strings.Contains(list, "hashes to "+made.EncryptTo) || strings.Count(list, "no hashes") != 1 {
		t.Errorf("list %s", list)
	}
	if line, _ := c.lineOf("webhooks"); line != "ok webhooks: 2 in use, 1 of them with password hashes" {
		t.Errorf("doctor: %s", line)
	}
	c.ok("webhook", "rotate", made.ID, "--encrypt-to", file(`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`))
	if list := c.ok("webhook", "list"); strings.Contains(list, made.EncryptTo) || !strings.Contains(list, "hashes to ") {
		t.Errorf("list %s", list)
	}
}

// TestWebhookServed: a lockout of another process reaches a receiver while the portal runs; one that
// never answers does not hold it up, and neither the mails.
func TestWebhookServed(t *testing.T) {
	t.Parallel()
	to, deaf := newReceiver(t), newReceiver(t)
	c, _, secret := hookCLI(t, to.URL)
	release := make(chan struct{})
	deaf.each = func(int) { <-release }
	defer close(release)
	c.ok("webhook", "add", deaf.URL)
	var err error
	if to.check, err = standard.NewWebhook(secret); err != nil {
		t.Fatal(err)
	}
	c.give("account", adaLine, bobLine)
	r := c.start()
	for i, who := range []string{"ada", "bob"} {
		began := time.Now()
		c.ok("lock", who, "--evidence", "e")
		got := to.taken(t, 2*(i+1))
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("took %v", took)
		}
		if !strings.Contains(strings.Join(got, "\n"), `"type":"account.locked"`) ||
			strings.Contains(strings.Join(got, "\n"), who) {
			t.Errorf("got %s", got)
		}
	}
	if n := len(c.mails()); n != 2 {
		t.Errorf("%d mails", n)
	}
	r.stop()
}

const hooked = "REGAIN_TEST_HOOKED"

// TestKilledHook is the child of the test below; by itself it does nothing.
func TestKilledHook(t *testing.T) {
	dsn, id, ok := strings.Cut(os.Getenv(hooked), " ")
	if !ok {
		return
	}
	deliverAll(t, dsn, id, 0)
}

// deliverAll delivers to a webhook as another process would, whose clock is ahead.
func deliverAll(t *testing.T, dsn, id string, ahead time.Duration) (sent int) {
	x := openKilled(t, dsn)
	defer x.Close()
	x.service.Core.Now = func() time.Time { return clock().Add(ahead) }
	client := hook.New(hook.Guard{Loopback: true}, nil, nil)
	defer client.Close()
	for {
		done, err := x.service.Webhooks.Deliver(t.Context(), id, client.Send)
		if err != nil {
			t.Error(err)
		}
		if err != nil || len(done) == 0 {
			return sent
		}
		sent += len(done)
	}
}

// TestWebhookKilled: whoever is killed between a delivery and its record loses nothing, and what two
// processes then deliver comes to each id at least once.
func TestWebhookKilled(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x, to := openKilled(t, dsn), newReceiver(t)
		x.service.Webhooks.Reach.Loopback = true
		made, err := x.service.Webhooks.Add(t.Context(), operator, to.URL, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		lockedPerson(t, x, "ada")
		const many = 200
		for range many - 2 {
			e := x.service.Event(operator, audit.WaysInEnded, clock())
			e.Account = "ada"
			if err := x.db.Commit(t.Context(), e, access.EndWaysIn{Account: "ada", At: e.At}); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		for _, after := range []int{5, 60} {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledHook$")
			child.Env = append(os.Environ(), hooked+"="+dsn+" "+made.ID)
			to.Lock()
			to.each = func(n int) {
				if n >= after {
					_ = child.Process.Kill() // before it hears an answer
				}
			}
			err := child.Start()
			to.Unlock()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Wait(); err == nil {
				t.Fatal("the child ended by itself")
			}
		}
		to.Lock()
		to.each = nil
		to.Unlock()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { deliverAll(t, dsn, made.ID, 2*time.Minute) })
		}
		both.Wait()
		ids := map[string]int{}
		for _, id := range to.got {
			ids[id]++
		}
		if len(ids) != many {
			t.Errorf("%d of %d came", len(ids), many)
		}
		if twice := len(to.got) - len(ids); twice == 0 || twice > 2*32 {
			t.Errorf("%d came twice", twice)
		}
	})
}

// TestReceiversInREADME: both programs of the README take what is ours, and nothing else.
func TestReceiversInREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for language, begin := range map[string]string{"go": "package main", "js": "const { createHmac"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, text, _ := strings.Cut(string(readme), "\n```"+language+"\n"+begin)
			text, _, ok := strings.Cut(text, "\n```\n")
			file := filepath.Join(t.TempDir(), "receiver."+language)
			if err := os.WriteFile(file, []byte(begin+text), 0o600); err != nil || !ok {
				t.Fatal(err, ok)
			}
			run := []string{"node", file}
			if language == "go" {
				run = []string{file + ".bin"}
				build := exec.CommandContext(t.Context(), "go", "build", "-o", run[0], file)
				build.Dir = "../.."
				if out, err := build.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			address := storetest.Address(t)
			c, id, secret := hookCLI(t, "http://"+address)
			_, port, _ := net.SplitHostPort(address)
			said := runReceiver(t, run, "PORT="+port, "WEBHOOK_SECRET="+secret)
			for range 600 {
				if conn, err := net.Dial("tcp", address); err == nil {
					conn.Close()
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			c.ok("webhook", "test", id)
			if line := <-said; !strings.HasPrefix(line, "msg_") || !strings.Contains(line, "webhook.test") {
				t.Errorf("it said %q", line)
			}
			res, err := http.Post("http://"+address, "application/json", strings.NewReader("{}"))
			if err != nil || res.StatusCode != http.StatusBadRequest {
				t.Errorf("a forged message: %v, %v", res, err)
			}
		})
	}
}

// runReceiver starts a program and returns the lines that it says.
func runReceiver(t *testing.T, args []string, env ...string) <-chan string {
	t.Helper()
	p := exec.CommandContext(t.Context(), args[0], args[1:]...)
	p.Env, p.Dir, p.WaitDelay = append(os.Environ(), env...), "../..", time.Second
	out, err := p.StdoutPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 9)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said <- lines.Text()
		}
		close(said)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
	})
	return said
}
