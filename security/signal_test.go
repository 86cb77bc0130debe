package security_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/signal"
	"regain/security/staff"
	"regain/security/webhook"
)

// partner is a receiver of signals with a key.
func (w *world) partner(name string) apikey.Caller {
	w.t.Helper()
	k, _ := w.key(apikey.Wanted{Name: name, Scopes: []apikey.Scope{apikey.WebhooksWrite}})
	return apikey.Caller{Key: k, Visitor: console}
}

// pushed is a stream of a partner that hears of ada.
func (w *world) pushed(by apikey.Caller, events ...webhook.Type) signal.Stream {
	w.t.Helper()
	x, err := w.Signals.Create(w.t.Context(), by, signal.Wanted{URL: "https://idp.example/in",
		Authorization: "Bearer of theirs", Events: events})
	w.must(err)
	return x
}

// polled is one for which its partner comes.
func (w *world) polled(by apikey.Caller, events ...webhook.Type) signal.Stream {
	w.t.Helper()
	x, err := w.Signals.Create(w.t.Context(), by, signal.Wanted{Events: events})
	w.must(err)
	return x
}

func (w *world) hears(by apikey.Caller, x signal.Stream, subject string) {
	w.t.Helper()
	w.must(w.Signals.AddSubject(w.t.Context(), by, x.ID, []byte(subject)))
}

const adaOpaque = `{"format":"opaque","id":"u-1001"}`

// opened is what a receiver reads in a token, after it has checked the signature.
func (w *world) opened(text string) (claims map[string]any) {
	w.t.Helper()
	keys, err := w.Signals.PublicKeys(w.t.Context())
	w.must(err)
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	w.must(err)
	head := signed.Signatures[0].Protected
	found := keys.Key(head.KeyID)
	if len(found) != 1 || head.ExtraHeaders["typ"] != "secevent+jwt" || !found[0].IsPublic() {
		w.t.Fatalf("head %+v, keys %+v", head, keys)
	}
	plain, err := signed.Verify(found[0])
	w.must(err)
	w.must(json.Unmarshal(plain, &claims))
	return claims
}

// unwrapped are the types of events in tokens, shortened, in their order.
func (w *world) unwrapped(tokens []string) (all []string) {
	w.t.Helper()
	for _, text := range tokens {
		events, _ := w.opened(text)["events"].(map[string]any)
		if len(events) != 1 {
			w.t.Errorf("events %v", events)
		}
		for name := range events {
			all = append(all, name[strings.LastIndex(name, "/")+1:])
		}
	}
	return all
}

func bodies(r *aReceiver) (all []string) {
	for _, p := range r.got {
		all = append(all, p.Body)
	}
	return all
}

var accepted = webhook.Answer{Status: 202}

// endOf revokes what is open of an account: one signal.
func (w *world) endOf(account string) security.Event {
	w.t.Helper()
	e := w.Event(security.Operator("test"), audit.SessionEnded, w.Now())
	e.Account = account
	w.must(w.db.Commit(w.t.Context(), e, access.EndSessions{Subject: account, At: w.Now()}))
	return e
}

// TestStreamToken: a token has all of RFC 8417 and the framework, and nothing of the person but by what
// its receiver knows them.
func TestStreamToken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		idp, r := w.partner("the idp"), &aReceiver{answer: accepted}
		x := w.pushed(idp, signal.AccountDisabled)
		w.hears(idp, x, `{"format":"email","email":"Ada@example.org"}`)
		w.lock("u-1001")
		w.carry(x.ID, r)
		if len(r.got) != 1 {
			t.Fatalf("%d messages", len(r.got))
		}
		p := r.got[0]
		if p.Kind != webhook.Stream || p.URL != x.URL || p.Authorization != "Bearer of theirs" ||
			p.Signature != "" {
			t.Errorf("sent %+v", p)
		}
		got := w.opened(p.Body)
		jti, _ := got["jti"].(string)
		txn, _ := got["txn"].(string)
		if !strings.Contains(jti, txn) || txn == "" {
			t.Errorf("jti %q, txn %q", jti, txn)
		}
		want := map[string]any{"iss": "https://protect.example",
			"aud": "https://protect.example/ssf/receivers/the%20idp", "jti": jti, "txn": txn,
			"iat":    float64(w.Now().Unix()),
			"sub_id": map[string]any{"format": "email", "email": "Ada@example.org"},
			"events": map[string]any{
				"https://schemas.openid.net/secevent/risc/event-type/account-disabled": map[string]any{}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("token (-want +got):\n%s", diff)
		}
		// Whoever begins anew after a crash finds nothing more, and the receiver nothing twice.
		if done := w.carry(x.ID, r); done != nil {
			t.Errorf("told again: %v", done)
		}
	})
}

