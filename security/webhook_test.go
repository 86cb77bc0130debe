package security_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
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
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/webhook"
)

// aReceiver keeps what it is sent, and answers as it is told to.
type aReceiver struct {
	sync.Mutex
	got    []webhook.Parcel
	answer webhook.Answer
}

func (r *aReceiver) Send(_ context.Context, p webhook.Parcel) webhook.Answer {
	r.Lock()
	defer r.Unlock()
	r.got = append(r.got, p)
	return r.answer
}

func (w *world) hook(events ...webhook.Type) webhook.Added {
	w.t.Helper()
	x, err := w.Webhooks.Add(w.t.Context(), security.Operator("test"), "https://hooks.example/in?k=1",
		events, "")
	w.must(err)
	return x
}

// carry delivers one batch.
func (w *world) carry(id string, r *aReceiver) []webhook.Delivery {
	w.t.Helper()
	done, err := w.Webhooks.Deliver(w.t.Context(), id, r.Send)
	w.must(err)
	return done
}

func (w *world) endpoint(id string) webhook.Endpoint {
	w.t.Helper()
	x, err := w.db.Host().Endpoint(w.t.Context(), id)
	w.must(err)
	return x
}

// newsOf are the types of what was sent.
func (r *aReceiver) types(t *testing.T) (all []string) {
	t.Helper()
	for _, p := range r.got {
		var body struct{ Type string }
		if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
			t.Fatal(err)
		}
		all = append(all, body.Type)
	}
	slices.Sort(all)
	return all
}

// TestWebhookJourney: what an owner and staff do is told, and nothing of the person with it.
func TestWebhookJourney(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		x, r := w.hook(), &aReceiver{answer: webhook.Answer{Status: 204}}
		w.updated()
		w.carry(x.ID, r)
		want := []string{"account.locked", "account.password_updated", "account.secured",
			"account.sessions_revoked", "account.sessions_revoked", "ticket.message_added",
			"ticket.opened"}
		if diff := cmp.Diff(want, r.types(t)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		m := w.works(w.member("ines", staff.RoleSecurity))
		r.got = nil
		w.taken(m)
		c := w.adaCase()
		w.must(w.Review.DeclineCase(t.Context(), m, on(c, "it is her")))
		w.carry(x.ID, r)
		if got := r.types(t); !slices.Contains(got, "account.kept_locked") {
			t.Errorf("told of the decision: %v", got)
		}
		for _, p := range r.got {
			for _, told := range []string{"ada", "Ada", "Lovelace", "it is her", "example.org", "ines",
				"81.2."} {
				if strings.Contains(p.Body, told) {
					t.Errorf("%q is told in %s", told, p.Body)
				}
			}
		}
		if done := w.carry(x.ID, r); done != nil {
			t.Errorf("told again: %v", done)
		}
	})
}

