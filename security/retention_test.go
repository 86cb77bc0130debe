package security_test

import (
	"fmt"
	"regain/cmd/wiring"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/notice"
)

const aDay = 24 * time.Hour

// hoard puts one thing of each kind on an account, all of the same age.
func (w *world) hoard(account string, ago time.Duration) {
	w.t.Helper()
	at, id := w.Now().Add(-ago), fmt.Sprint(account, "-", int(ago/time.Millisecond))
	w.commit(audit.AccountImported,
		security.PutLogins{Logins: []security.Login{{ID: "l" + id, Account: account, At: at,
			Outcome: "succeeded"}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a" + id, Account: account,
			At: at, Kind: "withdrawal"}}},
		alert.AddAlert{Alert: alert.Alert{ID: "y" + id, Account: account, At: at,
			Activity: "a" + id, Kind: alert.AlertMoney, MailedAt: at}},
		access.EndLinks{Account: account, State: security.LinkReplaced, At: at},
		lockout.MakeLink{Link: lockout.Link{ID: "k" + id, Account: account,
			Address: account + "-a1", MadeAt: at, ExpiresAt: at}},
		security.Enqueue{Mail: security.Mail{ID: "m" + id, Account: account, Channel: "mail",
			Kind: "locked_out", Data: "x", Code: id, QueuedAt: at, NotAfter: at}},
		access.StartSession{Session: access.Session{Kind: access.AccountSession,
			ID: "s" + id, Subject: account, Stage: access.StageIn, StartedAt: at,
			SeenAt: at, EndsAt: at, ProvedAt: at,
			ProvedBy: access.ProvedByPassword}},
		lockout.StartRecovery{Recovery: security.Recovery{ID: "r" + id, Account: account,
			StartedAt: at}},
		access.StartSession{Session: access.Session{Kind: access.RecoverySession,
			ID: "t" + id, Subject: account, Recovery: "r" + id, Stage: access.StageIn,
			StartedAt: at, SeenAt: at, EndsAt: at}})
}

// heldNow counts what is there of an account of what can be too old.
func (w *world) heldNow(account string) map[string]int {
	w.t.Helper()
	sections, err := w.db.Copy(w.t.Context(), account, 100)
	w.must(err)
	n := map[string]int{}
	for _, x := range sections {
		n[x.Name] = len(x.Rows)
	}
	return map[string]int{"logins": n["logins"], "activities": n["activities"],
		"alerts": n["alerts"], "links": n["links"], "mails": n["mails"], "sessions": n["sessions"],
		"recovery sessions": n["recovery_sessions"]}
}

// TestRemoveOld: what is past its age goes, what is not stays, and so does what may matter to the
// case of an account that is locked. What went is on record, and nothing is where nothing went.
func TestRemoveOld(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.Keep = security.Keep{Logins: 400 * aDay, Links: 90 * aDay, Mails: 300 * aDay,
			Sessions: 200 * aDay}
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "bob", "bob@example.org")
		for _, age := range []time.Duration{90 * aDay, 200 * aDay, 300 * aDay, 400 * aDay} {
			w.hoard("u-1001", age)
			w.hoard("u-1001", age+time.Millisecond)
			w.hoard("u-1002", age+time.Millisecond)
		}
		w.lock("bob")
		for { // mails that are worthless are given up
			_, ok, err := w.db.Claim(ctx, notice.LaneLast, w.Now(), time.Hour)
			w.must(err)
			if !ok {
				break
			}
		}
		evidence, err := w.db.Evidence(ctx, w.caseOf("u-1002").ID)
		w.must(err)
		bob := w.heldNow("u-1002")
		removed, err := w.Privacy.RemoveOld(ctx)
		w.must(err)
		want := map[security.Dated]int{security.OldLogins: 1, security.OldActivities: 1,
			security.OldAlerts: 1, security.OldLinks: 7, security.OldMails: 3 + 2,
			security.OldSessions: 2*5 + 3}
		if diff := cmp.Diff(want, removed); diff != "" {
			t.Errorf("removed (-want +got):\n%s", diff)
		}
		wantHeld := map[string]int{"logins": 7, "activities": 7, "alerts": 7, "links": 1,
			"mails":    5,
			"sessions": 3, "recovery sessions": 3}
		if diff := cmp.Diff(wantHeld, w.heldNow("u-1001")); diff != "" {
			t.Errorf("what is left (-want +got):\n%s", diff)
		}
		after := w.heldNow("u-1002")
		for _, what := range []string{"logins", "activities", "alerts", "links",
			"recovery sessions"} {
			if after[what] != bob[what] || after[what] == 0 {
				t.Errorf("of the locked account, %d %s of %d are left", after[what], what,
					bob[what])
			}
		}
		again, err := w.db.Evidence(ctx, w.caseOf("u-1002").ID)
		if string(again) != string(evidence) || err != nil {
			t.Errorf("evidence changed, %v", err)
		}
		lines := w.lines()
		if removed, err := w.Privacy.RemoveOld(ctx); len(removed) != 0 || err != nil ||
			w.lines() != lines {
			t.Errorf("removed again: %v, %v, with %d lines", removed, err, w.lines()-lines)
		}
	})
}

