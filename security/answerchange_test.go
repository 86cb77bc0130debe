package security_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
)

// TestDenyChange: a signed-in owner says of anything that was done that it was not them. It locks
// where money or the way in was touched, and else ends the other sessions and asks a person.
func TestDenyChange(t *testing.T) {
	t.Parallel()
	for kind, locks := range map[string]bool{"payout_changed": true, "email_changed": true,
		"password_changed": true, "withdrawal": true, "payment": true, "profile_changed": false,
		"phone_changed": false, "message_sent": false, "contract_changed": false} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			ctx := t.Context()
			w.watching()
			w.account("u-1002", "bob", "bob@example.org")
			w.change("x", kind, 2*time.Hour)
			other, u, bob := w.signIn("ada"), w.signIn("ada"), w.signIn("bob")
			if _, err := w.Account.DenyOwn(ctx, bob, account.About{Change: "x"}); !errors.Is(err,
				security.ErrNotFound) {
				t.Fatalf("bob denies it: %v", err)
			}
			d, err := w.Account.DenyOwn(ctx, u, account.About{Change: "x"})
			w.must(err)
			_, mine := w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session))
			_, others := w.Account.EnterAccount(ctx, phone, w.accountToken(other.Session))
			tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: "u-1001"})
			w.must(err)
			kinds := []security.TicketKind{}
			for _, k := range tickets {
				kinds = append(kinds, k.Kind)
			}
			want := []any{locks, locks, !locks, false, []security.TicketKind{security.TicketLoginDenied}}
			if locks {
				want[4] = []security.TicketKind{}
			}
			got := []any{d.Locked, w.accountOf("u-1001").Locked(), mine == nil, others == nil, kinds}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("locked, locked, this session, the other one, tickets (-want +got):\n%s", diff)
			}
			if d.Link != "" {
				t.Error("a session was handed a link")
			}
		})
	}
}

// TestConfirmChange: "this was me" stays, and can be taken back.
func TestConfirmChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.watching()
		w.change("x", "message_sent", 2*time.Hour)
		u := w.signIn("ada")
		for range 2 {
			w.must(w.Account.ConfirmOwn(ctx, u, account.About{Change: "x"}))
		}
		line, err := w.Account.AccountEntry(ctx, u, account.About{Change: "x"})
		if err != nil || line.Answer != risk.Me || w.recorded(audit.LoginConfirmed) != 1 {
			t.Errorf("%+v, %v", line, err)
		}
		_, err = w.Account.DenyOwn(ctx, u, account.About{Change: "x"})
		w.must(err)
		line, err = w.Account.AccountEntry(ctx, w.entered(w.accountToken(u.Session)),
			account.About{Change: "x"})
		if err != nil || line.Answer != risk.NotMe {
			t.Errorf("taken back: %+v, %v", line, err)
		}
	})
}

// TestAnswerChanges: in the activity step of a lockout "not me" to a change becomes evidence and
// proposes the cause anew; a check-up does not ask.
func TestAnswerChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "ada", "ada@example.org")
		w.change("x", "profile_changed", 3*time.Hour)
		w.change("y", "payout_changed", security.Review-time.Hour)
		w.lock("ada")
		w.advance(2 * time.Hour) // what counts are the days before the lockout
		o := w.secured()
		wantRefusal(t, account.AnswerChanges(ctx, w.Account, o, map[string]string{"x": "not_me"}),
			refusal.StepNotOpen)
		w.must(w.Guided.SkipTwoFactor(ctx, o))
		o = w.owner(w.token(o))
		proposed := w.adaCase().Proposed
		for range 2 {
			w.must(account.AnswerChanges(ctx, w.Account, o,
				map[string]string{"x": "me", "y": "not_me", "none": "not_me", "": "me"}))
		}
		logins, changes, err := account.Said(ctx, w.Account, o)
		w.must(err)
		got := []any{logins, changes, w.recorded(audit.LoginDenied), w.recorded(audit.LoginConfirmed),
			proposed, w.adaCase().Proposed}
		want := []any{map[string]string{}, map[string]string{"x": "me", "y": "not_me"}, 1, 1,
			recovery.Compromised, recovery.Hijacked}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestSaidBefore: what was denied in a mail is not asked about again in the recovery; what somebody
// claimed is, since it may have been the intruder.
func TestSaidBefore(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.watching()
	w.come("a", 2*time.Hour)
	w.come("b", time.Hour, func(l *security.Login) { l.Agent, l.Outcome = "Opera/9.80", "stopped" })
	u := w.signIn("ada")
	w.change("c", "message_sent", time.Hour)
	w.change("d", "contract_changed", time.Hour)
	w.must(w.Account.ConfirmOwn(ctx, u, account.About{Login: "a"}))
	w.must(w.Account.ConfirmOwn(ctx, u, account.About{Change: "c"}))
	_, err := w.Account.DenyOwn(ctx, u, account.About{Login: "b"})
	w.must(err)
	_, err = w.Account.DenyOwn(ctx, u, account.About{Change: "d"})
	w.must(err)
	w.deliver()
	w.advance(time.Minute)
	w.lock("ada")
	o := w.visit("ada")
	logins, changes, err := account.Said(ctx, w.Account, o)
	w.must(err)
	want := []any{map[string]string{"b": risk.NotMe}, map[string]string{"d": risk.NotMe}}
	if diff := cmp.Diff(want, []any{logins, changes}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
