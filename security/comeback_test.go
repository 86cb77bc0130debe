package security_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/risk"
	"regain/security/staff"
)

// TestSignInTellsHowItStands: whoever has the right password of a locked account reads what is true
// of it.
func TestSignInTellsHowItStands(t *testing.T) {
	t.Parallel()
	for state, play := range map[string]func(w *world, ines *staff.Member){
		"locked":     func(w *world, _ *staff.Member) { w.lock("ada") },
		"unfinished": func(w *world, _ *staff.Member) { w.lock("ada"); w.secured() },
		"review":     func(w *world, _ *staff.Member) { w.lock("ada"); w.postponed() },
		"overdue": func(w *world, _ *staff.Member) {
			w.lock("ada")
			w.postponed()
			w.advance(25 * time.Hour)
		},
		"needs_owner": func(w *world, ines *staff.Member) {
			w.lock("ada")
			w.postponed()
			c := w.taken(ines)
			w.must(w.Review.AskOwner(w.t.Context(), ines, w.seen(ines, c, "Which device?")))
		},
		"declined": func(w *world, ines *staff.Member) {
			w.lock("ada")
			w.postponed()
			c := w.taken(ines)
			w.must(w.Review.DeclineCase(w.t.Context(), ines, on(c, "no match")))
		},
	} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			ines := w.member("ines", staff.RoleSecurity)
			w.account("u-1001", "ada", "ada@example.org")
			w.quiet("u-1001")
			plain, secured := newPassword, w.Now()
			play(w, ines)
			want := []string{"ada", state}
			switch state {
			case "locked":
				plain = oldPassword
			case "review":
				want = append(want, w.adaCase().DueAt.Format(time.RFC3339))
			case "overdue":
				want = append(want, w.adaCase().DueAt.Add(24*time.Hour).Format(time.RFC3339))
			}
			_, err := w.Account.SignIn(t.Context(), faraway, "ada", plain)
			r, _ := err.(*security.Refusal)
			if r == nil || r.Code != refusal.AccountLockedOut {
				t.Fatalf("since %v: %v", secured, err)
			}
			if diff := cmp.Diff(want, r.Args); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if n := len(w.sessionsOf(access.AccountSession, "u-1001")); n != 0 {
				t.Errorf("%d sessions of a locked account", n)
			}
		})
	}
}

// postponed leads the locked account to the status page without a second factor.
func (w *world) postponed() {
	w.t.Helper()
	o := w.secured()
	w.must(w.Guided.SkipTwoFactor(w.t.Context(), o))
	o = w.owner(w.token(o))
	w.must(w.Guided.AnswerLogins(w.t.Context(), o, nil))
	w.deliver()
}

// TestComeBackBySignIn: the password that was chosen in the recovery leads back to it, where a second
// factor has to be shown next, and to nothing else.
func TestComeBackBySignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		o, secret, _ := w.enrolled(w.secured())
		w.must(w.Guided.SaveCodes(ctx, o, true))
		o = w.owner(w.token(o))
		w.must(w.Guided.AnswerLogins(ctx, o, nil))
		w.advance(time.Hour)
		tok, err := w.Account.SignIn(ctx, faraway, "ada", newPassword)
		w.must(err)
		if _, err := w.Account.EnterAccount(ctx, faraway, tok); err == nil {
			t.Fatal("a signed-in session of a locked account")
		}
		back, err := w.Guided.Enter(ctx, faraway, tok)
		w.must(err)
		if next := back.Progress.Next(); next != recovery.Verify {
			t.Fatalf("the password alone leads to %q", next)
		}
		tok, err = w.Guided.ProveFactor(ctx, back, w.app(secret))
		w.must(err)
		back, err = w.Guided.Enter(ctx, faraway, tok)
		w.must(err)
		got := []any{back.Progress.Next(), w.recorded(audit.RecoveryRejoined), w.adaCase().State}
		if diff := cmp.Diff([]any{recovery.Step(""), 1, recovery.Secured}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		logins, err := w.db.Logins(ctx, "u-1001", time.Time{}, 100)
		w.must(err)
		if stopped := security.Kept(logins, func(l security.Login) bool {
			return l.Outcome == risk.Stopped
		}); len(stopped) > 0 {
			t.Errorf("the owner's way back is a stopped login: %+v", stopped)
		}
	})
}

