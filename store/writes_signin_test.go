package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/feed"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/signin"
	"regain/store"
	"regain/store/budget"
	"regain/store/storetest"
)

func accountSessionChecks(db *store.DB, p person) []check {
	s := p.own.session
	over := s.EndsAt
	second := with(s, func(s *access.Session) {
		s.ID, s.Stage, s.ProvedAt, s.ProvedBy = s.ID+"-2", access.StageIn, now, security.FactorTOTP
		s.SeenAt, s.EndedAt, s.Generation = now.Add(1e9), now.Add(2e9), 7
	})
	living := with(second, func(s *access.Session) { s.EndedAt = time.Time{} })
	start := access.StartSession{Session: living}
	rotate := access.RotateSession{ID: s.ID, Generation: 1, At: now.Add(time.Minute)}
	prove := access.ProveSession{ID: s.ID, By: security.FactorPasskey, From: s.Stage,
		At: now.Add(time.Minute), EndsAt: now.Add(12 * time.Hour)}
	end := access.EndSession{ID: s.ID, Subject: s.Subject, At: now}
	once := access.Once{Session: s.ID, Key: "k", Result: "1", At: now}
	half := access.EndSession{ID: s.ID, Subject: s.Subject, Stage: access.StageVerify, At: now}
	all := access.EndSessions{Subject: s.Subject, Except: living.ID, At: now}
	read := reading(db.Session, s.ID)
	ended := with(s, func(s *access.Session) { s.EndedAt, s.Forgotten = now, true })
	kept, keptAll := with(end, func(w *access.EndSession) { w.Known = true }), with(all,
		func(w *access.EndSessions) { w.Known = true })
	left := with(s, func(s *access.Session) { s.EndedAt = now })
	return []check{
		{name: "start account session", write: access.StartSession{Session: second},
			read: reading(db.Session, second.ID), want: second,
			refused: []security.Write{start}},
		{name: "rotate account session", write: rotate, read: read,
			want: with(s, func(s *access.Session) {
				s.Generation, s.SeenAt = 2, now.Add(time.Minute)
			}),
			refused: []security.Write{rotate,
				access.RotateSession{ID: s.ID, Generation: 2, At: over},
				access.RotateSession{ID: "none", Generation: 1, At: now}}},
		{name: "prove account session", write: prove, read: read,
			want: with(s, func(s *access.Session) {
				s.Stage, s.ProvedAt = access.StageIn, now.Add(time.Minute)
				s.ProvedBy = security.FactorPasskey
				s.EndsAt = now.Add(12 * time.Hour)
			}),
			refused: []security.Write{half, prove,
				access.ProveSession{ID: s.ID, From: access.StageIn, At: prove.EndsAt, EndsAt: now.AddDate(1, 0, 0)},
				access.ProveSession{ID: "none", From: access.StageIn, At: now}}},
		{name: "end account session", write: end, read: read, want: ended,
			refused: []security.Write{end, rotate, prove, half}},
		{name: "forget browser", write: access.ForgetDevice{ID: s.ID, Subject: s.Subject},
			read: read, want: with(s, func(s *access.Session) { s.Forgotten = true })},
		{name: "forget browser of another account", write: access.ForgetDevice{ID: s.ID,
			Subject: "eve"}, read: read, want: s},
		{name: "end session in a known browser", write: kept, read: read, want: left,
			refused: []security.Write{end, kept}},
		{name: "end sessions in known browsers", write: keptAll, read: read, want: left,
			refused: []security.Write{end, kept}},
		{name: "forget a browser that has signed out", before: []security.Write{kept},
			write: with(all, func(w *access.EndSessions) { w.At = over }), read: read,
			want: ended},
		{name: "end session of another account", write: start, read: read, want: s,
			refused: []security.Write{access.EndSession{ID: s.ID, Subject: "eve", At: now}}},
		{name: "record once", write: once, read: func(ctx context.Context) (any, error) {
			return db.Once(ctx, s.ID, "k")
		}, want: "1", refused: []security.Write{once}},
		{name: "end half session", write: access.EndSession{ID: s.ID, Subject: s.Subject,
			Stage: access.StageVerify, At: over}, read: read,
			want: with(s, func(s *access.Session) { s.EndedAt, s.Forgotten = over, true }),
			refused: []security.Write{half, end,
				access.EndSession{ID: "none", Subject: s.Subject, At: now}}},
		{name: "end sessions of both kinds", before: []security.Write{start}, write: all,
			read: read, want: ended, refused: []security.Write{rotate, prove, end}},
		{name: "end recovery sessions for a signed-in one", before: []security.Write{start},
			write: all, read: func(ctx context.Context) (any, error) {
				x, err := db.Session(ctx, p.session.ID)
				return x.EndedAt, err
			}, want: now},
		{name: "end signed-in sessions but one", before: []security.Write{start}, write: all,
			read: reading(db.Session, living.ID), want: living},
	}
}

