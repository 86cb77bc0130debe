package security_test

import (
	"context"
	"errors"
	"fmt"
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

func TestResumeAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.reviewed(ines)
		o := w.visit("ada")
		w.must(w.SendLink(ctx, security.Operator("link"), "ada"))
		late := mailed[notice.RecoveryLink](w, w.deliver()).Link
		w.advance(time.Minute)
		plan, err := w.PlanResume(ctx, ines, c.Number)
		w.must(err)
		if diff := cmp.Diff([]string{"ada@example.org"}, plan.To); diff != "" || plan.Needs != nil ||
			plan.Ticket.ID != c.Ticket || !plan.Link || plan.Pending != nil ||
			plan.Envelope.To != "ada@example.org" || plan.Notice.Case != c.Number {
			t.Errorf("plan %+v %s", plan, diff)
		}
		proposed, err := w.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
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
		if diff := cmp.Diff([]string{"case.taken s-ines", "case.resumed s-ines"}, w.trail()); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
		_, err = w.UseLink(ctx, phone, w.LinkToken(late))
		var gone *security.LinkGone
		if !errors.As(err, &gone) {
			t.Errorf("a link of before: %v", err)
		}
		st, err := w.ReadStatus(ctx, w.owner(w.token(o))) // the session still reads
		if err != nil || st.Ticket.Status != ticket.Solved || !st.NextWord.IsZero() {
			t.Errorf("status %+v, %v", st, err)
		}
		wantRefusal(t, w.SendMessage(ctx, w.owner(w.token(o)), "hi"), security.RecoveryReadOnly)
		w.intact()
	})
}

// TestResumeForgetsTries: wrong codes and spent budgets of the lockout end with it.
func TestResumeForgetsTries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		w.account("u-1001", "ada", "ada@example.org")
		w.quiet("u-1001")
		w.lock("ada")
		o, secret, _ := w.enrolled(w.secured())
		w.must(w.SaveCodes(ctx, o, true))
		w.must(w.AnswerLogins(ctx, w.owner(w.token(o)), nil))
		c := w.taken(ines)
		o = w.visit("ada")
		for range 5 {
			_, err := w.ProveFactor(ctx, o, "000000")
			wantRefusal(t, err, security.CodeWrong)
		}
		_, err := w.ProveFactor(ctx, o, w.app(secret))
		wantRefusal(t, err, security.TooManyTries)
		_, err = w.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		factors, err := w.db.Factors(ctx, c.Account)
		w.must(err)
		if factors[0].Failures != 0 {
			t.Errorf("%d wrong codes are still counted", factors[0].Failures)
		}
		w.deliver()
		if _, err := w.ProveFactor(ctx, w.visit("ada"), w.app(secret)); err != nil {
			t.Errorf("the right code after the resume: %v", err)
		}
	})
}

func TestFourEyesResume(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		before := w.hijacked(ines)
		w.deliver()
		proposed, err := w.ResumeCase(ctx, ines, w.seen(ines, before, "the owner is back"))
		w.must(err)
		c := w.adaCase()
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		if !proposed || c.State != recovery.InReview || a.Case != c.ID || len(w.deliver()) != 0 {
			t.Errorf("proposed %v: case %+v, locked by %q", proposed, c, a.Case)
		}
		f, err := w.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending == nil || f.Standing != security.StandingWaits || f.Pending.By != ines.ID ||
			f.Pending.Reason != "the owner is back" ||
			cmp.Diff([]string{recovery.SignalHijacked}, f.Pending.Needs) != "" {
			t.Errorf("proposal %+v, %s", f.Pending, f.Standing)
		}
		_, err = w.ResumeCase(ctx, ines, w.seen(ines, c, "again"))
		wantRefusal(t, err, security.ProposalPending)
		wantRefusal(t, w.ApproveResume(ctx, ines, c.Number), security.ProposalOwn)
		wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalUnseen)
		w.looksAt(otto, c.Account) // the account is not the evidence
		wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalUnseen)
		_, err = w.PlanResume(ctx, otto, c.Number) // nor is the form
		w.must(err)
		wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalUnseen)
		w.seen(otto, c, "")
		w.advance(time.Minute)
		w.must(w.ApproveResume(ctx, otto, strings.ToLower(c.Number)))
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
		if diff := cmp.Diff([]string{"account_resumed ada@example.org"}, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		events, err := w.db.Events(ctx, c.ID)
		w.must(err)
		last := events[len(events)-1]
		want := map[string]string{"by": ines.ID, "approved_by": otto.ID, "needs": "cause_hijacked"}
		if diff := cmp.Diff(want, last.Data); diff != "" || last.By.ID != otto.ID {
			t.Errorf("on record by %s (-want +got):\n%s", last.By.ID, diff)
		}
		wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.CaseNotInReview)
		w.intact()
	})
}

