package security_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/refusal"
)

// TestChangePassword: everything that has to be true the moment a signed-in owner has another
// password.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		old := w.alan()
		other := w.signIn("alan")
		w.must(w.Account.AskAddress(ctx, old, "alan@new.example", false))
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "alan"))
		visit := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "alan"))
		w.deliver()
		w.advance(time.Minute)

		session, err := w.Account.ChangePassword(ctx, old, oldPassword, newPassword)
		w.must(err)
		u := w.entered(session)
		if ok, err := w.Hasher.Verify(ctx, u.Account.PasswordHash, newPassword); !ok || err != nil {
			t.Errorf("the new password does not verify: %v", err)
		}
		if !u.Account.PasswordAt.Equal(w.Now()) || u.Session.Generation != 1 {
			t.Errorf("password at %v, generation %d", u.Account.PasswordAt, u.Session.Generation)
		}
		for what, was := range map[string]*account.SignedIn{"the old token": old,
			"another": other} {
			_, err := w.Account.EnterAccount(ctx, phone, w.accountToken(was.Session))
			if !errors.Is(err, security.ErrNoSession) {
				t.Errorf("%s still opens the account: %v", what, err)
			}
		}
		if x, err := w.db.Session(ctx, visit.Session.ID); err != nil || x.EndedAt.IsZero() {
			t.Errorf("a visit of the recovery lives (%v)", err)
		}
		if _, err := w.db.LiveLink(ctx, "u-1001"); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("a link lives: %v", err)
		}
		if b, err := w.Account.Addresses(ctx, u); err != nil || len(b.Pending) != 0 {
			t.Errorf("a change of address still waits: %v, %v", b.Pending, err)
		}
		done, err := w.db.Activities(ctx, "u-1001", start.Add(-time.Hour), 10)
		w.must(err)
		if len(done) != 1 || done[0].Kind != "password_changed" || done[0].IP != phone.IP {
			t.Errorf("activity %+v", done)
		}
		mails := kinds(w.deliver())
		if diff := cmp.Diff([]string{"password_updated alan@example.org"}, mails); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		events, err := w.db.EventsOf(ctx, "u-1001", audit.PasswordChanged, start.Add(-time.Hour))
		w.must(err)
		if len(events) != 1 || events[0].By.Kind != security.ByOwner ||
			events[0].By.IP != phone.IP {
			t.Errorf("audit lines %+v", events)
		}
		w.intact()
	})
}

func TestChangePasswordRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	for _, row := range []struct {
		name, current, next string
		field               string
		code                refusal.Code
		event               audit.Kind
	}{
		{"no current one", "", newPassword, "current_password", refusal.PasswordMissing, ""},
		{"a wrong one", newPassword, newPassword, "current_password", refusal.PasswordWrong,
			audit.SignInRefused},
		{"short", oldPassword, "fourteen-chars", "new_password", "password_short",
			audit.PasswordRefused},
		{"the same", oldPassword, oldPassword, "new_password", refusal.PasswordSame,
			audit.PasswordRefused},
		{"nearly the same", oldPassword, oldPassword + "1", "new_password", refusal.PasswordNear,
			audit.PasswordRefused},
		{"the username", oldPassword, "lovelacealan lovelacealan", "new_password",
			"password_personal", audit.PasswordRefused},
	} {
		before := w.recorded(row.event)
		_, err := w.Account.ChangePassword(t.Context(), u, row.current, row.next)
		wantField(t, err, row.field, row.code)
		if after := w.recorded(row.event); row.event != "" && after != before+1 {
			t.Errorf("%s: %d lines of %s, want one more than %d", row.name, after, row.event,
				before)
		}
	}
	if u.Account.PasswordHash != w.accountOf("u-1001").PasswordHash {
		t.Error("a refused password changed the account")
	}
	half := *u
	half.Session.Stage = access.StageVerify
	_, err := w.Account.ChangePassword(t.Context(), &half, oldPassword, newPassword)
	if _, _, adviseErr := w.Account.AdviseChange(t.Context(), &half, "x"); !errors.Is(err,
		security.ErrNoSession) || !errors.Is(adviseErr, security.ErrNoSession) {
		t.Errorf("without the second factor: %v, %v", err, adviseErr)
	}
}

// recorded counts the audit lines of a kind on the account of alan.
func (w *world) recorded(kind audit.Kind) int {
	w.t.Helper()
	all, err := w.db.EventsOf(w.t.Context(), "u-1001", kind, start.Add(-time.Hour))
	w.must(err)
	return len(all)
}

// TestCurrentPasswordIsNotGuessed: whoever finds an open screen has ten tries, in all sessions
// together, and the owner then waits.
func TestCurrentPasswordIsNotGuessed(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	both := []*account.SignedIn{w.alan(), w.signIn("alan")}
	for i := range 10 {
		_, err := w.Account.ChangePassword(t.Context(), both[i%2], fmt.Sprint("guess ", i),
			newPassword)
		wantRefusal(t, err, refusal.PasswordWrong)
	}
	_, err := w.Account.ChangePassword(t.Context(), both[0], oldPassword, newPassword)
	wantRefusal(t, err, refusal.TooManyTries)
	w.advance(2 * time.Minute)
	if _, err = w.Account.ChangePassword(t.Context(), both[0], oldPassword,
		newPassword); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestChangePasswordTwice presses one button eight times at once: one change, one answer.
func TestChangePasswordTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		form(u)
		w.deliver()
		tokens := map[string]int{}
		var mu sync.Mutex
		errs := make([]error, 8)
		together(errs, func(int) error {
			tok, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
			mu.Lock()
			defer mu.Unlock()
			tokens[tok]++
			return err
		})
		if err := errors.Join(errs...); err != nil || len(tokens) != 1 {
			t.Errorf("%d different tokens, %v; want one for all", len(tokens), err)
		}
		for tok := range tokens {
			w.entered(tok)
		}
		if got := kinds(w.deliver()); len(got) != 1 || w.recorded(audit.PasswordChanged) != 1 {
			t.Errorf("mails %v, %d changes; want one each", got, w.recorded(audit.PasswordChanged))
		}
	})
}

