package security_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
)

// watching is an account that has signed in from home, with its phone, for a while.
func (w *world) watching() {
	w.t.Helper()
	w.account("u-1001", "ada", "ada@example.org")
	w.quiet("u-1001")
}

// come imports a login of ada, from Latvia with a PC unless set changes it.
func (w *world) come(id string, ago time.Duration, set ...func(*security.Login)) {
	w.t.Helper()
	l := security.Login{ID: id, Account: "u-1001", At: w.Now().Add(-ago), IP: "203.0.113.9",
		Agent: windows, Outcome: "succeeded", Digest: id}
	for _, change := range set {
		change(&l)
	}
	results, err := w.Feed.ImportLogins(w.t.Context(), importing, []security.Login{l})
	w.must(err)
	if results[0].Outcome != feed.Added {
		w.t.Fatalf("login %s: %+v", id, results)
	}
}

func home(l *security.Login) { l.IP, l.Agent = phone.IP, phone.Agent }

func wasStopped(l *security.Login) { l.Outcome, l.StoppedBy = "stopped", "two_factor" }

func agent(name string) func(*security.Login) {
	return func(l *security.Login) { l.Agent = name }
}

func mistyped(l *security.Login) { l.Outcome = "failed" }

// change imports a change of ada's account.
func (w *world) change(id, kind string, ago time.Duration) {
	w.t.Helper()
	results, err := w.Feed.ImportActivities(w.t.Context(), importing, []security.Activity{{ID: id,
		Account: "u-1001", At: w.Now().Add(-ago), Kind: kind, IP: "203.0.113.9", Digest: id}})
	w.must(err)
	if results[0].Outcome != feed.Added {
		w.t.Fatalf("change %s: %+v", id, results)
	}
}

// alerts lists ada's, oldest first.
func (w *world) alerts() []alert.Alert {
	w.t.Helper()
	all, err := w.db.Alerts(w.t.Context(), "u-1001", time.Time{}, 5000)
	w.must(err)
	slices.SortStableFunc(all, func(a, b alert.Alert) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return strings.Compare(a.Login+a.Activity, b.Login+b.Activity)
	})
	return all
}

