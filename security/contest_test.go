package security_test

import (
	"slices"
	"strings"
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
	"regain/security/staff"
)

// contestFor is the token of "I did not do this" in the mail about the updated password to an address.
func (w *world) contestFor(mails []posted, to string) string {
	w.t.Helper()
	for _, m := range mails {
		if _, ok := m.Notice.(notice.PasswordUpdated); ok && m.Envelope.To == to {
			return w.Guided.ContestToken(m.Envelope.Contest)
		}
	}
	w.t.Fatalf("no mail about the password to %s in %v", to, kinds(mails))
	return ""
}

// passwordSet is a case of ada in which somebody has set a password and an authenticator, in a state, with
// the mails about the password and that somebody.
func (w *world) passwordSet(state recovery.State) (*guided.Owner, []posted) {
	w.t.Helper()
	w.account("u-1001", "ada", "ada@example.org")
	w.advance(30 * 24 * time.Hour)
	w.tellMove("new@example.org")
	w.advance(time.Hour)
	w.deliver()
	w.lock("u-1001")
	var link string
	for _, m := range w.deliver() {
		if n, ok := m.Notice.(notice.LockedOut); ok && n.Link != "" {
			link = n.Link
		}
	}
	thief := w.enter(link)
	session, err := w.Guided.UpdatePassword(w.t.Context(), thief, newPassword)
	w.must(err)
	mails := w.deliver()
	w.advance(time.Second)
	thief, _, _ = w.enrolled(w.owner(session))
	w.deliver()
	if state != recovery.Secured {
		ines := w.member("ines", staff.RoleSecurity)
		c := w.taken(ines)
		if state == recovery.NeedsOwner {
			w.must(w.Review.AskOwner(w.t.Context(), ines, w.seen(ines, c, "Which device?")))
			w.deliver()
		}
	}
	return thief, mails
}

// TestContest: whoever reads an address that counts takes an updated password back, in every state of
// a case that is not over, and nobody who set it keeps anything.
func TestContest(t *testing.T) {
	t.Parallel()
	for _, reader := range []string{"ada@example.org", "new@example.org"} {
		for from, want := range map[recovery.State]recovery.State{recovery.Secured: recovery.Locked,
			recovery.InReview: recovery.InReview, recovery.NeedsOwner: recovery.NeedsOwner} {
			each(t, func(t *testing.T, w *world) {
				thief, mails := w.passwordSet(from)
				w.advance(20 * 24 * time.Hour)
				tok := w.contestFor(mails, reader)
				for range 2 {
					w.must(w.Guided.Contest(t.Context(), faraway, tok))
				}
				c := w.adaCase()
				got := []any{c.State, c.SecuredAt.IsZero(), c.ContestedAt.Equal(w.Now()),
					w.accountOf("u-1001").PasswordHash, len(w.factorsOf("u-1001")), w.codes(),
					w.ticketOf(c).Priority, w.recorded(audit.PasswordContested)}
				if diff := cmp.Diff([]any{want, true, true, "", 0, 0, security.PriorityHigh, 1}, got); diff != "" {
					t.Errorf("after it (-want +got):\n%s", diff)
				}
				if _, err := w.Guided.Enter(t.Context(), phone, w.token(thief)); err == nil {
					t.Error("the session of whoever set it lives")
				}
				told := w.deliver()
				if diff := cmp.Diff([]string{"ada@example.org", "ada@example.org", "new@example.org"}, to(told)); diff != "" {
					t.Errorf("mails (-want +got):\n%s", diff)
				}
				o := w.enter(mailed[notice.RecoveryLink](w, told).Link)
				if next := o.Progress.Next(); next != recovery.Password {
					t.Fatalf("the owner goes on with %q", next)
				}
				session, err := w.Guided.UpdatePassword(t.Context(), o, anotherPassword)
				w.must(err)
				w.owner(session)
				if page, err := w.Guided.OpenContest(t.Context(), tok); err != nil ||
					page.State != guided.ContestOver {
					t.Errorf("the old link is %+v, %v", page, err)
				}
				wantRefusal(t, w.Guided.Contest(t.Context(), faraway, tok), refusal.ContestOver)
			})
		}
	}
}

