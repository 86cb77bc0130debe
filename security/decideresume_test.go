package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

func TestResumeAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.reviewed(ines)
		o := w.visit("ada")
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
		late := mailed[notice.RecoveryLink](w, w.deliver()).Link
		w.advance(time.Minute)
		plan, err := w.Review.PlanResume(ctx, ines, c.Number)
		w.must(err)
		if diff := cmp.Diff([]string{"ada@example.org"}, plan.To); diff != "" ||
			plan.Needs != nil ||
			plan.Ticket.ID != c.Ticket || !plan.Link || plan.Pending != nil ||
			plan.Envelope.To != "ada@example.org" || plan.Notice.Case != c.Number {
			t.Errorf("plan %+v %s", plan, diff)
		}
		proposed, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		if proposed {
			t.Error("it was only proposed")
		}
		got := w.adaCase()
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if got.State != recovery.Resumed || !got.ClosedAt.Equal(w.Now()) || a.Locked() ||
			own.Status != ticket.Solved {
			t.Errorf("case %+v, locked by %q, ticket %s", got, a.Case, own.Status)
		}
		mails := w.deliver()
		if diff := cmp.Diff([]string{"account_resumed ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff("[ACTION] Account Resumed\n[DEPARTMENT] Account Security\n"+
			"[CAUSE] (Comp) User’s Account Is Compromised\n[EVIDENCE] all is well\n  Resumed by ines.\n"+
			"[NEXT STEP] None: the owner signs in as usual", w.lastNote()); diff != "" {
			t.Errorf("note (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"case.taken s-ines", "case.resumed s-ines"},
			w.trail()); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
		_, err = w.Lockout.UseLink(ctx, phone, w.Lockout.LinkToken(late))
		var gone *security.LinkGone
		if !errors.As(err, &gone) {
			t.Errorf("a link of before: %v", err)
		}
		st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o))) // the session still reads
		if err != nil || st.Ticket.Status != ticket.Solved || !st.NextWord.IsZero() {
			t.Errorf("status %+v, %v", st, err)
		}
		wantRefusal(t, w.Guided.SendMessage(ctx, w.owner(w.token(o)), "hi"),
			refusal.RecoveryReadOnly)
		w.intact()
	})
}

// TestResumeForgetsTries: wrong codes and spent budgets of the lockout end with it.
func TestResumeForgetsTries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		w.account("u-1001", "ada", "ada@example.org")
		w.quiet("u-1001")
		w.lock("ada")
		o, secret, _ := w.enrolled(w.secured())
		w.must(w.Guided.SaveCodes(ctx, o, true))
		w.must(w.Guided.AnswerLogins(ctx, w.owner(w.token(o)), nil))
		w.confirmsLater()
		c := w.taken(ines)
		o = w.visit("ada")
		for range 5 {
			_, err := w.Guided.ProveFactor(ctx, o, "000000")
			wantRefusal(t, err, refusal.CodeWrong)
		}
		_, err := w.Guided.ProveFactor(ctx, o, w.app(secret))
		wantRefusal(t, err, refusal.TooManyTries)
		_, err = w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		factors, err := w.db.Factors(ctx, c.Account)
		w.must(err)
		if factors[0].Failures != 0 {
			t.Errorf("%d wrong codes are still counted", factors[0].Failures)
		}
		w.deliver()
		if _, err := w.Guided.ProveFactor(ctx, w.visit("ada"), w.app(secret)); err != nil {
			t.Errorf("the right code after the resume: %v", err)
		}
	})
}

func TestFourEyesResume(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		before := w.hijacked(ines)
		w.deliver()
		proposed, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, before, "the owner is back"))
		w.must(err)
		c := w.adaCase()
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		if !proposed || c.State != recovery.InReview || a.Case != c.ID || len(w.deliver()) != 0 {
			t.Errorf("proposed %v: case %+v, locked by %q", proposed, c, a.Case)
		}
		f, err := w.Review.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending == nil || f.Pending.Standing != lockout.StandingWaits ||
			f.Pending.By != ines.ID ||
			f.Pending.Reason != "the owner is back" ||
			cmp.Diff([]string{recovery.SignalHijacked}, f.Pending.Needs) != "" {
			t.Errorf("proposal %+v, %s", f.Pending, f.Pending.Standing)
		}
		_, err = w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "again"))
		wantRefusal(t, err, refusal.ProposalPending)
		wantRefusal(t, w.Review.ApproveResume(ctx, ines, c.Number), refusal.ProposalOwn)
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalUnseen)
		w.looksAt(otto, c.Account) // the account is not the evidence
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalUnseen)
		_, err = w.Review.PlanResume(ctx, otto, c.Number) // nor is the form
		w.must(err)
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalUnseen)
		w.seen(otto, c, "")
		w.advance(time.Minute)
		sent := func(by security.Actor) {
			e := w.Event(by, audit.LinkSent, w.Now())
			e.Account = c.Account
			w.must(w.db.Commit(ctx, e))
			w.advance(time.Minute)
		}
		sent(otto.Actor())
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalLinked)
		if f, err = w.Review.ReviewCase(ctx, otto, c.Number); err != nil || f.Pending.Approvable ||
			f.Pending.Refused != refusal.ProposalLinked {
			t.Errorf("offered to who sent the link: %+v, %v", f.Pending, err)
		}
		sent(w.member("ben", staff.RoleSupport).Actor())
		w.must(w.Review.ApproveResume(ctx, otto, strings.ToLower(c.Number)))
		got := w.adaCase()
		a, err = w.db.Account(ctx, c.Account)
		w.must(err)
		if got.State != recovery.Resumed || a.Locked() {
			t.Errorf("case %+v, locked by %q", got, a.Case)
		}
		if note := w.lastNote(); !strings.Contains(note,
			"[EVIDENCE] the owner is back\n  Proposed by ines, approved by otto.\n") {
			t.Errorf("note %s", note)
		}
		if diff := cmp.Diff([]string{"account_resumed ada@example.org"},
			kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		last := events[len(events)-1]
		want := map[string]string{"by": ines.ID, "approved_by": otto.ID, "needs": "cause_hijacked"}
		if diff := cmp.Diff(want, last.Data); diff != "" || last.By.ID != otto.ID {
			t.Errorf("on record by %s (-want +got):\n%s", last.By.ID, diff)
		}
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.CaseNotInReview)
		w.intact()
	})
}

// TestSendBack: the second person's no, and the proposer's own.
func TestSendBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		c := w.proposed(ines)
		w.deliver()
		wantRefusal(t, w.Review.SendBackResume(ctx, otto, c.Number, " "), refusal.ReasonMissing)
		w.must(w.Review.SendBackResume(ctx, otto, c.Number, "ask about the payout"))
		f, err := w.Review.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending != nil || len(f.Past) != 1 || f.Past[0].State != lockout.ProposalReturned ||
			f.Past[0].DecidedBy != otto.ID || f.Past[0].Decision != "ask about the payout" {
			t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
		}
		w.seen(otto, c, "")
		wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalNone)
		w.advance(time.Minute)
		_, err = w.Review.ResumeCase(ctx, ines, w.seen(ines, f.Case, "asked, and it is hers"))
		w.must(err)
		w.must(w.Review.SendBackResume(ctx, ines, c.Number, "wait"))
		f, err = w.Review.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending != nil || f.Past[0].State != lockout.ProposalWithdrawn ||
			f.Case.State != recovery.InReview {
			t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
		}
		if len(w.deliver()) != 0 {
			t.Error("the owner was told")
		}
		w.intact()
	})
}
