package security_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/refusal"
)

func TestAlertSettings(t *testing.T) {
	t.Parallel()
	every := []string{"ada@example.org", "new@example.org", "second@example.net"}
	off := quieted
	for _, row := range []struct {
		name  string
		to    string
		off   []alert.AlertKind
		do    func(w *world)
		mails []string
	}{
		{"all", alert.AlertsToAll, nil, func(w *world) { w.come("l", 0) }, every},
		{"first", alert.AlertsToFirst, nil, func(w *world) { w.come("l", 0) },
			[]string{"new@example.org"}},
		{"second", alert.AlertsToNotice, nil, func(w *world) { w.come("l", 0) },
			[]string{"second@example.net"}},
		{"off", alert.AlertsToAll, off, func(w *world) { w.come("l", 0) }, nil},
		{"always", alert.AlertsToFirst, off, func(w *world) { w.come("l", 0, wasStopped) }, every},
		{"credentials", alert.AlertsToNotice, off,
			func(w *world) { w.change("a", "password_changed", 0) }, every},
		{"payout off", alert.AlertsToAll, off,
			func(w *world) { w.change("a", "payout_changed", 0) }, nil},
		{"profile off", alert.AlertsToAll, off,
			func(w *world) { w.change("a", "phone_changed", 0) }, nil},
		{"payout", alert.AlertsToFirst, off[:1],
			func(w *world) { w.change("a", "payout_changed", 0) }, []string{"new@example.org"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.watching()
			since := w.Now().Add(-time.Hour)
			w.commit(audit.AddressChanged,
				security.RetireAddress{ID: "u-1001-a1", Account: "u-1001", At: since},
				security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1001",
					Email: "new@example.org", Since: since, Origin: security.OriginOwner}},
				security.AddAddress{Address: security.Address{ID: "a3", Account: "u-1001",
					Email: "second@example.net", Since: since, Origin: security.OriginOwner,
					Notice: true}})
			w.must(w.Account.SetAlerts(t.Context(), w.visitor(),
				alert.AlertSettings{To: row.to, Off: row.off}))
			told := kinds(w.deliver())
			changed := row.name != "all" // which is how it was
			for i, address := range every {
				if !changed && len(told) > 0 || changed && told[i] != "alerts_changed "+address {
					t.Fatalf("of the settings were told %q", told)
				}
			}
			row.do(w)
			var to []string
			for _, m := range w.deliver() {
				to = append(to, m.To)
			}
			slices.Sort(to)
			if diff := cmp.Diff(row.mails, to); diff != "" {
				t.Errorf("mails (-want +got):\n%s", diff)
			}
			if n := len(w.alerts()); n != 1 {
				t.Errorf("%d alerts", n)
			}
			w.advance(2 * time.Hour)
			if n := w.tell(); n != 0 {
				t.Errorf("%d accounts told later", n)
			}
		})
	}
}

// visitor is ada, signed in with a fresh proof.
func (w *world) visitor() *account.SignedIn {
	w.t.Helper()
	a, err := w.db.Account(w.t.Context(), "u-1001")
	w.must(err)
	x := access.Session{Kind: access.AccountSession,
		ID: fmt.Sprint("session", w.ms.Load()), Subject: a.ID, Stage: access.StageIn,
		StartedAt: w.Now(), SeenAt: w.Now(), EndsAt: w.Now().Add(access.SignedInWhole),
		ProvedAt: w.Now(), ProvedBy: access.ProvedByPassword, Visitor: phone}
	w.commit(audit.SignedInOK, access.StartSession{Session: x})
	return &account.SignedIn{Account: a, Session: x}
}

func TestSetAlertsRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	u := w.visitor()
	for _, row := range []struct {
		name string
		set  alert.AlertSettings
		code refusal.Code
	}{
		{"always on", alert.AlertSettings{To: "all", Off: []alert.AlertKind{"stopped"}},
			refusal.KindUnknown},
		{"credentials", alert.AlertSettings{To: "all", Off: []alert.AlertKind{"credentials"}},
			refusal.KindUnknown},
		{"unknown", alert.AlertSettings{To: "all", Off: []alert.AlertKind{"all"}},
			refusal.KindUnknown},
		{"nobody", alert.AlertSettings{To: "nobody"}, refusal.KindUnknown},
		{"no second address", alert.AlertSettings{To: "notice"}, refusal.KindUnknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			wantRefusal(t, w.Account.SetAlerts(t.Context(), u, row.set), row.code)
		})
	}
	want := alert.AlertSettings{To: "first", Off: []alert.AlertKind{"profile"}}
	for range 2 { // a double click
		w.must(w.Account.SetAlerts(t.Context(), u, want))
	}
	other := want
	other.To = "all"
	if err := w.Account.SetAlerts(t.Context(), u, other); !errors.Is(err, security.ErrConflict) {
		t.Errorf("from a page of before: %v", err)
	}
	o, err := w.Account.OwnAlerts(t.Context(), u)
	w.must(err)
	want.Account, want.Version = "u-1001", 1
	if diff := cmp.Diff(alert.OwnAlerts{Settings: want, First: "a••••@e••••.org"}, o); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if lines := w.linesOf("u-1001", audit.AlertsSet); len(lines) != 1 ||
		lines[0].Data["to"] != "first" || lines[0].Data["off"] != "profile" {
		t.Errorf("audit lines %+v", lines)
	}
	w.advance(11 * time.Minute)
	other.Version = 1
	wantRefusal(t, w.Account.SetAlerts(t.Context(), u, other), refusal.ProofNeeded)
}