// TestStreamOf: what happens to an account, as the words of RISC and CAEP have it.
func TestStreamOf(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	disabled, enabled := "risc/event-type/account-disabled", "risc/event-type/account-enabled"
	required := `risc/event-type/account-credential-change-required{}`
	leaked := `risc/event-type/credential-compromise{"credential_type":"password","event_timestamp":1000}`
	info := "risc/event-type/recovery-information-changed{}"
	changed := func(what, how, by string) string {
		return `caep/event-type/credential-change{"credential_type":"` + what + `","change_type":"` + how +
			`","initiating_entity":"` + by + `","event_timestamp":1000}`
	}
	revoked := func(by string) string {
		return `caep/event-type/session-revoked{"initiating_entity":"` + by + `","event_timestamp":1000}`
	}
	about := func(t webhook.Type, change string, cause recovery.Cause) webhook.News {
		return webhook.News{Type: t, Account: "u", Data: webhook.Data{Change: change, Cause: cause}}
	}
	seen := map[webhook.Type]bool{}
	for _, tt := range []struct {
		name   string
		by     security.ActorKind
		news   []webhook.News
		writes []security.Write
		want   []string
	}{
		{"hijacked", security.ByStaff, []webhook.News{about(webhook.AccountLocked, "", recovery.Hijacked)}, nil,
			[]string{disabled + `{"reason":"hijacking"}`, required, leaked}},
		{"stopped", security.ByStaff, []webhook.News{about(webhook.AccountLocked, "", recovery.Compromised)},
			nil, []string{disabled + "{}", required, leaked}},
		{"locked", security.ByHost, []webhook.News{about(webhook.AccountLocked, "", "")}, nil,
			[]string{disabled + "{}", required}},
		{"now hijacked", security.ByStaff, []webhook.News{about(webhook.CauseChanged, "", recovery.Hijacked)},
			nil, []string{disabled + `{"reason":"hijacking"}`, leaked}},
		{"now stopped", security.ByStaff, []webhook.News{about(webhook.CauseChanged, "",
			recovery.Compromised)}, nil, []string{leaked}},
		{"resumed", security.ByStaff, []webhook.News{about(webhook.AccountResumed, "", "")}, nil,
			[]string{enabled + "{}"}},
		{"password", security.ByOwner, []webhook.News{about(webhook.AccountSecured, "", ""),
			about(webhook.PasswordUpdated, "set", "")}, nil, []string{changed("password", "update", "user")}},
		{"no password", security.ByStranger, []webhook.News{about(webhook.PasswordUpdated, "ended", "")}, nil,
			[]string{changed("password", "revoke", "user")}},
		{"app", security.ByOwner, []webhook.News{about(webhook.TwoFactorChanged, "added", "")}, nil,
			[]string{changed("app", "create", "user")}},
		{"other app", security.ByOwner, []webhook.News{about(webhook.TwoFactorChanged, "replaced", "")}, nil,
			[]string{changed("app", "update", "user")}},
		{"codes", security.ByOwner, []webhook.News{about(webhook.TwoFactorChanged, "renewed", "")}, nil,
			[]string{info}},
		{"passkey", security.ByStaff, []webhook.News{about(webhook.PasskeyChanged, "removed", "")}, nil,
			[]string{changed("fido2", "delete", "admin")}},
		{"passkey of a device", security.ByOwner, []webhook.News{{Type: webhook.PasskeyChanged, Account: "u",
			Data: webhook.Data{Change: "added"}, Place: passkey.Platform}}, nil,
			[]string{changed("fido2-platform", "create", "user")}},
		{"passkey on a key", security.ByOwner, []webhook.News{{Type: webhook.PasskeyChanged, Account: "u",
			Data: webhook.Data{Change: "added"}, Place: passkey.Roaming}}, nil,
			[]string{changed("fido2-roaming", "create", "user")}},
		{"email", security.ByOwner, []webhook.News{about(webhook.EmailChanged, "", "")}, nil, []string{info}},
		{"sessions", security.BySystem, []webhook.News{about(webhook.SessionsRevoked, "", "")}, nil,
			[]string{revoked("system")}},
		{"sessions", security.ByOperator, []webhook.News{about(webhook.SessionsRevoked, "", "")}, nil,
			[]string{revoked("admin")}},
		{"begun", security.ByOwner, nil, []security.Write{lockout.StartRecovery{
			Recovery: security.Recovery{Account: "u"}}}, []string{"risc/event-type/recovery-activated{}"}},
		{"kept", security.ByStaff, []webhook.News{about(webhook.AccountKeptLocked, "", ""),
			about(webhook.TicketOpened, "", "")}, nil, nil},
		{"tried", security.ByHost, nil, []security.Write{signal.Verify{Stream: "s", State: "x"}},
			[]string{`ssf/event-type/verification{"state":"x"}`}},
		{"off", security.BySystem, nil, []security.Write{webhook.SetState{ID: "s", To: webhook.Gone}},
			[]string{`ssf/event-type/stream-updated{"reason":"endpoint_gone","status":"disabled"}`}},
		{"on again", security.ByHost, nil, []security.Write{
			webhook.SetState{ID: "s", From: webhook.Failing, To: webhook.Live}},
			[]string{`ssf/event-type/stream-updated{"status":"enabled"}`}},
		{"on by its receiver", security.ByHost, nil, []security.Write{
			webhook.SetState{ID: "s", From: webhook.Paused, To: webhook.Live}}, nil},
		{"paused by its receiver", security.ByHost, nil,
			[]security.Write{webhook.SetState{ID: "s", To: webhook.Paused}}, nil},
	} {
		e := security.Event{ID: "e", At: at, By: security.Actor{Kind: tt.by}}
		all, err := signal.Of(e, tt.news, tt.writes)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range all {
			seen[x.Type] = true
			var body struct {
				Iat    int64
				Txn    string
				Events map[string]json.RawMessage
			}
			if err := json.Unmarshal([]byte(x.Body), &body); err != nil || body.Iat != 1000 ||
				body.Txn != "e" || len(body.Events) != 1 {
				t.Fatal(x.Body, err)
			}
			if own := x.Only == "s" && x.Account == ""; own == (x.Account == "u" && x.Only == "") {
				t.Errorf("%s: %+v", tt.name, x)
			}
			got = append(got, strings.TrimPrefix(string(x.Type), "https://schemas.openid.net/secevent/")+
				canonical(t, body.Events[string(x.Type)]))
		}
		for i, s := range tt.want {
			if head, tail, ok := strings.Cut(s, "{"); ok {
				tt.want[i] = head + canonical(t, []byte("{"+tail))
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for _, x := range signal.Types {
		if !seen[x] {
			t.Errorf("nothing tells of %s", x)
		}
	}
}

// canonical is JSON with its keys in order.
func canonical(t *testing.T, raw []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(string(raw), err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStreamJourney: a recovery from its beginning to its end, as a partner hears of it, in its order.
func TestStreamJourney(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		idp, r := w.partner("idp"), &aReceiver{answer: accepted}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "bob", "bob@example.org")
		w.hears(idp, x, `{"format":"iss_sub","iss":"https://protect.example","sub":"u-1001"}`)
		w.lock("u-1002") // of whom it is not to hear
		w.deliver()
		w.lock("u-1001")
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		m := w.works(w.member("ines", staff.RoleSecurity))
		w.taken(m)
		w.must(w.Review.ChangeCause(t.Context(), m, on(w.adaCase(), "money is gone"), recovery.Hijacked))
		w.carryAll(x.ID, r)
		want := []string{"account-disabled", "account-credential-change-required", "session-revoked",
			"recovery-activated", "credential-change", "session-revoked", "account-disabled",
			"credential-compromise", "credential-compromise"}
		got := w.unwrapped(bodies(r))
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		for _, text := range bodies(r) {
			open := w.opened(text)
			delete(open, "jti") // letters by chance
			delete(open, "txn")
			claims, _ := json.Marshal(open)
			for _, said := range []string{"ada", "Ada", "example.org", "u-1002", "ines", "money"} {
				if strings.Contains(string(claims), said) {
					t.Errorf("%q is told in %s", said, claims)
				}
			}
		}
	})
}

// TestStreamSubjects: a stream hears of whom it asked for, as it knows them, and finds out of nobody
// whether they are with us.
func TestStreamSubjects(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp, r := t.Context(), w.partner("idp"), &aReceiver{answer: accepted}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		for _, unknown := range []string{`{"format":"opaque","id":"u-9"}`,
			`{"format":"email","email":"eve@example.org"}`,
			`{"format":"iss_sub","iss":"https://other.example","sub":"u-1001"}`} {
			w.hears(idp, x, unknown)
			w.must(w.Signals.RemoveSubject(ctx, idp, x.ID, []byte(unknown)))
		}
		for _, wrong := range []string{`{}`, `[]`, `{"format":"phone_number","phone_number":"+1"}`,
			`{"format":"opaque"}`, `{"format":"opaque","id":"u-1001","email":"ada@example.org"}`,
			`{"format":"email","email":"a\u0000"}`, `{"format":"opaque","id":"` + strings.Repeat("x", 1000) + `"}`} {
			var bad signal.RequestError
			if err := w.Signals.AddSubject(ctx, idp, x.ID, []byte(wrong)); !errors.As(err, &bad) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		w.endOf("u-1001")
		if done := w.carry(x.ID, r); done != nil {
			t.Errorf("told of somebody it did not ask for: %v", done)
		}
		w.hears(idp, x, adaOpaque)
		w.endOf("u-1001")
		w.hears(idp, x, `{"format":"email","email":"ada@example.org"}`) // known by another name now
		w.carry(x.ID, r)
		if got := w.opened(bodies(r)[0])["sub_id"]; len(r.got) != 1 || cmp.Diff(map[string]any{
			"format": "email", "email": "ada@example.org"}, got) != "" {
			t.Errorf("subject %v of %d", got, len(r.got))
		}
		w.advance(time.Second)
		w.endOf("u-1001") // waits when the subject goes
		w.must(w.Signals.RemoveSubject(ctx, idp, x.ID, []byte(adaOpaque)))
		w.endOf("u-1001")
		w.carry(x.ID, r)
		all, err := w.db.Host().Deliveries(ctx, x.ID, security.Cursor{}, 10)
		w.must(err)
		if len(r.got) != 1 || len(all) != 2 || all[0].Why != webhook.WhyUnwanted {
			t.Errorf("%d sent; %+v", len(r.got), all)
		}
	})
}

// heard reports whether a stream hears of an account.
func (w *world) heard(x signal.Stream, account string) bool {
	w.t.Helper()
	_, err := w.db.Host().Subject(w.t.Context(), x.ID, account)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		w.t.Fatal(err)
	}
	return err == nil
}

