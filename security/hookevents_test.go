package security_test

import (
	"context"
	"crypto/elliptic"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/webhook"
)

// TestWebhookEvents: an endpoint hears of other events from now on; the trail says who changed it, from
// what and to what, and nothing where nothing changed.
func TestWebhookEvents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, h, by := t.Context(), w.Webhooks, security.Operator("webhook change")
		x, r := w.hook(webhook.SessionsRevoked), &aReceiver{answer: webhook.Answer{Status: 204}}
		w.account("u-1001", "ada", "ada@example.org")
		w.endOf("u-1001") // waits, and is sent all the same
		var trail []map[string]string
		w.db.Committed = func(_ context.Context, c security.Change) {
			if c.Event.Kind == audit.HookChanged {
				trail = append(trail, c.Event.Data)
			}
		}
		set := func(seen *[]webhook.Type, events ...webhook.Type) error {
			_, err := h.SetEvents(ctx, by, x.ID, events, seen)
			return err
		}
		for range 2 {
			w.must(set(nil, webhook.AlertSent, webhook.AccountLocked, webhook.AccountLocked))
		}
		w.endOf("u-1001")
		w.lock("u-1001")
		w.carry(x.ID, r)
		var heard []string
		all, err := w.db.Host().Deliveries(ctx, x.ID, security.Cursor{}, 9)
		w.must(err)
		for _, d := range all {
			heard = append(heard, string(d.Type))
		}
		slices.Sort(heard)
		if diff := cmp.Diff([]string{"account.locked", "account.sessions_revoked"}, heard); diff != "" ||
			len(r.got) != 2 {
			t.Errorf("%d sent; heard (-want +got):\n%s", len(r.got), diff)
		}
		wantRefusal(t, set(nil, "account.eaten"), refusal.HookEvent)
		if err := set(&[]webhook.Type{webhook.SessionsRevoked}); !errors.Is(err, security.ErrStale) {
			t.Errorf("by what it was: %v", err)
		}
		w.must(set(&[]webhook.Type{webhook.AccountLocked, webhook.AlertSent}))
		w.must(set(&[]webhook.Type{}, webhook.AlertSent))
		if _, err := h.SetEvents(ctx, by, "none", nil, nil); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("of none: %v", err)
		}
		about := func(from, to string) map[string]string {
			return map[string]string{"webhook": x.ID, "host": x.Host(), "from": from, "to": to}
		}
		const two = "account.locked alert.sent"
		if diff := cmp.Diff([]map[string]string{about("account.sessions_revoked", two), about(two, "all"),
			about("all", "alert.sent")}, trail); diff != "" {
			t.Errorf("on the trail (-want +got):\n%s", diff)
		}
	})
}

// TestWebhookEventsRace: of two who decide by what they have seen at the same time, one is told that it is
// not so any more. An endpoint never has a key for hashes that it does not hear of.
func TestWebhookEventsRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, h, by := t.Context(), w.Webhooks, security.Operator("test")
		x := w.hook(webhook.SessionsRevoked)
		seen := x.Events
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, errs[i] = h.SetEvents(ctx, by, x.ID, webhook.Types[i+5:i+6], &seen) })
		}
		all.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				if won++; !slices.Equal(w.endpoint(x.ID).Events, webhook.Types[i+5:i+6]) &&
					webhook.Types[i+5] != webhook.SessionsRevoked {
					t.Errorf("%s was lost", webhook.Types[i+5])
				}
			} else if !errors.Is(err, security.ErrStale) {
				t.Errorf("%v", err)
			}
		}
		if won == 0 || won > 2 { // one of them changes nothing
			t.Errorf("%d of %d won", won, len(errs))
		}
		curve := aCurveKey(t, elliptic.P256(), "")
		key := jsonOf(t, curve.Public())
		for range 8 {
			y := w.hook()
			all.Go(func() { _, errs[0] = h.EncryptTo(ctx, by, y.ID, key) })
			all.Go(func() { _, errs[1] = h.SetEvents(ctx, by, y.ID, []webhook.Type{webhook.AccountLocked}, nil) })
			all.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("%v, %v", errs[0], errs[1])
			}
			for _, err := range errs[:2] {
				if err != nil {
					wantRefusal(t, err, refusal.HookKeyIdle)
				}
			}
			_, err := h.Remove(ctx, by, y.ID)
			w.must(err)
		}
	})
}
