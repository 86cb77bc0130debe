package signal_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/signal"
	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/audit"
)

// receiver is a partner that speaks to the portal.
type receiver struct {
	*handlertest.Browser
	t    *testing.T
	http http.Handler
	key  string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	x := &receiver{t: t}
	x.Browser = handlertest.New(t, func(s *handlers.Server) { x.http = signal.Handler(s) })
	x.Person("u-1001", "Una")
	x.key = x.named("idp", apikey.WebhooksWrite)
	return x
}

func (x *receiver) named(name string, scopes ...apikey.Scope) string {
	x.t.Helper()
	_, shown, err := x.Service.APIKeys.Create(x.t.Context(), security.Operator("test"),
		apikey.Wanted{Name: name, Scopes: scopes})
	if err != nil {
		x.t.Fatal(err)
	}
	return shown
}

func (x *receiver) do(key, method, path, body string) *httptest.ResponseRecorder {
	x.t.Helper()
	r := httptest.NewRequestWithContext(x.t.Context(), method, path, strings.NewReader(body))
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	x.http.ServeHTTP(w, r)
	return w
}

// gets wants an answer; ID stands for the id of a stream.
func (x *receiver) gets(method, path, body string, status int, want string) string {
	x.t.Helper()
	w := x.do(x.key, method, path, body)
	got := strings.TrimSpace(w.Body.String())
	id := ""
	if found := regexp.MustCompile(`"stream_id":"(\w+)"`).FindStringSubmatch(got); found != nil {
		id = found[1]
		got = strings.ReplaceAll(got, id, "ID")
	}
	if w.Code != status || want != "" && got != want || w.Header().Get("Cache-Control") != "no-store" {
		x.t.Errorf("%s %s %s: %d %s\nwant %d %s", method, path, body, w.Code, got, status, want)
	}
	return id
}

const supported = `["https://schemas.openid.net/secevent/risc/event-type/account-disabled",` +
	`"https://schemas.openid.net/secevent/risc/event-type/account-enabled",` +
	`"https://schemas.openid.net/secevent/risc/event-type/account-credential-change-required",` +
	`"https://schemas.openid.net/secevent/risc/event-type/credential-compromise",` +
	`"https://schemas.openid.net/secevent/risc/event-type/recovery-activated",` +
	`"https://schemas.openid.net/secevent/risc/event-type/recovery-information-changed",` +
	`"https://schemas.openid.net/secevent/caep/event-type/session-revoked",` +
	`"https://schemas.openid.net/secevent/caep/event-type/credential-change"]`

const (
	head    = `{"stream_id":"ID","iss":"https://protect.example.org","aud":"https://protect.example.org/ssf/receivers/idp","events_supported":` + supported
	enabled = "https://schemas.openid.net/secevent/risc/event-type/account-enabled"
)

// TestConfiguration: who begins with nothing but the issuer finds all the rest.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	w := x.do("", http.MethodGet, "/.well-known/ssf-configuration", "")
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	const at = "https://protect.example.org/ssf/"
	want := map[string]any{"spec_version": "1_0", "issuer": "https://protect.example.org",
		"jwks_uri":                   at + "jwks.json",
		"delivery_methods_supported": []any{"urn:ietf:rfc:8935", "urn:ietf:rfc:8936"},
		"configuration_endpoint":     at + "stream", "status_endpoint": at + "status",
		"add_subject_endpoint": at + "subjects/add", "remove_subject_endpoint": at + "subjects/remove",
		"verification_endpoint": at + "verify",
		"authorization_schemes": []any{map[string]any{"spec_urn": "urn:ietf:rfc:6750"}},
		"default_subjects":      "NONE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if w := x.do("", http.MethodGet, "/ssf/jwks.json", ""); w.Code != 200 ||
		w.Body.String() != `{"keys":[]}` || w.Header().Get("Content-Type") != "application/jwk-set+json" {
		t.Errorf("keys: %d %s", w.Code, w.Body)
	}
	x.gets("POST", "/ssf/stream", "{}", 201, "")
	w = x.do("", http.MethodGet, "/ssf/jwks.json", "")
	var keys struct{ Keys []map[string]string }
	if err := json.Unmarshal(w.Body.Bytes(), &keys); err != nil || len(keys.Keys) != 1 {
		t.Fatal(w.Body)
	}
	k := keys.Keys[0]
	if k["kty"] != "EC" || k["crv"] != "P-256" || k["use"] != "sig" || k["alg"] != "ES256" ||
		k["kid"] == "" || k["d"] != "" {
		t.Errorf("key %v", k)
	}
}