// TestNewsOf: each type has a change that it tells of.
func TestNewsOf(t *testing.T) {
	t.Parallel()
	at := start
	c := security.Case{ID: "c", Number: "C-1", Account: "u", State: recovery.Locked,
		Cause: recovery.Hijacked}
	moved := func(from recovery.State, on recovery.Event) []security.Write {
		c := c
		c.State = from
		_, writes, err := security.Move(c, on)
		if err != nil {
			t.Fatal(err)
		}
		return writes
	}
	k := security.Ticket{ID: "t", Account: "u", Department: security.CustomerSupport, Status: "open"}
	email := func(origin string, second bool) []security.Write {
		return []security.Write{security.AddAddress{Address: security.Address{Account: "u",
			Origin: origin, Notice: second}}}
	}
	factor := func(kind string) security.Write {
		return security.AddFactor{Factor: security.Factor{Subject: "u", Kind: kind}}
	}
	gone := func(kind string) security.Write { return security.RemoveFactor{Subject: "u", Kind: kind} }
	said := casework.AddMessage{Message: security.Message{ID: "m", Ticket: "t"}}
	seen := map[webhook.Type]bool{}
	for _, tt := range []struct {
		name   string
		kind   audit.Kind
		writes []security.Write
		want   string // types with the change, if any
	}{
		{"lock", audit.AccountLocked, []security.Write{lockout.OpenCase{Case: c},
			access.EndSessions{Subject: "u", At: at}}, "account.locked account.sessions_revoked"},
		{"secure", audit.PasswordUpdated, append(moved(recovery.Locked,
			recovery.EventPasswordUpdated), security.SetPassword{Account: "u", Hash: "h"}),
			"account.secured account.password_updated:set"},
		{"secure again", audit.PasswordUpdated, moved(recovery.Secured,
			recovery.EventPasswordUpdated), ""},
		{"contest", audit.PasswordContested, append(moved(recovery.Secured, recovery.EventContested),
			security.SetPassword{Account: "u"}), "account.locked account.password_updated:ended"},
		{"take", audit.CaseTaken, moved(recovery.Secured, recovery.EventTaken), ""},
		{"ask", audit.CaseAsked, moved(recovery.InReview, recovery.EventAsked), "case.owner_asked"},
		{"answer", audit.MessageSent, moved(recovery.NeedsOwner, recovery.EventAnswered),
			"case.owner_answered"},
		{"take back", audit.CaseTaken, moved(recovery.NeedsOwner, recovery.EventTaken), ""},
		{"resume", audit.CaseResumed, moved(recovery.InReview, recovery.EventResumed),
			"account.resumed"},
		{"decline", audit.CaseDeclined, moved(recovery.InReview, recovery.EventDeclined),
			"account.kept_locked"},
		{"reopen", audit.CaseReopened, moved(recovery.Resumed, recovery.EventReopened),
			"account.reopened"},
		{"email", audit.AddressChanged, email(security.OriginOwner, false), "account.email_changed"},
		{"email by staff", audit.ReproofDone, email(security.OriginStaff, false),
			"account.email_changed"},
		{"second email", audit.AddressChanged, email(security.OriginOwner, true), ""},
		{"imported email", audit.AccountImported, email(security.OriginImport, false), ""},
		{"app on", audit.TwoFactorAdded, []security.Write{factor("totp")},
			"account.two_factor_changed:added"},
		{"app replaced", audit.TwoFactorReplaced, []security.Write{gone("totp"), factor("totp")},
			"account.two_factor_changed:replaced"},
		{"all off", audit.ReproofDone, []security.Write{gone("totp"), gone("passkey")},
			"account.two_factor_changed:removed account.passkey_changed:removed"},
		{"codes", audit.CodesRenewed, nil, "account.two_factor_changed:renewed"},
		{"urgent", audit.UrgentReviewAsked, []security.Write{security.SaveCase{Case: c},
			casework.RaiseTicket{Ticket: "t"}}, "case.escalated ticket.updated"},
		{"cause", audit.CaseCauseChanged, []security.Write{security.SaveCase{Case: c}},
			"case.cause_changed"},
		{"ticket", audit.MessageSent, []security.Write{casework.OpenTicket{Ticket: k}, said},
			"ticket.opened ticket.message_added"},
		{"ticket saved", audit.TicketTaken, []security.Write{casework.SaveTicket{Ticket: k}},
			"ticket.updated"},
		{"ticket woken", audit.MessageSent, []security.Write{casework.WakeTicket{ID: "t", DueAt: at}},
			"ticket.updated?"},
		{"ticket woken and raised", audit.MessageSent, []security.Write{
			casework.WakeTicket{ID: "t", DueAt: at}, casework.RaiseTicket{Ticket: "t"}}, "ticket.updated"},
		{"tickets handed over", audit.PasswordUpdated, []security.Write{
			lockout.AdoptTickets{Account: "u", Case: "c"}}, "ticket.updated*"},
		{"ticket imported", audit.TicketImported, []security.Write{casework.OpenTicket{Ticket: k}}, ""},
		{"alert", audit.AlertsMailed, nil, "alert.sent"},
		{"denied", audit.LoginDenied, []security.Write{alert.AnswerAlert{ID: "l"}}, "alert.denied"},
		{"confirmed", audit.LoginConfirmed, nil, "alert.confirmed"},
		{"ways in", audit.WaysInEnded, []security.Write{access.EndWaysIn{Account: "u"}},
			"account.sessions_revoked"},
		{"all ways in", audit.WaysInEnded, []security.Write{access.EndWaysIn{}}, ""},
	} {
		e := security.Event{Kind: tt.kind, Account: "u", At: at}
		var got []string
		for _, n := range webhook.Of(e, tt.writes) {
			seen[n.Type] = true
			text := string(n.Type)
			switch {
			case n.Data.Change != "":
				text += ":" + n.Data.Change
			case n.Adopted:
				text += "*"
			case n.Woken:
				text += "?"
			}
			if got = append(got, text); n.Account != "u" {
				t.Errorf("%s: account %q", tt.name, n.Account)
			}
			if strings.HasPrefix(text, "case.") && (n.Data.Case != "C-1" || n.Data.State != "locked") {
				t.Errorf("%s: %+v", tt.name, n.Data)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
		if e.Account = ""; len(webhook.Of(e, []security.Write{factor("totp"),
			access.EndSessions{Subject: "s", At: at}})) > len(webhook.Of(e, nil)) {
			t.Errorf("%s: staff make news", tt.name)
		}
	}
	for _, want := range webhook.Types {
		if !seen[want] {
			t.Errorf("nothing is told as %s", want)
		}
	}
}

// verified checks a parcel with the library of the standard, and its second kind of signature by
// the public key.
func verified(p webhook.Parcel, secret, public string) (symmetric, pair bool) {
	h := http.Header{"Webhook-Id": {p.ID}, "Webhook-Timestamp": {p.Timestamp},
		"Webhook-Signature": {p.Signature}}
	checks, err := standard.NewWebhook(secret)
	symmetric = err == nil && checks.VerifyIgnoringTimestamp([]byte(p.Body), h) == nil
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(public, "whpk_"))
	for _, one := range strings.Fields(p.Signature) {
		sig, ok := strings.CutPrefix(one, "v1a,")
		raw, badSig := base64.StdEncoding.DecodeString(sig)
		if ok && err == nil && badSig == nil && len(key) == ed25519.PublicKeySize {
			pair = pair || ed25519.Verify(key, []byte(p.ID+"."+p.Timestamp+"."+p.Body), raw)
		}
	}
	return symmetric, pair
}

// TestWebhookSignatures: both kinds of signature hold; of keys that were replaced for a day more.
func TestWebhookSignatures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first, r := w.hook(), &aReceiver{answer: webhook.Answer{Status: 200}}
		w.account("u-1001", "ada", "ada@example.org")
		second, err := w.Webhooks.Rotate(t.Context(), security.Operator("test"), first.ID)
		w.must(err) // and the answer got lost
		second, err = w.Webhooks.Rotate(t.Context(), security.Operator("test"), first.ID)
		w.must(err)
		for _, x := range []struct {
			after      time.Duration
			old, young bool
		}{{0, true, true}, {24*time.Hour - time.Millisecond, true, true}, {time.Millisecond, false, true}} {
			w.advance(x.after)
			sent, err := w.Webhooks.Test(t.Context(), security.Operator("test"), first.ID)
			w.must(err)
			r.got = nil
			if w.carry(first.ID, r); len(r.got) != 1 || !strings.HasPrefix(sent.ID, r.got[0].ID) {
				t.Fatalf("sent %+v", r.got)
			}
			p := r.got[0]
			for secret, want := range map[*webhook.Added]bool{&first: x.old, &second: x.young} {
				if a, b := verified(p, secret.Secret, secret.PublicKey); a != want || b != want {
					t.Errorf("after %v: %v, %v, want %v", x.after, a, b, want)
				}
			}
			p.Body += " "
			if a, b := verified(p, second.Secret, second.PublicKey); a || b {
				t.Error("another body holds")
			}
		}
		if e := w.endpoint(first.ID); strings.Contains(e.Keys, first.Secret) || e.PublicKey != second.PublicKey {
			t.Errorf("kept %+v", e)
		}
	})
}

