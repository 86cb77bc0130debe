package web_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/security/staff"
	"regain/security/webhook"
	"regain/views/words"
)

const hooksPath = "/staff/webhooks"

// hooksOf lists the webhooks there are.
func hooksOf(t *testing.T, b *handlertest.Browser) []webhook.Endpoint {
	t.Helper()
	all, err := b.Service.Webhooks.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// answered delivers what is due, to a receiver that answers so.
func answered(t *testing.T, b *handlertest.Browser, id string, a webhook.Answer) {
	t.Helper()
	_, err := b.Service.Webhooks.Deliver(t.Context(), id,
		func(context.Context, webhook.Parcel) webhook.Answer { return a })
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecretOfWebhookIsShownOnce: on the page that answers the form which made it, and nowhere else
// ever. A second press of a button makes no second one.
func TestSecretOfWebhookIsShownOnce(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	d.Open("/staff/keys").Wants(200, `main a[href="/staff/webhooks"]`, "webhooks")
	d.Open(hooksPath).On(200, "staff-webhooks").Wants(200, `nav a[aria-current="page"]`, words.Say("nav.webhooks").String())
	form := url.Values{"url": {"https://hooks.example/in?k=1"}, "events": {"alert.sent", "account.locked"},
		"once": {d.Doc.Find(`form[action="/staff/webhooks"] [name="once"]`).AttrOr("value", "")}}
	d.Post(hooksPath, form).On(200, "staff-webhook-secret")
	added := d.Doc.Find("#key").Text()
	all := hooksOf(t, b)
	if len(all) != 1 || !strings.HasPrefix(added, "whsec_") || d.Header.Get("Cache-Control") != "no-store" ||
		len(all[0].Events) != 2 {
		t.Fatalf("%q is of %+v; %v", added, all, d.Header)
	}
	at := hooksPath + "/" + all[0].ID
	d.Wants(200, "main", all[0].PublicKey)
	d.Post(hooksPath, form).Wants(303, "", hooksPath).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.webhook_added").String())
	d.Open(at).On(200, "staff-webhook").Wants(200, "#public", all[0].PublicKey)
	turn := url.Values{"once": {d.Doc.Find(`form[action$="/rotate"] [name="once"]`).AttrOr("value", "")}}
	d.Post(at+"/rotate", turn).On(200, "staff-webhook-secret")
	turned := d.Doc.Find("#key").Text()
	if turned == added || !strings.HasPrefix(turned, "whsec_") {
		t.Errorf("%q, then %q", added, turned)
	}
	key := hooksOf(t, b)[0].PublicKey
	d.Post(at+"/rotate", turn).Wants(303, "", at).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.webhook_rotated").String())
	if all := hooksOf(t, b); len(all) != 1 || all[0].PublicKey != key {
		t.Errorf("after a second press: %+v", all)
	}
	for _, path := range []string{hooksPath, at} {
		if d.Open(path); strings.Contains(d.Body, added) || strings.Contains(d.Body, turned) {
			t.Errorf("%s shows a secret", path)
		}
	}
	for table, row := range rows(t, b) {
		if strings.Contains(row, added) || strings.Contains(row, turned) {
			t.Errorf("%s holds a secret", table)
		}
	}
	if strings.Contains(b.Log.String(), "whsec_") {
		t.Error("the log holds a secret")
	}
}

// TestWebhookForm: what is wrong is said at its field, and what was typed stays.
func TestWebhookForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	for _, tt := range []struct{ url, event, field, said string }{
		{"", "", "url", "webhook_url"},
		{"hooks.example", "", "url", "webhook_url"},
		{"http://hooks.example", "", "url", "webhook_plain"},
		{"https://ada:x@hooks.example", "", "url", "webhook_user"},
		{"https://10.0.0.7/in", "", "url", "webhook_address"},
		{"https://localhost", "account.locked", "url", "webhook_address"},
		{"https://hooks.example", "account.eaten", "events", "webhook_event"},
	} {
		form := url.Values{"url": {tt.url}}
		if tt.event != "" {
			form["events"] = []string{tt.event}
		}
		d.Post(hooksPath, form).On(422, "staff-webhooks")
		d.Wants(422, "#"+tt.field+`\.error`, words.Say(tt.said).String())
		if got := d.Doc.Find("#url").AttrOr("value", ""); got != tt.url {
			t.Errorf("the address %q is lost: %q", tt.url, got)
		}
		if tt.event == "account.locked" && d.Doc.Find(`[value="account.locked"][checked]`).Length() != 1 {
			t.Error("what was chosen is lost")
		}
	}
	d.Open(hooksPath)
	b.Advance(access.ProofFresh)
	d.Fill("url", "https://hooks.example").SubmitTo(hooksPath)
	d.On(403, "staff-prove").Fill("code", b.StaffCode("ines")).Submit().On(200, "staff-webhook-secret")
	if all := hooksOf(t, b); len(all) != 1 || len(all[0].Events) != 0 {
		t.Errorf("added %+v", all)
	}
	d.Open(hooksPath+"/nobody").On(404, "problem")
}

// TestWebhookPage: what became of messages, and everything that can be done.
func TestWebhookPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	made, err := b.Service.Webhooks.Add(t.Context(), security.Operator("test"), "https://hooks.example", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	at := hooksPath + "/" + made.ID
	does := func(action, flash string) {
		t.Helper()
		d.Open(at).SubmitTo(at+"/"+action).Wants(303, "", at).Follow()
		d.Wants(200, `[role="status"]`, words.Say("flash."+flash).String())
	}
	does("test", "webhook_tested")
	d.Wants(200, "tbody tr", words.Say("hook_delivery.waiting").String())
	answered(t, b, made.ID, webhook.Answer{Why: webhook.WhyConnect})
	d.Open(at).Wants(200, "tbody tr", words.Say("hook_why.connect").String())
	d.Wants(200, ".note.warn", words.Say("hook_mend.fails").String())
	if d.Doc.Find("tbody td .hint time").Length() != 1 {
		t.Errorf("no next try: %s", d.Doc.Find("tbody").Text())
	}
	d.SubmitTo(d.Doc.Find(`tbody form`).AttrOr("action", "")).Wants(303, "", at).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.webhook_again").String())
	answered(t, b, made.ID, webhook.Answer{Status: 204})
	d.Open(at).Wants(200, "tbody tr", "204").Wants(200, "tbody .tag.ok", words.Say("hook_delivery.delivered").String())
	if d.Doc.Find("main .card .note.warn").Length() != 0 {
		t.Errorf("it still fails: %s", d.Doc.Find("main .card .note.warn").Text())
	}
	does("pause", "webhook_paused")
	d.Wants(200, ".tag", words.Say("hook_state.paused").String())
	does("resume", "webhook_resumed")
	d.Post(at+"/replay", url.Values{"since": {"2h"}}).On(422, "staff-webhook")
	d.Wants(422, `#since\.error`, words.Say("webhook_since").String())
	b.Person("u-9", "zoe")
	b.Lock("u-9")
	answered(t, b, made.ID, webhook.Answer{Status: 200})
	d.Open(at).Fill("since", "1h").SubmitTo(at+"/replay").Wants(303, "", at).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.webhook_replayed").String())
	if x := hooksOf(t, b)[0]; x.Waiting == 0 {
		t.Errorf("nothing goes out again: %+v", x)
	}
	for range 25 {
		if _, err := b.Service.Webhooks.Test(t.Context(), security.Operator("test"), made.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.Open(at).Doc.Find("tbody tr").Length(); n != 20 {
		t.Errorf("%d messages on a page", n)
	}
	next := d.Doc.Find(`nav[aria-label="Pages"] a`).AttrOr("href", "")
	d.Open(next).Wants(200, `nav[aria-label="Pages"] a`, "First page")
	d.Open(at+"?after=nonsense").Wants(303, "", at)
	for range 2 {
		d.Post(at+"/remove", nil).Wants(303, "", hooksPath).Follow()
		d.Wants(200, `[role="status"]`, words.Say("flash.webhook_removed").String())
	}
	if all := hooksOf(t, b); len(all) != 0 {
		t.Errorf("left: %+v", all)
	}
}

// TestEventsOfWebhook: what it hears is changed by its page, in place of what the page has shown: whoever
// was slower is told so and keeps the choice.
func TestEventsOfWebhook(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	made, err := b.Service.Webhooks.Add(t.Context(), security.Operator("test"), "https://hooks.example",
		[]webhook.Type{webhook.AccountLocked, webhook.AlertSent}, "")
	if err != nil {
		t.Fatal(err)
	}
	at := hooksPath + "/" + made.ID
	wants := func(want ...webhook.Type) {
		t.Helper()
		if got := hooksOf(t, b)[0].Events; !slices.Equal(got, want) {
			t.Errorf("it hears %v, want %v", got, want)
		}
	}
	chosen := func() (all []string) {
		d.Doc.Find(`[name="events"][checked]`).Each(func(_ int, s *goquery.Selection) {
			all = append(all, s.AttrOr("value", ""))
		})
		return all
	}
	if d.Open(at); !slices.Equal(chosen(), []string{"account.locked", "alert.sent"}) {
		t.Errorf("chosen at first: %v", chosen())
	}
	seen := d.Doc.Find(`[name="seen"]`).AttrOr("value", "")
	form := func(events ...string) url.Values { return url.Values{"events": events, "seen": {seen}} }
	for range 2 { // a second press changes nothing
		d.Post(at+"/events", form("alert.denied")).Wants(303, "", at).Follow()
		d.Wants(200, `[role="status"]`, words.Say("flash.webhook_changed").String())
		wants(webhook.AlertDenied)
	}
	d.Post(at+"/events", form("ticket.opened")).On(422, "staff-webhook")
	d.Wants(422, `#events\.error`, words.Say("webhook_changed").String())
	wants(webhook.AlertDenied)
	if !slices.Equal(chosen(), []string{"ticket.opened"}) {
		t.Errorf("the choice is lost: %v", chosen())
	}
	d.SubmitTo(at+"/events").Wants(303, "", at)
	wants(webhook.TicketOpened)
	d.Open(at)
	seen = d.Doc.Find(`[name="seen"]`).AttrOr("value", "")
	d.Post(at+"/events", form("account.eaten")).On(422, "staff-webhook")
	d.Wants(422, `#events\.error`, words.Say("webhook_event").String())
	d.Post(at+"/events", form()).Wants(303, "", at)
	wants()
	d.Post(hooksPath+"/nobody/events", form()).On(404, "problem")
}

// TestWebhookThatIsOff: why, since when, and what to do.
func TestWebhookThatIsOff(t *testing.T) {
	t.Parallel()
	for state, a := range map[webhook.State]webhook.Answer{webhook.Gone: {Status: 410},
		webhook.Failing: {Why: webhook.WhyTimeout}} {
		b := handlertest.New(t)
		made, err := b.Service.Webhooks.Add(t.Context(), security.Operator("test"), "https://hooks.example", nil, "")
		for range 2 {
			if _, err := b.Service.Webhooks.Test(t.Context(), security.Operator("test"), made.ID); err != nil {
				t.Fatal(err)
			}
			answered(t, b, made.ID, a)
			b.Advance(97 * time.Hour)
		}
		if err != nil || hooksOf(t, b)[0].State != state {
			t.Fatalf("%v, %v", hooksOf(t, b), err)
		}
		d := b.Desk(staff.RoleAdmin, "max")
		d.Open(hooksPath+"/"+made.ID).Wants(200, ".note.warn", words.Say("hook_trouble."+string(state)).String())
		d.Wants(200, ".note.warn", words.Say("hook_mend."+string(state)).String())
		if d.Doc.Find(".note.warn time").Length() != 1 || d.Doc.Find(`form[action$="/pause"]`).Length() != 0 {
			t.Errorf("%s: %s", state, d.Doc.Find("main").Text())
		}
		d.SubmitTo(hooksPath+"/"+made.ID+"/resume").Wants(303, "", hooksPath+"/"+made.ID).Follow()
		if x := hooksOf(t, b)[0]; x.State != webhook.Live {
			t.Errorf("started again: %+v", x)
		}
	}
}

// TestWebhookThatGetsHashes: its page names the key that they are for (RFC 7638 §3.1 has both).
func TestWebhookThatGetsHashes(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3" +
		"oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6" +
		"qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awap" +
		"JzKnqDKgw"
	made, err := b.Service.Webhooks.Add(t.Context(), security.Operator("test"), "https://hooks.example", nil,
		`{"kty":"RSA","n":"`+n+`","e":"AQAB","alg":"RSA-OAEP-256","kid":"2011-04-29"}`)
	if err != nil {
		t.Fatal(err)
	}
	d := b.Desk(staff.RoleAdmin, "ines")
	d.Open(hooksPath+"/"+made.ID).Wants(200, "dd .ltr", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
}