// TestStreamAddress: by an address a stream comes to hear of the account that the address proves, and
// of no other one. What a receiver added it can remove, whatever became of the address.
func TestStreamAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp := t.Context(), w.partner("idp")
		x, other := w.polled(idp), w.polled(idp)
		by := func(email string) string { return `{"format":"email","email":"` + email + `"}` }
		gone := func(email string) {
			t.Helper()
			w.must(w.Signals.RemoveSubject(ctx, idp, x.ID, []byte(by(email))))
		}
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "eve", "eve@example.org")
		put := func(account, n, email string) {
			w.commit(audit.AddressChanged, security.AddAddress{Address: security.Address{ID: account + n,
				Account: account, Email: email, Since: w.Now(), Origin: security.OriginImport}})
		}
		retire := func(address string) {
			w.commit(audit.AddressChanged, security.RetireAddress{ID: address,
				Account: address[:len("u-1001")], At: w.Now()})
		}
		put("u-1002", "-a2", "ada@example.org") // eve's wish, and no proof
		for _, unproven := range []string{"ada", "eve", "u-1001"} {
			w.hears(idp, x, by(unproven))
		}
		if w.heard(x, "u-1001") || w.heard(x, "u-1002") {
			t.Error("a name was taken for an address")
		}
		w.hears(idp, x, by("Ada@example.org"))
		if !w.heard(x, "u-1001") || w.heard(x, "u-1002") {
			t.Error("the address does not mean ada, or means eve")
		}
		gone("ada@example.org") // other letters, while it proves
		if w.heard(x, "u-1001") {
			t.Error("ada is still heard of")
		}
		w.hears(idp, x, by("ada@example.org"))
		w.hears(idp, other, by("ada@example.org"))
		retire("u-1001-a1")
		put("u-1001", "-a3", "new@example.org")
		w.hears(idp, x, by("new@example.org"))
		w.advance(15 * 24 * time.Hour) // now the address is eve's
		gone("new@example.org")
		if w.heard(x, "u-1001") {
			t.Error("removed by an address that proves, and still heard of")
		}
		w.hears(idp, x, by("new@example.org"))
		w.hears(idp, other, by("ada@example.org"))
		if w.heard(other, "u-1001") || !w.heard(other, "u-1002") || !w.heard(x, "u-1001") {
			t.Error("one address names two people, or another stream was changed")
		}
		retire("u-1001-a3")
		w.advance(15 * 24 * time.Hour)
		gone("new@example.org")
		if w.heard(x, "u-1001") {
			t.Error("nobody can remove what an address named that is gone")
		}
		w.db.Committed = func(_ context.Context, c security.Change) {
			t.Errorf("on the trail: %+v", c.Event)
		}
		gone("ada@example.org") // which means somebody of whom this stream never heard
	})
}

