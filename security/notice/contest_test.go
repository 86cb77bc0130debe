package notice_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
	"regain/security/token"
)

// TestContest: what a link is made from comes back, whatever the id of the account, and passes through
// a token.
func TestContest(t *testing.T) {
	t.Parallel()
	keys, err := token.NewKeys([]byte("the secret of tests and of nothing else"))
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]bool{}
	for _, n := range notice.All() {
		for _, account := range []string{"u-1001", "a_b.c:ü/1", "5f0c1f5e-6d0b-7a11-9c11-0242ac120002"} {
			want, ok := notice.ContestOf(n, account, "ADDRESS234")
			if !ok {
				continue
			}
			about[want.What] = true
			id, opened := keys.Open("x", keys.Sign("x", want.ID()))
			got, known := notice.ReadContest(id)
			if diff := cmp.Diff(want, got); diff != "" || !opened || !known {
				t.Errorf("%s of %s (-want +got):\n%s", n.Kind(), account, diff)
			}
		}
	}
	if diff := cmp.Diff(map[string]bool{"password_changed": true, "two_factor_changed": true,
		"email_changed": true, "alerts_changed": true}, about); diff != "" {
		t.Errorf("kinds of change (-want +got):\n%s", diff)
	}
	old, ok := notice.ReadContest("1795163400000_ADDRESS234_u_1")
	if diff := cmp.Diff(notice.Contest{What: "password_changed", Address: "ADDRESS234", Account: "u_1",
		At: time.UnixMilli(1795163400000).UTC()}, old); diff != "" || !ok {
		t.Errorf("of an earlier release (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "p1", "p1_a", "x1_a_dQ", "p!_a_dQ", "t1_a_=", "p_a_dQ"} {
		if _, ok := notice.ReadContest(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
