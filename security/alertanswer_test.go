package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/risk"
)

// question imports a login of ada that is odd and returns the token of its mail.
func (w *world) question(set ...func(*security.Login)) string {
	w.t.Helper()
	w.watching()
	w.come("l", time.Minute, set...)
	return w.AlertToken(mailed[notice.UnfamiliarSignIn](w, w.deliver()).Alert)
}

// changed is question about a change.
func (w *world) changed(kind string) string {
	w.t.Helper()
	w.watching()
	w.change("a", kind, time.Minute)
	return w.AlertToken(mailed[notice.ChangeNoticed](w, w.deliver()).Alert)
}

func (w *world) page(tok string) alert.AlertPage {
	w.t.Helper()
	p, err := w.Alert.OpenAlert(w.t.Context(), tok)
	w.must(err)
	return p
}

func TestOpenAlert(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.question()
		lines := w.lines()
		p := w.page(tok)
		if p.State != alert.AlertOpen || p.Masked != "a••••" || !p.Locks || p.Locked ||
			p.LinkTo != "a••••@e••••.org" || p.Login.IP != "203.0.113.9" || p.Alert.Login != "l" {
			t.Errorf("page %+v", p)
		}
		if w.lines() != lines {
			t.Error("opening wrote something")
		}
		w.advance(30*24*time.Hour - 2*time.Minute)
		if p := w.page(tok); p.State != alert.AlertOpen {
			t.Errorf("state %s before 30 days", p.State)
		}
		w.advance(time.Minute)
		if p := w.page(tok); p.State != alert.AlertExpired {
			t.Errorf("state %s after 30 days", p.State)
		}
		wantRefusal(t, w.Alert.ConfirmAlert(t.Context(), phone, tok), refusal.AlertOver)
		_, err := w.Alert.DenyAlert(t.Context(), phone, tok)
		wantRefusal(t, err, refusal.AlertOver)
		for name, bad := range map[string]string{
			"no token": "x", "other purpose": w.Lockout.LinkToken(w.alerts()[0].ID + "_u-1001-a1"),
			"no alert": w.AlertToken("NOBODY_u-1001-a1"), "empty": "",
		} {
			if p := w.page(bad); p.State != alert.AlertUnknown {
				t.Errorf("%s: state %s", name, p.State)
			}
			if err := w.Alert.ConfirmAlert(t.Context(), phone, bad); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.Alert.DenyAlert(t.Context(), phone, bad); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestAlertOfAClosedAccount: there is nothing to answer any more.
func TestAlertOfAClosedAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	tok := w.question()
	a, err := w.db.Account(t.Context(), "u-1001")
	w.must(err)
	a.Closed = true
	w.commit(audit.AccountImported, feed.PutAccount{Account: a})
	if p := w.page(tok); p.State != alert.AlertExpired {
		t.Errorf("page %+v", p)
	}
	_, err = w.Alert.DenyAlert(t.Context(), phone, tok)
	wantRefusal(t, err, refusal.AlertOver)
	if len(w.deliver()) != 0 {
		t.Error("mails were sent")
	}
}

func TestConfirmAlert(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.question()
		for range 2 {
			w.must(w.Alert.ConfirmAlert(t.Context(), phone, tok))
		}
		if p := w.page(tok); p.State != risk.Me || !p.Alert.AnsweredAt.Equal(w.Now()) {
			t.Errorf("page %+v", p)
		}
		w.come("again", 0)
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts: it is not familiar", n)
		}
		if lines := w.linesOf("u-1001", audit.LoginConfirmed); len(lines) != 1 ||
			lines[0].By.Kind != security.ByOwner || lines[0].By.IP != phone.IP {
			t.Errorf("audit lines %+v", lines)
		}
		if len(w.deliver()) != 0 {
			t.Error("mails were sent")
		}
	})
}

// TestMeThenNotMe: "me" can be taken back, and what it made familiar with it; "not me" stays.
func TestMeThenNotMe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.question(wasStopped)
		w.must(w.Alert.ConfirmAlert(t.Context(), phone, tok))
		_, err := w.Alert.DenyAlert(t.Context(), phone, tok)
		w.must(err)
		w.must(w.Alert.ConfirmAlert(t.Context(), phone, tok))
		if p := w.page(tok); p.State != risk.NotMe {
			t.Errorf("state %s", p.State)
		}
		w.come("again", 0)
		if n := len(w.alerts()); n != 2 {
			t.Errorf("%d alerts: what was denied is familiar", n)
		}
	})
}