// carryAll delivers all that is due, one after the other.
func (w *world) carryAll(id string, r *aReceiver) {
	w.t.Helper()
	for w.carry(id, r) != nil {
	}
}

// TestStreamStatus: what happens waits for a stream that is paused, and is lost to one that is
// disabled. Who asked for that is not told of it.
func TestStreamStatus(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp, r := t.Context(), w.partner("idp"), &aReceiver{answer: accepted}
		x := w.pushed(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		set := func(to signal.Status) {
			t.Helper()
			got, err := w.Signals.SetStatus(ctx, idp, x.ID, to, "because")
			w.must(err)
			if got.Status() != to || got.Why() != "because" {
				t.Errorf("%s: %+v", to, got)
			}
		}
		sent := func(want int) {
			t.Helper()
			w.advance(time.Second)
			w.endOf("u-1001")
			r.got = nil
			w.carryAll(x.ID, r)
			if got := w.unwrapped(bodies(r)); len(got) != want || slices.Contains(got, "stream-updated") {
				t.Errorf("%v sent, want %d", got, want)
			}
		}
		sent(1)
		set(signal.Paused)
		sent(0)
		set(signal.Enabled)
		sent(2)
		set(signal.Paused)
		sent(0)
		set(signal.Disabled)
		sent(0)
		set(signal.Enabled)
		sent(1)
		if _, err := w.Signals.SetStatus(ctx, idp, x.ID, "off", ""); err == nil {
			t.Error("a status that is none was taken")
		}
		r.answer = webhook.Answer{Status: 200} // and not 202
		sent(1)
		all, err := w.db.Host().Deliveries(ctx, x.ID, security.Cursor{}, 10)
		w.must(err)
		if all[0].Why != webhook.WhyStatus || !all[0].DoneAt.IsZero() {
			t.Errorf("%+v", all[0])
		}
	})
}

