package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/alert"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/identifier"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/store"
)

func accountChecks(db *store.DB, p person) []check {
	a := p.account
	fresh := with(a, func(a *security.Account) {
		a.ID, a.Username, a.Closed, a.Version = a.ID+"-2", "Zoë-"+a.ID, true, 0
		a.ShortPassword = true
	})
	moved := security.Account{ID: a.ID, Username: "Åsa-" + a.ID, Name: "Augusta",
		Type: "client", PasswordHash: "$2b$imported", BirthDate: "1991-01-01", Country: "NO",
		Locale: "nb", TimeZone: "Europe/Oslo", CreatedAt: now.AddDate(-3, 0, 0), Closed: true,
		ShortPassword: true, Version: 1, FactsVersion: 99}
	updated := security.SetPassword{Account: a.ID, Hash: "$new", At: now, IfVersion: 1, Short: true}
	return []check{
		{name: "add account", write: feed.PutAccount{Account: fresh},
			read: reading(db.Account, fresh.ID),
			want: with(fresh, func(a *security.Account) { a.Version, a.FactsVersion = 1, 0 }),
			refused: []security.Write{
				feed.PutAccount{Account: fresh},
				feed.PutAccount{Account: with(fresh, func(a *security.Account) {
					a.ID, a.Username = "other-"+a.ID, "ZOE\u0308-"+p.account.ID
				})},
			}},
		{name: "replace account", write: feed.PutAccount{Account: moved},
			read: func(ctx context.Context) (any, error) {
				folded := identifier.Fold(moved.Username)
				found, err := db.AccountsNamed(ctx, []string{folded}, now)
				return found[folded], err
			},
			want: []security.Account{with(moved, func(a *security.Account) {
				a.ShortPassword, a.Version, a.FactsVersion = false, 2, 2
			})}, refused: []security.Write{feed.PutAccount{Account: moved}}},
		{name: "import keeps password and lock",
			before: []security.Write{updated, lockout.LockAccount{Account: a.ID, Case: "c"}},
			write: feed.PutAccount{Account: with(moved, func(a *security.Account) {
				a.Case, a.ShortPassword, a.Version = "", false, 3
			})},
			read: reading(db.Account, a.ID),
			want: with(moved, func(a *security.Account) {
				a.PasswordHash, a.PasswordAt, a.Case, a.Version = "$new", now, "c", 4
				a.FactsVersion = 3
			})},
	}
}

func passwordChecks(db *store.DB, p person) []check {
	a := p.account
	updated := security.SetPassword{Account: a.ID, Hash: "$new", At: now, IfVersion: 1, Short: true}
	return []check{
		{name: "set password", write: updated, read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) {
				a.PasswordHash, a.PasswordAt, a.ShortPassword, a.Version = "$new", now, true, 2
				a.FactsVersion = 3
			}),
			refused: []security.Write{updated}},
		{name: "set a longer password", before: []security.Write{updated},
			write: security.SetPassword{Account: a.ID, Hash: "$long", At: now, IfVersion: 2},
			read:  reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) {
				a.PasswordHash, a.PasswordAt, a.Version, a.FactsVersion = "$long", now, 3, 3
			})},
		{name: "old passwords", before: passwords(a.ID, 6),
			write:   security.SetPassword{Account: a.ID, Hash: "$last", At: now, IfVersion: 7},
			read:    reading(db.OldPasswords, a.ID),
			want:    []string{"$h6", "$h5", "$h4", "$h3", "$h2"},
			refused: []security.Write{security.SetPassword{Account: a.ID, IfVersion: 7}}},
		{name: "lock account", write: lockout.LockAccount{Account: a.ID, Case: p.lockout.ID},
			read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) { a.Case, a.Version = p.lockout.ID, 2 }),
			refused: []security.Write{
				lockout.LockAccount{Account: a.ID, Case: "another"},
				lockout.LockAccount{Account: "nobody", Case: "another"},
				security.SetPassword{Account: a.ID, Hash: "$late", IfVersion: 1},
			}},
	}
}

func addressChecks(db *store.DB, p person) []check {
	a := p.account
	return []check{
		{name: "add address",
			write: security.AddAddress{Address: security.Address{ID: "0-" + a.ID, Account: a.ID,
				Email: "Ada@Example.org", Since: now.AddDate(-3, 0, 0),
				Until: now.AddDate(-2, 0, 0), Origin: "import"}},
			read: func(ctx context.Context) (any, error) {
				all, err := db.Addresses(ctx, a.ID)
				return all[0], err
			},
			want: security.Address{ID: "0-" + a.ID, Account: a.ID, Email: "Ada@Example.org",
				Since: now.AddDate(-3, 0, 0), Until: now.AddDate(-2, 0, 0), Origin: "import"},
			refused: []security.Write{security.AddAddress{
				Address: security.Address{ID: "0-" + a.ID, Account: a.ID}}}},
		{name: "redate address",
			write: alert.RedateAddress{ID: a.ID + "-address", Origin: "activity", Since: now},
			read:  func(ctx context.Context) (any, error) { return db.Addresses(ctx, a.ID) },
			want: []security.Address{{ID: a.ID + "-address", Account: a.ID,
				Email: a.ID + "@example.org", Since: now, Origin: "activity"}},
			refused: []security.Write{alert.RedateAddress{ID: "nowhere", Since: now}}},
		{name: "retire address",
			write: security.RetireAddress{ID: a.ID + "-address", At: now},
			read:  func(ctx context.Context) (any, error) { return db.Addresses(ctx, a.ID) },
			want: []security.Address{{ID: a.ID + "-address", Account: a.ID,
				Email: a.ID + "@example.org", Since: now.AddDate(-2, 0, 0), Until: now,
				Origin: security.OriginFirst}},
			refused: []security.Write{
				security.RetireAddress{ID: a.ID + "-address", At: now.Add(1)}}},
	}
}