// tryChecks are about what slows guessing down, and passwords.
func tryChecks(db *store.DB, p person) []check {
	a := p.account
	challenge := access.SpendChallenge{ID: a.ID + "-challenge", ExpiresAt: now}
	open := signin.HoldOpen{Account: a.ID}
	same := signin.HoldOpen{Account: a.ID, Hash: a.PasswordHash}
	closed := with(a, func(a *security.Account) { a.Closed = true })
	one := access.SpendUnit{Budget: limits.Budget{Limit: limits.Limit{Name: "one", Burst: 1, Per: time.Hour},
		Key: a.ID}, At: now}
	rehash := signin.Rehash{Account: a.ID, Old: a.PasswordHash, Hash: "$stronger"}
	return []check{
		{name: "forget no tries", write: access.ForgetTries{Keys: []access.PaceKey{
			{Pace: "sign_in", Key: a.ID}}},
			read: texts(db, "SELECT key FROM paces WHERE key = $1", "sign_in:"+a.ID),
			want: []string(nil)},
		{name: "spend a unit", write: one, read: texts(db, "SELECT key FROM limits WHERE key = $1",
			budget.Key(one.Budget)), want: []string{budget.Key(one.Budget)}, refused: []security.Write{one}},
		{name: "forget password tries", write: signin.ForgetPasswordTries{Account: a.ID},
			read: reading(db.Account, a.ID), want: a},
		{name: "hold open account", before: []security.Write{open}, write: same,
			read: reading(db.Account, a.ID), want: a,
			refused: []security.Write{signin.HoldOpen{Account: a.ID, Hash: "$other"},
				signin.HoldOpen{Account: "nobody"}}},
		{name: "hold locked account",
			write:   lockout.LockAccount{Account: a.ID, Case: p.lockout.ID},
			read:    reading(db.Account, a.ID),
			want:    with(a, func(a *security.Account) { a.Case, a.Version = p.lockout.ID, 2 }),
			refused: []security.Write{open, same}},
		{name: "hold closed account", write: feed.PutAccount{Account: closed},
			read:    reading(db.Account, a.ID),
			want:    with(closed, func(a *security.Account) { a.Version = 2 }),
			refused: []security.Write{open, same}},
		{name: "rehash", write: rehash, read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) { a.PasswordHash = "$stronger" })},
		{name: "rehash another password",
			write: signin.Rehash{Account: a.ID, Old: "$other", Hash: "$stronger"},
			read:  reading(db.Account, a.ID), want: a},
		{name: "rehash keeps history", write: rehash, read: reading(db.OldPasswords, a.ID),
			want: []string(nil)},
		{name: "spend challenge", write: challenge,
			read: texts(db, "SELECT CAST(expires_at AS TEXT) FROM challenges WHERE id = $1",
				challenge.ID),
			want: []string{"1795167000000"},
			refused: []security.Write{challenge, access.SpendChallenge{ID: challenge.ID,
				ExpiresAt: now.Add(time.Hour)}}},
		{name: "spent challenge", write: challenge, read: reading(db.ChallengeSpent, challenge.ID),
			want: true},
		{name: "other challenge", write: challenge, read: reading(db.ChallengeSpent, "other"),
			want: false},
	}
}

