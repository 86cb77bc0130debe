package security_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/notice"
)

// quieted are the kinds of alert that can be switched off.
var quieted = []alert.AlertKind{alert.AlertUnfamiliar, alert.AlertMoney, alert.AlertProfile}

// TestWhatWaitsIsTold: whoever holds a session cannot keep the owner from hearing of what waits
// behind another mail: not by saying that it was them, and not by other settings.
func TestWhatWaitsIsTold(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(w *world, u *account.SignedIn){
		"nothing": func(*world, *account.SignedIn) {},
		"this was me": func(w *world, u *account.SignedIn) {
			w.must(w.Account.ConfirmOwn(w.t.Context(), u, account.About{Login: "b"}))
		},
		"alert answered": func(w *world, u *account.SignedIn) {
			w.must(w.Account.ConfirmOwnAlert(w.t.Context(), u, w.alerts()[1].ID))
		},
		"switched off": func(w *world, u *account.SignedIn) {
			w.must(w.Account.SetAlerts(w.t.Context(), u, alert.AlertSettings{To: alert.AlertsToAll,
				Off: quieted}))
		},
		"to another address": func(w *world, u *account.SignedIn) {
			w.must(w.Account.SetAlerts(w.t.Context(), u,
				alert.AlertSettings{To: alert.AlertsToNotice}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.watching()
				w.commit(audit.AddressChanged,
					security.AddAddress{Address: security.Address{ID: "a2",
						Account: "u-1001", Email: "second@example.net", Since: w.Now(),
						Origin: security.OriginOwner, Notice: true}})
				w.come("a", 0)
				w.deliver()
				w.advance(time.Minute)
				w.come("b", 0)
				do(w, w.visitor())
				told := w.deliver()
				w.advance(2 * time.Hour)
				w.tell()
				var got []string
				for _, m := range append(told, w.deliver()...) {
					if n, ok := m.Notice.(notice.UnfamiliarSignIn); ok {
						alert, _, _ := strings.Cut(n.Alert, "_")
						got = append(got, m.To+" "+alert)
					}
				}
				id := w.alerts()[1].ID
				slices.Sort(got)
				want := []string{"ada@example.org " + id, "second@example.net " + id}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mails about what waited (-want +got):\n%s", diff)
				}
				if n := w.tell(); n != 0 || len(w.deliver()) != 0 {
					t.Errorf("%d accounts were told again", n)
				}
			})
		})
	}
}

// TestGraveIsToldAtOnce: what lets somebody in does not wait behind a mail about something less,
// and a burst of it is still one mail and one that sums up.
func TestGraveIsToldAtOnce(t *testing.T) {
	t.Parallel()
	off := func(w *world) {
		w.must(w.Account.SetAlerts(w.t.Context(), w.visitor(), alert.AlertSettings{
			To: alert.AlertsToAll, Off: quieted}))
		w.deliver()
	}
	for _, row := range []struct {
		name string
		do   func(w *world)
		want []string
	}{
		{"got in after a stop", func(w *world) { w.come("a", 0, wasStopped); w.come("b", 0) },
			[]string{"a", "b"}},
		{"got in while others wait", func(w *world) {
			w.come("a", 0, wasStopped)
			w.come("b", 0, wasStopped)
			w.come("c", 0)
			w.come("d", 0)
		}, []string{"a", "c"}},
		{"payout after profile", func(w *world) {
			w.change("a", "profile_changed", 0)
			w.change("b", "payout_changed", 0)
			w.change("c", "password_changed", 0)
		}, []string{"a", "b"}},
		{"stop after a stop", func(w *world) {
			w.come("a", 0, wasStopped)
			w.come("b", 0, wasStopped)
		}, []string{"a"}},
		{"stop after got in", func(w *world) { w.come("a", 0); w.come("b", 0, wasStopped) },
			[]string{"a"}},
		{"silent ones are no mail", func(w *world) {
			off(w)
			w.come("a", 0)
			w.come("b", 0, wasStopped)
			w.come("c", 0)
			w.change("d", "password_changed", 0)
		}, []string{"b", "d"}},
		{"nor is what was said unasked", func(w *world) {
			w.come("a", 0, wasStopped)
			w.come("b", 0, home)
			w.advance(time.Second)
			w.must(w.Account.ConfirmOwn(w.t.Context(), w.visitor(), account.About{Login: "b"}))
			w.come("c", 0)
		}, []string{"a", "c"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.watching()
			row.do(w)
			about := map[string]string{}
			for _, a := range w.alerts() {
				about[a.ID] = a.Login + a.Activity
			}
			var got []string
			for _, m := range w.deliver() {
				var id string
				switch n := m.Notice.(type) {
				case notice.UnfamiliarSignIn:
					id = n.Alert
				case notice.ChangeNoticed:
					id = n.Alert
				}
				alert, _, _ := strings.Cut(id, "_")
				got = append(got, about[alert])
			}
			slices.Sort(got)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("told at once (-want +got):\n%s", diff)
			}
		})
	}
}
