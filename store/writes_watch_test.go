package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/risk"
	"regain/store"
)

func watchChecks(db *store.DB, p person) []check {
	w := p.own.watch
	saved := with(w, func(w *security.Watch) {
		w.Familiar, w.MailedAt = []byte(`{"v":2}`), now.Add(time.Hour)
	})
	read := func(ctx context.Context) (any, error) {
		return db.Watches(ctx, []string{"nobody", w.Account})
	}
	first := with(w, func(w *security.Watch) { w.Version = 0 })
	settings := security.AlertSettings{Account: w.Account, Off: []security.AlertKind{
		security.AlertMoney, security.AlertProfile}, To: security.AlertsToFirst}
	up := func(version int64) security.AlertSettings {
		return with(settings, func(s *security.AlertSettings) { s.Version = version })
	}
	return []check{
		{name: "save watch", write: security.SaveWatch{Watch: saved}, read: read,
			want: map[string]security.Watch{w.Account: with(saved,
				func(w *security.Watch) { w.Version = 2 })},
			refused: []security.Write{security.SaveWatch{Watch: saved},
				security.SaveWatch{Watch: first}, security.SaveWatch{Watch: with(saved,
					func(w *security.Watch) { w.Account = "nobody" })}}},
		{name: "save first watch",
			before: []security.Write{security.PutAccount{Account: with(p.account,
				func(a *security.Account) { a.ID, a.Username, a.Version = a.ID+"-w", a.ID+"-w", 0 })}},
			write: security.SaveWatch{Watch: security.Watch{Account: p.account.ID + "-w"}},
			read: func(ctx context.Context) (any, error) {
				return db.Watches(ctx, []string{w.Account + "-w"})
			},
			want: map[string]security.Watch{w.Account + "-w": {Account: w.Account + "-w",
				Familiar: []byte{}, Version: 1}}},
		{name: "save alert settings", write: security.SaveAlertSettings{Settings: settings},
			read: reading(db.AlertSettings, w.Account), want: up(1),
			refused: []security.Write{security.SaveAlertSettings{Settings: settings},
				security.SaveAlertSettings{Settings: up(2)}}},
		{name: "save alert settings again",
			before: []security.Write{security.SaveAlertSettings{Settings: settings}},
			write: security.SaveAlertSettings{Settings: security.AlertSettings{
				Account: w.Account, To: security.AlertsToNotice, Version: 1}},
			read: reading(db.AlertSettings, w.Account), want: security.AlertSettings{
				Account: w.Account, To: security.AlertsToNotice, Version: 2},
			refused: []security.Write{security.SaveAlertSettings{Settings: up(1)}}},
	}
}

func alertChecks(db *store.DB, p person) []check {
	a := p.own.alert
	second := with(a, func(a *security.Alert) {
		a.ID, a.Kind, a.Login, a.Activity = a.ID+"-2", security.AlertMoney, "", p.activity.ID
		a.At, a.Reasons, a.What, a.Outcome = now.Add(time.Hour), nil, "payout_changed", ""
		a.MailedAt, a.Answer, a.AnsweredAt = now.Add(1e9), risk.Me, now.Add(2e9)
	})
	third := with(second, func(a *security.Alert) { a.ID, a.Activity = a.ID+"-3", "another" })
	twice := with(a, func(a *security.Alert) { a.ID += "-4" })
	again := with(second, func(a *security.Alert) { a.ID += "-5" })
	answer := func(s string, after time.Duration) security.AnswerAlert {
		return security.AnswerAlert{ID: a.ID, Answer: s, At: now.Add(after)}
	}
	answered := func(s string, after time.Duration) security.Alert {
		return with(a, func(a *security.Alert) { a.Answer, a.AnsweredAt = s, now.Add(after) })
	}
	me, not := risk.Me, risk.NotMe
	mail := security.MailAlerts{Account: a.Account, At: now.Add(time.Hour)}
	mailed := with(a, func(a *security.Alert) { a.MailedAt = now.Add(time.Hour) })
	read := reading(db.Alert, a.ID)
	return []check{
		{name: "add alert", write: security.AddAlert{Alert: second},
			read: reading(db.Alert, second.ID), want: second,
			refused: []security.Write{security.AddAlert{Alert: second},
				security.AddAlert{Alert: twice}, security.AddAlert{Alert: again}}},
		{name: "add two alerts of changes", before: []security.Write{security.AddAlert{Alert: second}},
			write: security.AddAlert{Alert: third}, read: reading(db.Alert, third.ID), want: third},
		{name: "mail alerts", write: mail, read: read, want: mailed},
		{name: "leave mailed alerts", before: []security.Write{mail},
			write: security.MailAlerts{Account: a.Account, At: now.Add(2 * time.Hour)}, read: read,
			want: mailed},
		{name: "leave alerts of others", write: security.MailAlerts{Account: "eve", At: now},
			read: read, want: a},
		{name: "answer me", write: answer(me, 0), read: read, want: answered(me, 0),
			refused: []security.Write{answer(me, 1e9), security.AnswerAlert{ID: "none", Answer: me}}},
		{name: "answer not me", write: answer(not, 0), read: read, want: answered(not, 0),
			refused: []security.Write{answer(not, 1e9), answer(me, 1e9)}},
		{name: "think again", before: []security.Write{answer(me, 0)}, write: answer(not, 1e9),
			read: read, want: answered(not, 1e9), refused: []security.Write{answer(me, 2e9)}},
	}
}

func exportChecks(db *store.DB, p person) []check {
	e := p.own.export
	second := with(e, func(e *security.Export) { e.ID, e.EndsAt = e.ID+"-2", time.Time{} })
	ready := with(e, func(e *security.Export) {
		e.ReadyAt, e.EndsAt, e.Data = now.Add(time.Minute), now.Add(7*24*time.Hour), "sealed"
	})
	finish := security.FinishExport{ID: e.ID, Data: ready.Data, ReadyAt: ready.ReadyAt,
		Ends: ready.EndsAt}
	ask := security.AskExport{Export: second}
	return []check{
		{name: "ask export", before: []security.Write{finish}, write: ask,
			read: reading(db.Export, second.ID), want: second,
			refused: []security.Write{ask, security.AskExport{Export: with(second,
				func(e *security.Export) { e.ID += "-3" })}}},
		{name: "finish export", write: finish, read: reading(db.Export, e.ID), want: ready,
			refused: []security.Write{finish, security.FinishExport{ID: "none", ReadyAt: now}}},
	}
}

func oldChecks(db *store.DB, p person) []check {
	none := security.RemoveOld{What: security.OldExports, IDs: []string{"none"}}
	return []check{
		{name: "remove export", write: security.RemoveOld{What: security.OldExports,
			IDs: []string{p.own.export.ID, "none"}}, read: reading(db.Export, p.own.export.ID),
			want: security.ErrNotFound},
		{name: "remove nothing", write: none, read: reading(db.Export, p.own.export.ID),
			want: p.own.export},
		{name: "remove of an empty list", write: security.RemoveOld{What: security.OldLogins},
			read: reading(db.Login, p.login.ID), want: p.login},
	}
}