// TestWebhookSchedule: what fails comes again by the schedule, and is given up after its last try;
// then it can be sent again, with the whole schedule before it.
func TestWebhookSchedule(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		x, r := w.hook(), &aReceiver{answer: webhook.Answer{Status: 500}}
		w.account("u-1001", "ada", "ada@example.org")
		sent, err := w.Webhooks.Test(t.Context(), security.Operator("test"), x.ID)
		w.must(err)
		id := sent.ID
		waits := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
			5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
		for i, wait := range waits {
			if done := w.carry(x.ID, r); len(done) != 1 {
				t.Fatalf("try %d: %v", i, done)
			}
			d, err := w.Webhooks.Delivery(t.Context(), id)
			w.must(err)
			if next := d.Due.Sub(w.Now()); next < wait || next > wait+wait/5 || d.Why != webhook.WhyStatus ||
				d.Status != 500 || !d.GaveUpAt.IsZero() {
				t.Errorf("after try %d: next in %v, %+v", i, next, d)
			}
			w.advance(d.Due.Sub(w.Now()) - time.Millisecond)
			if done := w.carry(x.ID, r); done != nil {
				t.Errorf("try %d came early", i+1)
			}
			w.advance(time.Millisecond)
		}
		w.carry(x.ID, r)
		d, err := w.Webhooks.Delivery(t.Context(), id)
		w.must(err)
		if d.GaveUpAt.IsZero() || d.Attempts != 10 {
			t.Errorf("not given up: %+v", d)
		}
		_, err = w.Webhooks.SendAgain(t.Context(), security.Operator("test"), x.ID, id)
		w.must(err)
		r.answer.Status = 202
		w.carry(x.ID, r)
		if d, err = w.Webhooks.Delivery(t.Context(), id); err != nil || d.DoneAt.IsZero() || d.Status != 202 {
			t.Errorf("sent again: %+v, %v", d, err)
		}
	})
}

