package security_test

import (
	"context"
	"errors"
	"regain/cmd/wiring"
	"regain/store"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
)

// TestProposalEndsWithTime: nobody approves what waited too long, and it makes room.
func TestProposalEndsWithTime(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	c := w.proposed(ines)
	w.advance(lockout.ProposalLife - time.Millisecond)
	if f, err := w.Review.ReviewCase(ctx, otto, c.Number); err != nil ||
		f.Pending.Standing != lockout.StandingWaits {
		t.Errorf("standing %+v, %v", f.Pending, err)
	}
	w.advance(time.Millisecond)
	wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalOld)
	proposed, err := w.Review.ResumeCase(ctx, ines, w.seen(ines, c, "still so"))
	w.must(err)
	f, err := w.Review.ReviewCase(ctx, otto, c.Number)
	w.must(err)
	if !proposed || f.Pending.Reason != "still so" || len(f.Past) != 1 {
		t.Errorf("pending %+v, past %+v", f.Pending, f.Past)
	}
	w.must(w.Review.ApproveResume(ctx, otto, c.Number))
}

// mayHappen is what may happen to ada while a proposal waits, and whether it then still
// stands.
var mayHappen = []struct {
	name   string
	stands bool
	happen func(ctx context.Context, w *world, o *guided.Owner) error
}{
	{"an address comes", false, func(ctx context.Context, w *world, _ *guided.Owner) error {
		line := feed.AccountLine{Email: "new@example.org"}
		line.ID, line.Username, line.Name, line.Type = "u-1001", "ada", "Ada Lovelace", "freelancer"
		_, err := w.Feed.ImportAccounts(ctx, security.Operator("import"), []feed.AccountLine{line})
		return err
	}},
	{"the password is updated", false, func(_ context.Context, w *world, _ *guided.Owner) error {
		a, err := w.db.Account(w.t.Context(), "u-1001")
		w.must(err)
		w.commit(audit.PasswordUpdated, security.SetPassword{Account: a.ID, Hash: "x", At: w.Now(),
			IfVersion: a.Version})
		return nil
	}},
	{"somebody gets in", false, func(ctx context.Context, w *world, _ *guided.Owner) error {
		return w.login(ctx, "succeeded")
	}},
	{"somebody is stopped", true, func(ctx context.Context, w *world, _ *guided.Owner) error {
		return w.login(ctx, "stopped")
	}},
	{"somebody fails", true, func(ctx context.Context, w *world, _ *guided.Owner) error {
		return w.login(ctx, "failed")
	}},
	{"the payout is changed", false, func(ctx context.Context, w *world, _ *guided.Owner) error {
		_, err := w.Feed.ImportActivities(ctx, security.Operator("import"), []security.Activity{
			{ID: "a", Account: "u-1001", At: w.Now(), Kind: "payout_changed", Digest: "9"}})
		return err
	}},
	{"a job is posted", true, func(ctx context.Context, w *world, _ *guided.Owner) error {
		_, err := w.Feed.ImportActivities(ctx, security.Operator("import"), []security.Activity{
			{ID: "a", Account: "u-1001", At: w.Now(), Kind: "job_posted", Digest: "9"}})
		return err
	}},
	{"the owner writes", false, func(ctx context.Context, w *world, o *guided.Owner) error {
		return w.Guided.SendMessage(ctx, o, "It was not me after all.")
	}},
	{"the owner writes to support", false, func(ctx context.Context, w *world,
		o *guided.Owner) error {
		return w.Guided.SendSupport(ctx, o, "other", "It was not me after all.", "")
	}},
	{"the owner says how", false, func(ctx context.Context, w *world, o *guided.Owner) error {
		return w.Guided.SendSupport(ctx, o, "", "", "reuse")
	}},
	{"somebody reads the case", true, func(_ context.Context, w *world, _ *guided.Owner) error {
		w.seen(w.member("eve", staff.RoleSecurity), w.adaCase(), "")
		return nil
	}},
	{"an authenticator is added", false, func(ctx context.Context, w *world,
		o *guided.Owner) error {
		e, err := w.Guided.Enrol(ctx, o)
		w.must(err)
		_, err = w.Guided.ConfirmTwoFactor(ctx, o, w.app(e.Secret))
		return err
	}},
	{"an authenticator is removed", false, func(ctx context.Context, w *world,
		_ *guided.Owner) error {
		factors, err := w.db.Factors(ctx, "u-1001")
		w.must(err)
		w.commit(audit.TwoFactorRemoved,
			security.RemoveFactor{ID: factors[0].ID, Subject: "u-1001", At: w.Now()})
		return nil
	}},
}

