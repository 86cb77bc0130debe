package security_test

import (
	"context"
	"errors"
	"regain/cmd/wiring"
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
	"regain/security/recovery"
	"regain/security/risk"
)

// TestDenyLocks: one commit locks the account with the answer, and the reader of the mailbox that
// proves ownership goes on at once.
func TestDenyLocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.question()
		u := w.visitor()
		seen := &commits{DB: w.db}
		w.All = wiring.Rooms(*w.Core, seen)
		d, err := w.Alert.DenyAlert(t.Context(), phone, tok)
		w.must(err)
		if len(seen.all) != 1 || !d.Locked {
			t.Fatalf("%d commits, %+v", len(seen.all), d)
		}
		told := mailed[notice.LockedOut](w, w.deliver())
		if d.Link != w.Lockout.LinkToken(told.Link) {
			t.Errorf("link %q", d.Link)
		}
		c := w.adaCase()
		at := start.Add(-time.Minute)
		want := security.Case{ID: c.ID, Number: "C-1001", Account: "u-1001", State: recovery.Locked,
			Cause: recovery.Hijacked, Proposed: recovery.Hijacked, OpenedBy: "u-1001",
			Facts: []recovery.Signal{{Code: recovery.SignalLoginDenied, At: at}},
			Remark: security.Remark{Kind: security.SaidLoginDenied, Args: []string{
				"2026-11-22T07:59:00Z", "succeeded", "chrome/windows", "LV"}},
			OpenedAt: start, LockedAt: start, DueAt: start.Add(24 * time.Hour), Version: 1}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("case (-want +got):\n%s", diff)
		}
		if p := w.page(tok); p.State != risk.NotMe || !p.Locked || p.Locks {
			t.Errorf("page %+v", p)
		}
		x, err := w.db.Session(t.Context(), u.Session.ID)
		w.must(err)
		if x.EndedAt.IsZero() {
			t.Error("a signed-in session lives on")
		}
		if o := w.enter(told.Link); o.Case == nil || o.Case.ID != c.ID {
			t.Errorf("the link leads to %+v", o.Case)
		}
		w.intact()
	})
}

// TestDenyLeadsOn: what each answer does, and where it leads.
func TestDenyLeadsOn(t *testing.T) {
	t.Parallel()
	login := func(set ...func(*security.Login)) func(*world) string {
		return func(w *world) string { return w.question(set...) }
	}
	change := func(kind string) func(*world) string {
		return func(w *world) string { return w.changed(kind) }
	}
	later := func(ask func(*world) string, d time.Duration) func(*world) string {
		return func(w *world) string {
			tok := ask(w)
			w.advance(d)
			return tok
		}
	}
	for _, row := range []struct {
		name   string
		ask    func(*world) string
		locked bool
		on     bool // to the page of the link at once
		fact   string
		mails  string
	}{
		{"got in", login(), true, true, recovery.SignalLoginDenied, "locked_out"},
		{"stopped", login(wasStopped), false, true, "", "recovery_link"},
		{"password", change("password_changed"), true, true, recovery.SignalChangeDenied,
			"locked_out"},
		{"second step", change("two_factor_changed"), true, true, recovery.SignalChangeDenied,
			"locked_out"},
		{"payout", change("payout_changed"), true, true, recovery.SignalChangeDenied, "locked_out"},
		{"phone", change("phone_changed"), false, true, "", "recovery_link"},
		{"in time", later(login(), 24*time.Hour-time.Millisecond), true, true,
			recovery.SignalLoginDenied, "locked_out"},
		{"an old mail", later(login(), 24*time.Hour), true, false, recovery.SignalLoginDenied,
			"locked_out"},
		{"an old mail, stopped", later(login(wasStopped), 24*time.Hour), false, false, "",
			"recovery_link"},
		{"another mailbox", func(w *world) string {
			w.question()
			w.commit(audit.AddressChanged,
				security.AddAddress{Address: security.Address{ID: "other",
					Account: "u-1001", Email: "other@example.net", Since: w.Now(),
					Origin: security.OriginOwner, Notice: true}})
			return w.AlertToken(w.alerts()[0].ID + "_other")
		}, true, false, recovery.SignalLoginDenied, "locked_out"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			tok := row.ask(w)
			d, err := w.Alert.DenyAlert(t.Context(), phone, tok)
			w.must(err)
			a, err := w.db.Account(t.Context(), "u-1001")
			w.must(err)
			if d.Locked != row.locked || a.Locked() != row.locked || (d.Link != "") != row.on {
				t.Errorf("%+v, account locked: %v", d, a.Locked())
			}
			mails := slices.DeleteFunc(kinds(w.deliver()),
				func(m string) bool { return strings.HasSuffix(m, " other@example.net") })
			if diff := cmp.Diff([]string{row.mails + " ada@example.org"}, mails); diff != "" {
				t.Errorf("mails (-want +got):\n%s", diff)
			}
			if row.locked {
				c := w.adaCase()
				found := false
				for _, f := range c.Facts {
					found = found || f.Code == row.fact
				}
				if !found || c.Cause != recovery.Hijacked {
					t.Errorf("cause %s, facts %+v", c.Cause, c.Facts)
				}
			}
			if d.Link != "" {
				at, err := w.Guided.OpenLink(t.Context(), d.Link)
				w.must(err)
				if at.State != security.LinkLive || (at.Case != nil) != row.locked {
					t.Errorf("the link leads to %+v", at)
				}
			}
			again, err := w.Alert.DenyAlert(t.Context(), phone, tok)
			w.must(err)
			if again != (alert.Denial{Locked: row.locked}) || len(w.deliver()) != 0 {
				t.Errorf("said again: %+v", again)
			}
		})
	}
}

