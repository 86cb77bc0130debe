package security_test

import (
	"context"
	"errors"
	"regain/cmd/wiring"
	"regain/store"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
)

// decisions are all that can be decided about a case, in the name of m.
func (w *world) decisions(m *staff.Member) map[string]func(d review.Decision) error {
	ctx := w.t.Context()
	return map[string]func(d review.Decision) error{
		"cause": func(d review.Decision) error {
			return w.Review.ChangeCause(ctx, m, d, recovery.Hijacked)
		},
		"ask":     func(d review.Decision) error { return w.Review.AskOwner(ctx, m, d) },
		"decline": func(d review.Decision) error { return w.Review.DeclineCase(ctx, m, d) },
		"resume": func(d review.Decision) error {
			_, err := w.Review.ResumeCase(ctx, m, d)
			return err
		},
	}
}

// TestEveryDecisionIsGuarded: only who has the case decides it, in review, as it
// stands, and says why.
func TestEveryDecisionIsGuarded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
	c := w.reviewed(ines)
	d := w.seen(ines, c, "because")
	before := w.everything()
	long := strings.Repeat("x", 4001)
	for name, decide := range w.decisions(ines) {
		field, missing, tooLong := "reason", refusal.ReasonMissing, refusal.ReasonLong
		if name == "ask" {
			field, missing, tooLong = "message", refusal.MessageMissing, refusal.MessageLong
		}
		for reason, code := range map[string]refusal.Code{" \n ": missing, long: tooLong} {
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
		if err := decide(d); !refusedAs(err, refusal.CaseNotYours) {
			t.Errorf("%s by another: %v", name, err)
		}
	}
	moved := d
	moved.FactsVersion--
	if _, err := w.Review.ResumeCase(t.Context(), ines, moved); !errors.Is(err,
		security.ErrConflict) {
		t.Errorf("resumed on facts that are older: %v", err)
	}
	wantRefusal(t, w.Review.ChangeCause(t.Context(), ines, d, "robbed"), refusal.CauseUnknown)
	wantRefusal(t, w.Review.ChangeCause(t.Context(), ines, d, recovery.Compromised),
		refusal.CauseSame)
	wantRefusal(t, w.Review.ReopenCase(t.Context(), ines, d), refusal.CaseStale)
	wantRefusal(t, w.Review.ApproveResume(t.Context(), otto, c.Number), refusal.ProposalNone)
	wantRefusal(t, w.Review.SendBackResume(t.Context(), otto, c.Number, "no"), refusal.ProposalNone)
	if diff := cmp.Diff(before, w.everything()); diff != "" {
		t.Errorf("a refused decision changed something:\n%s", diff)
	}
	for _, state := range []recovery.State{recovery.Locked, recovery.Secured, recovery.NeedsOwner,
		recovery.Resumed, recovery.Declined} {
		c := w.adaCase()
		c.State = state
		w.commit(audit.MessageSent, w.placed(c))
		d := on(w.adaCase(), "because")
		for name, decide := range w.decisions(ines) {
			if err := decide(d); !refusedAs(err, refusal.CaseNotInReview) {
				t.Errorf("%s of a case that is %s: %v", name, state, err)
			}
		}
		wantRefusal(t, w.Review.ApproveResume(t.Context(), otto, c.Number), refusal.CaseNotInReview)
		wantRefusal(t, w.Review.SendBackResume(t.Context(), otto, c.Number, "x"),
			refusal.CaseNotInReview)
	}
}

func refusedAs(err error, code refusal.Code) bool {
	r, ok := errors.AsType[*security.Refusal](err)
	return ok && r.Code == code
}

// TestOnlyAnalystsReview: whoever is not one is refused every use case, on record,
// and nothing changes.
func TestOnlyAnalystsReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.proposed(w.member("ines", staff.RoleSecurity))
		before := w.everything()
		kept := &ledger{DB: w.db}
		w.All = wiring.Rooms(*w.Core, kept)
		for _, role := range []staff.Role{staff.RoleSupport, staff.RoleAdmin} {
			m := w.member("m"+string(role), role)
			tried := w.decisions(m)
			tried["list"] = func(review.Decision) error {
				_, err := w.Review.CaseList(ctx, m, review.CaseAsk{})
				return err
			}
			tried["review"] = func(d review.Decision) error {
				_, err := w.Review.ReviewCase(ctx, m, d.Number)
				return err
			}
			tried["plan"] = func(d review.Decision) error {
				_, err := w.Review.PlanResume(ctx, m, d.Number)
				return err
			}
			tried["moves"] = func(d review.Decision) error {
				_, err := w.Review.CaseMoves(ctx, m, d.Number)
				return err
			}
			tried["take"] = func(d review.Decision) error {
				return w.Review.TakeCase(ctx, m, d.Number, 0)
			}
			tried["approve"] = func(d review.Decision) error {
				return w.Review.ApproveResume(ctx, m, d.Number)
			}
			tried["send back"] = func(d review.Decision) error {
				return w.Review.SendBackResume(ctx, m, d.Number, "no")
			}
			tried["reopen"] = func(d review.Decision) error {
				return w.Review.ReopenCase(ctx, m, d)
			}
			for name, try := range tried {
				kept.all = nil
				if err := try(on(c, "because")); !refusedAs(err, refusal.Denied) {
					t.Errorf("%s by %s: %v", name, role, err)
				}
				if len(kept.all) != 1 || kept.all[0].Kind != audit.AccessDenied ||
					kept.all[0].By.ID != m.ID ||
					kept.all[0].Data["right"] != string(staff.RightReview) {
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

// TestHalfADecisionIsNone: when the last write of a decision fails, none is kept.
func TestHalfADecisionIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		w.reviewed(ines)
		tear := func(name string, act func() error) {
			t.Helper()
			before := w.everything()
			w.All = wiring.Rooms(*w.Core, broken{w.db})
			if err := act(); !errors.Is(err, security.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
			w.All = wiring.Rooms(*w.Core, w.db)
			if diff := cmp.Diff(before, w.everything()); diff != "" {
				t.Errorf("%s left something (-before +after):\n%s", name, diff)
			}
		}
		for name, decide := range w.decisions(ines) {
			tear(name, func() error {
				return decide(review.Decision{Number: w.adaCase().Number, Reason: "x"})
			})
		}
		w.advance(review.CaseKeptFor)
		tear("take", func() error { return w.Review.TakeCase(ctx, otto, w.adaCase().Number, 0) })
		w.must(w.Review.ChangeCause(ctx, ines, on(w.adaCase(), "x"), recovery.Hijacked))
		tear("propose", func() error {
			_, err := w.Review.ResumeCase(ctx, ines, review.Decision{Number: w.adaCase().Number,
				Reason: "x"})
			return err
		})
		_, err := w.Review.ResumeCase(ctx, ines, review.Decision{Number: w.adaCase().Number,
			Reason: "x"})
		w.must(err)
		w.seen(otto, w.adaCase(), "")
		tear("approve", func() error {
			return w.Review.ApproveResume(ctx, otto, w.adaCase().Number)
		})
		tear("send back", func() error {
			return w.Review.SendBackResume(ctx, otto, w.adaCase().Number, "x")
		})
		w.must(w.Review.ApproveResume(ctx, otto, w.adaCase().Number))
		tear("reopen", func() error { return w.Review.ReopenCase(ctx, otto, on(w.adaCase(), "x")) })
		w.intact()
	})
}

// ledger remembers what was put on record.
type ledger struct {
	*store.DB
	all []security.Event
}

func (l *ledger) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	l.all = append(l.all, e)
	return l.DB.Commit(ctx, e, writes...)
}