// login tells of a login on ada's account from far away, now. Its id is "late-" and the
// outcome.
func (w *world) login(ctx context.Context, outcome string) error {
	_, err := w.Feed.ImportLogins(ctx, security.Operator("import"),
		[]security.Login{{ID: "late-" + outcome,
			Account: "u-1001", At: w.Now(), IP: "203.0.113.9", Agent: windows, Outcome: outcome,
			Digest: "9"}})
	return err
}

// TestWhatVoidsAProposal: what matters does, whatever it is, and nothing else.
func TestWhatVoidsAProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		c := w.hijacked(ines)
		for _, row := range mayHappen {
			w.advance(time.Minute)
			session := w.visit("ada")
			proposal, err := w.Review.ResumeCase(ctx, ines, review.Decision{Number: c.Number,
				Reason: "fine"})
			if err != nil || !proposal {
				t.Fatalf("before %s: %v, %v", row.name, proposal, err)
			}
			direct := w.seen(ines, w.adaCase(), "fine")
			w.must(row.happen(ctx, w, w.owner(w.token(session))))
			f, err := w.Review.ReviewCase(ctx, otto, c.Number)
			w.must(err)
			if got := f.Pending.Standing == lockout.StandingWaits; got != row.stands {
				t.Errorf("%s: the proposal is %s", row.name, f.Pending.Standing)
			}
			_, err = w.Review.ResumeCase(ctx, ines, direct)
			if row.stands {
				wantRefusal(t, err, refusal.ProposalPending)
				w.must(w.Review.SendBackResume(ctx, otto, c.Number, "next"))
				continue
			}
			if !errors.Is(err, security.ErrConflict) {
				t.Errorf("%s: proposed from an old page: %v", row.name, err)
			}
			wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalVoid)
		}
		if a, err := w.db.Account(ctx, c.Account); err != nil || a.Case != c.ID {
			t.Errorf("locked by %q, %v", a.Case, err)
		}
		w.intact()
	})
}

// slow lets a test do something between the reading and the commit of a use case.
type slow struct {
	*store.DB
	meanwhile func()
}

func (s *slow) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	if meanwhile := s.meanwhile; meanwhile != nil && e.Kind != audit.AccountViewed {
		s.meanwhile = nil
		meanwhile()
	}
	return s.DB.Commit(ctx, e, writes...)
}

// TestNothingSlipsIn: what happens after the facts were read undoes the decision.
func TestNothingSlipsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		w.reviewed(ines)
		during := func(happen func(), act func() error) {
			t.Helper()
			w.All = wiring.Rooms(*w.Core, &slow{w.db, func() {
				w.All = wiring.Rooms(*w.Core, w.db)
				happen()
			}})
			if err := act(); !errors.Is(err, security.ErrConflict) {
				t.Errorf("it was decided on old facts: %v", err)
			}
			w.All = wiring.Rooms(*w.Core, w.db)
		}
		resume := func() error {
			_, err := w.Review.ResumeCase(ctx, ines, review.Decision{Number: w.adaCase().Number,
				Reason: "x"})
			return err
		}
		wrote := func() { w.commit(audit.MessageSent, security.FactsChanged{Account: "u-1001"}) }
		during(func() { w.must(w.login(ctx, "succeeded")) }, resume)
		w.must(w.Review.ChangeCause(ctx, ines, on(w.adaCase(), "x"), recovery.Hijacked))
		during(wrote, resume)
		w.must(resume())
		w.seen(otto, w.adaCase(), "")
		during(wrote, func() error { return w.Review.ApproveResume(ctx, otto, w.adaCase().Number) })
		if a, err := w.db.Account(ctx, "u-1001"); err != nil || !a.Locked() {
			t.Errorf("resumed, %v", err)
		}
	})
}

// TestVisitFromElsewhere: what neither of the two could read asks for a proposal anew.
func TestVisitFromElsewhere(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	c := w.proposed(ines)
	r, err := w.db.RecoveryOfCase(ctx, c.ID)
	w.must(err)
	w.commit(audit.LinkOpened, access.StartSession{Session: access.Session{ID: "elsewhere",
		Kind: access.RecoverySession, Subject: c.Account, Recovery: r.ID,
		Stage: access.StageIn, StartedAt: w.Now(), SeenAt: w.Now(),
		EndsAt: w.Now().Add(time.Hour), Visitor: security.Visitor{IP: "203.0.113.9",
			Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}}})
	_, err = w.Review.ReviewCase(ctx, otto, c.Number)
	w.must(err)
	wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalVoid)
	if w.adaCase().State != recovery.InReview {
		t.Error("the case moved")
	}
}
