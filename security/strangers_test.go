package security_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
)

// summed are the lines that tell how much more strangers did, newest first.
func (w *world) summed(account string) (all []map[string]string) {
	w.t.Helper()
	for _, e := range w.linesOf(account, audit.StrangersSummed) {
		if e.By == (security.Actor{Kind: security.BySystem}) {
			all = append(all, e.Data)
		}
	}
	return all
}

// TestStrangersAreSummed: wrong passwords for an account are on its record however much strangers
// try elsewhere, up to a number an hour, and then as a count, once.
func TestStrangersAreSummed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, more := t.Context(), 7
		w.account("u-1001", "ada", "ada@example.org")
		from := func(i int) security.Visitor {
			return security.Visitor{IP: fmt.Sprintf("2001:db8:%x::1", i), Agent: "Bot"}
		}
		before := w.lines()
		for i := range 3 * limits.StrangerLines {
			w.must(ignored(w.Guided.Request(ctx, from(i), fmt.Sprint("nobody", i))))
			_, err := w.Account.SignIn(ctx, from(i), fmt.Sprint("nobody", i), "wrong")
			refusedOn(t, err, "identifier", refusal.SignInWrong)
		}
		if n := w.lines() - before; n != int64(2*limits.StrangerLines) {
			t.Errorf("%d lines about nobody", n)
		}
		for i := range limits.AccountLines + more {
			if i > limits.PaceSignIn.Free-1 { // each name has its own pace
				_, err := w.Account.SignIn(ctx, from(i), "ada@example.org", "wrong")
				refusedOn(t, err, "identifier", refusal.SignInWrong)
				continue
			}
			_, err := w.Account.SignIn(ctx, from(i), "ada", "wrong")
			refusedOn(t, err, "identifier", refusal.SignInWrong)
		}
		if n := len(w.linesOf("u-1001", audit.SignInRefused)); n != limits.AccountLines {
			t.Errorf("%d lines about the account, want %d", n, limits.AccountLines)
		}
		w.must(w.Privacy.SumStrangers(ctx))
		if got := w.summed("u-1001"); got != nil {
			t.Errorf("told before the hour was over: %v", got)
		}
		hour := w.Now().Truncate(time.Hour)
		w.advance(time.Hour)
		for range 2 {
			w.must(w.db.Sweep(ctx, w.Now()))
			w.must(w.Privacy.SumStrangers(ctx))
		}
		want := []map[string]string{{"kind": "sign_in.refused", "count": strconv.Itoa(more),
			"hour": hour.Format(time.RFC3339)}}
		if diff := cmp.Diff(want, w.summed("u-1001")); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if left, err := w.db.Tallies(ctx, w.Now().Add(time.Hour), 9); len(left) > 0 || err != nil {
			t.Errorf("left: %v, %v", left, err)
		}
		w.intact()
	})
}

// TestStrangersAreForgotten: where strangers came from is on record as long as the setting says, and
// as long as the account is locked; that they were there stays. What somebody did who had proved
// something keeps its details. The trail holds.
func TestStrangersAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.Keep.Strangers = 30 * aDay
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "bob", "bob@example.org")
		w.lock("bob")
		for _, name := range []string{"ada", "bob"} {
			_, err := w.Account.SignIn(ctx, phone, name, "wrong")
			refusedOn(t, err, "identifier", refusal.SignInWrong)
		}
		w.must(ignored(w.Account.SignIn(ctx, phone, "ada", oldPassword)))
		ips := func(kind audit.Kind, account string) string {
			lines := w.linesOf(account, kind)
			if len(lines) != 1 {
				t.Fatalf("%d lines of %s", len(lines), kind)
			}
			return lines[0].By.IP
		}
		for _, tt := range []struct {
			after                    time.Duration
			removed                  int
			adas, bobs, adasSignedIn string
		}{
			{30 * aDay, 0, phone.IP, phone.IP, phone.IP},
			{time.Millisecond, 1, "", phone.IP, phone.IP},
			{300 * aDay, 0, "", phone.IP, phone.IP},
		} {
			w.advance(tt.after)
			removed, err := w.Privacy.RemoveOld(ctx)
			w.must(err)
			got := []any{removed[security.OldStrangers], ips(audit.SignInRefused, "u-1001"),
				ips(audit.SignInRefused, "u-1002"), ips(audit.SignedInOK, "u-1001")}
			want := []any{tt.removed, tt.adas, tt.bobs, tt.adasSignedIn}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("after %v (-want +got):\n%s", tt.after, diff)
			}
			w.intact()
		}
	})
}
