package security_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/recovery"
)

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
		w.commit(security.MessageSent, w.placed(c))
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