// texts reads a column that no method of the store reads.
func texts(db *store.DB, q string, args ...any) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) { return db.Texts(ctx, q, args...) }
}

func passkeyChecks(db *store.DB, p person) []check {
	k := p.own.passkey
	add := security.AddFactor{Factor: k}
	second := with(k, func(k *security.Factor) {
		k.ID, k.AddedAt, k.Name = k.ID+"-2", now.Add(1e6), "red key"
		k.Key.ID, k.Key.Count = []byte(k.ID), 0
		k.Key.BackupEligible, k.Key.BackedUp, k.Key.Transports = false, false, nil
	})
	add2 := security.AddFactor{Factor: second}
	known := with(second, func(s *security.Factor) { s.ID, s.Key.ID = s.ID+"-3", k.Key.ID })
	remove := security.RemoveFactor{ID: k.ID, Subject: k.Subject, At: now}
	use := func(id string, count uint32) security.Write {
		return access.UsePasskey{ID: id, Count: count, At: now}
	}
	counted := func(k security.Factor, count uint32) security.Factor {
		k.Key.Count, k.Key.BackedUp, k.UsedAt = count, false, now
		return k
	}
	read := func(k security.Factor) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			return db.FactorByCredential(ctx, k.Key.ID)
		}
	}
	rename := func(owner string) security.Write {
		return access.RenameFactor{ID: k.ID, Subject: owner, Name: "black key"}
	}
	return []check{
		{name: "add two passkeys", before: []security.Write{add2}, write: add,
			read:    reading(db.Factors, k.Subject),
			want:    []security.Factor{p.factor, k, second},
			refused: []security.Write{security.AddFactor{Factor: known}}},
		{name: "add passkey to another account's", before: []security.Write{add}, write: add2,
			read: read(k), want: k, refused: []security.Write{security.AddFactor{
				Factor: with(known, func(k *security.Factor) { k.Subject = "u1" })}}},
		{name: "remove passkey", before: []security.Write{add}, write: remove, read: read(k),
			want: security.ErrNotFound, refused: []security.Write{remove, use(k.ID, 9),
				rename(k.Subject)}},
		{name: "enrol passkey again", before: []security.Write{add, remove},
			write: security.AddFactor{Factor: known}, read: read(known), want: known},
		{name: "passkeys are no authenticators", before: []security.Write{add}, write: add2,
			read: reading(db.FactorsEver, k.Subject), want: 1},
		{name: "use passkey", before: []security.Write{add}, write: use(k.ID, 6), read: read(k),
			want:    counted(k, 6),
			refused: []security.Write{use(k.ID, 6), use(k.ID, 5), use(k.ID, 0), use("none", 9)}},
		{name: "passkey that another device has by now",
			before: []security.Write{add, use(k.ID, 6)},
			write:  access.UsePasskey{ID: k.ID, Count: 7, BackedUp: true, At: now}, read: read(k),
			want: with(counted(k, 7), func(k *security.Factor) { k.Key.BackedUp = true })},
		{name: "count as far as it goes", before: []security.Write{add},
			write: use(k.ID, 1<<32-1), read: read(k), want: counted(k, 1<<32-1)},
		{name: "use passkey that does not count", before: []security.Write{add2, use(second.ID, 0)},
			write: use(second.ID, 0), read: read(second), want: counted(second, 0)},
		{name: "passkey that begins to count", before: []security.Write{add2},
			write: use(second.ID, 1), read: read(second), want: counted(second, 1),
			refused: []security.Write{use(second.ID, 0)}},
		{name: "rename factor", before: []security.Write{add}, write: rename(k.Subject),
			read: read(k), want: with(k, func(k *security.Factor) { k.Name = "black key" }),
			refused: []security.Write{rename("eve")}},
	}
}

