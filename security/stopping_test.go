package security_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"regain/security"
	"regain/security/inbound"
	"regain/security/report"
	"regain/security/webhook"
)

// stoppingHooks is a queue under which the portal is told to stop the moment something was claimed: whoever asked
// with what ends then is told of the end, and never of what they have.
type stoppingHooks struct {
	webhook.Store
	stop func()
}

func (s stoppingHooks) Claim(ctx context.Context, endpoint string, now time.Time, lease time.Duration, most int) (
	[]webhook.Delivery, error) {
	all, err := s.Store.Claim(context.WithoutCancel(ctx), endpoint, now, lease, most)
	s.stop()
	return all, errors.Join(err, ctx.Err())
}

// TestStoppingWhileADeliveryIsClaimed: what was claimed in the moment of the stop is sent by whoever asks next.
func TestStoppingWhileADeliveryIsClaimed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		x := w.hook()
		_, err := w.Webhooks.Test(t.Context(), security.Operator("test"), x.ID)
		w.must(err)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		hooks := w.Webhooks.Hooks
		w.Webhooks.Hooks = stoppingHooks{hooks, stop}
		r := &aReceiver{answer: webhook.Answer{Status: 204}}
		if _, err := w.Webhooks.Deliver(ctx, x.ID, r.Send); err != nil || len(r.got) != 0 {
			t.Fatalf("%d were sent by a portal that stops, %v", len(r.got), err)
		}
		w.Webhooks.Hooks = hooks
		if w.carry(x.ID, r); len(r.got) != 1 {
			t.Errorf("%d were sent, want the one", len(r.got))
		}
	})
}

// stoppingMails is stoppingHooks for mail that came in.
type stoppingMails struct {
	inbound.Store
	stop func()
}

func (s stoppingMails) ClaimMail(ctx context.Context, now time.Time, lease time.Duration) (inbound.Mail, error) {
	m, err := s.Store.ClaimMail(context.WithoutCancel(ctx), now, lease)
	s.stop()
	return m, errors.Join(err, ctx.Err())
}

// TestStoppingWhileAMailThatCameInIsClaimed: it is read after the first wait of a failed one, and not only when its
// lease is over.
func TestStoppingWhileAMailThatCameInIsClaimed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		reporting(w)
		target, _ := w.Inbound.Accepts("abuse@market.example")
		w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target},
			letter("ada@example.org", "abuse@market.example", "https://evil.example/")))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		mails := w.Inbound.Mails
		w.Inbound.Mails = stoppingMails{mails, stop}
		w.must(w.Inbound.Work(ctx))
		w.Inbound.Mails = mails
		w.advance(time.Minute)
		w.must(w.Inbound.Work(t.Context()))
		all, err := w.db.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 9})
		if len(all) != 1 || err != nil {
			t.Errorf("%d reports, %v, want one", len(all), err)
		}
	})
}
