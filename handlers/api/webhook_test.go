package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/handlers/api"
	"regain/security/apikey"
	"regain/security/webhook"
)

// ask sends a request and reads its answer, which is to be good.
func ask[T any](m *market, method, path, body string) (got T) {
	m.t.Helper()
	w := m.do(method, path, m.key, body)
	if w.Code >= 300 {
		m.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if w.Code != http.StatusNoContent {
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			m.t.Fatal(err)
		}
	}
	return got
}

// TestWebhooksByAPI goes through the life of one. Its secret stands in two answers and nowhere else.
func TestWebhooksByAPI(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	made := ask[api.WebhookSecret](m, "POST", "/webhooks",
		`{"url":"https://hooks.example/in?k=1","events":["ticket.opened","account.locked"]}`)
	at := "/webhooks/" + made.Webhook.Id
	turned := ask[api.WebhookSecret](m, "POST", at+"/rotate", "")
	if !strings.HasPrefix(made.Secret, "whsec_") || !strings.HasPrefix(turned.Secret, "whsec_") ||
		made.Secret == turned.Secret || made.Webhook.PublicKey == turned.Webhook.PublicKey ||
		strings.Join(made.Webhook.Events, " ") != "account.locked ticket.opened" {
		t.Errorf("made %+v, rotated %+v", made, turned)
	}
	for range 3 {
		ask[api.Delivery](m, "POST", at+"/test", "")
		m.Advance(time.Second)
	}
	status := 500
	send := func(context.Context, webhook.Parcel) webhook.Answer { return webhook.Answer{Status: status} }
	carry := func() {
		if _, err := m.Service.Webhooks.Deliver(t.Context(), made.Webhook.Id, send); err != nil {
			t.Fatal(err)
		}
	}
	carry()
	first := ask[api.DeliveryList](m, "GET", at+"/deliveries?limit=2", "")
	rest := ask[api.DeliveryList](m, "GET", at+"/deliveries?limit=2&cursor="+*first.Next, "")
	if len(first.Deliveries) != 2 || len(rest.Deliveries) != 1 || rest.Next != nil {
		t.Fatalf("pages %+v, %+v", first, rest)
	}
	d := first.Deliveries[0]
	if d.State != "waiting" || *d.Status != 500 || *d.Why != "status" || d.Attempts != 1 || d.DueAt == nil ||
		d.Type != "webhook.test" || !strings.HasPrefix(d.Id, d.Message+"_") {
		t.Errorf("a delivery %+v", d)
	}
	if x := ask[api.Webhook](m, "GET", at, ""); x.Waiting != 3 || x.FailingSince == nil || x.TriedAt == nil {
		t.Errorf("it fails: %+v", x)
	}
	status = 204
	if d = ask[api.Delivery](m, "POST", at+"/deliveries/"+d.Id+"/again", ""); d.State != "waiting" {
		t.Errorf("again: %+v", d)
	}
	carry()
	if x := ask[api.Webhook](m, "PATCH", at, `{"state":"paused"}`); x.State != "paused" || x.Waiting != 2 {
		t.Errorf("paused: %+v", x)
	}
	if x := ask[api.Webhook](m, "PATCH", at, `{"state":"live"}`); x.State != "live" {
		t.Errorf("live: %+v", x)
	}
	for _, names := range []string{`"alert.sent","account.locked"`, ``, `"ticket.opened"`} {
		x := ask[api.Webhook](m, "PATCH", at, `{"events":[`+names+`]}`)
		want := map[string]int{``: len(webhook.Types), `"ticket.opened"`: 1}[names]
		if want == 0 {
			want = 2
		}
		if len(x.Events) != want || x.State != "live" {
			t.Errorf("%s: %+v", names, x)
		}
	}
	carry()
	if x := ask[api.Webhook](m, "POST", at+"/replay", `{"since":"2020-01-01T00:00:00Z"}`); x.Waiting != 0 {
		t.Errorf("a test is replayed: %+v", x)
	}
	if all := ask[api.WebhookList](m, "GET", "/webhooks", "").Webhooks; len(all) != 1 {
		t.Errorf("webhooks %+v", all)
	}
	for _, secret := range []string{made.Secret, turned.Secret} {
		if strings.Contains(m.do("GET", "/webhooks", m.key, "").Body.String()+
			m.do("GET", at, m.key, "").Body.String()+m.Log.String(), secret) {
			t.Error("the secret is told later")
		}
	}
	ask[struct{}](m, "DELETE", at, "")
	for _, gone := range []string{"GET " + at, "DELETE " + at, "POST " + at + "/rotate", "POST " + at + "/test",
		"GET " + at + "/deliveries", "POST " + at + "/deliveries/" + d.Id + "/again"} {
		method, path, _ := strings.Cut(gone, " ")
		if w := m.do(method, path, m.key, ""); w.Code != 404 || problem(t, w) != "unknown" {
			t.Errorf("%s: %d", gone, w.Code)
		}
	}
}