// TestStreamSwitchedOff: a stream that we stop is told so once, as the last thing that it hears, and
// that it runs again as the first.
func TestStreamSwitchedOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer webhook.Answer
		state  webhook.State
		status signal.Status
		why    string
		keeps  bool // what happens meanwhile
	}{
		"failing": {webhook.Answer{Status: 403}, webhook.Failing, signal.Paused, "endpoint_failing", true},
		"gone":    {webhook.Answer{Status: 410}, webhook.Gone, signal.Disabled, "endpoint_gone", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				ctx, idp, r := t.Context(), w.partner("idp"), &aReceiver{answer: tt.answer}
				x := w.pushed(idp)
				w.account("u-1001", "ada", "ada@example.org")
				w.hears(idp, x, adaOpaque)
				standing := func() signal.Stream {
					t.Helper()
					now, err := w.Signals.Stream(ctx, idp, x.ID)
					w.must(err)
					return now
				}
				for standing().State == webhook.Live && w.Now().Sub(start) < 10*24*time.Hour {
					w.endOf("u-1001")
					w.carry(x.ID, r)
					w.advance(12 * time.Hour)
				}
				if off := standing(); off.State != tt.state || off.Status() != tt.status || off.Why() != tt.why {
					t.Fatalf("%+v", off)
				}
				w.endOf("u-1001")
				said := func() (got []string) {
					t.Helper()
					for _, text := range bodies(r) {
						for name, says := range w.opened(text)["events"].(map[string]any) {
							words, _ := json.Marshal(says)
							if name = name[strings.LastIndex(name, "/")+1:]; name == "stream-updated" {
								name += string(words)
							}
							got = append(got, name)
						}
					}
					r.got = nil
					return got
				}
				r.got = nil
				if due, err := w.Webhooks.Due(ctx); err != nil || !slices.Contains(due, x.ID) {
					t.Errorf("due: %v, %v", due, err)
				}
				w.carryAll(x.ID, r)
				want := []string{`stream-updated{"reason":"` + tt.why + `","status":"` + string(tt.status) + `"}`}
				if diff := cmp.Diff(want, said()); diff != "" {
					t.Errorf("told as it stops (-want +got):\n%s", diff)
				}
				w.advance(24 * time.Hour) // once, whatever it answers
				if due, err := w.Webhooks.Due(ctx); err != nil || due != nil {
					t.Errorf("due: %v, %v", due, err)
				}
				w.carryAll(x.ID, r)
				if got := said(); got != nil {
					t.Errorf("told while it is off: %v", got)
				}
				r.answer = accepted
				_, err := w.Signals.SetStatus(ctx, idp, x.ID, signal.Enabled, "mended")
				w.must(err)
				w.carryAll(x.ID, r)
				got := said()
				if len(got) == 0 || got[0] != `stream-updated{"status":"enabled"}` || (len(got) > 1) != tt.keeps ||
					slices.Contains(got[1:], got[0]) {
					t.Errorf("told as it runs again: %v", got)
				}
			})
		})
	}
}

