package security_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/market"
	"regain/security/paging"
	"regain/security/refusal"
	"regain/security/staff"
)

// listRows reads a list page by page, and says each row in short.
func listRows[T any](w *world, m *staff.Member, f market.Filter, read func(context.Context, *staff.Member,
	market.Ask) (paging.Page[T], error), say func(T) string) (all []string) {
	w.t.Helper()
	for q := (market.Ask{Filter: f}); ; {
		p, err := read(w.t.Context(), m, q)
		w.must(err)
		for i, r := range p.Rows {
			all = append(all, say(r))
			if i == len(p.Rows)-1 && p.Next != "" && p.Cursor(r) != p.Next {
				w.t.Errorf("behind %s: %s, and not %s", say(r), p.Cursor(r), p.Next)
			}
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return all
		}
	}
}

// TestRows: accounts come by their ids, sign-ins and activities by the time at which they happened,
// those of one moment each once.
func TestRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.program("reader", nil, apikey.AccountsRead)
		w.crowd(5)
		w.lock("user3")
		closed, err := w.db.Account(t.Context(), "u-1")
		w.must(err)
		closed.Closed = true
		w.commit(audit.AccountImported, feed.PutAccount{Account: closed})
		number := w.caseOf("u-3").Number
		account := func(r market.AccountRow) string {
			return fmt.Sprint(r.ID, " ", r.State, " ", r.Case, " ", !r.LockedSince.IsZero())
		}
		every := []string{"u-0 active  false", "u-1 closed  false", "u-2 active  false",
			"u-3 locked " + number + " true", "u-4 active  false"}
		for state, want := range map[string][]string{"": every, "locked": every[3:4], "closed": every[1:2],
			"active": {every[0], every[2], every[4]}} {
			for _, limit := range []int{1, 2, 9} {
				got := listRows(w, m, market.Filter{State: state, Limit: limit}, w.Market.Accounts, account)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("accounts %q by %d (-want +got):\n%s", state, limit, diff)
				}
			}
		}
		var logins []security.Login
		var acts []security.Activity
		var want []string
		for i := range 7 {
			at, id := start.Add(time.Duration(i/3)*time.Hour), fmt.Sprint("x", i)
			logins = append(logins, security.Login{ID: id, Account: fmt.Sprint("u-", i%2), At: at, Outcome: "failed"})
			acts = append(acts, security.Activity{ID: id, Account: fmt.Sprint("u-", i%2), At: at, Kind: "payment"})
			want = append(want, id)
		}
		slices.Reverse(logins)
		w.commit(audit.AccountImported, security.PutLogins{Logins: logins}, security.PutActivities{Activities: acts})
		for _, tt := range []struct {
			name string
			f    market.Filter
			want []string
		}{
			{"all", market.Filter{}, want}, {"of one", market.Filter{Account: "u-1"}, []string{"x1", "x3", "x5"}},
			{"of a period", market.Filter{Since: start.Add(time.Hour), Until: start.Add(2 * time.Hour)}, want[3:6]},
			{"of none", market.Filter{Account: "u-4"}, nil},
		} {
			for tt.f.Limit = 1; tt.f.Limit < 9; tt.f.Limit += 3 {
				for what, got := range map[string][]string{
					"sign-ins":   listRows(w, m, tt.f, w.Market.Logins, func(r market.LoginRow) string { return r.ID }),
					"activities": listRows(w, m, tt.f, w.Market.Activities, func(r market.ActivityRow) string { return r.ID }),
				} {
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("%s %s by %d (-want +got):\n%s", what, tt.name, tt.f.Limit, diff)
					}
				}
			}
		}
		weak, ctx := w.program("weak", nil, apikey.LocksWrite, apikey.CasesRead), t.Context()
		_, accounts := w.Market.Accounts(ctx, weak, market.Ask{})
		_, signIns := w.Market.Logins(ctx, weak, market.Ask{})
		_, done := w.Market.Activities(ctx, weak, market.Ask{})
		for _, err := range []error{accounts, signIns, done} {
			wantRefusal(t, err, refusal.Denied)
		}
		if _, err := w.Market.Accounts(ctx, m, market.Ask{Filter: market.Filter{State: "lost"}}); !errors.Is(err,
			paging.Error("state")) {
			t.Errorf("a state that is none: %v", err)
		}
	})
}
