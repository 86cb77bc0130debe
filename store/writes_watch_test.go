package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/drill"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/privacy"
	"regain/security/risk"
	"regain/store"
)

func watchChecks(db *store.DB, p person) []check {
	w := p.own.watch
	saved := with(w, func(w *alert.Watch) {
		w.Familiar, w.MailedAt = []byte(`{"v":2}`), now.Add(time.Hour)
	})
	read := func(ctx context.Context) (any, error) {
		return db.Watches(ctx, []string{"nobody", w.Account})
	}
	first := with(w, func(w *alert.Watch) { w.Version = 0 })
	settings := alert.AlertSettings{Account: w.Account, Off: []alert.AlertKind{
		alert.AlertMoney, alert.AlertProfile}, To: alert.AlertsToFirst}
	up := func(version int64) alert.AlertSettings {
		return with(settings, func(s *alert.AlertSettings) { s.Version = version })
	}
	return []check{
		{name: "save watch", write: alert.SaveWatch{Watch: saved}, read: read,
			want: map[string]alert.Watch{w.Account: with(saved,
				func(w *alert.Watch) { w.Version = 2 })},
			refused: []security.Write{alert.SaveWatch{Watch: saved},
				alert.SaveWatch{Watch: first}, alert.SaveWatch{Watch: with(saved,
					func(w *alert.Watch) { w.Account = "nobody" })}}},
		{name: "save first watch",
			before: []security.Write{feed.PutAccount{Account: with(p.account,
				func(a *security.Account) {
					a.ID, a.Username, a.Version = a.ID+"-w", a.ID+"-w",
						0
				})}},
			write: alert.SaveWatch{Watch: alert.Watch{Account: p.account.ID + "-w"}},
			read: func(ctx context.Context) (any, error) {
				return db.Watches(ctx, []string{w.Account + "-w"})
			},
			want: map[string]alert.Watch{w.Account + "-w": {Account: w.Account + "-w",
				Familiar: []byte{}, Version: 1}}},
		{name: "save alert settings", write: account.SaveAlertSettings{Settings: settings},
			read: reading(db.AlertSettings, w.Account), want: up(1),
			refused: []security.Write{account.SaveAlertSettings{Settings: settings},
				account.SaveAlertSettings{Settings: up(2)}}},
		{name: "save alert settings again",
			before: []security.Write{account.SaveAlertSettings{Settings: settings}},
			write: account.SaveAlertSettings{Settings: alert.AlertSettings{
				Account: w.Account, To: alert.AlertsToNotice, Version: 1}},
			read: reading(db.AlertSettings, w.Account), want: alert.AlertSettings{
				Account: w.Account, To: alert.AlertsToNotice, Version: 2},
			refused: []security.Write{account.SaveAlertSettings{Settings: up(1)}}},
	}
}

