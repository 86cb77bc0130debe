package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
)

// contestIn is the token of "I did not do this" in the mail of type N.
func contestIn[N notice.Notice](w *world, mails []posted) string {
	w.t.Helper()
	for _, m := range mails {
		if _, ok := m.Notice.(N); ok && m.Contest != "" {
			return w.Guided.ContestToken(m.Contest)
		}
	}
	w.t.Fatalf("no such mail with a link that locks among %v", kinds(mails))
	return ""
}

// withAppOn is alan with an authenticator that somebody set up, and the link that denies it.
func (w *world) withAppOn() string {
	w.t.Helper()
	u := w.alan()
	w.deliver()
	w.advance(time.Minute)
	w.withApp(u)
	return contestIn[notice.TwoFactorOn](w, w.deliver())
}

func (w *world) contestState(tok string) guided.ContestState {
	w.t.Helper()
	page, err := w.Guided.OpenContest(w.t.Context(), tok)
	w.must(err)
	return page.State
}

// TestContestChange: the mail about a change locks an account that is open, by many presses once. The
// link is answered then, also after Account Security has opened the account again.
func TestContestChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.withAppOn()
		hash := w.accountOf("u-1001").PasswordHash
		w.advance(29 * 24 * time.Hour)
		if state := w.contestState(tok); state != guided.ContestOpen {
			t.Fatalf("the link is %s", state)
		}
		errs := make([]error, 8)
		together(errs, func(int) error { return w.Guided.Contest(t.Context(), faraway, tok) })
		for _, err := range errs {
			w.must(err)
		}
		a, c := w.accountOf("u-1001"), w.caseOf("u-1001")
		got := []any{a.Locked(), a.PasswordHash == hash, c.State, c.Cause, c.ContestedAt.IsZero(),
			c.Remark.Kind, c.Remark.Args[1], w.recorded(audit.AccountLocked), w.contestState(tok)}
		if diff := cmp.Diff([]any{true, true, recovery.Locked, recovery.Hijacked, true,
			security.SaidChangeDenied, "two_factor_changed", 1, guided.ContestDone}, got); diff != "" {
			t.Errorf("after it (-want +got):\n%s", diff)
		}
		for _, x := range w.sessionsOf(access.AccountSession, "u-1001") {
			if x.EndedAt.IsZero() {
				t.Error("a session lives")
			}
		}
		if diff := cmp.Diff([]string{"locked_out alan@example.org"}, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		c.State, c.ClosedAt = recovery.Resumed, w.Now()
		w.commit(audit.CaseResumed, w.placed(c), review.UnlockAccount{Account: "u-1001", Case: c.ID})
		if state := w.contestState(tok); state != guided.ContestOver {
			t.Errorf("after the review the link is %s", state)
		}
		wantRefusal(t, w.Guided.Contest(t.Context(), faraway, tok), refusal.ContestOver)
	})
}

// TestContestChangeIsOld: thirty days later the link does nothing.
func TestContestChangeIsOld(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	tok := w.withAppOn()
	w.advance(30 * 24 * time.Hour)
	wantRefusal(t, w.Guided.Contest(t.Context(), faraway, tok), refusal.ContestOver)
	if w.accountOf("u-1001").Locked() {
		t.Error("an old mail locks the account")
	}
}

// TestContestChangeInRecovery: who denies what was set up in a recovery takes that recovery back.
func TestContestChangeInRecovery(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.lock("u-1001")
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		session, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		w.deliver()
		w.advance(time.Second)
		w.enrolled(w.owner(session))
		tok := contestIn[notice.TwoFactorOn](w, w.deliver())
		w.advance(time.Minute)
		for range 2 {
			w.must(w.Guided.Contest(t.Context(), faraway, tok))
		}
		c := w.adaCase()
		got := []any{c.State, w.accountOf("u-1001").PasswordHash, len(w.factorsOf("u-1001")),
			w.recorded(audit.LoginDenied), w.recorded(audit.PasswordContested), w.contestState(tok)}
		if diff := cmp.Diff([]any{recovery.Locked, "", 0, 1, 0, guided.ContestDone}, got); diff != "" {
			t.Errorf("after it (-want +got):\n%s", diff)
		}
	})
}