// TestSendBack: the second person's no, and the proposer's own.
func TestSendBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		c := w.proposed(ines)
		w.deliver()
		wantRefusal(t, w.SendBackResume(ctx, otto, c.Number, " "), security.ReasonMissing)
		w.must(w.SendBackResume(ctx, otto, c.Number, "ask about the payout"))
		f, err := w.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending != nil || len(f.Past) != 1 || f.Past[0].State != security.ProposalReturned ||
			f.Past[0].DecidedBy != otto.ID || f.Past[0].Decision != "ask about the payout" {
			t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
		}
		w.seen(otto, c, "")
		wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalNone)
		w.advance(time.Minute)
		_, err = w.ResumeCase(ctx, ines, w.seen(ines, f.Case, "asked, and it is hers"))
		w.must(err)
		w.must(w.SendBackResume(ctx, ines, c.Number, "wait"))
		f, err = w.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if f.Pending != nil || f.Past[0].State != security.ProposalWithdrawn || f.Case.State != recovery.InReview {
			t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
		}
		if len(w.deliver()) != 0 {
			t.Error("the owner was told")
		}
		w.intact()
	})
}

// TestProposalEndsWithTime: nobody approves what waited too long, and it makes room.
func TestProposalEndsWithTime(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
	c := w.proposed(ines)
	w.advance(security.ProposalLife - time.Millisecond)
	if f, err := w.ReviewCase(ctx, otto, c.Number); err != nil || f.Standing != security.StandingWaits {
		t.Errorf("standing %s, %v", f.Standing, err)
	}
	w.advance(time.Millisecond)
	wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalOld)
	proposed, err := w.ResumeCase(ctx, ines, w.seen(ines, c, "still so"))
	w.must(err)
	f, err := w.ReviewCase(ctx, otto, c.Number)
	w.must(err)
	if !proposed || f.Pending.Reason != "still so" || len(f.Past) != 1 {
		t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
	}
	w.must(w.ApproveResume(ctx, otto, c.Number))
}