// TestStreamPoll: tokens wait until they are acknowledged; each goes to one poll at a time.
func TestStreamPoll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp := t.Context(), w.partner("idp")
		x := w.polled(idp)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		const many = 5
		for range many {
			w.advance(time.Second)
			w.endOf("u-1001")
		}
		due, err := w.Webhooks.Due(ctx)
		w.must(err)
		if due != nil {
			t.Errorf("pushed: %v", due)
		}
		poll := func(ask signal.Ask) signal.Batch {
			t.Helper()
			got, err := w.Signals.Poll(ctx, idp, x.ID, ask)
			w.must(err)
			return got
		}
		var two [2]signal.Batch
		var all sync.WaitGroup
		for i := range two {
			all.Go(func() { two[i], _ = w.Signals.Poll(ctx, idp, x.ID, signal.Ask{Most: 100}) })
		}
		all.Wait()
		if len(two[0].Tokens)+len(two[1].Tokens) != many {
			t.Fatalf("%d and %d were handed out", len(two[0].Tokens), len(two[1].Tokens))
		}
		if got := poll(signal.Ask{Most: 9}); len(got.Tokens) != 0 || got.More {
			t.Errorf("handed out twice: %v", got)
		}
		w.advance(2 * time.Minute) // nobody acknowledged
		got := poll(signal.Ask{Most: 2})
		if len(got.Tokens) != 2 || !got.More {
			t.Fatalf("%+v", got)
		}
		var ids []string
		for id, text := range got.Tokens {
			if w.opened(text)["jti"] != id {
				t.Errorf("the id is %s, the token %v", id, w.opened(text))
			}
			ids = append(ids, id)
		}
		got = poll(signal.Ask{Taken: []string{ids[0], "none", "x\x00"},
			Refused: map[string]string{ids[1]: "invalid_key: unknown", "y": ""}})
		if len(got.Tokens) != 0 {
			t.Errorf("%+v", got)
		}
		w.advance(2 * time.Minute)
		if got = poll(signal.Ask{Most: 100}); len(got.Tokens) != many-2 || got.More {
			t.Errorf("%d are left", len(got.Tokens))
		}
		kept, err := w.db.Host().Delivery(ctx, ids[1])
		w.must(err)
		if kept.Why != webhook.WhyRefused || kept.Said != "invalid_key: unknown" {
			t.Errorf("%+v", kept)
		}
		other := w.polled(idp)
		poll(signal.Ask{Taken: slices.Collect(maps.Keys(got.Tokens))})
		if _, err := w.Signals.Poll(ctx, idp, other.ID, signal.Ask{Taken: ids, Most: 9}); err != nil {
			t.Error(err)
		}
		w.endOf("u-1001")
		_, err = w.Signals.SetStatus(ctx, idp, x.ID, signal.Paused, "")
		w.must(err)
		if got = poll(signal.Ask{Most: 9}); len(got.Tokens) != 0 {
			t.Errorf("paused: %+v", got)
		}
		_, err = w.Signals.SetStatus(ctx, idp, x.ID, signal.Enabled, "")
		w.must(err)
		if got = poll(signal.Ask{Most: 9}); len(got.Tokens) != 1 {
			t.Errorf("enabled: %+v", got)
		}
	})
}