// caseOf is the newest case of an account.
func (w *world) caseOf(account string) security.Case {
	w.t.Helper()
	c, err := w.db.LatestCase(w.t.Context(), account)
	w.must(err)
	return c
}

// TestKeepForGood: an age that is not set removes nothing.
func TestKeepForGood(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.hoard("u-1001", 5000*aDay)
	before := w.heldNow("u-1001")
	if removed, err := w.Privacy.RemoveOld(t.Context()); len(removed) != 0 || err != nil {
		t.Errorf("removed %v, %v", removed, err)
	}
	if diff := cmp.Diff(before, w.heldNow("u-1001")); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}

// TestRemoveInBatches: a heap goes in several commits, each on record with kind, number and age.
func TestRemoveInBatches(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.Keep.Logins = 400 * aDay
		w.account("u-1001", "ada", "ada@example.org")
		var logins []security.Login
		for i := range 1100 {
			logins = append(logins, security.Login{ID: fmt.Sprint("l", i), Account: "u-1001",
				At: w.Now().Add(-401 * aDay), Outcome: "failed"})
		}
		w.commit(audit.LoginsImported, security.PutLogins{Logins: logins})
		kept := &ledger{DB: w.db}
		w.All = wiring.Rooms(*w.Core, kept)
		removed, err := w.Privacy.RemoveOld(ctx)
		w.must(err)
		if diff := cmp.Diff(map[security.Dated]int{security.OldLogins: 1100},
			removed); diff != "" {
			t.Errorf("removed (-want +got):\n%s", diff)
		}
		var said []string
		for _, e := range kept.all {
			said = append(said, fmt.Sprint(e.Kind, " ", e.By.Kind, " ", e.Account, e.Data["what"],
				" ",
				e.Data["count"], " ", e.Data["before"]))
		}
		before := w.Now().Add(-400 * aDay).Format(time.RFC3339)
		want := []string{"retention.removed system logins 500 " + before,
			"retention.removed system logins 500 " + before,
			"retention.removed system logins 100 " + before}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("on record (-want +got):\n%s", diff)
		}
		w.intact()
	})
}

// TestRemovedExport: a copy of somebody's data is deleted when its time is over, not before.
func TestRemovedExport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		w.copyOf(u)
		exports := func() int {
			list, err := w.db.Exports(ctx, "u-1001")
			w.must(err)
			return len(list)
		}
		w.advance(7*aDay - time.Millisecond)
		w.must(ignored(w.Privacy.RemoveOld(ctx)))
		if n := exports(); n != 1 {
			t.Errorf("%d copies a moment before the end", n)
		}
		w.advance(time.Millisecond)
		removed, err := w.Privacy.RemoveOld(ctx)
		if n := exports(); n != 0 || removed[security.OldExports] != 1 || err != nil {
			t.Errorf("%d copies at the end, removed %v, %v", n, removed, err)
		}
	})
}