// TestChangePasswordOnTwoDevices: one wins, another window of the same browser is told that
// something changed, and in the other browsers the session is over.
func TestChangePasswordOnTwoDevices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.alan()
		who := []*account.SignedIn{one, w.signIn("alan"), one, w.signIn("alan")}
		errs := make([]error, len(who))
		together(errs, func(i int) error {
			_, err := w.Account.ChangePassword(t.Context(), who[i], oldPassword,
				fmt.Sprint("seven violet kettles under glass ", strings.Repeat("ab", i+1)))
			return err
		})
		won, winner := 0, who[max(slices.Index(errs, nil), 0)].Session.ID
		for i, err := range errs {
			want := security.ErrNoSession
			if who[i].Session.ID == winner {
				want = security.ErrConflict
			}
			if err == nil {
				won++
			} else if !errors.Is(err, want) {
				t.Errorf("device %d: %v, want %v", i, err, want)
			}
		}
		if won != 1 || w.recorded(audit.PasswordChanged) != 1 {
			t.Errorf("%d won, %d changes; want one", won, w.recorded(audit.PasswordChanged))
		}
	})
}

// TestChangePasswordMeetsStaff: a lockout in the same moment leaves nothing half-done, and what
// else moved the account is no reason to lose what the owner typed.
func TestChangePasswordMeetsStaff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		a := w.accountOf("u-1001")
		a.Name = "Alan Turing"
		w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		session, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
		if err != nil {
			t.Fatalf("after an import: %v", err)
		}
		u = w.entered(session)
		w.advance(time.Minute)
		w.deliver()

		errs := make([]error, 2)
		together(errs, func(i int) error {
			if i == 0 {
				_, err := w.Lockout.Lock(t.Context(), security.Operator("lock"), "alan", "", "odd")
				return err
			}
			_, err := w.Account.ChangePassword(t.Context(), u, newPassword,
				oldPassword+" again, with more")
			return err
		})
		w.must(errs[0])
		after := w.accountOf("u-1001")
		told := 0
		for _, m := range w.deliver() {
			if m.Kind() == "password_updated" {
				told++
			}
		}
		changed := after.PasswordAt.Equal(w.Now())
		if !after.Locked() || changed != (errs[1] == nil) || changed != (told == 1) {
			t.Errorf("locked %v, changed %v with %v, %d mails", after.Locked(), changed, errs[1],
				told)
		}
		if errs[1] != nil && !errors.Is(errs[1], security.ErrNoSession) {
			t.Errorf("the owner is told %v", errs[1])
		}
		x, err := w.db.Session(t.Context(), u.Session.ID)
		if w.must(err); x.EndedAt.IsZero() {
			t.Error("the session outlives the lockout")
		}
		_, err = w.Account.ChangePassword(t.Context(), u, newPassword,
			"nine copper lanterns at dawn")
		if !errors.Is(err, security.ErrNoSession) && !errors.Is(err, security.ErrConflict) {
			t.Errorf("on the locked account: %v", err)
		}
	})
}

// TestShortPasswordNeedsItsFactor: what is enough together with a second factor is not, once that
// went in the same moment.
func TestShortPasswordNeedsItsFactor(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u, _ := w.withApp(w.alan())
	const short = "kJ7#vq2mTz"
	if got := w.Access.MinimumLength(u.Factors); got != 8 {
		t.Errorf("minimum with a factor: %d, want 8", got)
	}
	w.commit(audit.TwoFactorRemoved, security.RemoveFactor{ID: u.Factors[0].ID,
		Subject: "u-1001", At: w.Now()})
	_, err := w.Account.ChangePassword(t.Context(), u, oldPassword, short)
	wantField(t, err, "new_password", "password_short")

	u, _ = w.withApp(w.reload(u))
	session, err := w.Account.ChangePassword(t.Context(), u, oldPassword, short)
	w.must(err)
	if !w.entered(session).Account.ShortPassword {
		t.Error("the account does not know that its password needs a factor")
	}
}

// TestChangeSparesHashes: what was typed is not compared once more by a hash.
func TestChangeSparesHashes(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	for _, row := range []struct {
		name, next string
		code       refusal.Code
		want       int64
	}{
		{"the same", oldPassword, refusal.PasswordSame, 1},
		{"one near", oldPassword + "!", refusal.PasswordNear, 1},
		{"another", newPassword, "", 2}, // the current one, and the hash of the new one
	} {
		before := w.Hasher.Hashes()
		_, err := w.Account.ChangePassword(t.Context(), w.reload(u), oldPassword, row.next)
		if row.code == "" {
			w.must(err)
		} else {
			wantField(t, err, "new_password", row.code)
		}
		if got := w.Hasher.Hashes() - before; got != row.want {
			t.Errorf("%s: %d hashes, want %d", row.name, got, row.want)
		}
	}
}
