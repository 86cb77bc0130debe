package market_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"regain/cmd/regain/market"
	"regain/handlers/handlertest"
)

func secretOf(words string) string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte(words))
}

// hook is a webhook as it is sent.
type hook struct {
	id, body, secret string
	at               time.Time
	altered          string // what is sent in the place of what was signed
	unsigned         bool
}

// send sends the webhook and returns the status of the answer.
func (h hook) send(t *testing.T, b *handlertest.Browser) int {
	t.Helper()
	signer, err := webhooks.NewWebhook(h.secret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign(h.id, h.at, []byte(h.body))
	if err != nil {
		t.Fatal(err)
	}
	body := h.body
	if h.altered != "" {
		body = h.altered
	}
	r := b.Request(http.MethodPost, market.Base+"/hooks", body)
	r.Header.Set("Content-Type", "application/json")
	if !h.unsigned {
		r.Header.Set(webhooks.HeaderWebhookID, h.id)
		r.Header.Set(webhooks.HeaderWebhookTimestamp, fmt.Sprint(h.at.Unix()))
		r.Header.Set(webhooks.HeaderWebhookSignature, "v1a,AAAA "+signature)
	}
	return b.Other().Do(r).Status
}

// event is the body of a webhook.
func event(kind, data string) string {
	return `{"type":"` + kind + `","timestamp":"2026-11-22T14:05:00Z","data":` + data + `}`
}

func TestHooks(t *testing.T) {
	t.Parallel()
	secret := secretOf("of the endpoint, 24 bytes")
	b := open(t, secret)
	b.Open(market.Base+"/hooks").Wants(200, ".note", "Nothing yet")
	now := time.Now()
	locked := event("account.locked", `{"account":"ada","sequence":1}`)
	for _, tt := range []struct {
		name string
		hook hook
		want int
	}{
		{"good", hook{"e-1", locked, secret, now, "", false}, 204},
		{"the same again", hook{"e-1", locked, secret, now, "", false}, 204},
		{"a later one", hook{"e-2", event("account.secured", `{"account":"ada","sequence":2}`), secret, now, "", false}, 204},
		{"of somebody else", hook{"e-3", locked, secretOf("of nobody we know"), now, "", false}, 401},
		{"with an empty key", hook{"e-4", locked, "", now, "", false}, 401},
		{"altered", hook{"e-5", locked, secret, now, event("account.resumed", `{}`), false}, 401},
		{"old", hook{"e-6", locked, secret, now.Add(-6 * time.Minute), "", false}, 401},
		{"unsigned", hook{"e-7", locked, secret, now, "", true}, 401},
		{"no JSON", hook{"e-8", "hello", secret, now, "", false}, 400},
		{"no data", hook{"e-9", `{"type":"a"}`, secret, now, "", false}, 400},
		{"too large", hook{"e-10", event("a", `"`+strings.Repeat("a", 64<<10)+`"`), secret, now, "", false}, 413},
	} {
		if got := tt.hook.send(t, b); got != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, got, tt.want)
		}
	}
	b.Open(market.Base+"/hooks").On(200, "market-hooks").
		Wants(200, "li:nth-child(1) h2", "account.secured").
		Wants(200, "li:nth-child(2) h2", "account.locked").
		Wants(200, "li:nth-child(2) pre", `"sequence": 1`).
		Wants(200, "li:nth-child(2) time", "22 November 2026, 14:05").
		Wants(200, "li:nth-child(2) .tag", "Signature verified")
	if n := b.Doc.Find("main li").Length(); n != 2 {
		t.Errorf("%d webhooks are shown", n)
	}
	for i := range 120 {
		hook{fmt.Sprint("m-", i), event("webhook.test", fmt.Sprint(i)), secret, now, "", false}.send(t, b)
	}
	b.Open(market.Base+"/hooks").Wants(200, "li:nth-child(1) pre", "119")
	if n := b.Doc.Find("main li").Length(); n != 100 {
		t.Errorf("%d webhooks are kept", n)
	}
}

// TestNoSecret: a marketplace that has no secret believes nobody, the empty key neither.
func TestNoSecret(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	if got := (hook{id: "e-1", body: event("a", "{}"), at: time.Now()}).send(t, b); got != 401 {
		t.Errorf("status %d", got)
	}
}
