package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/privacy"
	"regain/security/receiver"
	"regain/security/recovery"
	"regain/security/report"
	"regain/security/risk"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// holdings are all kinds that are removed.
var holdings = []security.Dated{security.OldLogins, security.OldActivities, security.OldLinks,
	security.OldMails, security.OldSessions, security.OldAlerts, security.OldExports,
	security.OldStrangers, security.OldSignals, security.OldReports}

// heirlooms stores for ada, who is not locked, and bob, who is, what is from before now (ids
// with old) and from now on (ids with new), with what keeps some of it.
func heirlooms(t *testing.T, db *store.DB) {
	t.Helper()
	for _, id := range []string{"ada", "bob"} {
		storetest.Person(t, db, id)
		storetest.Commit(t, db,
			lockout.StartRecovery{Recovery: security.Recovery{ID: id + "-way", Account: id}},
			lockout.StartRecovery{Recovery: security.Recovery{ID: id + "-way-2", Account: id}},
			pastLogins(id), pastActivities(id))
		storetest.Commit(t, db, pastSessions(id)...)
		storetest.Commit(t, db, pastLinks(id)...)
		storetest.Commit(t, db, pastChanges(id)...)
		storetest.Commit(t, db, pastAlerts(id)...)
		storetest.Commit(t, db, pastAnswers(id)...)
	}
	storetest.Commit(t, db, pastExports()...)
	storetest.Commit(t, db, pastStaff()...)
	pastMails(t, db)
	pastStrangers(t, db)
	storetest.Commit(t, db, receiver.TakeSignal{Digest: "signal-old", At: hours(-9)},
		receiver.TakeSignal{Digest: "signal-new", At: now})
	pastReports(t, db)
	storetest.Commit(t, db, lockout.OpenCase{Case: security.Case{ID: "c", Number: "C",
		Account: "bob", State: recovery.Locked, OpenedAt: now}},
		lockout.LockAccount{Account: "bob", Case: "c"})
}

func pastLogins(account string) security.Write {
	var put security.PutLogins
	for id, at := range map[string]int{"old": -9, "old-alerted": -8, "old-answered-alert": -7,
		"old-answered": -6, "old-forgotten": -5, "new": 0} {
		put.Logins = append(put.Logins, security.Login{ID: account + "-login-" + id,
			Account: account, At: hours(at)})
	}
	return put
}

func pastActivities(account string) security.Write {
	var put security.PutActivities
	for id, at := range map[string]int{"old": -9, "old-alerted": -8, "old-forgotten": -7,
		"new": 0} {
		put.Activities = append(put.Activities, security.Activity{
			ID: account + "-activity-" + id, Account: account, At: hours(at)})
	}
	return put
}

func pastAlerts(account string) []security.Write {
	alert := func(id string, at, answered int, login, activity string) security.Write {
		a := alert.Alert{ID: account + "-alert-" + id, Account: account, At: hours(at),
			Kind: alert.AlertUnfamiliar}
		if login != "" {
			a.Login = account + "-login-" + login
		}
		if activity != "" {
			a.Activity = account + "-activity-" + activity
		}
		if answered != 0 {
			a.Answer, a.AnsweredAt = risk.Me, hours(answered)
		}
		return alert.AddAlert{Alert: a}
	}
	return []security.Write{
		alert("new", 1, 0, "old-alerted", ""),
		alert("old-answered-now", -5, 1, "old-answered-alert", ""),
		alert("old-answered", -6, -5, "old-forgotten", ""),
		alert("new-change", 1, 0, "", "old-alerted"),
		alert("old-change", -4, 0, "", "old-forgotten"),
	}
}

func pastAnswers(account string) []security.Write {
	answer := func(way, login string, at int) security.Write {
		return security.PutAnswer{Answer: security.Answer{Recovery: account + way,
			Account: account, Login: account + "-login-" + login, At: hours(at)}}
	}
	return []security.Write{answer("-way", "old-answered", -5), answer("-way-2", "old-answered", 1),
		answer("-way", "old-forgotten", -3)}
}

