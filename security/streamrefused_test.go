package security_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/notice"
	"regain/security/signal"
	"regain/security/staff"
	"regain/security/webhook"
)

var noSense = webhook.Answer{Status: 400, Said: "invalid_request: what is that"}

// TestStreamRefusesAll: a receiver that refuses one token after the other for good loses twenty, and no
// more: the stream is switched off, what happens waits, and it goes on in its order once it runs again.
func TestStreamRefusesAll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp, p := t.Context(), w.partner("idp"), &aPartner{world: w}
		m := w.member("max", staff.RoleAdmin)
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		sent := w.signals(x, 50, func() {})
		p.answer = func(int, webhook.Parcel) webhook.Answer { return noSense }
		pushed := p.push(x, sent)
		var first []int
		for i := range 20 {
			first = append(first, i+1)
		}
		// As it stops it is told so, refused or not, and then nothing.
		if diff := cmp.Diff(append(slices.Clone(first), 0), pushed); diff != "" {
			t.Errorf("pushed (-want +got):\n%s", diff)
		}
		off, err := w.Signals.Stream(ctx, idp, x.ID)
		w.must(err)
		if off.State != webhook.Failing || off.Status() != signal.Paused || off.Why() != "endpoint_failing" {
			t.Errorf("%+v", off)
		}
		if got := w.unwrapped(p.bodies[20:]); !slices.Equal(got, []string{"stream-updated"}) {
			t.Errorf("told as it stops: %v", got)
		}
		var mails []notice.WebhookOff
		for _, mail := range w.deliver() {
			if n, ok := mail.Notice.(notice.WebhookOff); ok && mail.To == m.Email {
				mails = append(mails, n)
			}
		}
		want := []notice.WebhookOff{{Host: "idp.example", Why: "failing", Stream: true, Since: w.Now(), At: w.Now()}}
		if diff := cmp.Diff(want, mails); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		w.advance(time.Hour)
		again := func() {
			t.Helper()
			_, err := w.Signals.SetStatus(ctx, idp, x.ID, signal.Enabled, "mended")
			w.must(err)
		}
		again() // though it is not mended: that it runs again is refused, and nineteen more
		if got := p.push(x, sent); len(got) != 21 || got[0] != 0 || got[19] != 39 || got[20] != 0 {
			t.Errorf("refused once more: %v", got)
		}
		p.answer = nil
		w.advance(time.Hour)
		again()
		got := p.push(x, sent)
		if len(got) != 12 || got[0] != 0 || got[1] != 40 || got[11] != 50 || !slices.IsSorted(got) {
			t.Errorf("mended: %v", got)
		}
		all, err := w.db.Host().Deliveries(ctx, x.ID, security.Cursor{}, 100)
		w.must(err)
		lost := 0
		for _, d := range all {
			if d.Why == webhook.WhyRefused && slices.Contains(sent, d.ID) {
				lost++
			}
		}
		if lost != 39 {
			t.Errorf("%d were lost", lost)
		}
	})
}

// TestStreamRefusesSome: what is refused between others that are taken switches nothing off, and neither
// does what only has to wait.
func TestStreamRefusesSome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, p := w.partner("idp"), &aPartner{world: w}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		sent := w.signals(x, 60, func() {})
		p.answer = func(n int, _ webhook.Parcel) webhook.Answer {
			w.ms.Add(1)
			if n%20 == 0 {
				return accepted
			}
			return noSense
		}
		if got := p.push(x, sent); len(got) != 60 || slices.Contains(got, 0) {
			t.Errorf("pushed %v", got)
		}
		w.signals(x, 1, func() {})
		p.answer = func(int, webhook.Parcel) webhook.Answer { return webhook.Answer{Status: 400} }
		for range 30 {
			w.advance(time.Hour)
			p.push(x, sent)
		}
		now, err := w.Signals.Stream(t.Context(), idp, x.ID)
		w.must(err)
		if now.State != webhook.Live {
			t.Errorf("%+v", now)
		}
	})
}
