package market_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/api"
	"regain/handlers/api/client"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/apikey"
	"regain/security/webhook"
	"regain/store/storetest"
)

// fieldID is the field of the help desk's tickets that the bridge uses.
const fieldID = 360

// bridged is a portal and a help desk with the bridge of the README between them.
type bridged struct {
	t           testing.TB
	b           *handlertest.Browser
	desk        *zendesk
	hook        webhook.Added
	api         *httptest.Server
	keys        map[string]string // the bridge's own, and that of whoever works here
	program, at string            // file of the bridge, and its address
	rng         *rand.Rand

	mu            sync.Mutex
	process       *exec.Cmd
	writes, often int // how many changes it has made, and after how many it dies, or 0
}

func startBridge(t testing.TB, often int) *bridged {
	t.Helper()
	x := &bridged{t: t, desk: newZendesk(t), often: often, keys: map[string]string{},
		program: filepath.Join(t.TempDir(), "bridge.js"), rng: rand.New(rand.NewPCG(uint64(often), 1))}
	x.desk.wrote = x.wrote
	x.b = handlertest.New(t, func(s *handlers.Server) {
		answers := api.Handler(s)
		x.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			said := httptest.NewRecorder()
			answers.ServeHTTP(said, r)
			changed := r.Method != http.MethodGet && said.Code == http.StatusOK &&
				!strings.Contains(said.Body.String(), `"unchanged"`)
			if changed && strings.HasSuffix(r.Header.Get("Authorization"), x.keys["bridge"]) {
				x.wrote()
			}
			w.WriteHeader(said.Code)
			_, _ = said.Body.WriteTo(w)
		}))
		t.Cleanup(x.api.Close)
	})
	x.b.Advance(time.Since(handlertest.Start)) // the bridge has a clock of its own
	for name, scopes := range map[string][]apikey.Scope{
		"bridge":  {apikey.TicketsRead, apikey.TicketsWrite},
		"console": {apikey.TicketsRead, apikey.TicketsWrite, apikey.CasesDecide}} {
		_, key, err := x.b.Service.APIKeys.Create(t.Context(), security.Operator("test"),
			apikey.Wanted{Name: name, Scopes: scopes})
		x.must(err)
		x.keys[name] = key
	}
	var err error
	x.hook, err = x.b.Service.Webhooks.Add(t.Context(), security.Operator("test"), "https://bridge.example/regain",
		[]webhook.Type{webhook.TicketOpened, webhook.TicketUpdated, webhook.MessageAdded}, "")
	x.must(err)
	readme, err := os.ReadFile("../../../README.md")
	x.must(err)
	begin := "\n```js\n" + `const { createHmac, timingSafeEqual } = require("node:crypto");` + "\nconst { REGAIN,"
	_, text, ok := strings.Cut(string(readme), begin)
	text, _, end := strings.Cut(text, "\n```\n")
	if !ok || !end {
		t.Fatal("the README has no bridge")
	}
	x.must(os.WriteFile(x.program, []byte(strings.TrimPrefix(begin, "\n```js\n")+text), 0o600))
	x.at = storetest.Address(t)
	t.Cleanup(x.kill)
	return x
}

func (x *bridged) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// wrote counts a change that the bridge made, and kills it after some before it hears of them.
func (x *bridged) wrote() {
	x.mu.Lock()
	x.writes++
	dies := x.often > 0 && x.writes%x.often == 0
	x.mu.Unlock()
	if dies {
		x.kill()
	}
}

func (x *bridged) kill() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.process != nil {
		_ = x.process.Process.Kill()
		_ = x.process.Wait()
		x.process = nil
	}
}