// TestStreams: a stream is made, read, changed, replaced and removed as the framework says.
func TestStreams(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	pushing := `"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"https://idp.example/in"}`
	rest := `,"min_verification_interval":60`
	x.gets("GET", "/ssf/stream", "", 200, "[]")
	id := x.gets("POST", "/ssf/stream", `{"delivery":{"method":"urn:ietf:rfc:8935",`+
		`"endpoint_url":"https://idp.example/in","authorization_header":"Bearer b"},`+
		`"events_requested":["`+enabled+`","urn:other"],"description":"d"}`, 201,
		head+`,"events_requested":["`+enabled+`","urn:other"],"events_delivered":["`+enabled+`"],`+
			pushing+rest+`,"description":"d"}`)
	one := "/ssf/stream?stream_id=" + id
	kept := head + `,"events_requested":["` + enabled + `","urn:other"],"events_delivered":["` + enabled + `"],` +
		pushing + rest
	x.gets("GET", one, "", 200, kept+`,"description":"d"}`)
	x.gets("GET", "/ssf/stream", "", 200, "["+kept+`,"description":"d"}]`)
	x.gets("PATCH", "/ssf/stream", `{"stream_id":"`+id+`","description":"e","iss":"https://protect.example.org"}`,
		200, kept+`,"description":"e"}`)
	polling := `"delivery":{"method":"urn:ietf:rfc:8936","endpoint_url":"https://protect.example.org/ssf/poll/ID"}`
	x.gets("PUT", "/ssf/stream", `{"stream_id":"`+id+`"}`, 200,
		head+`,"events_delivered":`+supported+`,`+polling+rest+"}")
	for _, wrong := range []string{`{"stream_id":"` + id + `","iss":"https://other.example"}`,
		`{"stream_id":"` + id + `","events_delivered":[]}`, `{"stream_id":"` + id + `","aud":null}`,
		`{"stream_id":"` + id + `","colour":"red"}`, `{"stream_id":"` + id + `","stream_id":"` + id + `"}`,
		`{"stream_id":7}`, `{}`, `[]`, `{"stream_id":"` + id + `"} {}`, "{",
		`{"stream_id":"` + id + `","description":"` + strings.Repeat("x", 201) + `"}`,
		`{"stream_id":"` + id + `","description":"\u0000"}`,
		`{"stream_id":"` + id + `","events_requested":"all"}`,
		`{"stream_id":"` + id + `","delivery":{"method":"urn:other"}}`,
		`{"stream_id":"` + id + `","delivery":{"method":"urn:ietf:rfc:8935"}}`,
		`{"stream_id":"` + id + `","delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"http://idp.example"}}`,
		`{"stream_id":"` + id + `","delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"https://idp.example",` +
			`"authorization_header":"a\r\nb"}}`} {
		for _, method := range []string{"PATCH", "PUT"} {
			x.gets(method, "/ssf/stream", wrong, 400, "")
		}
	}
	x.gets("PATCH", "/ssf/stream", `{"stream_id":"none"}`, 404, "")
	x.gets("PATCH", "/ssf/stream", `{"stream_id":"a\u0000"}`, 404, "")
	x.gets("DELETE", one, "", 204, "")
	x.gets("DELETE", one, "", 404, `{"err":"not_found","description":"There is no such thing."}`)
	x.gets("GET", one, "", 404, "")
	for range 5 {
		x.gets("POST", "/ssf/stream", "{}", 201, "")
	}
	x.gets("POST", "/ssf/stream", "{}", 409, "")
	x.gets("POST", "/ssf/stream", "{}"+strings.Repeat(" ", 70_000), 413, "")
	x.gets("POST", "/ssf/stream", "", 415, "")
	x.gets("POST", "/ssf/jwks.json", "{}", 405, "")
}

// TestWhoMayAsk: without a key with the scope there is nothing, and nothing of another receiver.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	id := x.gets("POST", "/ssf/stream", "{}", 201, "")
	reader, other := x.named("reader", apikey.CasesRead), x.named("other", apikey.WebhooksWrite)
	of := `{"stream_id":"` + id + `"`
	about := of + `,"subject":{"format":"opaque","id":"u-1001"}}`
	for _, r := range [][3]string{{"GET", "/ssf/stream?stream_id=" + id, ""},
		{"PATCH", "/ssf/stream", of + "}"}, {"PUT", "/ssf/stream", of + "}"},
		{"DELETE", "/ssf/stream?stream_id=" + id, ""}, {"GET", "/ssf/status?stream_id=" + id, ""},
		{"POST", "/ssf/status", of + `,"status":"paused"}`}, {"POST", "/ssf/subjects/add", about},
		{"POST", "/ssf/subjects/remove", about}, {"POST", "/ssf/verify", of + "}"},
		{"POST", "/ssf/poll/" + id, "{}"}} {
		for key, want := range map[string]int{"": 401, "rgk_x_y": 401, reader: 403, other: 404} {
			w := x.do(key, r[0], r[1], r[2])
			if w.Code != want || (want == 401) != (w.Header().Get("WWW-Authenticate") != "") {
				t.Errorf("%s %s: %d, want %d: %s", r[0], r[1], w.Code, want, w.Body)
			}
		}
	}
	if w := x.do(other, "GET", "/ssf/stream", ""); w.Body.String() != "[]\n" {
		t.Errorf("another one sees %s", w.Body)
	}
}

