package security_test

import (
	"context"
	"errors"
	"fmt"
	"regain/cmd/wiring"
	"regain/store"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/risk"
	"regain/security/ticket"
)

// codesOf names the items of an overview.
func codesOf(items []account.OverviewItem) string {
	var all []string
	for _, i := range items {
		all = append(all, string(i.Code))
	}
	return strings.Join(all, " ")
}

// TestOverview: what is on record arrives in the overview.
func TestOverview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.watching()
		w.come("before", 3*time.Hour, home)
		w.come("typo", 2*time.Hour, home, mistyped)
		w.come("stopped", 90*time.Minute, wasStopped)
		w.change("money", "payout_changed", time.Hour)
		w.ticket("T-10", func(k *security.Ticket) { k.Status = ticket.Pending })
		w.ticket("T-11")
		u := w.signIn("ada")
		w.commit(audit.SignedInOK, access.StartSession{Session: access.Session{
			Kind: access.AccountSession, ID: "elsewhere", Subject: "u-1001", Generation: 1,
			Stage: access.StageIn, StartedAt: w.Now(), SeenAt: w.Now(),
			EndsAt: w.Now().Add(time.Hour), ProvedAt: w.Now(), ProvedBy: access.ProvedByPassword,
			Visitor: security.Visitor{IP: "203.0.113.9", Agent: windows}}})
		o, err := w.Account.Overview(ctx, u)
		w.must(err)
		if diff := cmp.Diff("change_noticed login_stopped sessions_strange ticket_waits",
			codesOf(o.Urgent)); diff != "" {
			t.Errorf("urgent (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff("factor_none password_unseen notice_none",
			codesOf(o.Missing)); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
		if o.Last == nil || o.Last.ID != "before" || o.Last.Country != "GB" ||
			o.Last.Device != "safari/iphone" || o.Tries != 2 {
			t.Errorf("last %+v, %d tries", o.Last, o.Tries)
		}
		w.must(w.Account.ConfirmOwn(ctx, u, account.About{Login: "stopped"}))
		w.must(w.Account.EndOwnSession(ctx, u, "elsewhere"))
		if o, err = w.Account.Overview(ctx, u); err != nil ||
			codesOf(o.Urgent) != "change_noticed ticket_waits" {
			t.Errorf("afterwards: %s, %v", codesOf(o.Urgent), err)
		}
		w.account("u-1002", "bob", "bob@example.org")
		o, err = w.Account.Overview(ctx, w.signIn("bob"))
		if err != nil || o.Urgent != nil || o.Last != nil || o.Tries != 0 {
			t.Errorf("somebody else: %+v, %v", o, err)
		}
	})
}

// TestOverviewAfterRecovery: what was said of a login in a recovery is not asked again.
func TestOverviewAfterRecovery(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.watching()
	w.come("odd", time.Hour)
	u := w.signIn("ada")
	if o, err := w.Account.Overview(ctx, u); err != nil || codesOf(o.Urgent) != "login_got_in" {
		t.Fatalf("before: %s, %v", codesOf(o.Urgent), err)
	}
	r := security.Recovery{ID: "r-1", Account: "u-1001", StartedAt: w.Now()}
	w.commit(audit.LoginsAnswered, lockout.StartRecovery{Recovery: r},
		security.PutAnswer{Answer: security.Answer{Recovery: "r-1", Account: "u-1001", Login: "odd",
			Answer: risk.Unsure, At: w.Now()}})
	if o, err := w.Account.Overview(ctx, u); err != nil || o.Urgent != nil {
		t.Errorf("after: %s, %v", codesOf(o.Urgent), err)
	}
	p, err := w.Account.AccountActivity(ctx, u, account.ActivityAsk{})
	w.must(err)
	i := slices.IndexFunc(p.Lines, func(l account.ActivityLine) bool { return l.ID == "odd" })
	if i < 0 || p.Lines[i].Answer != risk.Unsure || p.Open != 0 {
		t.Errorf("activity: %d open, line %d", p.Open, i)
	}
	own, err := w.Account.OwnAlerts(ctx, u)
	w.must(err)
	said := map[string]string{}
	for _, a := range own.Alerts {
		said[a.Login] = a.Answer
	}
	if said["odd"] != risk.Unsure {
		t.Errorf("alerts: answers %v", said)
	}
}

// counted counts the reads of what the pages of an owner show.
type counted struct {
	*store.DB
	reads int
}