func pastLinks(account string) []security.Write {
	link := func(id string, made, expires int) security.Write {
		return lockout.MakeLink{Link: lockout.Link{ID: account + "-link-" + id,
			Account: account, Address: account + "-address", MadeAt: hours(made),
			ExpiresAt: hours(expires)}}
	}
	end := access.EndLinks{Account: account, State: security.LinkUsed, At: hours(-1)}
	all := []security.Write{link("old-used", -9, 9), end, link("new-used", 0, 9), end}
	if account == "ada" {
		return append(all, link("old-live", -8, 0))
	}
	return append(all, link("old-over", -8, -1))
}

// pastChanges leaves one change of address for each thing that can become of it.
func pastChanges(owner string) []security.Write {
	id := func(name string) string { return owner + "-change-" + name }
	ask := func(name string, asked, ends int) security.Write {
		return account.AskAddressChange{Change: account.AddressChange{ID: id(name),
			Account: owner, Email: "e", AskedAt: hours(asked), EndsAt: hours(ends)}}
	}
	confirm := func(name string, undo time.Time) security.Write {
		return account.ConfirmAddressChange{ID: id(name), Address: "a", At: hours(-7),
			UndoUntil: undo}
	}
	cancel := access.EndAddressChanges{Account: owner, At: hours(-7)}
	notice := func(name string, asked, ends int) security.Write {
		w := ask(name, asked, ends).(account.AskAddressChange)
		w.Change.Notice = true
		return w
	}
	return []security.Write{
		ask("old-cancelled", -9, 9), cancel,
		ask("old-confirmed", -8, 9), confirm("old-confirmed", time.Time{}),
		ask("old-undoable-now", -8, 9), confirm("old-undoable-now", hours(0)),
		ask("old-undone", -6, 9), confirm("old-undone", hours(-1)),
		account.UndoAddressChange{ID: id("old-undone"), At: hours(-2)},
		ask("new-cancelled", 0, 9), cancel,
		ask("old-waiting", -5, 0), notice("old-over", -4, -1),
	}
}

func pastSessions(account string) []security.Write {
	var all []security.Write
	for id, ends := range map[string]int{"old": -9, "new": 0} {
		all = append(all,
			access.StartSession{Session: access.Session{ID: account + "-session-" + id,
				Kind: access.RecoverySession, Subject: account, Recovery: account + "-way",
				Stage: access.StageIn, EndsAt: hours(ends)}},
			access.StartSession{Session: access.Session{Kind: access.AccountSession,
				ID: account + "-signed-in-" + id, Subject: account, EndsAt: hours(ends),
				Stage: access.StageVerify}})
	}
	return append(all, access.EndSessions{Subject: account, At: hours(-20)})
}

// pastStaff leaves sessions of staff, which stay, with answers to their forms, which do not; those
// of an old one without any are not looked for.
func pastStaff() []security.Write {
	all := []security.Write{staff.AddStaff{Staff: staff.Staff{ID: "s", Email: "s@market.example",
		Role: staff.RoleSupport, InvitedAt: hours(-9)}}}
	for id, ends := range map[string]int{"staff-old": -8, "staff-bare": -9, "staff-new": 0} {
		all = append(all, access.StartSession{Session: access.Session{ID: id,
			Kind: access.StaffSession, Subject: "s", Stage: access.StageVerify,
			EndsAt: hours(ends)}})
		if id != "staff-bare" {
			all = append(all, access.Once{Session: id, Key: "k", Result: "1", At: hours(ends)})
		}
	}
	return all
}