// TestStatusAndSubjects: statuses, subjects and verifications by the framework.
func TestStatusAndSubjects(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	id := x.gets("POST", "/ssf/stream", "{}", 201, "")
	of := `{"stream_id":"` + id + `"`
	x.gets("GET", "/ssf/status?stream_id="+id, "", 200, `{"stream_id":"ID","status":"enabled"}`)
	x.gets("POST", "/ssf/status", of+`,"status":"paused","reason":"r"}`, 200,
		`{"stream_id":"ID","status":"paused","reason":"r"}`)
	x.gets("GET", "/ssf/status?stream_id="+id, "", 200, `{"stream_id":"ID","status":"paused","reason":"r"}`)
	x.gets("POST", "/ssf/status", of+`,"status":"off"}`, 400, `{"err":"invalid_request","description":"status is not as it must be"}`)
	x.gets("POST", "/ssf/status", of+`,"status":"enabled"}`, 200, `{"stream_id":"ID","status":"enabled"}`)
	for _, named := range []string{`{"format":"opaque","id":"nobody"}`, `{"format":"email","email":"ada@example.org"}`} {
		x.gets("POST", "/ssf/subjects/add", of+`,"subject":`+named+`,"verified":true}`, 200, "")
		x.gets("POST", "/ssf/subjects/remove", of+`,"subject":`+named+`}`, 204, "")
	}
	for _, wrong := range []string{`{"format":"opaque"}`, `"u-1001"`, `{"format":"opaque","id":"a","id":"b"}`, `null`} {
		x.gets("POST", "/ssf/subjects/add", of+`,"subject":`+wrong+`}`, 400, "")
	}
	x.gets("POST", "/ssf/subjects/add", of+`}`, 400, "")
	x.gets("POST", "/ssf/subjects/remove", of+`,"subject":{"format":"opaque","id":"a"},"verified":true}`, 400, "")
	x.gets("POST", "/ssf/verify", of+`,"state":"s"}`, 204, "")
	w := x.do(x.key, "POST", "/ssf/verify", of+`}`)
	if w.Code != 429 || w.Header().Get("Retry-After") != "60" {
		t.Errorf("too soon: %d %v", w.Code, w.Header())
	}
}

// TestPollByAKeyThatIsRevoked: whoever waits for tokens when their key is revoked gets none of what comes then.
func TestPollByAKeyThatIsRevoked(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	id := x.gets("POST", "/ssf/stream", "{}", 201, "")
	go func() {
		time.Sleep(50 * time.Millisecond)
		key, _, _ := strings.Cut(strings.TrimPrefix(x.key, "rgk_"), "_")
		if _, err := x.Service.APIKeys.Revoke(t.Context(), security.Operator("test"), key); err != nil {
			t.Error(err)
		}
	}()
	if w := x.do(x.key, "POST", "/ssf/poll/"+id, "{}"); w.Code != 401 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestPoll: tokens are handed out until they are acknowledged; a poll waits for them if it may.
func TestPoll(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	id := x.gets("POST", "/ssf/stream", "{}", 201, "")
	x.gets("POST", "/ssf/subjects/add", `{"stream_id":"`+id+`","subject":{"format":"opaque","id":"u-1001"}}`, 200, "")
	end := func() {
		e := x.Service.Event(security.Operator("test"), audit.SessionEnded, x.Service.Now())
		e.Account = "u-1001"
		err := x.Service.Store.Commit(t.Context(), e, access.EndSessions{Subject: "u-1001", At: x.Service.Now()})
		if err != nil {
			t.Error(err)
		}
	}
	poll := func(body string) (sets map[string]string, more bool) {
		t.Helper()
		w := x.do(x.key, "POST", "/ssf/poll/"+id, body)
		var got struct {
			Sets          map[string]string
			MoreAvailable bool
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || got.Sets == nil {
			t.Fatal(w.Code, w.Body)
		}
		return got.Sets, got.MoreAvailable
	}
	if got, more := poll(`{"returnImmediately":true}`); len(got) != 0 || more {
		t.Errorf("got %v", got)
	}
	go func() {
		time.Sleep(50 * time.Millisecond)
		end()
	}()
	got, _ := poll(`{}`) // waits
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	end()
	end()
	var first string
	for first = range got {
		got, more := poll(`{"maxEvents":1,"ack":["` + first + `"],"returnImmediately":true}`)
		if len(got) != 1 || !more {
			t.Errorf("got %v, more %v", got, more)
		}
		for second := range got {
			poll(`{"maxEvents":0,"setErrs":{"` + second + `":{"err":"invalid_key","description":"what\nkey"}}}`)
			d, err := x.Service.Webhooks.Delivery(t.Context(), second)
			if err != nil || d.Said != "invalid_key: whatkey" {
				t.Errorf("%+v, %v", d, err)
			}
		}
	}
	for _, wrong := range []string{`{"maxEvents":-1}`, `{"maxEvents":"1"}`, `{"ack":"x"}`, `{"more":1}`,
		`{"setErrs":[]}`, `{"ack":["` + strings.Repeat(`x","`, 1001) + `"]}`} {
		x.gets("POST", "/ssf/poll/"+id, wrong, 400, "")
	}
}