// TestDenyOfALockedAccount: the answer becomes evidence with the case, whichever stage it is at.
func TestDenyOfALockedAccount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		set      func(*security.Login)
		secured  bool
		proposed recovery.Cause
		priority string
	}{
		{"got in, no ticket yet", mistakenly, false, recovery.Hijacked, ""},
		{"got in", mistakenly, true, recovery.Hijacked, "high"},
		{"stopped", wasStopped, true, recovery.Compromised, "normal"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				tok := w.question(row.set)
				c := w.lock("ada")
				if row.secured {
					w.secured()
				}
				w.deliver()
				before, err := w.db.Account(t.Context(), "u-1001")
				w.must(err)
				d, err := w.Alert.DenyAlert(t.Context(), phone, tok)
				w.must(err)
				if d != (alert.Denial{Locked: true}) || len(w.deliver()) != 0 {
					t.Errorf("%+v", d)
				}
				after, err := w.db.Account(t.Context(), "u-1001")
				w.must(err)
				if after.Case != c.ID || after.FactsVersion == before.FactsVersion {
					t.Errorf("account %+v", after)
				}
				now := w.adaCase()
				if now.Proposed != row.proposed || now.Cause != recovery.Compromised {
					t.Errorf("proposed %s, cause %s", now.Proposed, now.Cause)
				}
				said, err := w.db.Messages(t.Context(), c.ID)
				w.must(err)
				last := said[len(said)-1]
				if last.Public || last.Kind != security.SaidLoginDenied {
					t.Errorf("message %+v", last)
				}
				if row.secured {
					tk, err := w.db.Ticket(t.Context(), now.Ticket)
					w.must(err)
					if tk.Priority != row.priority {
						t.Errorf("priority %s", tk.Priority)
					}
				}
			})
		})
	}
}

func mistakenly(*security.Login) {}

// TestDenialsAddUp: a later answer does not make the case forget an earlier one.
func TestDenialsAddUp(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	tok := w.changed("payout_changed")
	w.come("b", 0)
	_, err := w.Alert.DenyAlert(t.Context(), phone, tok)
	w.must(err)
	_, err = w.Alert.DenyAlert(t.Context(), phone, w.AlertToken(w.alerts()[1].ID+"_u-1001-a1"))
	w.must(err)
	var codes []string
	for _, f := range w.adaCase().Facts {
		codes = append(codes, f.Code)
	}
	want := []string{recovery.SignalChangeDenied, recovery.SignalLoginDenied}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

// TestDenyRace: of fifty at once one locks, with one case and one set of mails, be it about one
// login or several, and later there is one ticket.
func TestDenyRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.question()
		w.come("m", 0)
		other := w.AlertToken(w.alerts()[1].ID + "_u-1001-a1")
		u := w.visitor()
		won := race(t, 50, func(i int) (err error) {
			switch i % 3 {
			case 0:
				_, err = w.Alert.DenyAlert(t.Context(), phone, tok)
			case 1:
				_, err = w.Alert.DenyAlert(t.Context(), phone, other)
			default:
				_, err = w.Account.DenyOwn(t.Context(), u, account.About{Login: "l"})
			}
			return err
		})
		if won == 0 || len(w.linesOf("u-1001", audit.AccountLocked)) != 1 {
			t.Errorf("%d won, locked %d times", won, len(w.linesOf("u-1001", audit.AccountLocked)))
		}
		mails := w.deliver()
		if diff := cmp.Diff([]string{"locked_out ada@example.org"}, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		o := w.enter(mailed[notice.LockedOut](w, mails).Link)
		_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{Account: "u-1001"})
		w.must(err)
		if len(tickets) != 1 {
			t.Errorf("%d tickets", len(tickets))
		}
		w.intact()
	})
}

// TestLockHoldsWithoutMail: the lock does not wait for the mail server, and the mail follows once
// it is back, exactly one.
func TestLockHoldsWithoutMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tok := w.question()
		u := w.visitor()
		var sent []notice.Notice
		down := errors.New("no mail server")
		courier := notice.Courier{Queue: w.db, Now: w.Now,
			Deliver: func(_ context.Context, item notice.Item) error {
				if down != nil {
					return down
				}
				_, n, err := w.OpenMail(item.ID, string(item.Kind), item.Data)
				sent = append(sent, n)
				return err
			}}
		flush := func() {
			t.Helper()
			if _, err := courier.Flush(ctx); err != nil {
				t.Fatal(err)
			}
		}
		d, err := w.Alert.DenyAlert(ctx, phone, tok)
		w.must(err)
		for range 3 {
			flush()
			w.advance(10 * time.Minute)
			_, err := w.Alert.DenyAlert(ctx, phone, tok) // an owner who hears nothing
			w.must(err)
		}
		queued, gone, err := w.db.Waiting(ctx)
		if err != nil || queued != 1 || gone != 0 || !w.accountOf("u-1001").Locked() {
			t.Errorf("%d mails wait, %d given up, %v", queued, gone, err)
		}
		_, err = w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("a session lives on: %v", err)
		}
		down = nil
		for range 3 {
			w.advance(time.Hour)
			flush()
		}
		if len(sent) != 1 {
			t.Fatalf("%d mails follow: %+v", len(sent), sent)
		}
		told, ok := sent[0].(notice.LockedOut)
		if !ok || w.Lockout.LinkToken(told.Link) != d.Link {
			t.Errorf("the mail is %+v", sent[0])
		}
		w.enter(told.Link)
	})
}