// TestStreamVerify: a verification says what it was asked to, about the stream itself, and not too often.
func TestStreamVerify(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp, r := t.Context(), w.partner("idp"), &aReceiver{answer: accepted}
		x, other := w.pushed(idp, signal.AccountEnabled), w.pushed(idp)
		w.must(w.Signals.Verify(ctx, idp, x.ID, "st\"ate"))
		if err := w.Signals.Verify(ctx, idp, x.ID, ""); !errors.Is(err, security.ErrConflict) {
			t.Errorf("too soon: %v", err)
		}
		w.carry(x.ID, r)
		if w.carry(other.ID, r) != nil || len(r.got) != 1 {
			t.Fatalf("%d sent", len(r.got))
		}
		got := w.opened(r.got[0].Body)
		want := map[string]any{"sub_id": map[string]any{"format": "opaque", "id": x.ID},
			"events": map[string]any{"https://schemas.openid.net/secevent/ssf/event-type/verification": map[string]any{
				"state": "st\"ate"}}}
		if diff := cmp.Diff(want, map[string]any{"sub_id": got["sub_id"], "events": got["events"]}); diff != "" {
			t.Error(diff)
		}
		w.advance(time.Minute)
		w.must(w.Signals.Verify(ctx, idp, x.ID, ""))
		var all sync.WaitGroup
		w.advance(time.Minute)
		errs := make(chan error, 4)
		for range cap(errs) {
			all.Go(func() { errs <- w.Signals.Verify(ctx, idp, x.ID, "") })
		}
		all.Wait()
		close(errs)
		through := 0
		for err := range errs {
			if err == nil {
				through++
			}
		}
		if through != 1 {
			t.Errorf("%d of those that came at once went through", through)
		}
	})
}