// stirs are what may happen to ada while a proposal waits, and whether it then still
// stands.
var stirs = []struct {
	name   string
	stands bool
	happen func(ctx context.Context, w *world, o *security.Owner) error
}{
	{"an address comes", false, func(ctx context.Context, w *world, _ *security.Owner) error {
		line := security.AccountLine{Email: "new@example.org"}
		line.ID, line.Username, line.Name, line.Type = "u-1001", "ada", "Ada Lovelace", "freelancer"
		_, err := w.ImportAccounts(ctx, security.Operator("import"), []security.AccountLine{line})
		return err
	}},
	{"the password is updated", false, func(_ context.Context, w *world, _ *security.Owner) error {
		a, err := w.db.Account(w.t.Context(), "u-1001")
		w.must(err)
		w.commit(security.PasswordUpdated, security.SetPassword{Account: a.ID, Hash: "x", At: w.Now(),
			IfVersion: a.Version})
		return nil
	}},
	{"somebody gets in", false, func(ctx context.Context, w *world, _ *security.Owner) error {
		return w.login(ctx, "succeeded")
	}},
	{"somebody is stopped", true, func(ctx context.Context, w *world, _ *security.Owner) error {
		return w.login(ctx, "stopped")
	}},
	{"somebody fails", true, func(ctx context.Context, w *world, _ *security.Owner) error {
		return w.login(ctx, "failed")
	}},
	{"the payout is changed", false, func(ctx context.Context, w *world, _ *security.Owner) error {
		_, err := w.ImportActivities(ctx, security.Operator("import"), []security.Activity{
			{ID: "a", Account: "u-1001", At: w.Now(), Kind: "payout_changed", Digest: "9"}})
		return err
	}},
	{"a job is posted", true, func(ctx context.Context, w *world, _ *security.Owner) error {
		_, err := w.ImportActivities(ctx, security.Operator("import"), []security.Activity{
			{ID: "a", Account: "u-1001", At: w.Now(), Kind: "job_posted", Digest: "9"}})
		return err
	}},
	{"the owner writes", false, func(ctx context.Context, w *world, o *security.Owner) error {
		return w.SendMessage(ctx, o, "It was not me after all.")
	}},
	{"the owner writes to support", false, func(ctx context.Context, w *world, o *security.Owner) error {
		return w.SendSupport(ctx, o, "other", "It was not me after all.", "")
	}},
	{"the owner says how", false, func(ctx context.Context, w *world, o *security.Owner) error {
		return w.SendSupport(ctx, o, "", "", "reuse")
	}},
	{"somebody reads the case", true, func(_ context.Context, w *world, _ *security.Owner) error {
		w.seen(w.member("eve", security.RoleSecurity), w.adaCase(), "")
		return nil
	}},
	{"an authenticator is added", false, func(ctx context.Context, w *world, o *security.Owner) error {
		e, err := w.Enrol(ctx, o)
		w.must(err)
		_, err = w.ConfirmTwoFactor(ctx, o, w.app(e.Secret))
		return err
	}},
	{"an authenticator is removed", false, func(ctx context.Context, w *world, _ *security.Owner) error {
		factors, err := w.db.Factors(ctx, "u-1001")
		w.must(err)
		w.commit(security.TwoFactorRemoved,
			security.RemoveFactor{ID: factors[0].ID, Account: "u-1001", At: w.Now()})
		return nil
	}},
}

// login tells of a login on ada's account from far away, now.
func (w *world) login(ctx context.Context, outcome string) error {
	_, err := w.ImportLogins(ctx, security.Operator("import"), []security.Login{{ID: "late",
		Account: "u-1001", At: w.Now(), IP: "203.0.113.9", Agent: windows, Outcome: outcome, Digest: "9"}})
	return err
}

// TestWhatVoidsAProposal: what matters does, whatever it is, and nothing else.
func TestWhatVoidsAProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		c := w.hijacked(ines)
		for _, row := range stirs {
			w.advance(time.Minute)
			session := w.visit("ada")
			proposal, err := w.ResumeCase(ctx, ines, security.Decision{Number: c.Number, Reason: "fine"})
			if err != nil || !proposal {
				t.Fatalf("before %s: %v, %v", row.name, proposal, err)
			}
			direct := w.seen(ines, w.adaCase(), "fine")
			w.must(row.happen(ctx, w, w.owner(w.token(session))))
			f, err := w.ReviewCase(ctx, otto, c.Number)
			w.must(err)
			if got := f.Standing == security.StandingWaits; got != row.stands {
				t.Errorf("%s: the proposal is %s", row.name, f.Standing)
			}
			_, err = w.ResumeCase(ctx, ines, direct)
			if row.stands {
				wantRefusal(t, err, security.ProposalPending)
				w.must(w.SendBackResume(ctx, otto, c.Number, "next"))
				continue
			}
			if !errors.Is(err, security.ErrConflict) {
				t.Errorf("%s: proposed from an old page: %v", row.name, err)
			}
			wantRefusal(t, w.ApproveResume(ctx, otto, c.Number), security.ProposalVoid)
		}
		if a, err := w.db.Account(ctx, c.Account); err != nil || a.Case != c.ID {
			t.Errorf("locked by %q, %v", a.Case, err)
		}
		w.intact()
	})
}

// slow lets a test do something between the reading and the commit of a use case.
type slow struct {
	security.Store
	meanwhile func()
}

func (s *slow) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	if meanwhile := s.meanwhile; meanwhile != nil && e.Kind != security.AccountViewed {
		s.meanwhile = nil
		meanwhile()
	}
	return s.Store.Commit(ctx, e, writes...)
}

