package security_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/paging"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/webhook"
)

// TestWebhooksAreForAdministrators, who prove lately that it is still them where something changes,
// and for programs with the scope.
func TestWebhooksAreForAdministrators(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, h := t.Context(), w.Webhooks
	x := w.hook()
	sent, err := h.Test(ctx, security.Operator("test"), x.ID)
	w.must(err)
	uses := []struct {
		name  string
		proof bool
		do    func(*staff.Member) error
	}{
		{"list", false, func(m *staff.Member) error { _, err := h.ListFor(ctx, m); return err }},
		{"show", false, func(m *staff.Member) error { _, err := h.EndpointFor(ctx, m, x.ID); return err }},
		{"deliveries", false, func(m *staff.Member) error {
			_, err := h.DeliveriesFor(ctx, m, x.ID, paging.Ask{})
			return err
		}},
		{"test", false, func(m *staff.Member) error { _, err := h.TestFor(ctx, m, x.ID); return err }},
		{"again", false, func(m *staff.Member) error {
			_, err := h.SendAgainFor(ctx, m, x.ID, sent.ID)
			return err
		}},
		{"add", true, func(m *staff.Member) error {
			_, err := h.AddFor(ctx, m, "https://hooks.example", nil)
			return err
		}},
		{"pause", true, func(m *staff.Member) error { _, err := h.PauseFor(ctx, m, x.ID); return err }},
		{"resume", true, func(m *staff.Member) error { _, err := h.ResumeFor(ctx, m, x.ID); return err }},
		{"events", true, func(m *staff.Member) error {
			_, err := h.SetEventsFor(ctx, m, x.ID, webhook.Types[len(m.Name)%9:][:1], nil)
			return err
		}},
		{"rotate", true, func(m *staff.Member) error { _, err := h.RotateFor(ctx, m, x.ID); return err }},
		{"replay", true, func(m *staff.Member) error {
			_, err := h.SendSinceFor(ctx, m, x.ID, w.Now())
			return err
		}},
		{"remove", true, func(m *staff.Member) error { _, err := h.RemoveFor(ctx, m, x.ID); return err }},
	}
	others := slices.DeleteFunc(slices.Clone(apikey.Scopes),
		func(s apikey.Scope) bool { return s == apikey.WebhooksWrite })
	refused := []*staff.Member{w.member("sam", staff.RoleSupport), w.member("ada", staff.RoleSecurity),
		w.program("others", nil, others...)}
	stale := w.member("ines", staff.RoleAdmin)
	stale.Session.ProvedAt = w.Now().Add(-time.Hour)
	for _, use := range uses {
		for _, m := range refused {
			if err := use.do(m); err == nil {
				t.Errorf("%s by %s %s went through", use.name, m.Role, m.Holder)
			} else {
				wantRefusal(t, err, refusal.Denied)
			}
		}
		if err := use.do(stale); use.proof {
			wantRefusal(t, err, refusal.ProofNeeded)
		} else if err != nil {
			t.Errorf("%s without a proof: %v", use.name, err)
		}
	}
	program := w.program("hooks", nil, apikey.WebhooksWrite)
	for _, m := range []*staff.Member{w.member("max", staff.RoleAdmin), program} {
		for _, use := range uses[:len(uses)-1] {
			if err := use.do(m); err != nil {
				t.Errorf("%s by %s: %v", use.name, m.Name, err)
			}
		}
	}
	w.must(uses[len(uses)-1].do(program))
	var by []string
	w.db.Committed = func(_ context.Context, c security.Change) { by = append(by, string(c.Event.By.Kind)) }
	y := w.hook()
	_, err = h.PauseFor(ctx, program, y.ID)
	w.must(err)
	if diff := cmp.Diff([]string{"operator", "host"}, by); diff != "" {
		t.Errorf("on the trail (-want +got):\n%s", diff)
	}
	_, err = h.SendAgainFor(ctx, program, y.ID, sent.ID)
	if !errors.Is(err, security.ErrNotFound) {
		t.Errorf("sent again what is of another webhook: %v", err)
	}
}

