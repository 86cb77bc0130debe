package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

func TestChangeCause(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.reviewed(ines)
		w.advance(time.Minute)
		w.must(w.Review.ChangeCause(ctx, ines, on(c, "the payout\nwas changed"), recovery.Hijacked))
		got := w.adaCase()
		if got.Cause != recovery.Hijacked || got.State != recovery.InReview ||
			!got.TakenAt.Equal(w.Now()) {
			t.Errorf("case %+v", got)
		}
		causes, err := w.db.CauseHistory(ctx, c.ID)
		w.must(err)
		want := review.CauseChange{At: w.Now(), Cause: "hijacked", By: ines.ID}
		if len(causes) != 2 || causes[1] != want {
			t.Errorf("history %+v", causes)
		}
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if own.Priority != security.PriorityHigh || own.Status != ticket.Open {
			t.Errorf("ticket %+v", own)
		}
		if diff := cmp.Diff("[ACTION] Cause Changed\n[DEPARTMENT] Account Security\n"+
			"[CAUSE] (ATO) User’s Account Was Taken Over\n[EVIDENCE] the payout\n  was changed\n"+
			"[NEXT STEP] Account Security goes on with the review", w.lastNote()); diff != "" {
			t.Errorf("note (-want +got):\n%s", diff)
		}
		said, err := w.db.Messages(ctx, c.ID)
		w.must(err)
		if last := said[len(said)-1]; last.Public || last.By != ines.ID ||
			typed(last.Body, last.Remark) != "cause_changed hijacked the payout\nwas changed" {
			t.Errorf("comment %+v", last)
		}
		if mails := w.deliver(); len(mails) != 0 {
			t.Errorf("mails %v", kinds(mails))
		}
		// Back again: the ticket keeps its priority, and what waits for a second person ends.
		_, err = w.Review.ResumeCase(ctx, ines, on(got, "x"))
		if !errors.Is(err, security.ErrConflict) {
			t.Errorf("without what the page showed: %v", err)
		}
		_, err = w.Review.ResumeCase(ctx, ines, w.seen(ines, got, "fine"))
		w.must(err)
		w.must(w.Review.ChangeCause(ctx, ines, on(w.adaCase(), "no"), recovery.Compromised))
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if len(all) != 1 || all[0].State != lockout.ProposalWithdrawn ||
			all[0].DecidedBy != ines.ID {
			t.Errorf("proposals %+v", all)
		}
		w.intact()
	})
}

func TestAskOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.reviewed(ines)
		w.must(w.Review.AskOwner(ctx, ines, on(c, " Which phone\nis yours? ")))
		if got := w.adaCase(); got.State != recovery.NeedsOwner || got.Assignee != ines.ID {
			t.Errorf("case %+v", got)
		}
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if own.Status != ticket.Pending {
			t.Errorf("ticket %s", own.Status)
		}
		mails := w.deliver()
		want := notice.MoreNeeded{Case: c.Number, Text: "Which phone\nis yours?", At: w.Now()}
		if diff := cmp.Diff([]string{"more_needed ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if got := mailed[notice.MoreNeeded](w, mails); got != want {
			t.Errorf("told %+v, want %+v", got, want)
		}
		// The question stands on the status page, and the answer brings the case back.
		o := w.visit("ada")
		st, err := w.Guided.ReadStatus(ctx, o)
		w.must(err)
		last := st.Messages[len(st.Messages)-1]
		if last.Author != security.AuthorStaff || last.Body != want.Text || !st.NextWord.IsZero() {
			t.Errorf("the owner sees %+v, next word %v", last, st.NextWord)
		}
		w.advance(time.Hour)
		w.must(w.Guided.SendMessage(ctx, o, "The black one."))
		got := w.adaCase()
		if got.State != recovery.InReview || got.Assignee != ines.ID ||
			!got.DueAt.Equal(w.Now().Add(security.ServiceLevel)) {
			t.Errorf("after the answer: %+v", got)
		}
		if own, err = w.db.Ticket(ctx, c.Ticket); err != nil || own.Status != ticket.Open {
			t.Errorf("ticket %+v, %v", own, err)
		}
		w.must(w.Review.AskOwner(ctx, ines, on(got, "And the other one?")))
		w.must(w.Review.TakeCase(ctx, ines, c.Number, 0)) // an owner who never answers
		if got := w.adaCase(); got.State != recovery.InReview {
			t.Errorf("taken back: %+v", got)
		}
		w.intact()
	})
}