// TestNothingSlipsIn: what happens after the facts were read undoes the decision.
func TestNothingSlipsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		w.reviewed(ines)
		whole := w.Store
		during := func(happen func(), act func() error) {
			t.Helper()
			w.Store = &slow{whole, func() { w.Store = whole; happen() }}
			if err := act(); !errors.Is(err, security.ErrConflict) {
				t.Errorf("it was decided on old facts: %v", err)
			}
			w.Store = whole
		}
		resume := func() error {
			_, err := w.ResumeCase(ctx, ines, security.Decision{Number: w.adaCase().Number, Reason: "x"})
			return err
		}
		wrote := func() { w.commit(security.MessageSent, security.Stir{Account: "u-1001"}) }
		during(func() { w.must(w.login(ctx, "succeeded")) }, resume)
		w.must(w.ChangeCause(ctx, ines, on(w.adaCase(), "x"), recovery.Hijacked))
		during(wrote, resume)
		w.must(resume())
		w.seen(otto, w.adaCase(), "")
		during(wrote, func() error { return w.ApproveResume(ctx, otto, w.adaCase().Number) })
		if a, err := w.db.Account(ctx, "u-1001"); err != nil || !a.Locked() {
			t.Errorf("resumed, %v", err)
		}
	})
}

func TestResumeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.reviewed(ines)
		notes := len(w.notes())
		d := w.seen(ines, c, "all is well")
		won := race(t, 16, func(int) error {
			_, err := w.ResumeCase(ctx, ines, d)
			return err
		})
		if won != 1 || len(w.notes())-notes != 1 || len(w.deliver()) != 1 {
			t.Errorf("%d won, %d notes more", won, len(w.notes())-notes)
		}
		w.intact()
	})
}

func TestProposeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.hijacked(ines)
		won := race(t, 16, func(int) error {
			_, err := w.ResumeCase(ctx, ines, security.Decision{Number: c.Number, Reason: "x"})
			return err
		})
		all, err := w.db.Proposals(ctx, c.Account)
		w.must(err)
		if won != 1 || len(all) != 1 {
			t.Errorf("%d won, proposals %+v", won, all)
		}
	})
}

func TestApproveRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.proposed(w.member("ines", security.RoleSecurity))
		var analysts []*security.Member
		for i := range 16 {
			m := w.member(fmt.Sprint("analyst", i), security.RoleSecurity)
			w.seen(m, c, "")
			analysts = append(analysts, m)
		}
		w.deliver()
		notes := len(w.notes())
		won := race(t, 16, func(i int) error { return w.ApproveResume(ctx, analysts[i], c.Number) })
		if won != 1 || len(w.notes())-notes != 1 || len(w.deliver()) != 1 {
			t.Errorf("%d won, %d notes more", won, len(w.notes())-notes)
		}
		w.intact()
	})
}

// race does the same n times at once and counts how often it worked. The others are
// conflicts or refusals.
func race(t *testing.T, n int, act func(i int) error) (won int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := act(i)
			mu.Lock()
			defer mu.Unlock()
			var r *security.Refusal
			switch {
			case err == nil:
				won++
			case !errors.As(err, &r) && !errors.Is(err, security.ErrConflict):
				t.Errorf("unexpected: %v", err)
			}
		})
	}
	wg.Wait()
	return won
}

func (w *world) notes() []security.Note {
	w.t.Helper()
	notes, err := w.db.Notes(w.t.Context(), "u-1001")
	w.must(err)
	return notes
}