func (w *world) factorsOf(id string) []security.Factor {
	w.t.Helper()
	all, err := w.db.Factors(w.t.Context(), id)
	w.must(err)
	return all
}

const anotherPassword = "harbour-violet-ladder-77"

// TestContestNeedsFourEyes: a case in which a password was denied is not resumed by one person.
func TestContestNeedsFourEyes(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	_, mails := w.passwordSet(recovery.Secured)
	w.must(w.Guided.Contest(t.Context(), faraway, w.contestFor(mails, "ada@example.org")))
	o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
	_, err := w.Guided.UpdatePassword(t.Context(), o, anotherPassword)
	w.must(err)
	ines := w.member("ines", staff.RoleSecurity)
	c := w.taken(ines)
	plan, err := w.Review.PlanResume(t.Context(), ines, c.Number)
	w.must(err)
	if !slices.Contains(plan.Needs, recovery.SignalContested) {
		t.Errorf("four eyes because of %v", plan.Needs)
	}
}

// TestContestRace: many presses at once take one password back once, and a password that is set in
// the same moment is not lost to any of them.
func TestContestRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, mails := w.passwordSet(recovery.Secured)
		toks := []string{w.contestFor(mails, "ada@example.org"), w.contestFor(mails, "new@example.org")}
		errs := make([]error, 8)
		together(errs, func(i int) error { return w.Guided.Contest(t.Context(), faraway, toks[i%2]) })
		for _, err := range errs {
			w.must(err)
		}
		if n := w.recorded(audit.PasswordContested); n != 1 {
			t.Errorf("%d lines, want 1", n)
		}
		if n := len(w.deliver()); n != 3 {
			t.Errorf("%d mails, want 3", n)
		}
	})
}

// TestContestOfNobody: a link that is not ours, of another purpose, or to an address that counts no
// more says nothing and does nothing.
func TestContestOfNobody(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	_, mails := w.passwordSet(recovery.Secured)
	tok := w.contestFor(mails, "ada@example.org")
	for _, bad := range []string{"", "x", tok[:len(tok)-1], tok + "x", w.AlertToken("1_a_u-1001"),
		w.Guided.ContestToken("x_y_u-1001"), w.Guided.ContestToken("p1_y_!"), w.Guided.ContestToken("u-1001")} {
		page, err := w.Guided.OpenContest(t.Context(), bad)
		if err != nil || page != (guided.ContestPage{State: guided.ContestUnknown}) {
			t.Errorf("%q opens %+v, %v", bad, page, err)
		}
		if err := w.Guided.Contest(t.Context(), faraway, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if c := w.adaCase(); c.State != recovery.Secured {
		t.Errorf("the case is %s", c.State)
	}
}

// TestContestLocks: "I did not do this" about a password that was changed on an account that is open
// locks it, and the password opens nothing.
func TestContestLocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		_, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
		w.must(err)
		tok := ""
		for _, m := range w.deliver() {
			if _, ok := m.Notice.(notice.PasswordUpdated); ok {
				tok = w.Guided.ContestToken(m.Envelope.Contest)
			}
		}
		w.advance(time.Hour)
		w.must(w.Guided.Contest(t.Context(), faraway, tok))
		w.must(w.Guided.Contest(t.Context(), faraway, tok))
		a := w.accountOf("u-1001")
		c := w.caseOf("u-1001")
		got := []any{a.Locked(), a.PasswordHash, c.State, c.Cause, !c.ContestedAt.IsZero(),
			w.recorded(audit.AccountLocked)}
		if diff := cmp.Diff([]any{true, "", recovery.Locked, recovery.Hijacked, true, 1}, got); diff != "" {
			t.Errorf("after it (-want +got):\n%s", diff)
		}
		for _, x := range w.sessionsOf(access.AccountSession, "u-1001") {
			if x.EndedAt.IsZero() {
				t.Error("a session lives")
			}
		}
	})
}