// tell runs the worker once.
func (w *world) tell() int {
	w.t.Helper()
	n, err := w.Alert.TellWaiting(w.t.Context())
	w.must(err)
	return n
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		do   func(w *world)
		want string // kind, reasons and mail of each alert
	}{
		{"at home", func(w *world) { w.come("l", 0, home) }, ""},
		{"abroad", func(w *world) { w.come("l", 0) }, "unfamiliar new_country,new_device mailed"},
		{"no agent", func(w *world) { w.come("l", 0, home, agent("")) }, "unfamiliar new_device mailed"},
		{"a program", func(w *world) { w.come("l", 0, home, agent("curl/8.5.0")) },
			"unfamiliar new_device mailed"},
		{"rubbish", func(w *world) { w.come("l", 0, home, agent("\x7f<script>")) },
			"unfamiliar new_device mailed"},
		{"unknown place", func(w *world) {
			w.come("l", 0, home, func(l *security.Login) { l.IP = "10.0.0.1" })
		}, "unfamiliar new_country mailed"},
		{"no address", func(w *world) {
			w.come("l", 0, home, func(l *security.Login) { l.IP = "" })
		}, "unfamiliar new_country mailed"},
		{"no country data", func(w *world) {
			w.Countries = nil
			w.come("l", 0, home, func(l *security.Login) { l.IP = "10.0.0.1" })
		}, ""},
		{"stopped at home", func(w *world) { w.come("l", 0, home, wasStopped) },
			"stopped stopped mailed"},
		{"stopped abroad", func(w *world) { w.come("l", 0, wasStopped) },
			"stopped stopped,new_country,new_device mailed"},
		{"failed", func(w *world) { w.come("l", 0, mistyped) }, ""},
		{"a day ago", func(w *world) { w.come("l", 24*time.Hour) },
			"unfamiliar new_country,new_device mailed"},
		{"longer ago", func(w *world) { w.come("l", 24*time.Hour+time.Second) }, ""},
		{"too fast", func(w *world) {
			w.come("a", 90*time.Minute, home)
			w.come("l", time.Hour, home, func(l *security.Login) { l.IP = "203.0.113.9" })
		}, "unfamiliar new_country,impossible_travel mailed"},
		{"closed", func(w *world) {
			a, err := w.db.Account(w.t.Context(), "u-1001")
			w.must(err)
			a.Closed = true
			w.commit(audit.AccountImported, feed.PutAccount{Account: a})
			w.come("l", 0)
		}, ""},
		{"locked", func(w *world) {
			w.lock("ada")
			w.deliver()
			w.come("l", 0)
		}, "unfamiliar new_country,new_device silent"},
		{"password while locked", func(w *world) {
			w.lock("ada")
			w.deliver()
			w.change("a", "password_changed", 0)
		}, "credentials  mailed"},
		{"payout while locked, though switched off before", func(w *world) {
			w.commit(audit.AlertsSet, account.SaveAlertSettings{Settings: alert.AlertSettings{
				Account: "u-1001", To: alert.AlertsToAll, Off: []alert.AlertKind{alert.AlertMoney}}})
			w.lock("ada")
			w.deliver()
			w.change("a", "payout_changed", 0)
		}, "money  mailed"},
		{"profile while locked", func(w *world) {
			w.lock("ada")
			w.deliver()
			w.change("a", "profile_changed", 0)
		}, "profile  silent"},
		{"password", func(w *world) { w.change("a", "password_changed", 0) },
			"credentials  mailed"},
		{"question", func(w *world) { w.change("a", "security_question_changed", 0) },
			"credentials  mailed"},
		{"second step", func(w *world) { w.change("a", "two_factor_changed", 0) },
			"credentials  mailed"},
		{"payout", func(w *world) { w.change("a", "payout_changed", 0) }, "money  mailed"},
		{"phone", func(w *world) { w.change("a", "phone_changed", 0) }, "profile  mailed"},
		{"profile", func(w *world) { w.change("a", "profile_changed", 0) }, "profile  mailed"},
		{"a change long ago", func(w *world) { w.change("a", "payout_changed", 25*time.Hour) }, ""},
		{"no change", func(w *world) { w.change("a", "withdrawal", 0) }, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.watching()
			row.do(w)
			var got []string
			mails := len(w.deliver())
			for _, a := range w.alerts() {
				word := "silent"
				if mails == 1 && a.MailedAt.Equal(w.Now()) {
					word = "mailed"
				}
				got = append(got, fmt.Sprintf("%s %s %s", a.Kind, strings.Join(a.Reasons, ","),
					word))
			}
			if diff := cmp.Diff(row.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("%d mails; alerts (-want +got):\n%s", mails, diff)
			}
			w.advance(2 * time.Hour)
			if n := w.tell(); n != 0 || len(w.deliver()) != 0 {
				t.Errorf("%d accounts were told later", n)
			}
		})
	}
}

func TestAlertOfALogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		w.come("l", time.Minute, wasStopped)
		got := mailed[notice.UnfamiliarSignIn](w, w.deliver())
		all := w.alerts()
		want := notice.UnfamiliarSignIn{Alert: all[0].ID + "_u-1001-a1",
			At:     start.Add(-time.Minute),
			Device: "chrome/windows", Place: "LV", IP: "203.0.113.9", Outcome: "stopped",
			StoppedBy: "two_factor", Reasons: []string{"stopped", "new_country", "new_device"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		row := alert.Alert{ID: all[0].ID, Account: "u-1001", Kind: alert.AlertStopped, Login: "l",
			At: want.At, Outcome: "stopped", Reasons: want.Reasons, Country: "LV",
			Device: want.Device, MailedAt: start}
		if diff := cmp.Diff([]alert.Alert{row}, all); diff != "" {
			t.Errorf("alerts (-want +got):\n%s", diff)
		}
	})
}

func TestAlertOfAChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		w.change("a", "payout_changed", time.Minute)
		got := mailed[notice.ChangeNoticed](w, w.deliver())
		all := w.alerts()
		want := notice.ChangeNoticed{Alert: all[0].ID + "_u-1001-a1", What: "payout_changed",
			At: start.Add(-time.Minute), Place: "LV"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		w.come("l", 0, home)
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts: what was familiar is forgotten", n)
		}
	})
}