// TestFaultsOfWebhooks: each is told with the place where it stands.
func TestFaultsOfWebhooks(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	made := ask[api.WebhookSecret](m, "POST", "/webhooks", `{"url":"https://hooks.example"}`)
	at := "/webhooks/" + made.Webhook.Id
	for _, tt := range []struct{ method, path, body, want string }{
		{"POST", "/webhooks", `{"url":"hooks.example"}`, "invalid /url webhook_url"},
		{"POST", "/webhooks", `{"url":"http://hooks.example"}`, "invalid /url webhook_plain"},
		{"POST", "/webhooks", `{"url":"https://a:b@hooks.example"}`, "invalid /url webhook_user"},
		{"POST", "/webhooks", `{"url":"https://10.0.0.1"}`, "invalid /url webhook_address"},
		{"POST", "/webhooks", `{"url":"https://h.example","events":["no"]}`, "invalid /events webhook_event"},
		{"POST", "/webhooks", `{"url":"https://h.example","events":"account.locked"}`,
			"invalid /events wrong_type"},
		{"POST", "/webhooks", `{"url":"https://h.example","events":[1]}`, "invalid /events wrong_type"},
		{"POST", "/webhooks", `{"url":"https://h.example","events":""}`, "invalid /events wrong_type"},
		{"POST", "/webhooks", `{"events":[]}`, "invalid /url missing"},
		{"PATCH", at, `{"state":"gone"}`, "invalid /state choice"},
		{"PATCH", at, `{}`, "invalid /state missing"},
		{"PATCH", at, `{"events":null}`, "invalid /state missing"},
		{"PATCH", at, `{"events":["no"]}`, "invalid /events webhook_event"},
		{"PATCH", at, `{"events":"account.locked"}`, "invalid /events wrong_type"},
		{"PATCH", at, `{"events":7}`, "invalid /events wrong_type"},
		{"PATCH", at, `{"events":[],"state":"live"}`, "invalid /events excluded"},
		{"PATCH", at, `{"url":"https://hooks.example"}`, "invalid /url unknown_key"},
		{"POST", at + "/replay", `{"since":"yesterday"}`, "invalid /since time"},
		{"GET", at + "/deliveries?limit=0", "", "invalid /limit choice"},
		{"GET", at + "/deliveries?limit=501", "", "invalid /limit choice"},
		{"GET", at + "/deliveries?cursor=x", "", "invalid /cursor choice"},
		{"GET", at + "/deliveries?state=x", "", "invalid /state unknown_key"},
		{"GET", "/webhooks?limit=1", "", "invalid /limit unknown_key"},
	} {
		w := m.do(tt.method, tt.path, m.key, tt.body)
		if said := problem(t, w); w.Code != 422 || said != tt.want {
			t.Errorf("%s %s %s: %d %s, want %s", tt.method, tt.path, tt.body, w.Code, said, tt.want)
		}
	}
	for range 19 {
		ask[api.WebhookSecret](m, "POST", "/webhooks", `{"url":"https://hooks.example"}`)
	}
	w := m.do("POST", "/webhooks", m.key, `{"url":"https://hooks.example"}`)
	if said := problem(t, w); w.Code != 422 || said != "invalid /url webhooks_many" {
		t.Errorf("one too many: %d %s", w.Code, said)
	}
}

// TestSecretOfWebhookIsNotRepeated: what is sent again under its name is done once, and of an answer with a secret
// nothing is kept.
func TestSecretOfWebhookIsNotRepeated(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	var secrets sync.Map
	var hook atomic.Value
	for _, path := range []string{"/webhooks", "/webhooks/%s/rotate"} {
		var given atomic.Int64
		var wg sync.WaitGroup
		send := func() {
			at, body := path, `{"url":"https://hooks.example"}`
			if strings.Contains(path, "%s") {
				at, body = fmt.Sprintf(path, hook.Load()), ""
			}
			w := m.called(at, m.key, body, "n"+path[len(path)-6:])
			var got api.WebhookSecret
			switch err := json.Unmarshal(w.Body.Bytes(), &got); {
			case w.Code == 409 && got.Secret == "":
			case err != nil || w.Code != 200 || got.Secret == "" || w.Header().Get("Idempotent-Replayed") != "":
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			default:
				given.Add(1)
				hook.Store(got.Webhook.Id)
				secrets.Store(got.Secret, true)
			}
		}
		for range 4 {
			wg.Go(send)
		}
		wg.Wait()
		send()
		if n := given.Load(); n != 1 {
			t.Errorf("%s was done %d times", path, n)
		}
	}
	if all := ask[api.WebhookList](m, "GET", "/webhooks", ""); len(all.Webhooks) != 1 {
		t.Errorf("%d webhooks", len(all.Webhooks))
	}
	for _, file := range []string{m.File, m.File + "-wal"} {
		stored, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		secrets.Range(func(secret, _ any) bool {
			if bytes.Contains(stored, []byte(secret.(string))) {
				t.Errorf("%s holds a secret", file)
			}
			return true
		})
	}
}

// TestKeyOfNothingElse: a key for webhooks reads nothing but them.
func TestKeyOfNothingElse(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.key = m.named("hooks", apikey.WebhooksWrite)
	ask[api.WebhookList](m, "GET", "/webhooks", "")
	for _, path := range []string{"/cases", "/tickets", "/accounts/ada"} {
		if w := m.do("GET", path, m.key, ""); w.Code != 403 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
