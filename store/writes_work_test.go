package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/store"
)

func importChecks(db *store.DB, p person) []check {
	l, a := p.login, p.activity
	other := with(l, func(l *security.Login) { l.Digest, l.IP = "other", "::1" })
	second := with(l, func(l *security.Login) { l.ID, l.At = l.ID+"-2", now.Add(time.Second) })
	otherActivity := with(a, func(a *security.Activity) { a.Digest = "other" })
	secondActivity := with(a, func(a *security.Activity) {
		a.ID, a.At = a.ID+"-2", now.Add(time.Second)
	})
	answer := security.Answer{Recovery: p.attempt.ID, Account: p.account.ID, Login: l.ID,
		Answer: risk.NotMe, Reasons: "country,device", Contradicts: true, At: now}
	unsure := security.Answer{Recovery: p.attempt.ID, Account: p.account.ID, Login: l.ID,
		Answer: risk.Unsure, Reasons: "device", At: now.Add(time.Second)}
	return []check{
		{name: "put logins", write: security.PutLogins{Logins: []security.Login{other, second}},
			read: func(ctx context.Context) (any, error) {
				return db.Logins(ctx, l.Account, time.Time{}, 10)
			}, want: []security.Login{second, l}},
		{name: "put activities", write: security.PutActivities{
			Activities: []security.Activity{otherActivity, secondActivity}},
			read: func(ctx context.Context) (any, error) {
				return db.Activities(ctx, a.Account, time.Time{}, 10)
			}, want: []security.Activity{secondActivity, a}},
		{name: "put answer", write: security.PutAnswer{Answer: answer},
			read: reading(db.Answers, p.attempt.ID), want: []security.Answer{answer}},
		{name: "replace answer", before: []security.Write{security.PutAnswer{Answer: answer}},
			write: security.PutAnswer{Answer: unsure},
			read:  reading(db.Answers, p.attempt.ID), want: []security.Answer{unsure}},
	}
}

func ticketChecks(db *store.DB, p person) []check {
	k := p.ticket
	loose := with(k, func(k *security.Ticket) {
		k.ID, k.Number, k.Case, k.Own = k.ID+"-2", k.Number+"-2", "", false
		k.Assignee = "eve"
	})
	twin := with(k, func(k *security.Ticket) { k.ID, k.Number = k.ID+"-3", k.Number+"-3" })
	solved := with(loose, func(k *security.Ticket) { k.Status = "solved" })
	saved := with(k, func(k *security.Ticket) {
		k.Department, k.Status, k.Priority, k.Case = "Trust", "solved", "high", "another"
		k.Topic, k.Assignee, k.DueAt = "money", "eve", now.Add(time.Hour)
	})
	up := func(k *security.Ticket) { k.Version++ }
	adopt := lockout.AdoptTickets{Account: k.Account, Case: "new"}
	adopted := func(k security.Ticket, id string) security.Ticket {
		k.Department, k.Case, k.Assignee, k.Version = security.AccountSecurity, id, "", 2
		return k
	}
	taken := func(k security.Ticket) security.Ticket {
		k.Department, k.Assignee = security.AccountSecurity, "eve"
		return k
	}
	open := casework.OpenTicket{Ticket: loose}
	return []check{
		{name: "open ticket", write: open, read: reading(db.Ticket, loose.ID), want: loose,
			refused: []security.Write{open, casework.OpenTicket{Ticket: twin}}},
		{name: "save ticket", write: casework.SaveTicket{Ticket: saved},
			read: reading(db.Ticket, k.ID), want: with(saved, up),
			refused: []security.Write{casework.SaveTicket{Ticket: saved}}},
		{name: "adopt ticket of no case", before: []security.Write{open}, write: adopt,
			read: reading(db.Ticket, loose.ID), want: adopted(loose, "new")},
		{name: "adopt ticket of a case", write: adopt, read: reading(db.Ticket, k.ID),
			want: adopted(k, k.Case), refused: []security.Write{casework.SaveTicket{Ticket: k}}},
		{name: "adopt ticket of the department", before: []security.Write{
			casework.OpenTicket{Ticket: taken(loose)}}, write: adopt,
			read: reading(db.Ticket, loose.ID),
			want: with(taken(loose), func(k *security.Ticket) { k.Case, k.Version = "new", 2 })},
		{name: "leave ticket of department and case", before: []security.Write{
			casework.SaveTicket{Ticket: taken(k)}}, write: adopt, read: reading(db.Ticket, k.ID),
			want: with(taken(k), up)},
		{name: "leave solved ticket",
			before: []security.Write{casework.OpenTicket{Ticket: solved}}, write: adopt,
			read: reading(db.Ticket, solved.ID), want: solved},
		{name: "raise ticket", write: casework.RaiseTicket{Ticket: k.ID},
			read: reading(db.Ticket, k.ID), want: with(k, func(k *security.Ticket) {
				k.Priority, k.Version = security.PriorityHigh, 2
			}), refused: []security.Write{casework.SaveTicket{Ticket: k},
				casework.RaiseTicket{Ticket: "none"}}},
		{name: "raise ticket again",
			before: []security.Write{casework.RaiseTicket{Ticket: k.ID}},
			write:  casework.RaiseTicket{Ticket: k.ID}, read: reading(db.Ticket, k.ID),
			want: with(k, func(k *security.Ticket) {
				k.Priority, k.Version = security.PriorityHigh, 3
			})},
	}
}

// lineChecks are for what is only ever appended.
func lineChecks(db *store.DB, p person) []check {
	m := security.Message{ID: p.ticket.ID + "-m", Ticket: p.ticket.ID, At: now,
		Author: security.AuthorStaff, By: "eve", Public: true, Body: "hello"}
	n := security.Note{ID: p.account.ID + "-note", Account: p.account.ID, Case: p.lockout.ID,
		At: now, Action: security.NoteLockout, Department: security.AccountSecurity,
		Cause: recovery.Hijacked, Evidence: "e", NextStep: "s"}
	second := with(p.mail, func(m *security.Mail) { m.ID += "-2" })
	third := with(second, func(m *security.Mail) { m.Code += "-2" })
	return []check{
		{name: "add message", write: casework.AddMessage{Message: m},
			read:    func(ctx context.Context) (any, error) { return db.Messages(ctx, m.Ticket) },
			want:    []security.Message{m},
			refused: []security.Write{casework.AddMessage{Message: m}}},
		{name: "add note", write: security.AddNote{Note: n},
			read: reading(db.Notes, n.Account), want: []security.Note{n},
			refused: []security.Write{security.AddNote{Note: n}}},
		{name: "enqueue", write: security.Enqueue{Mail: third},
			read: func(ctx context.Context) (any, error) {
				return db.Texts(ctx, `SELECT channel || ',' || account_id || ',' || recipient ||
					',' || kind || ',' || data || ',' || queued_at || ',' || not_after
					FROM outbox WHERE code = $1`, third.Code)
			},
			want: []string{"mail," + p.account.ID + "," + p.mail.To +
				",locked_out,sealed mail,1795167000000,1795170600000"},
			refused: []security.Write{security.Enqueue{Mail: second}}},
	}
}
