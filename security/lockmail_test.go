package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// TestLockoutMailTellsTheSignIn: the mail says when, from where and on what device somebody else came,
// and that nothing is known where that is so.
func TestLockoutMailTellsTheSignIn(t *testing.T) {
	t.Parallel()
	for outcome, by := range map[string]string{"stopped": "security_question", "succeeded": "", "": ""} {
		w := sqliteWorld(t)
		w.account("u-1001", "ada", "ada@example.org")
		var want notice.LockedOut
		if outcome != "" {
			w.logins("u-1001", outcome)
			want = notice.LockedOut{SeenAt: w.Now().Add(-20 * time.Hour), Device: "chrome/windows",
				Place: w.Country("203.0.113.9"), Outcome: outcome, StoppedBy: by}
		}
		w.lock("u-1001")
		got := mailed[notice.LockedOut](w, w.deliver())
		want.Case, want.Link, want.LinkExpires = got.Case, got.Link, got.LinkExpires
		want.Cause, want.At = got.Cause, got.At
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", outcome, diff)
		}
	}
}