// TestContestOwn: the status page takes a password back too, once the owner has shown what is asked.
func TestContestOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		thief, _ := w.passwordSet(recovery.Secured)
		w.must(w.Guided.ContestOwn(t.Context(), thief))
		if c := w.adaCase(); c.State != recovery.Locked || c.ContestedAt.IsZero() {
			t.Errorf("the case is %s, denied at %v", c.State, c.ContestedAt)
		}
		o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		wantRefusal(t, w.Guided.ContestOwn(t.Context(), o), refusal.StepNotOpen)
	})
}

// TestDemandPassword: an analyst who has the case makes the owner choose once more.
func TestDemandPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.passwordSet(recovery.Secured)
		ines, omar := w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
		c := w.taken(ines)
		wantRefusal(t, w.Review.DemandPassword(t.Context(), omar, w.seen(omar, c, "odd")), refusal.CaseNotYours)
		wantRefusal(t, w.Review.DemandPassword(t.Context(), ines, w.seen(ines, c, " ")), refusal.ReasonMissing)
		w.must(w.Review.DemandPassword(t.Context(), ines, w.seen(ines, c, "another device")))
		c = w.adaCase()
		said := strings.Join(w.said(c.Ticket), "\n")
		got := []any{c.State, c.SecuredAt.IsZero(), c.ContestedAt.IsZero(), w.accountOf("u-1001").PasswordHash,
			w.recorded(audit.PasswordDemanded), strings.Contains(said, security.SaidDemanded)}
		if diff := cmp.Diff([]any{recovery.InReview, true, true, "", 1, true}, got); diff != "" {
			t.Errorf("after it (-want +got):\n%s\n%s", diff, said)
		}
		wantRefusal(t, w.Review.DemandPassword(t.Context(), ines, w.seen(ines, c, "again")), refusal.CaseNotSecured)
		told := w.deliver()
		mailed[notice.RecoveryLink](w, told)
		if n := len(told); n != 3 {
			t.Errorf("%d mails, want 3: %v", n, kinds(told))
		}
	})
}

// TestContestBeforeTheOwner: a password that was denied counts as denied although the account was
// locked meanwhile for another reason, and nobody has been through the recovery yet.
func TestContestBeforeTheOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		_, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
		w.must(err)
		tok := w.contestFor(w.deliver(), "alan@example.org")
		w.advance(time.Hour)
		w.lock("u-1001")
		w.deliver()
		for range 2 {
			w.must(w.Guided.Contest(t.Context(), faraway, tok))
		}
		c := w.caseOf("u-1001")
		got := []any{c.State, c.ContestedAt.IsZero(), w.accountOf("u-1001").PasswordHash,
			w.recorded(audit.PasswordContested)}
		if diff := cmp.Diff([]any{recovery.Locked, false, "", 1}, got); diff != "" {
			t.Errorf("after it (-want +got):\n%s", diff)
		}
		o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		_, err = w.Guided.UpdatePassword(t.Context(), o, anotherPassword)
		w.must(err)
		c = w.caseOf("u-1001")
		if p := w.ticketOf(c).Priority; p != security.PriorityHigh {
			t.Errorf("priority %s", p)
		}
	})
}

// TestContestOfAClosedCase: what Account Security has decided is not taken back by a link. It says so.
func TestContestOfAClosedCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, mails := w.passwordSet(recovery.InReview)
		ines := w.again("ines")
		w.must(w.Review.DeclineCase(t.Context(), ines, w.seen(ines, w.adaCase(), "not the owner")))
		tok := w.contestFor(mails, "ada@example.org")
		page, err := w.Guided.OpenContest(t.Context(), tok)
		w.must(err)
		if page.State != guided.ContestOver {
			t.Errorf("the link is %s", page.State)
		}
		wantRefusal(t, w.Guided.Contest(t.Context(), faraway, tok), refusal.ContestOver)
	})
}