func count[T any](c *counted, value T, err error) (T, error) {
	c.reads++
	return value, err
}

func (c *counted) Login(ctx context.Context, id string) (security.Login, error) {
	l, err := c.DB.Login(ctx, id)
	return count(c, l, err)
}

func (c *counted) Alert(ctx context.Context, id string) (alert.Alert, error) {
	a, err := c.DB.Alert(ctx, id)
	return count(c, a, err)
}

func (c *counted) AlertOfLogin(ctx context.Context, id string) (alert.Alert, error) {
	a, err := c.DB.AlertOfLogin(ctx, id)
	return count(c, a, err)
}

func (c *counted) Session(ctx context.Context, id string) (access.Session, error) {
	x, err := c.DB.Session(ctx, id)
	return count(c, x, err)
}

func (c *counted) Answers(ctx context.Context, recovery string) ([]security.Answer, error) {
	all, err := c.DB.Answers(ctx, recovery)
	return count(c, all, err)
}

func (c *counted) Messages(ctx context.Context, id string, more ...string) ([]security.Message, error) {
	all, err := c.DB.Messages(ctx, id, more...)
	return count(c, all, err)
}

func (c *counted) Watches(ctx context.Context, ids []string) (map[string]alert.Watch, error) {
	all, err := c.DB.Watches(ctx, ids)
	return count(c, all, err)
}

func (c *counted) Logins(ctx context.Context, account string, since time.Time,
	limit int) ([]security.Login, error) {
	all, err := c.DB.Logins(ctx, account, since, limit)
	return count(c, all, err)
}

// TestPagesReadOnce: what the pages of an owner read does not grow with what is on record.
func TestPagesReadOnce(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.watching()
	w.come("odd", time.Hour)
	w.signIn("ada")
	var u *account.SignedIn
	c := &counted{DB: w.db}
	w.All = wiring.Rooms(*w.Core, c)
	look := func() map[string]int {
		w.advance(time.Minute)
		u = w.signIn("ada")
		reads := map[string]int{}
		for name, do := range map[string]func() error{
			"overview": func() error { _, err := w.Account.Overview(ctx, u); return err },
			"sessions": func() error { _, err := w.Account.AccountSessions(ctx, u, 0); return err },
			"activity": func() error {
				_, err := w.Account.AccountActivity(ctx, u, account.ActivityAsk{})
				return err
			},
			"file": func() error {
				_, err := w.Account.ActivityFile(ctx, u, account.ActivityAsk{})
				return err
			},
		} {
			c.reads = 0
			w.must(do())
			reads[name] = c.reads
		}
		return reads
	}
	before := look()
	for i := range 30 {
		w.come(fmt.Sprint("more", i), time.Duration(i)*time.Minute)
		w.change(fmt.Sprint("change", i), "payout_changed", time.Duration(i)*time.Minute)
		w.ticket(fmt.Sprint("T-", 10+i), func(k *security.Ticket) { k.Status = ticket.Pending })
		w.signIn("ada")
	}
	if diff := cmp.Diff(before, look()); diff != "" {
		t.Errorf("reads (-few +many):\n%s", diff)
	}
	o, err := w.Account.Overview(ctx, u)
	if err != nil || o.Things() != 31+30+30 || len(o.Urgent) != 5 {
		t.Errorf("%d things in %d items (%s), %v", o.Things(), len(o.Urgent), codesOf(o.Urgent),
			err)
	}
}

// TestPagesTellFailures: no page of an owner passes a failing database off as an empty one.
func TestPagesTellFailures(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	u := w.signIn("ada")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for name, do := range map[string]func() error{
		"overview": func() error { _, err := w.Account.Overview(ctx, u); return err },
		"sessions": func() error { _, err := w.Account.AccountSessions(ctx, u, 0); return err },
		"activity": func() error {
			_, err := w.Account.AccountActivity(ctx, u, account.ActivityAsk{})
			return err
		},
		"file": func() error {
			_, err := w.Account.ActivityFile(ctx, u, account.ActivityAsk{})
			return err
		},
		"login":  func() error { _, err := w.Account.AccountEntry(ctx, u, account.About{Login: "usual"}); return err },
		"end":    func() error { return w.Account.EndOwnSession(ctx, u, "x") },
		"others": func() error { return w.Account.EndOtherSessions(ctx, u) },
	} {
		if err := do(); err == nil || errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
