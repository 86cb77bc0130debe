//go:build e2e

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// verifying reads tokens as the README shows a receiver to: with jose, and the keys that the
// configuration names.
const verifying = `
const { createRemoteJWKSet, jwtVerify } = await import(process.argv[2]);
const base = process.argv[3], tokens = process.argv.slice(4);
const about = await (await fetch(base + "/.well-known/ssf-configuration")).json();
const keys = createRemoteJWKSet(new URL(base + new URL(about.jwks_uri).pathname));
const out = [];
for (const token of tokens) {
  const { payload } = await jwtVerify(token, keys, { typ: "secevent+jwt", algorithms: ["ES256"],
    issuer: about.issuer, audience: about.issuer + "/ssf/receivers/idp" });
  out.push(payload);
}
const bad = tokens[0].slice(0, -2) + (tokens[0].endsWith("AA") ? "BA" : "AA");
const taken = await jwtVerify(bad, keys).then(() => true, () => false);
console.log(JSON.stringify({ out, taken }));
`

// TestJoseSET: a second implementation reads what was pushed and what was polled, before and after the
// key was rotated.
func TestJoseSET(t *testing.T) {
	library := filepath.Join(os.Getenv("REGAIN_JOSE"), "dist", "webapi", "index.js")
	if _, err := os.Stat(library); err != nil {
		t.Fatal("set REGAIN_JOSE to the folder of the npm package jose, as make test does: ", err)
	}
	c := newCLI(t)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	c.give("account", adaLine)
	pushed := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/secevent+jwt" ||
			r.Header.Get("Authorization") != "Bearer theirs" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		pushed <- string(body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer receiver.Close()
	key := strings.TrimSpace(c.ok("key", "create", "idp", "--scope", "webhooks:write"))
	r := c.start()
	defer r.end()
	ask := func(method, path, body string, to any) {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), method, r.base+path, strings.NewReader(body))
		must(t, err)
		q.Header = http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}}
		got, err := http.DefaultClient.Do(q)
		must(t, err)
		defer got.Body.Close()
		if text, err := io.ReadAll(got.Body); err != nil || got.StatusCode/100 != 2 ||
			to != nil && json.Unmarshal(text, to) != nil {
			t.Fatal(path, got.Status, string(text), err)
		}
	}
	var push, poll struct {
		ID string `json:"stream_id"`
	}
	const events = `"events_requested":["https://schemas.openid.net/secevent/risc/event-type/account-disabled"]`
	ask("POST", "/ssf/stream", fmt.Sprintf(`{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":%q,
		"authorization_header":"Bearer theirs"},`+events+"}", receiver.URL), &push)
	ask("POST", "/ssf/stream", "{"+events+"}", &poll)
	for _, id := range []string{push.ID, poll.ID} {
		ask("POST", "/ssf/subjects/add", `{"stream_id":"`+id+
			`","subject":{"format":"iss_sub","iss":"http://localhost:8080","sub":"u-1001"}}`, nil)
	}
	c.ok("lock", "ada", "--evidence", "e", "--cause", "hijacked")
	var tokens []string
	select {
	case text := <-pushed:
		tokens = append(tokens, text)
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was pushed")
	}
	c.ok("signal", "rotate")
	var got struct{ Sets map[string]string }
	ask("POST", "/ssf/poll/"+poll.ID, "{}", &got)
	for _, text := range got.Sets {
		tokens = append(tokens, text)
	}
	script := filepath.Join(t.TempDir(), "verify.mjs")
	must(t, os.WriteFile(script, []byte(verifying), 0o600))
	node := exec.CommandContext(t.Context(), "node", append([]string{script, library, r.base}, tokens...)...)
	said, err := node.CombinedOutput()
	if err != nil {
		t.Fatal(string(said))
	}
	var read struct {
		Out []struct {
			SubID  map[string]string `json:"sub_id"`
			Events map[string]map[string]any
		}
		Taken bool
	}
	must(t, json.Unmarshal(said, &read))
	if len(read.Out) != 2 || read.Taken {
		t.Fatalf("read %s", said)
	}
	for _, x := range read.Out {
		if x.SubID["sub"] != "u-1001" || x.Events["https://schemas.openid.net/secevent/risc/event-type/"+
			"account-disabled"]["reason"] != "hijacking" {
			t.Errorf("token %+v", x)
		}
	}
}