// TestWebhookSwitchedOff: who says that it is gone, and who has failed for days, hears nothing more
// until it is started again; those who decide are told, once.
func TestWebhookSwitchedOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.member("max", staff.RoleAdmin)
		w.account("u-1001", "ada", "ada@example.org")
		ends := func() { w.must(w.Access.EndWaysIn(t.Context(), w.waysIn("u-1001"))) }
		gone, failing := w.hook(), w.hook()
		ends()
		r := &aReceiver{answer: webhook.Answer{Status: 410}}
		w.carry(gone.ID, r)
		broken := &aReceiver{answer: webhook.Answer{Why: webhook.WhyTimeout}}
		w.carry(failing.ID, broken)
		w.advance(96*time.Hour - time.Millisecond)
		ends()
		w.carry(failing.ID, broken)
		if got := w.endpoint(failing.ID); got.State != webhook.Live {
			t.Errorf("off too early: %+v", got)
		}
		w.advance(time.Millisecond)
		ends()
		w.carry(failing.ID, broken)
		if a, b := w.endpoint(gone.ID).State, w.endpoint(failing.ID).State; a != webhook.Gone ||
			b != webhook.Failing {
			t.Errorf("states %s, %s", a, b)
		}
		if _, off, err := w.db.Host().Backlog(t.Context()); off != 2 || err != nil {
			t.Errorf("%d are off, %v", off, err)
		}
		if since := w.endpoint(failing.ID).FailingSince; w.Now().Sub(since) != 96*time.Hour {
			t.Errorf("failing since %v at %v", since, w.Now())
		}
		var whys []string
		for _, mail := range w.deliver() {
			if n, ok := mail.Notice.(notice.WebhookOff); ok && mail.To == m.Email {
				whys = append(whys, n.Why+" "+n.Host)
			}
		}
		if diff := cmp.Diff([]string{"gone hooks.example", "failing hooks.example"}, whys); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		ends()
		broken.got, broken.answer = nil, webhook.Answer{Status: 200}
		if done := w.carry(failing.ID, broken); done != nil {
			t.Errorf("told while off: %v", done)
		}
		_, err := w.Webhooks.Resume(t.Context(), security.Operator("test"), failing.ID)
		w.must(err)
		if w.carry(failing.ID, broken); len(broken.got) != 4 {
			t.Errorf("%d waited", len(broken.got))
		}
		if x := w.endpoint(failing.ID); !x.FailingSince.IsZero() {
			t.Errorf("still failing: %+v", x)
		}
	})
}