func addressChangeChecks(db *store.DB, p person) []check {
	c := p.own.change
	settled := func(state account.ChangeState) account.AddressChange {
		return with(c, func(c *account.AddressChange) { c.State, c.SettledAt = state, now })
	}
	undoable := now.Add(48 * time.Hour)
	confirmed := with(settled(account.ChangeConfirmed), func(c *account.AddressChange) {
		c.Address, c.UndoUntil = "new", undoable
	})
	notice := with(c, func(c *account.AddressChange) {
		c.ID, c.Notice, c.Old, c.AskedAt = c.ID+"-2", true, "", now.Add(1e9)
	})
	third := with(c, func(c *account.AddressChange) { c.ID += "-3" })
	ask := account.AskAddressChange{Change: third}
	confirm := account.ConfirmAddressChange{ID: c.ID, Address: "new", At: now, UndoUntil: undoable}
	undo := account.UndoAddressChange{ID: c.ID, At: undoable.Add(-1e6)}
	end := access.EndAddressChanges{Account: c.Account, At: now}
	read := reading(db.AddressChange, c.ID)
	return []check{
		{name: "ask address change", write: account.AskAddressChange{Change: notice},
			read: reading(db.AddressChange, notice.ID), want: notice,
			refused: []security.Write{ask, account.AskAddressChange{Change: with(notice,
				func(c *account.AddressChange) { c.ID += "-4" })}}},
		{name: "ask address change after another", before: []security.Write{end}, write: ask,
			read: reading(db.AddressChange, third.ID), want: third},
		{name: "end address changes", write: end, read: read,
			want:    settled(account.ChangeCancelled),
			refused: []security.Write{confirm, undo}},
		{name: "end changes of notice addresses",
			before: []security.Write{account.AskAddressChange{Change: notice}},
			write:  access.EndAddressChanges{Account: c.Account, Notice: true, At: now},
			read:   read, want: c},
		{name: "confirm address change", write: confirm, read: read, want: confirmed,
			refused: []security.Write{confirm,
				account.UndoAddressChange{ID: c.ID, At: undoable}}},
		{name: "confirm too late",
			before: []security.Write{account.AskAddressChange{Change: notice}},
			write:  end, read: reading(db.AddressChange, notice.ID), want: notice,
			refused: []security.Write{account.ConfirmAddressChange{ID: notice.ID,
				At: notice.EndsAt},
				account.UndoAddressChange{ID: notice.ID, At: now}}},
		{name: "leave settled address change", before: []security.Write{confirm},
			write: access.EndAddressChanges{Account: c.Account, At: now.Add(1e9)}, read: read,
			want: confirmed},
		{name: "undo address change", before: []security.Write{confirm}, write: undo, read: read,
			want: with(confirmed, func(c *account.AddressChange) {
				c.State, c.SettledAt = account.ChangeUndone, undoable.Add(-1e6)
			}), refused: []security.Write{undo, confirm}},
	}
}

// noticeChecks: an address for security notices is kept as one, and nobody is found by it.
func noticeChecks(db *store.DB, p person) []check {
	a := security.Address{ID: p.account.ID + "-notice", Account: p.account.ID,
		Email: "Notice-" + p.account.ID + "@example.org", Since: now, Origin: security.OriginOwner,
		Notice: true}
	add := security.AddAddress{Address: a}
	folded := identifier.Fold(a.Email)
	return []check{
		{name: "add notice address", write: add, read: func(ctx context.Context) (any, error) {
			all, err := db.Addresses(ctx, a.Account)
			return all[len(all)-1], err
		}, want: a},
		{name: "name nobody by a notice address", write: add,
			read: func(ctx context.Context) (any, error) {
				return db.AccountsNamed(ctx, []string{folded}, time.Time{})
			}, want: map[string][]security.Account{}},
	}
}

// TestRemovedKeyIsGone: nothing is kept of the key of a passkey that was removed.
func TestRemovedKeyIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.AddFactor{Factor: p.own.passkey})
		count := func() int64 {
			n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM passkeys")
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		storetest.Commit(t, db, security.RemoveFactor{ID: p.own.passkey.ID, At: now})
		if diff := cmp.Diff([]int64{1, 0}, []int64{before, count()}); diff != "" {
			t.Errorf("keys before and after (-want +got):\n%s", diff)
		}
	})
}
