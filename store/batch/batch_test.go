package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/signin"
	"regain/store/batch"
)

// TestPacesComeFirst: a commit takes its paces before its accounts, as a try does, and leaves the order
// else.
func TestPacesComeFirst(t *testing.T) {
	t.Parallel()
	ada, bob := signin.HoldOpen{Account: "ada"}, signin.HoldOpen{Account: "bob"}
	forget := func(key string) security.Write {
		return access.ForgetTries{Keys: []access.PaceKey{{Pace: "p", Key: key}}}
	}
	got := batch.InTurn([]security.Change{
		{Writes: []security.Write{ada, signin.ForgetPasswordTries{Account: "ada"}, forget("a")}},
		{Writes: []security.Write{bob, forget("b")}},
	})
	want := []security.Write{forget("b"), forget("a"), ada, bob, signin.ForgetPasswordTries{Account: "ada"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
