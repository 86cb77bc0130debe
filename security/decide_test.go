package security_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/ticket"
)

func TestTakeCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		c := w.ada()
		w.deliver()
		w.must(w.TakeCase(ctx, ines, strings.ToLower(c.Number), c.Version))
		first := w.adaCase()
		if first.State != recovery.InReview || first.Assignee != ines.ID || !first.TakenAt.Equal(w.Now()) {
			t.Errorf("taken: %+v", first)
		}
		told := mailed[notice.CaseTaken](w, w.deliver())
		if want := (notice.CaseTaken{Case: c.Number, At: w.Now()}); told != want {
			t.Errorf("told %+v, want %+v", told, want)
		}

		w.must(w.TakeCase(ctx, ines, c.Number, c.Version)) // the second click
		if diff := cmp.Diff(first, w.adaCase()); diff != "" {
			t.Errorf("the second click changed the case:\n%s", diff)
		}
		w.advance(security.CaseHold - time.Millisecond)
		err := w.TakeCase(ctx, otto, c.Number, first.Version)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != security.CaseTakenBy ||
			!slices.Equal(r.Args, []string{"ines", first.TakenAt.Format(time.RFC3339)}) {
			t.Errorf("while ines is at it: %v", err)
		}
		w.advance(time.Millisecond)
		if err := w.TakeCase(ctx, otto, c.Number, first.Version-1); !errors.Is(err, security.ErrConflict) {
			t.Errorf("an old page: %v", err)
		}
		w.must(w.TakeCase(ctx, otto, c.Number, first.Version))
		if got := w.adaCase(); got.Assignee != otto.ID || !got.TakenAt.Equal(w.Now()) {
			t.Errorf("taken over: %+v", got)
		}
		if mails := w.deliver(); len(mails) != 0 {
			t.Errorf("mails of the take-over: %v", kinds(mails))
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		if diff := cmp.Diff(map[string]string{"from": ines.ID, "to": otto.ID},
			events[len(events)-1].Data); diff != "" {
			t.Errorf("record of the take-over (-want +got):\n%s", diff)
		}
		w.must(w.DeclineCase(ctx, otto, on(w.adaCase(), "no")))
		wantRefusal(t, w.TakeCase(ctx, ines, c.Number, 0), security.CaseNotInReview)
		if err := w.TakeCase(ctx, ines, "C-1", 0); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("an unknown number: %v", err)
		}
		w.intact()
	})
}

// TestTakeFromWhere: what being taken does in each state.
func TestTakeFromWhere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from  recovery.State
		mails []string
	}{
		{recovery.Locked, []string{"case_taken ada@example.org"}},
		{recovery.Secured, []string{"case_taken ada@example.org"}},
		{recovery.NeedsOwner, nil},
		{recovery.InReview, nil},
	} {
		w := sqliteWorld(t)
		m := w.member("ines", security.RoleSecurity)
		w.ada()
		w.secured()
		w.deliver()
		c := w.adaCase()
		c.State = row.from
		w.commit(security.MessageSent, security.SaveCase{Case: c})
		w.must(w.TakeCase(t.Context(), m, c.Number, 0))
		if got := w.adaCase(); got.State != recovery.InReview || got.Assignee != m.ID ||
			!got.DueAt.Equal(c.DueAt) {
			t.Errorf("from %s: %+v", row.from, got)
		}
		mails := w.deliver()
		if diff := cmp.Diff(row.mails, kinds(mails)); diff != "" {
			t.Errorf("from %s: mails (-want +got):\n%s", row.from, diff)
		}
		if len(mails) == 1 && !mails[0].Notice.(notice.CaseTaken).NextWord.Equal(c.DueAt) {
			t.Errorf("from %s: told %+v", row.from, mails[0].Notice)
		}
	}
}

func TestTakeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.ada()
		w.deliver()
		var won, named, stale int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 16 {
			m := w.member(fmt.Sprint("analyst", i), security.RoleSecurity)
			wg.Go(func() {
				err := w.TakeCase(t.Context(), m, c.Number, c.Version)
				mu.Lock()
				defer mu.Unlock()
				var r *security.Refusal
				switch {
				case err == nil:
					won++
				case errors.As(err, &r) && r.Code == security.CaseTakenBy:
					named++
				case errors.Is(err, security.ErrConflict):
					stale++
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if won != 1 || named+stale != 15 {
			t.Errorf("%d won, %d were told who has it, %d are stale", won, named, stale)
		}
		if got := kinds(w.deliver()); len(got) != 1 {
			t.Errorf("mails %v", got)
		}
		w.intact()
	})
}

// decisions are all that can be decided about a case, in the name of m.
func (w *world) decisions(m *security.Member) map[string]func(d security.Decision) error {
	ctx := w.t.Context()
	return map[string]func(d security.Decision) error{
		"cause": func(d security.Decision) error {
			return w.ChangeCause(ctx, m, d, recovery.Hijacked)
		},
		"ask":     func(d security.Decision) error { return w.AskOwner(ctx, m, d) },
		"decline": func(d security.Decision) error { return w.DeclineCase(ctx, m, d) },
		"resume": func(d security.Decision) error {
			_, err := w.ResumeCase(ctx, m, d)
			return err
		},
	}
}

// TestEveryDecisionIsGuarded: only who has the case decides it, in review, as it
// stands, and says why.
func TestEveryDecisionIsGuarded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
	c := w.reviewed(ines)
	d := w.seen(ines, c, "because")
	before := w.everything()
	long := strings.Repeat("x", 4001)
	for name, decide := range w.decisions(ines) {
		field, missing, tooLong := "reason", security.ReasonMissing, security.ReasonLong
		if name == "ask" {
			field, missing, tooLong = "message", security.MessageMissing, security.MessageLong
		}
		for reason, code := range map[string]security.Code{" \n ": missing, long: tooLong} {
			d := d
			d.Reason = reason
			var r *security.Refusal
			if err := decide(d); !errors.As(err, &r) || r.Code != code || r.Field != field {
				t.Errorf("%s with a reason of %d: %v", name, len(reason), err)
			}
		}
		stale := d
		stale.Version--
		if err := decide(stale); !errors.Is(err, security.ErrConflict) {
			t.Errorf("%s on an old page: %v", name, err)
		}
		unknown := d
		unknown.Number = "C-1"
		if err := decide(unknown); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s of no case: %v", name, err)
		}
	}
	for name, decide := range w.decisions(otto) {
		if err := decide(d); !refusedAs(err, security.CaseNotYours) {
			t.Errorf("%s by another: %v", name, err)
		}
	}
	moved := d
	moved.Stirs--
	if _, err := w.ResumeCase(t.Context(), ines, moved); !errors.Is(err, security.ErrConflict) {
		t.Errorf("resumed on facts that are older: %v", err)
	}
	wantRefusal(t, w.ChangeCause(t.Context(), ines, d, "robbed"), security.CauseUnknown)
	wantRefusal(t, w.ChangeCause(t.Context(), ines, d, recovery.Compromised), security.CauseSame)
	wantRefusal(t, w.ReopenCase(t.Context(), ines, d), security.CaseStale)
	wantRefusal(t, w.ApproveResume(t.Context(), otto, c.Number), security.ProposalNone)
	wantRefusal(t, w.SendBackResume(t.Context(), otto, c.Number, "no"), security.ProposalNone)
	if diff := cmp.Diff(before, w.everything()); diff != "" {
		t.Errorf("a refused decision changed something:\n%s", diff)
	}
	for _, state := range []recovery.State{recovery.Locked, recovery.Secured, recovery.NeedsOwner,
		recovery.Resumed, recovery.Declined} {
		c := w.adaCase()
		c.State = state
		w.commit(security.MessageSent, security.SaveCase{Case: c})
		d := on(w.adaCase(), "because")
		for name, decide := range w.decisions(ines) {
			if err := decide(d); !refusedAs(err, security.CaseNotInReview) {
				t.Errorf("%s of a case that is %s: %v", name, state, err)
			}
		}
		wantRefusal(t, w.ApproveResume(t.Context(), otto, c.Number), security.CaseNotInReview)
		wantRefusal(t, w.SendBackResume(t.Context(), otto, c.Number, "x"), security.CaseNotInReview)
	}
}

func refusedAs(err error, code security.Code) bool {
	r, ok := errors.AsType[*security.Refusal](err)
	return ok && r.Code == code
}

