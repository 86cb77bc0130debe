package security_test

import (
	"context"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
)

// TestPaidWithTheChange: what a change takes of a budget goes with it: once, however often it is tried, and
// without a unit nothing is changed.
func TestPaidWithTheChange(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	ofAccount := func(o *guided.Owner) string { return o.Account.ID }
	ofSession := func(o *guided.Owner) string { return o.Session.ID }
	for _, row := range []struct {
		name  string
		limit limits.Limit
		whose func(o *guided.Owner) string
		kind  audit.Kind
		ready func(w *world) *guided.Owner
		do    func(w *world, o *guided.Owner) error
	}{
		{"authenticator", limits.Enrol, ofAccount, audit.TwoFactorAdded, (*world).secured, func(w *world, o *guided.Owner) error {
			e, err := w.Guided.Enrol(ctx, o)
			w.must(err)
			_, err = w.Guided.ConfirmTwoFactor(ctx, o, w.app(e.Secret))
			return err
		}},
		{"answers", limits.Messages, ofSession, audit.LoginsAnswered, (*world).atActivity, func(w *world, o *guided.Owner) error {
			return w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "me"})
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.account("u-1001", "ada", "ada@example.org")
				w.logins("u-1001", "stopped")
				c := w.lock("ada")
				o := row.ready(w)
				spend := func() error { return w.Guided.Spend(ctx, row.limit, row.whose(o), w.Now()) }
				for range row.limit.Burst {
					w.must(spend())
				}
				wantRefusal(t, row.do(w, o), refusal.TooManyRequests)
				done, err := w.db.EventsOf(ctx, "u-1001", row.kind, c.LockedAt)
				w.must(err)
				if len(done) > 0 {
					t.Errorf("done without a unit: %v", done)
				}
				w.advance(row.limit.Per / time.Duration(row.limit.Burst)) // one has come back
				between := false
				w.db.Watched = func(_ context.Context, change, _ string) func(error) {
					if change == string(row.kind) && !between {
						between = true
						c, err := w.db.Case(ctx, c.ID)
						w.must(err)
						w.commit(audit.CaseTaken, security.SaveCase{Case: c})
					}
					return func(error) {}
				}
				w.must(row.do(w, o))
				wantRefusal(t, spend(), refusal.TooManyRequests)
			})
		})
	}
}

// TestNobodyElsePays: whoever reads the mailbox of an owner, too, and writes as often as it goes, keeps nobody else from
// the step activity, nor from writing to us.
func TestNobodyElsePays(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "stopped")
		w.lock("ada")
		o := w.atActivity()
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
		other := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		var err error
		for n := 0; n < 100 && err == nil; n++ {
			err = w.Guided.SendSupport(ctx, other, "other", "x", "")
		}
		wantRefusal(t, err, refusal.TooManyRequests)
		w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "not_me"}))
		w.must(w.Guided.SendSupport(ctx, w.reread(o), "other", "It was not me.", ""))
	})
}