// TestDenyOwn: a signed-in owner speaks up about any login of theirs, asked before or not.
func TestDenyOwn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		set    []func(*security.Login)
		locked bool
		mails  string
	}{
		{"got in", nil, true, "[locked_out ada@example.org]"},
		{"got in, as from home", []func(*security.Login){home}, true,
			"[locked_out ada@example.org]"},
		{"stopped", []func(*security.Login){wasStopped}, false, "[recovery_link ada@example.org]"},
		{"failed", []func(*security.Login){mistyped}, false, "[]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.watching()
				w.come("l", time.Minute, row.set...)
				w.deliver()
				u := w.visitor()
				for i := range 2 {
					d, err := w.Account.DenyOwn(t.Context(), u, account.About{Login: "l"})
					w.must(err)
					if d != (alert.Denial{Locked: row.locked}) {
						t.Errorf("time %d: %+v", i, d)
					}
				}
				if got := fmt.Sprint(kinds(w.deliver())); got != row.mails {
					t.Errorf("mails %s, want %s", got, row.mails)
				}
				all := w.alerts()
				if len(all) != 1 || all[0].Answer != risk.NotMe || all[0].Login != "l" {
					t.Errorf("alerts %+v", all)
				}
				x, err := w.db.Session(t.Context(), u.Session.ID)
				w.must(err)
				if x.EndedAt.IsZero() == row.locked {
					t.Errorf("session ended: %v", x.EndedAt)
				}
			})
		})
	}
}

// TestConfirmOwn: a login that nobody asked about, too; nobody else's.
func TestConfirmOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		w.come("l", 48*time.Hour)
		u := w.visitor()
		for range 2 {
			w.must(w.Account.ConfirmOwn(t.Context(), u, account.About{Login: "l"}))
		}
		w.come("again", 0)
		all := w.alerts()
		if len(all) != 1 || all[0].Answer != risk.Me {
			t.Errorf("alerts %+v", all)
		}
		w.account("u-1002", "bob", "bob@example.org")
		w.come("other", 0, func(l *security.Login) { l.Account = "u-1002" })
		for _, id := range []string{"other", "nothing"} {
			if err := w.Account.ConfirmOwn(t.Context(), u, account.About{Login: id}); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("confirm %s: %v", id, err)
			}
			if _, err := w.Account.DenyOwn(t.Context(), u, account.About{Login: id}); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("deny %s: %v", id, err)
			}
		}
	})
}

func TestOwnAlert(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	w.change("a", "phone_changed", 0)
	w.deliver()
	u := w.visitor()
	id := w.alerts()[0].ID
	p, err := w.Account.OwnAlert(t.Context(), u, id)
	w.must(err)
	if p.State != alert.AlertOpen || p.Locks || p.Alert.ID != id {
		t.Errorf("page %+v", p)
	}
	w.must(w.Account.ConfirmOwnAlert(t.Context(), u, id))
	if p, _ := w.Account.OwnAlert(t.Context(), u, id); p.State != risk.Me {
		t.Errorf("page %+v", p)
	}
	d, err := w.Account.DenyOwnAlert(t.Context(), u, id)
	w.must(err)
	if d != (alert.Denial{}) {
		t.Errorf("%+v", d)
	}
	if p, _ := w.Account.OwnAlert(t.Context(), u, id); p.State != risk.NotMe {
		t.Errorf("page %+v", p)
	}
	w.account("u-1002", "bob", "bob@example.org")
	u.Account.ID = "u-1002"
	for name, err := range map[string]error{
		"open":    func() error { _, err := w.Account.OwnAlert(t.Context(), u, id); return err }(),
		"confirm": w.Account.ConfirmOwnAlert(t.Context(), u, id),
		"deny": func() error {
			_, err := w.Account.DenyOwnAlert(t.Context(), u, id)
			return err
		}(),
		"none": w.Account.ConfirmOwnAlert(t.Context(), u, "NOTHING"),
	} {
		if !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s of somebody else's: %v", name, err)
		}
	}
}

// TestAlertsOfOneNetworkAreLimited: nobody presses these buttons for ever.
func TestAlertsOfOneNetworkAreLimited(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for range 300 {
		_ = w.Alert.ConfirmAlert(t.Context(), phone, "x")
	}
	wantRefusal(t, w.Alert.ConfirmAlert(t.Context(), phone, "x"), refusal.TooManyRequests)
	_, err := w.Alert.DenyAlert(t.Context(), phone, "x")
	wantRefusal(t, err, refusal.TooManyRequests)
}