// TestStreamKeys: tokens of a key that was rotated can be checked for a week more; one signs at a time.
func TestStreamKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp := t.Context(), w.partner("idp")
		shown := func(want int) {
			t.Helper()
			keys, err := w.Signals.PublicKeys(ctx)
			w.must(err)
			if len(keys.Keys) != want {
				t.Errorf("%d keys are shown, want %d", len(keys.Keys), want)
			}
		}
		w.must(w.Signals.RotateOld(ctx))
		shown(0)
		x := w.polled(idp)
		shown(1)
		w.account("u-1001", "ada", "ada@example.org")
		w.hears(idp, x, adaOpaque)
		next := func() string {
			t.Helper()
			w.advance(2 * time.Minute)
			w.endOf("u-1001")
			got, err := w.Signals.Poll(ctx, idp, x.ID, signal.Ask{Most: 1})
			w.must(err)
			for id, text := range got.Tokens {
				_, err := w.Signals.Poll(ctx, idp, x.ID, signal.Ask{Taken: []string{id}})
				w.must(err)
				return text
			}
			t.Fatal("nothing")
			return ""
		}
		first := next()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := w.Signals.Rotate(ctx, security.Operator("test")); err != nil {
					t.Error(err)
				}
			})
			all.Go(func() { w.endOf("u-1001") })
		}
		all.Wait()
		shown(5)
		second := next()
		w.opened(first)
		w.opened(second)
		if strings.Split(first, ".")[0] == strings.Split(second, ".")[0] {
			t.Error("it is signed with the key of before")
		}
		w.advance(7 * 24 * time.Hour)
		shown(1)
		w.opened(second)
		w.advance(83 * 24 * time.Hour)
		w.must(w.Signals.RotateOld(ctx))
		shown(2)
		w.must(w.Signals.RotateOld(ctx))
		shown(2)
		signers, err := w.Signals.Signers(ctx)
		w.must(err)
		for i, k := range signers {
			if live := i == 0; k.RetiredAt.IsZero() != live || (k.Sealed != "") != live {
				t.Errorf("key %d: %+v", i, k)
			}
		}
	})
}

// TestStreamForeign: nobody gets at the stream of another one; a second key of the name does.
func TestStreamForeign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, idp, other := t.Context(), w.partner("idp"), w.partner("other")
		x := w.polled(idp)
		w.account("u-1001", "ada", "ada@example.org")
		uses := map[string]func(apikey.Caller) error{
			"read": func(c apikey.Caller) error { _, err := w.Signals.Stream(ctx, c, x.ID); return err },
			"change": func(c apikey.Caller) error {
				_, err := w.Signals.Change(ctx, c, x.ID, func(signal.Stream, *signal.Wanted) error { return nil })
				return err
			},
			"status": func(c apikey.Caller) error {
				_, err := w.Signals.SetStatus(ctx, c, x.ID, signal.Enabled, "")
				return err
			},
			"verify":  func(c apikey.Caller) error { return w.Signals.Verify(ctx, c, x.ID, "") },
			"subject": func(c apikey.Caller) error { return w.Signals.AddSubject(ctx, c, x.ID, []byte(adaOpaque)) },
			"unsubject": func(c apikey.Caller) error {
				return w.Signals.RemoveSubject(ctx, c, x.ID, []byte(adaOpaque))
			},
			"poll": func(c apikey.Caller) error {
				_, err := w.Signals.Poll(ctx, c, x.ID, signal.Ask{Most: 1})
				return err
			},
		}
		remove := func(c apikey.Caller) error { return w.Signals.Remove(ctx, c, x.ID) }
		for name, use := range uses {
			if err := use(other); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s by another one: %v", name, err)
			}
		}
		if err := remove(other); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("removed by another one: %v", err)
		}
		if all, err := w.Signals.Streams(ctx, other); err != nil || len(all) != 0 {
			t.Errorf("listed for another one: %v, %v", all, err)
		}
		again := w.partner("idp")
		for name, use := range uses {
			if err := use(again); err != nil {
				t.Errorf("%s by a second key: %v", name, err)
			}
		}
		if _, err := w.Webhooks.Pause(ctx, security.Operator("test"), x.ID); !errors.Is(err,
			security.ErrNotFound) {
			t.Errorf("taken for a webhook: %v", err)
		}
		if all, err := w.Webhooks.List(ctx); err != nil || len(all) != 0 {
			t.Errorf("listed as a webhook: %v, %v", all, err)
		}
		w.must(remove(again))
		for range 5 {
			w.polled(idp)
		}
		if _, err := w.Signals.Create(ctx, idp, signal.Wanted{}); !errors.Is(err, security.ErrConflict) {
			t.Errorf("a sixth stream: %v", err)
		}
	})
}