// TestWebhookSecretIsShownOnce: of a form that is sent several times at once, one is answered with the
// secret, and nothing is added or rotated twice. Two who rotate at once get secrets that both sign.
func TestWebhookSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		m := w.member("ines", staff.RoleAdmin)
		first := w.hook()
		for name, do := range map[string]func(*staff.Member) (webhook.Added, error){
			"add": func(m *staff.Member) (webhook.Added, error) {
				return w.Webhooks.AddFor(ctx, m, "https://hooks.example/two", nil)
			},
			"rotate": func(m *staff.Member) (webhook.Added, error) {
				return w.Webhooks.RotateFor(ctx, m, first.ID)
			},
		} {
			m.Session.Form = name
			var wg sync.WaitGroup
			secrets := make(chan string, 6)
			for range cap(secrets) {
				copied := *m
				wg.Go(func() {
					made, err := do(&copied)
					if err == nil {
						secrets <- made.Secret
					} else if !errors.Is(err, access.ErrAnswered) {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			wg.Wait()
			if len(secrets) != 1 {
				t.Errorf("%s: %d secrets were shown", name, len(secrets))
			}
		}
		all, err := w.Webhooks.List(ctx)
		if err != nil || len(all) != 2 {
			t.Errorf("%d webhooks, %v", len(all), err)
		}
		m.Session.Form = ""
		var wg sync.WaitGroup
		made := make(chan webhook.Added, 2)
		for range cap(made) {
			wg.Go(func() {
				x, err := w.Webhooks.RotateFor(ctx, m, first.ID)
				w.must(err)
				made <- x
			})
		}
		wg.Wait()
		close(made)
		w.must(w.Access.EndWaysIn(ctx, w.waysIn("u-1001")))
		r := &aReceiver{answer: webhook.Answer{Status: 200}}
		w.carry(first.ID, r)
		for x := range made {
			check, err := standard.NewWebhook(x.Secret)
			w.must(err)
			p := r.got[0]
			err = check.VerifyIgnoringTimestamp([]byte(p.Body), http.Header{"Webhook-Id": {p.ID},
				"Webhook-Timestamp": {p.Timestamp}, "Webhook-Signature": {p.Signature}})
			if err != nil {
				t.Errorf("a secret that was shown does not sign: %v", err)
			}
		}
	})
}

// TestDeliveriesByPage: each stands on one page, and a cursor leads nowhere else.
func TestDeliveriesByPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, m := t.Context(), w.member("ines", staff.RoleAdmin)
		x, y := w.hook(), w.hook()
		var want, got []string
		for range 5 {
			d, err := w.Webhooks.Test(ctx, security.Operator("test"), x.ID)
			w.must(err)
			want = append([]string{d.ID}, want...)
			w.advance(time.Second)
		}
		ask := paging.Ask{Limit: 2}
		for range 3 {
			p, err := w.Webhooks.DeliveriesFor(ctx, m, x.ID, ask)
			w.must(err)
			for _, d := range p.Rows {
				got = append(got, d.ID)
			}
			if p.Next != "" {
				ask.Cursor = p.Next
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		_, err := w.Webhooks.DeliveriesFor(ctx, m, y.ID, ask)
		if !errors.Is(err, paging.Error("cursor")) {
			t.Errorf("a cursor of another webhook: %v", err)
		}
		_, err = w.Webhooks.DeliveriesFor(ctx, m, "nobody", paging.Ask{})
		if !errors.Is(err, security.ErrNotFound) {
			t.Errorf("deliveries of nobody: %v", err)
		}
	})
}

// TestWebhookBreaks: one delivery that breaks whoever sends it takes no other along, and comes again by
// the schedule. It says nothing about the endpoint.
func TestWebhookBreaks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		x := w.hook()
		var ids []string
		for range 5 {
			d, err := w.Webhooks.Test(ctx, security.Operator("test"), x.ID)
			w.must(err)
			ids = append(ids, d.ID)
		}
		send := func(_ context.Context, p webhook.Parcel) webhook.Answer {
			if strings.HasPrefix(ids[2], p.ID+"_") {
				panic("ada@example.org")
			}
			return webhook.Answer{Status: 204}
		}
		tried, err := w.Webhooks.Deliver(ctx, x.ID, send)
		if len(tried) != len(ids) || err == nil || strings.Contains(err.Error(), "ada@") {
			t.Errorf("tried %d: %v", len(tried), err)
		}
		for i, id := range ids {
			d, err := w.Webhooks.Delivery(ctx, id)
			w.must(err)
			if i != 2 && d.DoneAt.IsZero() || i == 2 && (d.Why != webhook.WhyFault || d.Step != 1 ||
				d.Due.Sub(w.Now()) < 5*time.Second) {
				t.Errorf("%d: %+v", i, d)
			}
		}
		if since := w.endpoint(x.ID).FailingSince; !since.IsZero() {
			t.Errorf("the endpoint fails since %v", since)
		}
	})
}