func pastExports() []security.Write {
	ask := func(id string, asked int) security.Write {
		return privacy.AskExport{Export: privacy.Export{ID: "export-" + id, Account: "ada",
			AskedAt: hours(asked), EndsAt: hours(-1)}}
	}
	finish := func(id string, ends int) security.Write {
		return privacy.FinishExport{ID: "export-" + id, Data: "d", ReadyAt: hours(-8),
			Ends: hours(ends)}
	}
	return []security.Write{ask("over", -9), finish("over", 0), ask("ready", -8),
		finish("ready", 1), ask("open", -7)}
}

func pastMails(t *testing.T, db *store.DB) {
	t.Helper()
	for id, queued := range map[string]int{"old-sent": -9, "old-failed": -8, "old-waiting": -7,
		"new-sent": 0} {
		storetest.Commit(t, db, security.Enqueue{Mail: security.Mail{ID: "mail-" + id,
			Account: "ada", Code: id, QueuedAt: hours(queued)}})
	}
	for _, err := range []error{
		db.Sent(t.Context(), "mail-old-sent", hours(1)),
		db.Sent(t.Context(), "mail-new-sent", hours(1)),
		db.Failed(t.Context(), notice.Item{ID: "mail-old-failed"}, hours(1), "550", true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func pastStrangers(t *testing.T, db *store.DB) {
	t.Helper()
	for id, e := range map[string]security.Event{
		"stranger-old-nobody": {Kind: audit.RecoveryRequested, At: hours(-9)},
		"stranger-old-ada":    {Kind: audit.SignInRefused, At: hours(-8), Account: "ada"},
		"stranger-old-bob":    {Kind: audit.SignInRefused, At: hours(-7), Account: "bob"},
		"stranger-old-proved": {Kind: audit.SignInStopped, At: hours(-6), Account: "ada"},
		"stranger-new":        {Kind: audit.CodeRefused, At: now},
	} {
		e.ID, e.By.Kind = id, security.ByStranger
		if err := db.Commit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// pastReports are old ones of a campaign that is settled and of one that is not.
func pastReports(t *testing.T, db *store.DB) {
	t.Helper()
	for id, reports := range map[string]map[string]int{"settled": {"report-old": -9, "report-new": 0},
		"running": {"report-old-running": -9}} {
		c, open := campaignOf(id)
		storetest.Commit(t, db, open...)
		for r, when := range reports {
			storetest.Commit(t, db, report.AddReport{Report: report.Report{ID: r, Number: r,
				Campaign: c.ID, At: hours(when)}},
				report.PutOriginal{ID: r + ".0", Report: r, Sealed: "sealed"})
		}
		if id == "settled" {
			storetest.Commit(t, db, casework.SaveTicket{Ticket: security.Ticket{ID: c.Ticket,
				Status: "solved", Version: 1}})
		}
	}
}

// gone is what is old of heirlooms, the oldest first.
var gone = map[security.Dated][]string{
	security.OldLogins:     {"ada-login-old", "ada-login-old-forgotten"},
	security.OldActivities: {"ada-activity-old", "ada-activity-old-forgotten"},
	security.OldLinks: {"ada-link-old-used", "ada-change-old-cancelled",
		"ada-change-old-confirmed", "ada-change-old-undone", "ada-change-old-over"},
	security.OldMails: {"mail-old-sent", "mail-old-failed"},
	security.OldSessions: {"ada-session-old", "ada-signed-in-old", "bob-signed-in-old",
		"staff-old"},
	security.OldAlerts:    {"ada-alert-old-answered", "ada-alert-old-change"},
	security.OldExports:   {"export-over"},
	security.OldStrangers: {"stranger-old-nobody", "stranger-old-ada"},
	security.OldSignals:   {"signal-old"},
	security.OldReports:   {"report-old"},
}

// TestOld: what is old is found unless something that is still open needs it; at most as much as
// was asked for, the oldest of it.
func TestOld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		heirlooms(t, db)
		var queries []query
		for _, what := range holdings {
			old := func(at time.Time, limit int) func(context.Context) ([]string, error) {
				return func(ctx context.Context) ([]string, error) {
					return db.Old(ctx, what, at, limit)
				}
			}
			queries = append(queries,
				query{string(what), old(now, 99), gone[what]},
				query{"the oldest of " + string(what), old(now, 1), gone[what][:1]},
				query{"long ago: " + string(what), old(hours(-10), 99), nil})
		}
		runQueries(t, queries)
		if _, err := db.Old(t.Context(), "hats", now, 9); err == nil {
			t.Error("something that is not kept was looked for")
		}
		err := db.Commit(t.Context(), storetest.Event(), privacy.RemoveOld{What: "hats"})
		if err == nil {
			t.Error("something that is not kept was removed")
		}
	})
}

// TestRemoveOld: what is old goes with what refers to it, and nothing else does.
func TestRemoveOld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		heirlooms(t, db)
		before := everything(t, db)
		for _, what := range holdings {
			for range 2 { // the second time they are gone
				storetest.Commit(t, db, privacy.RemoveOld{What: what, IDs: gone[what]})
			}
			if left, err := db.Old(t.Context(), what, now, 99); len(left) > 0 || err != nil {
				t.Errorf("%s: %q are left, %v", what, left, err)
			}
		}
		after := everything(t, db)
		missing := map[string]bool{
			"answers ada-way/ada-login-old-forgotten": true,
		}
		for what, ids := range gone {
			for _, id := range ids {
				missing[string(what)+" "+id] = true
			}
		}
		delete(missing, "sessions staff-old")
		missing["once staff-old"], missing["originals report-old.0"] = true, true
		got := map[string]bool{}
		for row := range before {
			if !after[row] {
				got[row] = true
			}
		}
		if diff := cmp.Diff(missing, got); diff != "" {
			t.Errorf("rows that are gone (-want +got):\n%s", diff)
		}
	})
}