// run starts the bridge unless it runs.
func (x *bridged) run() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.process != nil {
		return
	}
	_, port, _ := net.SplitHostPort(x.at)
	x.process = exec.Command("node", x.program)
	x.process.Stderr = x.t.Output()
	x.process.Env = append(os.Environ(), "REGAIN="+x.api.URL, "REGAIN_KEY="+x.keys["bridge"],
		"REGAIN_SECRET="+x.hook.Secret, "DESK="+x.desk.URL, "DESK_TOKEN=there", "DESK_SECRET=hush",
		fmt.Sprint("DESK_FIELD=", fieldID), "PORT="+port)
	x.must(x.process.Start())
	for range 600 {
		if conn, err := net.Dial("tcp", x.at); err == nil {
			x.must(conn.Close())
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	x.t.Fatal("the bridge does not start")
}

// collect takes what either side has to tell.
func (x *bridged) collect() (all []*http.Request) {
	var mu sync.Mutex // several are sent at once
	for {
		done, err := x.b.Service.Webhooks.Deliver(x.t.Context(), x.hook.ID,
			func(_ context.Context, p webhook.Parcel) webhook.Answer {
				r := x.request("/regain", p.Body)
				r.Header.Set("Webhook-Id", p.ID)
				r.Header.Set("Webhook-Timestamp", p.Timestamp)
				r.Header.Set("Webhook-Signature", p.Signature)
				mu.Lock()
				defer mu.Unlock()
				all = append(all, r)
				return webhook.Answer{Status: http.StatusOK}
			})
		x.must(err)
		if len(done) == 0 {
			break
		}
	}
	x.desk.mu.Lock()
	defer x.desk.mu.Unlock()
	for _, body := range x.desk.fired {
		now := time.Now().UTC().Format(time.RFC3339)
		r := x.request("/desk", body)
		mac := hmac.New(sha256.New, []byte("hush"))
		mac.Write([]byte(now + body))
		r.Header.Set("X-Zendesk-Webhook-Signature-Timestamp", now)
		r.Header.Set("X-Zendesk-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		all = append(all, r)
	}
	x.desk.fired = nil
	return all
}

func (x *bridged) request(path, body string) *http.Request {
	r, err := http.NewRequestWithContext(x.t.Context(), http.MethodPost, "http://"+x.at+path, strings.NewReader(body))
	x.must(err)
	return r
}

// give delivers a webhook until it is taken.
func (x *bridged) give(r *http.Request) {
	x.t.Helper()
	for range 30 {
		x.run()
		r := r.Clone(r.Context())
		body, err := r.GetBody()
		x.must(err)
		r.Body = body
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			continue // it was killed
		}
		x.must(a.Body.Close())
		if a.StatusCode == http.StatusOK {
			return
		}
	}
	x.t.Fatalf("%s is not taken", r.URL)
}

// settle delivers all there is, in any order and twice, until nothing is left.
func (x *bridged) settle() {
	x.t.Helper()
	for range 9 {
		all := x.collect()
		if len(all) == 0 {
			return
		}
		all = append(all, all...)
		x.rng.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		for _, r := range all {
			x.give(r)
		}
	}
	x.t.Fatal("it comes to no rest")
}

// ours asks our API.
func (x *bridged) ours(key, method, path, body string, to any) {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), method, x.api.URL+api.Base+path, strings.NewReader(body))
	x.must(err)
	r.Header.Set("Authorization", "Bearer "+x.keys[key])
	r.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(r)
	x.must(err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	x.must(err)
	if a.StatusCode != http.StatusOK {
		x.t.Fatalf("%s %s: %s", method, path, text)
	}
	if to != nil {
		x.must(json.Unmarshal(text, to))
	}
}

// here is what stands on our ticket, there what stands on theirs: the status, then what was said to
// the owner (!) or among staff, in order of the alphabet.
func (x *bridged) here(number string) (client.TicketFull, string) {
	x.t.Helper()
	var k client.TicketFull
	x.ours("bridge", "GET", "/tickets/"+number, "", &k)
	var said []string
	for _, m := range k.Messages {
		said = append(said, public(m.Public)+m.Text.Body)
	}
	slices.Sort(said)
	return k, string(k.Status) + ": " + strings.Join(said, ", ")
}

func public(yes bool) string {
	if yes {
		return "!"
	}
	return ""
}

func (x *bridged) there(id int) (zTicket, string) {
	x.desk.mu.Lock()
	defer x.desk.mu.Unlock()
	k := x.desk.tickets[id-1]
	var said []string
	for _, a := range k.audits {
		for _, c := range a.Events {
			said = append(said, public(c.Public)+c.Body)
		}
	}
	slices.Sort(said)
	return *k, k.Status + ": " + strings.Join(said, ", ")
}

// TestBridge: tickets of both sides stay one, whatever comes twice, in another order, or when the
// bridge dies after its changes, before it hears of them.
func TestBridge(t *testing.T) {
	t.Parallel()
	for often, name := range map[int]string{0: "lives", 1: "dies after each change",
		2: "dies after each second one", 3: "dies after each third one"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := startBridge(t, often)
			x.lifetime()
			if x.writes < 20 {
				t.Errorf("only %d changes", x.writes)
			}
		})
	}
}