// passwords sets n passwords, $h1 to $hn, on an account that is at version 1.
func passwords(account string, n int) []security.Write {
	var all []security.Write
	for i := range n {
		all = append(all, security.SetPassword{Account: account, IfVersion: int64(i + 1),
			Hash: "$h" + string(rune('1'+i)), At: now.Add(time.Duration(i) * time.Second)})
	}
	return all
}

func caseChecks(db *store.DB, p person) []check {
	second := with(p.lockout, func(c *security.Case) {
		c.ID, c.Number, c.State, c.Facts = c.ID+"-2", c.Number+"-2", recovery.Locked, nil
		c.OpenedAt, c.SecuredAt, c.Ticket = now.Add(time.Hour), time.Time{}, "t"
		c.Assignee, c.TakenAt, c.ClosedAt = "eve", now.Add(1e9), now.Add(2e9)
	})
	saved := with(p.lockout, func(c *security.Case) {
		c.Cause, c.Proposed = recovery.Hijacked, recovery.Compromised
		c.Facts = []recovery.Signal{{Code: "a", At: now}, {Code: "b"}}
		c.Evidence, c.Ticket, c.SecuredAt = "more", p.ticket.ID, now.Add(time.Hour)
		c.EscalatedAt, c.DueAt = now.Add(2*time.Hour), now.Add(3*time.Hour)
		c.Assignee, c.TakenAt, c.ClosedAt = "eve", now.Add(1e9), now.Add(2e9)
	})
	up := func(c *security.Case) { c.Version++ }
	moved := with(saved, func(c *security.Case) { c.State = recovery.InReview })
	check2 := with(p.attempt, func(r *security.Recovery) {
		r.ID, r.Case, r.How, r.PasswordKept = r.ID+"-2", "", "phishing", true
		r.TwoFactor, r.TwoFactorAt, r.PasswordAt = security.TwoFactorKept, now, now
		r.ActivityAt, r.SupportAt = now.Add(1e9), now.Add(2e9)
	})
	done := with(check2, func(r *security.Recovery) {
		r.ID, r.Case, r.StartedAt = p.attempt.ID, p.attempt.Case, p.attempt.StartedAt
	})
	again := with(p.attempt, func(r *security.Recovery) { r.ID += "-3" })
	cause := lockout.RecordCause{Case: p.lockout.ID, Cause: recovery.Hijacked, By: "eve",
		Facts: []recovery.Signal{{Code: "x", At: now}}, At: now}
	return []check{
		{name: "open case", write: lockout.OpenCase{Case: second},
			read: reading(db.LatestCase, p.account.ID), want: second,
			refused: []security.Write{lockout.OpenCase{Case: second}}},
		{name: "save case", write: security.SaveCase{Case: moved}, // which moves nothing
			read: reading(db.Case, saved.ID), want: with(saved, up),
			refused: []security.Write{security.SaveCase{Case: saved},
				security.SaveCase{Case: with(saved, func(c *security.Case) { c.Version = 3 })}}},
		{name: "move case", write: security.MoveCase{Case: moved, From: p.lockout.State},
			read: reading(db.Case, moved.ID), want: with(moved, up),
			refused: []security.Write{security.MoveCase{Case: moved, From: p.lockout.State},
				security.MoveCase{Case: with(moved, up), From: p.lockout.State},
				security.MoveCase{Case: with(moved, func(c *security.Case) { c.Version = 3 }),
					From: moved.State}}},
		{name: "hold case", write: security.HoldCase{ID: p.lockout.ID, Version: 1},
			read: reading(db.Case, p.lockout.ID), want: p.lockout,
			refused: []security.Write{security.HoldCase{ID: p.lockout.ID, Version: 2},
				security.HoldCase{ID: "nowhere", Version: 1}}},
		{name: "record cause", write: cause, read: func(ctx context.Context) (any, error) {
			return db.Texts(ctx, `SELECT cause || ' ' || facts || ' ' || by_whom || ' ' || at
				FROM case_causes WHERE case_id = $1`, p.lockout.ID)
		}, want: []string{`hijacked [{"code":"x","at":1795167000000}] eve 1795167000000`}},
		{name: "freeze evidence", write: lockout.FreezeEvidence{Case: p.lockout.ID, At: now,
			Data: []byte(`{"a":1}`)},
			read: reading(db.Evidence, p.lockout.ID), want: []byte(`{"a":1}`),
			refused: []security.Write{lockout.FreezeEvidence{Case: p.lockout.ID,
				Data: []byte("other")}}},
		{name: "start recovery", write: lockout.StartRecovery{Recovery: check2},
			read: reading(db.Recovery, check2.ID), want: check2,
			refused: []security.Write{lockout.StartRecovery{Recovery: again}}},
		{name: "save recovery", write: guided.SaveRecovery{Recovery: done},
			read:    reading(db.RecoveryOfCase, p.lockout.ID),
			want:    with(done, func(r *security.Recovery) { r.Version = 2 }),
			refused: []security.Write{guided.SaveRecovery{Recovery: done}}},
	}
}