func (w *world) waysIn(account string) security.Event {
	e := w.Event(security.Operator("test"), audit.WaysInEnded, w.Now())
	e.Account = account
	return e
}

// TestWebhookHolds: who asks to be left alone is, but for no longer than a day, and meanwhile
// loses nothing.
func TestWebhookHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		for asked, want := range map[time.Duration]time.Duration{time.Hour: time.Hour,
			1e6 * time.Hour: 24 * time.Hour} {
			x := w.hook()
			for range 3 {
				w.must(w.Access.EndWaysIn(t.Context(), w.waysIn("u-1001")))
			}
			r := &aReceiver{answer: webhook.Answer{Status: 429, RetryAfter: asked}}
			w.carry(x.ID, r)
			if held := w.endpoint(x.ID).HeldUntil.Sub(w.Now()); held != want {
				t.Errorf("asked for %v: held for %v", asked, held)
			}
			w.advance(want - time.Millisecond)
			if ids, err := w.Webhooks.Due(t.Context()); err != nil || slices.Contains(ids, x.ID) {
				t.Errorf("due %v, %v", ids, err)
			}
			w.advance(time.Millisecond)
			r.got, r.answer = nil, webhook.Answer{Status: 200}
			w.carry(x.ID, r)
			if len(r.got) != 3 {
				t.Errorf("%d came after the hold", len(r.got))
			}
		}
	})
}

func TestWebhookAdd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		by := security.Operator("test")
		for address, want := range map[string]refusal.Code{
			"": refusal.HookURL, "hooks.example": refusal.HookURL, "ftp://hooks.example": refusal.HookURL,
			"https://ada:secret@hooks.example": refusal.HookUser, "https://hooks.example/#a": refusal.HookURL,
			"https://hooks.example/a b": refusal.HookURL, "https:///x": refusal.HookURL,
			"https://hooks.example/" + strings.Repeat("x", 2000): refusal.HookURL,
			"https://10.1.2.3/x": refusal.HookAddress, "https://127.0.0.1": refusal.HookAddress,
			"https://[::1]:8443": refusal.HookAddress, "https://localhost/x": refusal.HookAddress,
			"https://[fe80::1%25eth0]": refusal.HookAddress, "https://169.254.169.254": refusal.HookAddress,
			"http://hooks.example": refusal.HookPlain, "http://127.0.0.1:8000": refusal.HookPlain,
		} {
			_, err := w.Webhooks.Add(t.Context(), by, address, nil, "")
			wantRefusal(t, err, want)
		}
		_, err := w.Webhooks.Add(t.Context(), by, "https://hooks.example", []webhook.Type{"account.eaten"}, "")
		wantRefusal(t, err, refusal.HookEvent)
		w.Webhooks.Reach.Loopback = true
		for _, own := range []string{"http://127.0.0.1:8000/x", "http://localhost:1", "http://[::1]:1"} {
			if _, err := w.Webhooks.Add(t.Context(), by, own, nil, ""); err != nil {
				t.Errorf("%s: %v", own, err)
			}
		}
		for range 17 {
			w.hook()
		}
		_, err = w.Webhooks.Add(t.Context(), by, "https://hooks.example", nil, "")
		wantRefusal(t, err, refusal.HooksMany)
	})
}