// TestAskedBeforeAnybodyCame: the question waits until the ticket opens, and the
// support step answers it.
func TestAskedBeforeAnybodyCame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		w.ada()
		link := mailed[notice.LockedOut](w, w.deliver()).Link
		w.must(w.Review.TakeCase(ctx, ines, w.adaCase().Number, 0))
		w.must(w.Review.AskOwner(ctx, ines, on(w.adaCase(), "Are you there?")))
		o := w.enter(link)
		w.advance(time.Second)
		w.must(w.Guided.SendSupport(ctx, o, "other", "Yes.", ""))
		c := w.adaCase()
		if c.State != recovery.InReview || !c.DueAt.Equal(w.Now().Add(security.ServiceLevel)) {
			t.Errorf("after the answer: %+v", c)
		}
		w.advance(time.Second)
		w.must(w.Review.AskOwner(ctx, ines, on(c, "Since when?")))
		o = w.owner(w.token(o))
		session, err := w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		w.must(w.Guided.SkipTwoFactor(ctx, w.owner(session)))
		w.must(w.Guided.AnswerLogins(ctx, w.owner(session), nil))
		if got := w.adaCase(); got.State != recovery.NeedsOwner || got.SecuredAt.IsZero() {
			t.Errorf("after the password: %+v", got)
		}
		st, err := w.Guided.ReadStatus(ctx, w.owner(session))
		w.must(err)
		var said []string
		for _, m := range st.Messages {
			said = append(said, m.Body)
		}
		if diff := cmp.Diff([]string{"Are you there?", "Yes.", "Since when?"}, said); diff != "" {
			t.Errorf("the owner sees (-want +got):\n%s", diff)
		}
		w.must(w.Guided.SendSupport(ctx, w.owner(session), "other", "Since 2021.", "phishing"))
		if got := w.adaCase(); got.State != recovery.InReview ||
			!got.DueAt.Equal(w.Now().Add(ticket.UrgentLevel)) {
			t.Errorf("after the second answer: %+v", got)
		}
		w.intact()
	})
}

func TestDeclineCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		c := w.proposed(ines)
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
		late := mailed[notice.RecoveryLink](w, w.deliver()).Link
		w.advance(time.Second)
		w.must(w.Review.DeclineCase(ctx, ines, on(c, "The payout belongs to somebody else.")))
		got := w.adaCase()
		if got.State != recovery.Declined || !got.ClosedAt.Equal(w.Now()) {
			t.Errorf("case %+v", got)
		}
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if a.Case != c.ID || own.Status != ticket.Solved {
			t.Errorf("locked by %q, ticket %s", a.Case, own.Status)
		}
		mails := w.deliver()
		if diff := cmp.Diff([]string{"kept_locked ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		want := notice.KeptLocked{Case: c.Number, Reason: "The payout belongs to somebody else.",
			At: w.Now()}
		if told := mailed[notice.KeptLocked](w, mails); told != want {
			t.Errorf("told %+v, want %+v", told, want)
		}
		if note := w.lastNote(); !strings.HasPrefix(note, "[ACTION] Kept Locked\n") ||
			!strings.Contains(note, "[EVIDENCE] "+want.Reason) {
			t.Errorf("note %s", note)
		}
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if all[0].State != lockout.ProposalWithdrawn {
			t.Errorf("proposal %+v", all[0])
		}
		_, err = w.Lockout.UseLink(ctx, phone, w.Lockout.LinkToken(late))
		var gone *security.LinkGone
		if !errors.As(err, &gone) {
			t.Errorf("a link of before: %v", err)
		}
		o := w.visit("ada")
		st, err := w.Guided.ReadStatus(ctx, o)
		w.must(err)
		if last := st.Messages[len(st.Messages)-1]; last.Body != want.Reason || last.By != ines.ID {
			t.Errorf("the owner reads %+v", last)
		}
		w.intact()
	})
}

// TestDeclinedBeforeAnybodyCame: the reason is on the status page though no ticket
// was ever opened.
func TestDeclinedBeforeAnybodyCame(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	w.ada()
	w.must(w.Review.TakeCase(ctx, ines, w.adaCase().Number, 0))
	w.must(w.Review.DeclineCase(ctx, ines, on(w.adaCase(), "The account is a copy.")))
	if _, err := w.db.Ticket(ctx, w.adaCase().ID); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("a ticket: %v", err)
	}
	w.deliver()
	st, err := w.Guided.ReadStatus(ctx, w.visit("ada"))
	w.must(err)
	if len(st.Messages) != 1 || st.Messages[0].Body != "The account is a copy." ||
		st.Ticket != nil {
		t.Errorf("status %+v", st)
	}
}
