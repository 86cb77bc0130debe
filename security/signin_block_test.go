package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/password"
	"regain/security/refusal"
	"regain/store"
	"regain/store/storetest"
)

// TestStaleOwnerHash: a hash of other cost is replaced at the sign-in, and only then.
func TestStaleOwnerHash(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1001", "alan", "alan@example.org")
	w.signIn("alan")
	if w.accountOf(a.ID).PasswordHash != a.PasswordHash {
		t.Error("a good hash was replaced")
	}
	w.Hasher = password.NewHasher(password.Cost{Memory: 16, Time: 1},
		password.Slots{Count: 8, Wait: time.Minute}, password.Pepper{})
	_, err := w.Account.SignIn(t.Context(), phone, "alan", newPassword)
	wantRefusal(t, err, refusal.SignInWrong)
	if w.accountOf(a.ID).PasswordHash != a.PasswordHash {
		t.Error("a wrong password replaced the hash")
	}
	w.signIn("alan")
	if now := w.accountOf(a.ID).PasswordHash; now == a.PasswordHash || w.Hasher.Stale(now) {
		t.Errorf("the hash is %s", now)
	}
	w.signIn("alan")
}

// TestPasswordBlocked: eighty wrong passwords of strangers in a row, from wherever they come, and it
// takes none of them any more; signed in there are twenty left. The owner and Account Security hear
// of either once, and a new password is the way out.
func TestPasswordBlocked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		w.account("u-1001", "alan", "alan@example.org")
		guess := func(n int) {
			for range n {
				w.advance(time.Hour) // the paces have long gone by
				_, err := w.Account.SignIn(ctx, faraway, "alan", newPassword)
				wantRefusal(t, err, refusal.SignInWrong)
			}
		}
		right := func() *account.SignedIn {
			w.advance(time.Hour)
			return w.signIn("alan")
		}
		guess(79)
		right() // which begins the count anew
		guess(79)
		u := right()
		w.deliver()
		guess(79)
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Fatalf("too early: %v", got)
		}
		guess(1)
		told := []string{"password_blocked alan@example.org"}
		if diff := cmp.Diff(told, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		guess(3)
		w.advance(time.Hour)
		_, err := w.Account.SignIn(ctx, phone, "alan", oldPassword)
		wantRefusal(t, err, refusal.SignInWrong)
		for range 19 {
			w.advance(time.Hour)
			_, err = w.Account.ProveAgain(ctx, u, newPassword)
			wantField(t, err, "password", refusal.PasswordWrong)
		}
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Fatalf("too early: %v", got)
		}
		for _, plain := range []string{newPassword, oldPassword} {
			_, err = w.Account.ProveAgain(ctx, u, plain)
			wantField(t, err, "password", refusal.PasswordOff)
		}
		if diff := cmp.Diff(told, kinds(w.deliver())); diff != "" {
			t.Errorf("mails at the end (-want +got):\n%s", diff)
		}
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: "u-1001"})
		w.must(err)
		if len(tickets) != 1 || tickets[0].Department != security.AccountSecurity {
			t.Errorf("tickets %+v", tickets)
		}
		if n := len(w.linesOf("u-1001", audit.PasswordBlocked)); n != 2 {
			t.Errorf("%d lines of it", n)
		}
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("told again: %v", got)
		}
		o := w.visit("alan")
		_, err = w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		w.advance(time.Hour)
		if _, err = w.Account.SignIn(ctx, phone, "alan", newPassword); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

// TestPasswordBlockedByProofs: wrong passwords of somebody at an open screen count with the others.
func TestPasswordBlockedByProofs(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	for i := range 100 {
		w.advance(2 * time.Minute)
		_, err := w.Account.ProveAgain(t.Context(), u, newPassword)
		want := refusal.PasswordWrong
		if i == 99 {
			want = refusal.PasswordOff
		}
		wantField(t, err, "password", want)
	}
	told := "password_blocked alan@example.org" // once for strangers, once for all
	if diff := cmp.Diff([]string{told, told}, kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	_, err := w.Account.SignIn(t.Context(), phone, "alan", oldPassword)
	wantRefusal(t, err, refusal.SignInWrong)
}