func alertChecks(db *store.DB, p person) []check {
	a := p.own.alert
	second := with(a, func(a *alert.Alert) {
		a.ID, a.Kind, a.Login, a.Activity = a.ID+"-2", alert.AlertMoney, "", p.activity.ID
		a.At, a.Reasons, a.What, a.Outcome = now.Add(time.Hour), nil, "payout_changed", ""
		a.MailedAt, a.Answer, a.AnsweredAt = now.Add(1e9), risk.Me, now.Add(2e9)
	})
	third := with(second, func(a *alert.Alert) { a.ID, a.Activity = a.ID+"-3", "another" })
	twice := with(a, func(a *alert.Alert) { a.ID += "-4" })
	again := with(second, func(a *alert.Alert) { a.ID += "-5" })
	answer := func(s string, after time.Duration) alert.AnswerAlert {
		return alert.AnswerAlert{ID: a.ID, Answer: s, At: now.Add(after)}
	}
	answered := func(s string, after time.Duration) alert.Alert {
		return with(a, func(a *alert.Alert) { a.Answer, a.AnsweredAt = s, now.Add(after) })
	}
	me, not := risk.Me, risk.NotMe
	mail := alert.MailAlerts{Account: a.Account, At: now.Add(time.Hour)}
	mailed := with(a, func(a *alert.Alert) { a.MailedAt = now.Add(time.Hour) })
	read := reading(db.Alert, a.ID)
	return []check{
		{name: "add alert", write: alert.AddAlert{Alert: second},
			read: reading(db.Alert, second.ID), want: second,
			refused: []security.Write{alert.AddAlert{Alert: second},
				alert.AddAlert{Alert: twice}, alert.AddAlert{Alert: again}}},
		{name: "add two alerts of changes", before: []security.Write{alert.AddAlert{Alert: second}},
			write: alert.AddAlert{Alert: third}, read: reading(db.Alert, third.ID), want: third},
		{name: "move alert", before: []security.Write{alert.AddAlert{Alert: second}},
			write: alert.MoveAlert{From: second.Activity, To: "moved"}, read: reading(db.Alert, second.ID),
			want: with(second, func(a *alert.Alert) { a.Activity = "moved" })},
		{name: "leave alerts to other activities", before: []security.Write{alert.AddAlert{Alert: second}},
			write: alert.MoveAlert{From: "", To: "moved too"}, read: reading(db.Alert, second.ID), want: second},
		{name: "drop activity", write: alert.DropActivity{ID: p.activity.ID},
			read: func(ctx context.Context) (any, error) {
				return db.Activities(ctx, a.Account, time.Time{}, 10)
			}, want: []security.Activity(nil), refused: []security.Write{alert.DropActivity{ID: "none"}}},
		{name: "mail alerts", write: mail, read: read, want: mailed},
		{name: "leave mailed alerts", before: []security.Write{mail},
			write: alert.MailAlerts{Account: a.Account, At: now.Add(2 * time.Hour)}, read: read,
			want: mailed},
		{name: "leave alerts of others", write: alert.MailAlerts{Account: "eve", At: now},
			read: read, want: a},
		{name: "answer me", write: answer(me, 0), read: read, want: answered(me, 0),
			refused: []security.Write{answer(me, 1e9), alert.AnswerAlert{ID: "none", Answer: me}}},
		{name: "answer not me", write: answer(not, 0), read: read, want: answered(not, 0),
			refused: []security.Write{answer(not, 1e9), answer(me, 1e9)}},
		{name: "think again", before: []security.Write{answer(me, 0)}, write: answer(not, 1e9),
			read: read, want: answered(not, 1e9), refused: []security.Write{answer(me, 2e9)}},
	}
}

func exportChecks(db *store.DB, p person) []check {
	e := p.own.export
	second := with(e, func(e *privacy.Export) { e.ID, e.EndsAt = e.ID+"-2", time.Time{} })
	ready := with(e, func(e *privacy.Export) {
		e.ReadyAt, e.EndsAt, e.Data = now.Add(time.Minute), now.Add(7*24*time.Hour), "sealed"
	})
	finish := privacy.FinishExport{ID: e.ID, Data: ready.Data, ReadyAt: ready.ReadyAt,
		Ends: ready.EndsAt}
	ask := privacy.AskExport{Export: second}
	return []check{
		{name: "ask export", before: []security.Write{finish}, write: ask,
			read: reading(db.Export, second.ID), want: second,
			refused: []security.Write{ask, privacy.AskExport{Export: with(second,
				func(e *privacy.Export) { e.ID += "-3" })}}},
		{name: "finish export", write: finish, read: reading(db.Export, e.ID), want: ready,
			refused: []security.Write{finish, privacy.FinishExport{ID: "none", ReadyAt: now}}},
	}
}

func oldChecks(db *store.DB, p person) []check {
	drilled := security.Account{ID: security.DrillMark + p.account.ID, Username: "drill-" + p.account.ID,
		Name: "Drill", Type: "freelancer"}
	none := privacy.RemoveOld{What: security.OldExports, IDs: []string{"none"}}
	return []check{
		{name: "remove export", write: privacy.RemoveOld{What: security.OldExports,
			IDs: []string{p.own.export.ID, "none"}}, read: reading(db.Export, p.own.export.ID),
			want: security.ErrNotFound},
		{name: "remove drill", before: []security.Write{feed.PutAccount{Account: drilled}},
			write: drill.Remove{Account: drilled.ID}, read: reading(db.Account, drilled.ID), want: security.ErrNotFound,
			refused: []security.Write{drill.Remove{Account: p.account.ID}}},
		{name: "erase", write: privacy.EraseAccount{ID: p.account.ID},
			read: reading(db.Account, p.account.ID), want: security.ErrNotFound,
			refused: []security.Write{privacy.EraseAccount{ID: "nobody"}}},
		{name: "leave a locked account",
			before: []security.Write{lockout.LockAccount{Account: p.account.ID, Case: p.lockout.ID}},
			write:  none, read: reading(db.Login, p.login.ID), want: p.login,
			refused: []security.Write{privacy.EraseAccount{ID: p.account.ID}}},
		{name: "remove nothing", write: none, read: reading(db.Export, p.own.export.ID),
			want: p.own.export},
		{name: "remove of an empty list", write: privacy.RemoveOld{What: security.OldLogins},
			read: reading(db.Login, p.login.ID), want: p.login},
	}
}