// TestLockAgain: a resumed case is locked once more, and its owner goes the whole
// way again.
func TestLockAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", security.RoleSecurity), w.member("otto", security.RoleSecurity)
		c := w.reviewed(ines)
		o := w.visit("ada")
		_, err := w.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
		w.must(err)
		w.deliver()
		w.advance(10 * time.Minute) // the session of before would still live
		c = w.adaCase()
		wantRefusal(t, w.ReopenCase(ctx, otto, on(c, "")), security.ReasonMissing)
		if err := w.ReopenCase(ctx, otto, security.Decision{Number: c.Number, Version: 1,
			Reason: "x"}); !errors.Is(err, security.ErrConflict) {
			t.Errorf("an old page: %v", err)
		}
		if won := race(t, 8, func(int) error { return w.ReopenCase(ctx, otto, on(c, "too early")) }); won != 1 {
			t.Errorf("%d times", won)
		}
		got := w.adaCase()
		a, err := w.db.Account(ctx, c.Account)
		w.must(err)
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if got.State != recovery.InReview || got.Assignee != otto.ID || !got.ClosedAt.IsZero() ||
			!got.SecuredAt.IsZero() || !got.DueAt.Equal(w.Now().Add(security.ServiceLevel)) ||
			a.Case != c.ID || own.Status != ticket.Open {
			t.Errorf("case %+v, locked by %q, ticket %s", got, a.Case, own.Status)
		}
		if note := w.lastNote(); !strings.HasPrefix(note, "[ACTION] Security Lockout\n") ||
			!strings.Contains(note, "[EVIDENCE] too early\n") {
			t.Errorf("note %s", note)
		}
		if _, err := w.Enter(ctx, phone, w.token(o)); !errors.Is(err, security.ErrNoSession) {
			t.Errorf("the session of before: %v", err)
		}
		mails := w.deliver()
		if diff := cmp.Diff([]string{"locked_out ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		told := mailed[notice.LockedOut](w, mails)
		if !told.At.Equal(w.Now()) || told.Case != c.Number {
			t.Errorf("told %+v", told)
		}
		o = w.enter(told.Link)
		if next := o.Progress.Next(); next != recovery.Password {
			t.Errorf("the owner goes on with %q", next)
		}
		session, err := w.UpdatePassword(ctx, o, "nine copper lanterns in fog")
		w.must(err)
		if next := w.owner(session).Progress.Next(); next != "" {
			t.Errorf("after that with %q", next)
		}
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: c.Account})
		w.must(err)
		if len(tickets) != 1 || mailed[notice.PasswordUpdated](w, w.deliver()).Ticket != own.Number {
			t.Errorf("tickets %+v", tickets)
		}
		// Otto locked it again, so that otto alone cannot open it.
		proposed, err := w.ResumeCase(ctx, otto, w.seen(otto, w.adaCase(), "now"))
		w.must(err)
		f, err := w.ReviewCase(ctx, ines, c.Number)
		w.must(err)
		if !proposed || cmp.Diff([]string{recovery.SignalLockedBySameAnalyst}, f.Pending.Needs) != "" {
			t.Errorf("proposed %v: %+v", proposed, f.Pending)
		}
		w.must(w.ApproveResume(ctx, ines, c.Number))
		w.intact()
	})
}

// TestReopenDeclined: a case that was kept locked goes on; the account was never open.
func TestReopenDeclined(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", security.RoleSecurity)
		c := w.reviewed(ines)
		w.must(w.DeclineCase(ctx, ines, on(c, "no")))
		w.deliver()
		w.must(w.ReopenCase(ctx, ines, security.Decision{Number: c.Number, Reason: "she called"}))
		got := w.adaCase()
		own, err := w.db.Ticket(ctx, c.Ticket)
		w.must(err)
		if got.State != recovery.InReview || !got.SecuredAt.Equal(c.SecuredAt) || !got.ClosedAt.IsZero() ||
			own.Status != ticket.Open || len(w.deliver()) != 0 {
			t.Errorf("case %+v, ticket %s", got, own.Status)
		}
		if _, err := w.ReadStatus(ctx, w.visit("ada")); err != nil {
			t.Errorf("the status page: %v", err)
		}
		w.intact()
	})
}

// TestOneLockoutAtATime: a case is not taken up again while another locks the account.
func TestOneLockoutAtATime(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", security.RoleSecurity)
	c := w.reviewed(ines)
	_, err := w.ResumeCase(ctx, ines, w.seen(ines, c, "all is well"))
	w.must(err)
	w.advance(time.Hour)
	second := w.lock("ada")
	wantRefusal(t, w.ReopenCase(ctx, ines, security.Decision{Number: c.Number, Reason: "x"}),
		security.OtherCase)
	if a, err := w.db.Account(ctx, c.Account); err != nil || a.Case != second.ID {
		t.Errorf("locked by %q, %v", a.Case, err)
	}
}