// everything is the rows of all that retention may touch, named by holding and id.
func everything(t *testing.T, db *store.DB) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, q := range []string{
		"SELECT 'logins ' || id FROM logins", "SELECT 'activities ' || id FROM activities",
		"SELECT 'links ' || id FROM links", "SELECT 'links ' || id FROM address_changes",
		"SELECT 'mails ' || id FROM outbox", "SELECT 'sessions ' || id FROM sessions",
		"SELECT 'once ' || session_id FROM once",
		"SELECT 'alerts ' || id FROM alerts",
		"SELECT 'strangers ' || event_id FROM stranger_details", "SELECT 'events ' || id FROM events",
		"SELECT 'strangers ' || event_id FROM event_details",
		"SELECT 'exports ' || id FROM exports", "SELECT 'accounts ' || id FROM accounts",
		"SELECT 'answers ' || recovery_id || '/' || login_id FROM answers",
		"SELECT 'recoveries ' || id FROM recoveries", "SELECT 'signals ' || digest FROM signals_taken",
		"SELECT 'reports ' || id FROM reports", "SELECT 'originals ' || id FROM originals",
	} {
		rows, err := db.Texts(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all[row] = true
		}
	}
	return all
}

// TestRemoveMany: a login goes together with its alert and answers however young they are, and
// more at once than one statement takes.
func TestRemoveMany(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.PutAnswer{Answer: security.Answer{
			Recovery: p.attempt.ID, Account: "ada", Login: p.login.ID, At: now}})
		ids := []string{p.login.ID}
		put := security.PutLogins{}
		for i := range 1100 {
			id := "x" + string(rune('a'+i%26)) + time.Duration(i).String()
			put.Logins = append(put.Logins, security.Login{ID: id, Account: "ada", At: now})
			ids = append(ids, id)
		}
		storetest.Commit(t, db, put, put) // ids that exist are left alone
		storetest.Commit(t, db, privacy.RemoveOld{What: security.OldLogins, IDs: ids})
		for _, table := range []string{"logins", "alerts", "answers"} {
			n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM "+table)
			if n != 0 || err != nil {
				t.Errorf("%d %s are left, %v", n, table, err)
			}
		}
	})
}