// TestComeBackByPasskey: a passkey that was made in the recovery leads back to it by itself. An older one
// does not, since nobody has read the mail with it; nor does the owner go unasked whose password it is.
func TestComeBackByPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, old := w.withPasskey(w.alan(), "old")
		w.advance(30 * 24 * time.Hour)
		w.lock("alan")
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		options, err := w.Access.AskForProof(o.Session, o.Factors)
		w.must(err)
		tok, err := w.Guided.ProvePasskey(ctx, o, old.get(options))
		w.must(err)
		tok, err = w.Guided.UpdatePassword(ctx, w.owner(tok), newPassword)
		w.must(err)
		o = w.owner(tok)
		young := w.device()
		options, err = w.Guided.AskNewPasskey(o)
		w.must(err)
		_, err = w.Guided.AddPasskey(ctx, o, young.create(options), "young")
		w.must(err)
		w.advance(time.Hour)
		_, err = w.Account.SignInPasskey(ctx, phone, visit, old.get(w.options(visit)))
		wantRefusal(t, err, refusal.AccountLockedOut)
		tok, err = w.Account.SignInPasskey(ctx, phone, visit, young.get(w.options(visit)))
		w.must(err)
		if next := w.owner(tok).Progress.Next(); next != recovery.Password {
			t.Errorf("it leads to %q", next)
		}
		_, err = w.Guided.UpdatePassword(ctx, w.owner(tok), anotherPassword)
		w.must(err)
		if said := w.said(o.Case.ID); !strings.Contains(strings.Join(said, "\n"), security.SaidSecuredSignedIn) {
			t.Errorf("no mail was opened, and the ticket says %s", said)
		}
	})
}

// TestStatusShowsWhatWasSaid: what was said of sign-ins stands on the status page, and can be corrected
// until the decision.
func TestStatusShowsWhatWasSaid(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	w.account("u-1001", "ada", "ada@example.org")
	w.logins("u-1001", "odd")
	w.lock("ada")
	o := w.secured()
	w.must(w.Guided.SkipTwoFactor(ctx, o))
	said := func() (list []string) {
		t.Helper()
		st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
		w.must(err)
		for _, a := range st.Answers {
			list = append(list, a.ID+" "+a.Answer)
		}
		return list
	}
	o = w.owner(w.token(o))
	w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "me"}))
	if diff := cmp.Diff([]string{"odd me"}, said()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o = w.owner(w.token(o))
	w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "not_me"}))
	if diff := cmp.Diff([]string{"odd not_me"}, said()); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	w.taken(ines)
	w.must(w.Review.DeclineCase(ctx, ines, review.Decision{Number: w.adaCase().Number,
		Reason: "no match"}))
	wantRefusal(t, w.Guided.AnswerLogins(ctx, w.owner(w.token(o)), map[string]string{"odd": "me"}),
		refusal.RecoveryReadOnly)
}

// TestPasskeyInTwoFactorStep: a passkey meets the step, is provisional, brings recovery codes and ends
// the other sessions; before the new password there is none to be made.
func TestPasskeyInTwoFactorStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		early := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		_, err := w.Guided.AskNewPasskey(early)
		wantRefusal(t, err, refusal.StepNotOpen)
		_, err = w.Guided.AddPasskey(ctx, early, "{}", "phone")
		wantRefusal(t, err, refusal.StepNotOpen)
		session, err := w.Guided.UpdatePassword(ctx, early, newPassword)
		w.must(err)
		w.advance(time.Second)
		o, other := w.owner(session), w.comesBack()
		d := w.device()
		options, err := w.Guided.AskNewPasskey(o)
		w.must(err)
		answer := d.create(options)
		tok, err := w.Guided.AddPasskey(ctx, o, answer, "my phone")
		w.must(err)
		w.deliver()
		o = w.owner(tok)
		codes, err := w.Guided.UnsavedCodes(o)
		w.must(err)
		_, living := w.Guided.Enter(ctx, phone, w.token(other))
		f := w.factorsOf("u-1001")
		got := []any{len(f), f[0].Name, f[0].Recovery == o.Recovery.ID, len(codes),
			o.Recovery.TwoFactor, o.Progress.Next(), living == nil}
		want := []any{1, "my phone", true, 10, security.TwoFactorOn, recovery.TwoFactor, false}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, err = w.Guided.AddPasskey(ctx, o, answer, "again"); err == nil {
			t.Error("the same answer made two")
		}
		if said := strings.Join(w.said(o.Case.ID), "\n"); !strings.Contains(said, "passkey_on") {
			t.Errorf("the ticket says %s", said)
		}
	})
}