// TestOnlyAnalystsReview: whoever is not one is refused every use case, on record,
// and nothing changes.
func TestOnlyAnalystsReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.proposed(w.member("ines", security.RoleSecurity))
		before := w.everything()
		kept := &ledger{Store: w.Store}
		w.Store = kept
		for _, role := range []security.Role{security.RoleSupport, security.RoleAdmin} {
			m := w.member("m"+string(role), role)
			tried := w.decisions(m)
			tried["list"] = func(security.Decision) error {
				_, err := w.CaseList(ctx, m, security.CaseTodo, security.Cursor{})
				return err
			}
			tried["review"] = func(d security.Decision) error {
				_, err := w.ReviewCase(ctx, m, d.Number)
				return err
			}
			tried["plan"] = func(d security.Decision) error {
				_, err := w.PlanResume(ctx, m, d.Number)
				return err
			}
			tried["moves"] = func(d security.Decision) error {
				_, err := w.CaseMoves(ctx, m, d.Number)
				return err
			}
			tried["take"] = func(d security.Decision) error { return w.TakeCase(ctx, m, d.Number, 0) }
			tried["approve"] = func(d security.Decision) error { return w.ApproveResume(ctx, m, d.Number) }
			tried["send back"] = func(d security.Decision) error {
				return w.SendBackResume(ctx, m, d.Number, "no")
			}
			tried["reopen"] = func(d security.Decision) error { return w.ReopenCase(ctx, m, d) }
			for name, try := range tried {
				kept.all = nil
				if err := try(on(c, "because")); !refusedAs(err, security.Denied) {
					t.Errorf("%s by %s: %v", name, role, err)
				}
				if len(kept.all) != 1 || kept.all[0].Kind != security.AccessDenied ||
					kept.all[0].By.ID != m.ID || kept.all[0].Data["right"] != string(security.RightReview) {
					t.Errorf("%s by %s is recorded as %+v", name, role, kept.all)
				}
			}
		}
		if diff := cmp.Diff(before, w.everything()); diff != "" {
			t.Errorf("something changed:\n%s", diff)
		}
		w.intact()
	})
}

func TestChangeCause(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.reviewed(ines)
		w.advance(time.Minute)
		w.must(w.ChangeCause(ctx, ines, on(c, "the payout\nwas changed"), recovery.Hijacked))
		got := w.adaCase()
		if got.Cause != recovery.Hijacked || got.State != recovery.InReview || !got.TakenAt.Equal(w.Now()) {
			t.Errorf("case %+v", got)
		}
		causes, err := w.db.CauseHistory(ctx, c.ID)
		w.must(err)
		want := security.CauseChange{At: w.Now(), Cause: "hijacked", By: ines.ID}
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
			last.Body != "Cause changed to hijacked: the payout\nwas changed" {
			t.Errorf("comment %+v", last)
		}
		if mails := w.deliver(); len(mails) != 0 {
			t.Errorf("mails %v", kinds(mails))
		}
		// Back again: the ticket keeps its priority, and what waits for a second person ends.
		_, err = w.ResumeCase(ctx, ines, on(got, "x"))
		if !errors.Is(err, security.ErrConflict) {
			t.Errorf("without what the page showed: %v", err)
		}
		_, err = w.ResumeCase(ctx, ines, w.seen(ines, got, "fine"))
		w.must(err)
		w.must(w.ChangeCause(ctx, ines, on(w.adaCase(), "no"), recovery.Compromised))
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if len(all) != 1 || all[0].State != security.ProposalWithdrawn || all[0].DecidedBy != ines.ID {
			t.Errorf("proposals %+v", all)
		}
		w.intact()
	})
}

func TestAskOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.reviewed(ines)
		w.must(w.AskOwner(ctx, ines, on(c, " Which phone\nis yours? ")))
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
		st, err := w.ReadStatus(ctx, o)
		w.must(err)
		last := st.Messages[len(st.Messages)-1]
		if last.Author != security.AuthorStaff || last.Body != want.Text || !st.NextWord.IsZero() {
			t.Errorf("the owner sees %+v, next word %v", last, st.NextWord)
		}
		w.advance(time.Hour)
		w.must(w.SendMessage(ctx, o, "The black one."))
		got := w.adaCase()
		if got.State != recovery.InReview || got.Assignee != ines.ID ||
			!got.DueAt.Equal(w.Now().Add(security.ServiceLevel)) {
			t.Errorf("after the answer: %+v", got)
		}
		if own, err = w.db.Ticket(ctx, c.Ticket); err != nil || own.Status != ticket.Open {
			t.Errorf("ticket %+v, %v", own, err)
		}
		w.must(w.AskOwner(ctx, ines, on(got, "And the other one?")))
		w.must(w.TakeCase(ctx, ines, c.Number, 0)) // an owner who never answers
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
		ines := w.member("ines", security.RoleSecurity)
		w.ada()
		link := mailed[notice.LockedOut](w, w.deliver()).Link
		w.must(w.TakeCase(ctx, ines, w.adaCase().Number, 0))
		w.must(w.AskOwner(ctx, ines, on(w.adaCase(), "Are you there?")))
		o := w.enter(link)
		w.advance(time.Second)
		w.must(w.SendSupport(ctx, o, "other", "Yes.", ""))
		c := w.adaCase()
		if c.State != recovery.InReview || !c.DueAt.Equal(w.Now().Add(security.ServiceLevel)) {
			t.Errorf("after the answer: %+v", c)
		}
		w.advance(time.Second)
		w.must(w.AskOwner(ctx, ines, on(c, "Since when?")))
		o = w.owner(w.token(o))
		session, err := w.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		w.must(w.SkipTwoFactor(ctx, w.owner(session)))
		w.must(w.AnswerLogins(ctx, w.owner(session), nil))
		if got := w.adaCase(); got.State != recovery.NeedsOwner || got.SecuredAt.IsZero() {
			t.Errorf("after the password: %+v", got)
		}
		st, err := w.ReadStatus(ctx, w.owner(session))
		w.must(err)
		var said []string
		for _, m := range st.Messages {
			said = append(said, m.Body)
		}
		if diff := cmp.Diff([]string{"Are you there?", "Yes.", "Since when?"}, said); diff != "" {
			t.Errorf("the owner sees (-want +got):\n%s", diff)
		}
		w.must(w.SendSupport(ctx, w.owner(session), "other", "Since 2021.", "phishing"))
		if got := w.adaCase(); got.State != recovery.InReview || !got.DueAt.Equal(w.Now().Add(ticket.UrgentLevel)) {
			t.Errorf("after the second answer: %+v", got)
		}
		w.intact()
	})
}

func TestDeclineCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.proposed(ines)
		w.must(w.SendLink(ctx, security.Operator("link"), "ada"))
		late := mailed[notice.RecoveryLink](w, w.deliver()).Link
		w.advance(time.Second)
		w.must(w.DeclineCase(ctx, ines, on(c, "The payout belongs to somebody else.")))
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
		want := notice.KeptLocked{Case: c.Number, Reason: "The payout belongs to somebody else.", At: w.Now()}
		if told := mailed[notice.KeptLocked](w, mails); told != want {
			t.Errorf("told %+v, want %+v", told, want)
		}
		if note := w.lastNote(); !strings.HasPrefix(note, "[ACTION] Kept Locked\n") ||
			!strings.Contains(note, "[EVIDENCE] "+want.Reason) {
			t.Errorf("note %s", note)
		}
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if all[0].State != security.ProposalWithdrawn {
			t.Errorf("proposal %+v", all[0])
		}
		_, err = w.UseLink(ctx, phone, w.LinkToken(late))
		var gone *security.LinkGone
		if !errors.As(err, &gone) {
			t.Errorf("a link of before: %v", err)
		}
		o := w.visit("ada")
		st, err := w.ReadStatus(ctx, o)
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
	ines := w.member("ines", security.RoleSecurity)
	w.ada()
	w.must(w.TakeCase(ctx, ines, w.adaCase().Number, 0))
	w.must(w.DeclineCase(ctx, ines, on(w.adaCase(), "The account is a copy.")))
	if _, err := w.db.Ticket(ctx, w.adaCase().ID); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("a ticket: %v", err)
	}
	w.deliver()
	st, err := w.ReadStatus(ctx, w.visit("ada"))
	w.must(err)
	if len(st.Messages) != 1 || st.Messages[0].Body != "The account is a copy." || st.Ticket != nil {
		t.Errorf("status %+v", st)
	}
}

// TestHalfADecisionIsNone: when the last write of a decision fails, none is kept.
func TestHalfADecisionIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		w.reviewed(ines)
		whole := w.Store
		tear := func(name string, act func() error) {
			t.Helper()
			before := w.everything()
			w.Store = broken{whole}
			if err := act(); !errors.Is(err, security.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
			w.Store = whole
			if diff := cmp.Diff(before, w.everything()); diff != "" {
				t.Errorf("%s left something (-before +after):\n%s", name, diff)
			}
		}
		for name, decide := range w.decisions(ines) {
			tear(name, func() error { return decide(security.Decision{Number: w.adaCase().Number, Reason: "x"}) })
		}
		w.advance(security.CaseHold)
		tear("take", func() error { return w.TakeCase(ctx, otto, w.adaCase().Number, 0) })
		w.must(w.ChangeCause(ctx, ines, on(w.adaCase(), "x"), recovery.Hijacked))
		tear("propose", func() error {
			_, err := w.ResumeCase(ctx, ines, security.Decision{Number: w.adaCase().Number, Reason: "x"})
			return err
		})
		_, err := w.ResumeCase(ctx, ines, security.Decision{Number: w.adaCase().Number, Reason: "x"})
		w.must(err)
		w.seen(otto, w.adaCase(), "")
		tear("approve", func() error { return w.ApproveResume(ctx, otto, w.adaCase().Number) })
		tear("send back", func() error { return w.SendBackResume(ctx, otto, w.adaCase().Number, "x") })
		w.must(w.ApproveResume(ctx, otto, w.adaCase().Number))
		tear("reopen", func() error { return w.ReopenCase(ctx, otto, on(w.adaCase(), "x")) })
		w.intact()
	})
}

// ledger remembers what was put on record.
type ledger struct {
	security.Store
	all []security.Event
}

func (l *ledger) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	l.all = append(l.all, e)
	return l.Store.Commit(ctx, e, writes...)
}