// lifetime is what happens to two tickets, one opened here and one there.
func (x *bridged) lifetime() {
	ada := x.b.SignIn("ada")
	ada.Open("/account/tickets").Fill("topic", "money").Fill("message", "Where is it?").Submit().Follow().
		On(200, "account-ticket")
	var list client.TicketList
	x.ours("bridge", "GET", "/tickets", "", &list)
	first := list.Tickets[0].Number
	x.settle()
	x.desk.does(zTicket{Subject: "Cannot sign in", Requester: asker,
		Comment: &comment{Body: "She called.", Public: true}}, asker)
	x.settle()
	x.ours("bridge", "GET", "/tickets", "", &list)
	second := list.Tickets[slices.IndexFunc(list.Tickets, func(k client.Ticket) bool { return k.Number != first })].Number
	x.both("opened", first, 1, "open: !Where is it?", "open: !Where is it?, "+first+" of account ada, Customer Support")
	x.both("opened", second, 2, "open: She called.", "new: !She called.")

	x.ours("console", "POST", "/tickets/"+first+"/messages", `{"to":"owner","message":"Soon.","status":"on_hold"}`, nil)
	x.ours("console", "POST", "/tickets/"+first+"/messages", `{"to":"staff","message":"Odd."}`, nil)
	x.desk.does(zTicket{ID: 2, Comment: &comment{Body: "Try it again.", Public: true}, Status: "pending"}, agent)
	x.desk.does(zTicket{ID: 2, Comment: &comment{Body: "He sounds young."}}, agent)
	x.settle()
	x.both("written", first, 1, "on_hold: !Soon., !Where is it?, Odd.",
		"hold: !Soon., !Where is it?, Odd., "+first+" of account ada, Customer Support")
	x.both("written", second, 2, "pending: !Try it again., He sounds young., She called.",
		"pending: !She called., !Try it again., He sounds young.")

	ada.Open("/account/tickets/"+second).Fill("message", "It works.").Submit()
	x.desk.does(zTicket{ID: 1, Status: "solved"}, agent)
	x.settle()
	x.both("answered", first, 1, "solved: !Soon., !Where is it?, Odd.",
		"solved: !Soon., !Where is it?, Odd., "+first+" of account ada, Customer Support")
	x.both("answered", second, 2, "open: !It works., !Try it again., He sounds young., She called.",
		"open: !It works., !She called., !Try it again., He sounds young.")

	x.desk.does(zTicket{ID: 1, Status: "pending"}, agent) // which is no move of a solved one
	x.b.Lock("ada")
	x.settle()
	x.ours("console", "POST", "/tickets/"+second+"/messages", `{"to":"staff","message":"Her brother did it."}`, nil)
	x.desk.does(zTicket{ID: 2, Status: "solved"}, agent) // which is not theirs to decide
	x.settle()
	_, at := x.there(1)
	x.same("put back", at[:7], "solved:")
	x.both("locked", second, 2, "open: !It works., !Try it again., He sounds young., Her brother did it., She called.",
		"open: !It works., !She called., !Try it again., He sounds young.")
	x.guarded()
	x.rests()
}

func (x *bridged) same(when, got, want string) {
	x.t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		x.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// both wants a ticket to stand so on either side, and each side to know the other's name for it.
func (x *bridged) both(when, number string, id int, here, there string) {
	x.t.Helper()
	k, ours := x.here(number)
	z, theirs := x.there(id)
	x.same(when+" here", ours, here)
	x.same(when+" there", theirs, there)
	if z.External != number || k.ExternalId == nil || *k.ExternalId != fmt.Sprint(id) {
		x.t.Errorf("%s: %s is %q there, %d is %v here", when, number, z.External, id, k.ExternalId)
	}
}

// guarded wants a ticket that Account Security opens to be there, and nothing that is said on it.
func (x *bridged) guarded() {
	x.t.Helper()
	var k client.Kept
	x.ours("console", "POST", "/tickets", `{"account":"ada","department":"Account Security",
		"subject":"Hijacked by her brother","message":"The passport is forged."}`, &k)
	x.settle()
	_, said := x.there(3)
	x.same("guarded", said, "open: "+k.Ticket+" of account ada, Account Security")
	x.desk.mu.Lock()
	defer x.desk.mu.Unlock()
	for _, z := range x.desk.tickets {
		if text := fmt.Sprintf("%+v %+v", *z, z.audits); strings.Contains(text, "brother") || strings.Contains(text, "forged") {
			x.t.Errorf("the help desk reads %s", text)
		}
	}
}

// rests wants all that was ever told, told once more, to change nothing.
func (x *bridged) rests() {
	x.t.Helper()
	before := x.writes
	_, err := x.b.Service.Webhooks.SendSince(x.t.Context(), security.Operator("test"), x.hook.ID,
		x.b.Now().Add(-time.Hour))
	x.must(err)
	x.desk.mu.Lock()
	for _, z := range x.desk.tickets {
		x.desk.fired = append(x.desk.fired, fmt.Sprintf(`{"id":"%d","account":"ada"}`, z.ID))
	}
	x.desk.mu.Unlock()
	x.settle()
	if x.writes != before {
		x.t.Errorf("%d changes more", x.writes-before)
	}
}
