package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/feed"
	"regain/security/lockout"
	"regain/security/privacy"
	"regain/security/risk"
	"regain/security/signin"
	"regain/store"
	"regain/store/storetest"
)

// A bout is a commit that only one of many may do, of several writes that belong together.
type bout struct {
	name   string
	writes func(i int) []security.Write
}

// halves starts sessions that owe their second factor: one for each of the crowd, and three for
// all.
func halves(t *testing.T, db *store.DB, account string) {
	t.Helper()
	names := []string{"one", "two", "three"}
	for i := range crowd {
		names = append(names, fmt.Sprint(i))
	}
	var all []security.Write
	for _, name := range names {
		all = append(all, access.StartSession{Session: access.Session{Kind: access.AccountSession,
			ID: "half-" + name, Subject: account, StartedAt: now, SeenAt: now,
			EndsAt: now.Add(time.Hour), Stage: access.StageVerify}})
	}
	storetest.Commit(t, db, all...)
}

// prove makes a session whole with what goes with it.
func prove(session, by string, with ...security.Write) []security.Write {
	return append([]security.Write{access.RotateSession{ID: session, At: now},
		access.ProveSession{ID: session, By: by, From: access.StageVerify, At: now, EndsAt: now.Add(12 * time.Hour)}},
		with...)
}

// entries are ways in of p, who has a passkey and many half sessions. The first four let somebody
// in.
func entries(p person) []bout {
	o := p.own
	half := func(i int) string { return fmt.Sprint("half-", i) }
	challenge := access.SpendChallenge{ID: "signs in", ExpiresAt: now}
	return []bout{
		{"one recovery code in many sessions", func(i int) []security.Write {
			return prove(half(i), security.FactorCode, access.SpendCode{ID: p.codes[0].ID, At: now})
		}},
		{"one step of the authenticator in many sessions", func(i int) []security.Write {
			return prove(half(i), security.FactorTOTP,
				access.UseFactor{ID: p.factor.ID, Step: 11, At: now})
		}},
		{"one answer of a passkey in many sessions", func(i int) []security.Write {
			return prove(half(i), security.FactorPasskey, challenge,
				access.UsePasskey{ID: o.passkey.ID, Count: 6, At: now})
		}},
		{"many codes in one session", func(int) []security.Write {
			return prove("half-one", security.FactorTOTP)
		}},
		{"prove or close a half session", func(i int) []security.Write {
			if i%2 == 0 {
				return []security.Write{access.EndSession{ID: "half-two",
					Subject: p.account.ID, Stage: access.StageVerify, At: now}}
			}
			return prove("half-two", security.FactorTOTP)
		}},
		{"end one session", func(int) []security.Write {
			return []security.Write{access.EndSession{ID: "half-three",
				Subject: p.account.ID, At: now}}
		}},
	}
}

// bouts are about p, who chose alerts once, and about free, who has none of it.
func bouts(p, free person) []bout {
	o := p.own
	return []bout{
		{"one passkey on two accounts", func(i int) []security.Write {
			return []security.Write{security.AddFactor{Factor: with(o.passkey,
				func(f *security.Factor) {
					f.ID, f.Key.ID = fmt.Sprint("key-", i), []byte("enrolled twice")
					if i%2 == 0 {
						f.Subject = free.account.ID
					}
				})}}
		}},
		{"tell of what waits", func(i int) []security.Write {
			return []security.Write{security.Enqueue{Mail: with(p.mail, func(m *security.Mail) {
				m.ID, m.Code = fmt.Sprint("mail-", i), fmt.Sprint("mail-", i)
			})}, alert.MailAlerts{Account: p.account.ID, At: now},
				alert.SaveWatch{Watch: o.watch}}
		}},
		{"first watch", func(int) []security.Write {
			return []security.Write{alert.SaveWatch{Watch: alert.Watch{Account: "new"}}}
		}},
		{"alert of a change", func(i int) []security.Write {
			return []security.Write{alert.AddAlert{Alert: with(o.alert, func(a *alert.Alert) {
				a.ID, a.Login, a.Activity = fmt.Sprint("told-", i), "", "a change"
			})}}
		}},
		{"answer that it was me", func(int) []security.Write {
			return []security.Write{alert.AnswerAlert{ID: free.own.alert.ID, At: now,
				Answer: risk.Me}}
		}},
		{"second address", func(i int) []security.Write {
			return []security.Write{security.AddAddress{Address: security.Address{
				ID: fmt.Sprint("second-", i), Account: p.account.ID, Email: "e", Since: now,
				Notice: true}}}
		}},
		{"settings of alerts again", func(int) []security.Write {
			return []security.Write{account.SaveAlertSettings{Settings: alert.AlertSettings{
				Account: p.account.ID, To: alert.AlertsToFirst, Version: 1}}}
		}},
	}
}

// TestSignInTogether: what lets somebody in, or is said or told once, counts for one of many, and
// the others leave nothing behind, not even what their guards let pass.
func TestSignInTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, free := somebody(t, db, "ada"), somebody(t, db, "bob")
		halves(t, db, "ada")
		storetest.Commit(t, db, security.AddFactor{Factor: p.own.passkey},
			feed.PutAccount{Account: security.Account{ID: "new", Username: "new", Type: "client"}},
			account.SaveAlertSettings{Settings: alert.AlertSettings{Account: "ada",
				To: alert.AlertsToAll}})
		whole := func() int64 {
			n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM sessions "+
				"WHERE kind = 'account' AND stage = 'in'")
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i, tt := range slices.Concat(entries(p), bouts(p, free)) {
			before, mails := lines(t, db), rows(t, db, "outbox")
			proved := whole()
			oneWinner(t, together(func(i int) error {
				return db.Commit(t.Context(), storetest.Event(), tt.writes(i)...)
			}))
			if n := lines(t, db) - before; n != 1 {
				t.Errorf("%s: %d audit lines, want the winner's", tt.name, n)
			}
			if n := whole() - proved; n > 1 || i < 4 && n != 1 {
				t.Errorf("%s: %d sessions became whole", tt.name, n)
			}
			if n := rows(t, db, "outbox") - mails; n > 1 {
				t.Errorf("%s: %d mails", tt.name, n)
			}
		}
	})
}

// rows is how many rows a table has.
func rows(t *testing.T, db *store.DB, table string) int64 {
	t.Helper()
	n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSignInAgainstLockout: whoever signs in while the account is being locked is not in
// afterwards, whichever came first.
func TestSignInAgainstLockout(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		locked := 0
		for i, err := range together(func(i int) error {
			if i%10 == 5 {
				return db.Commit(t.Context(), storetest.Event(),
					lockout.LockAccount{Account: "ada", Case: p.lockout.ID},
					access.EndSessions{Subject: "ada", At: now})
			}
			s := p.own.session
			s.ID = fmt.Sprint("in-", i)
			return db.Commit(t.Context(), storetest.Event(), signin.HoldOpen{Account: "ada"},
				access.StartSession{Session: s})
		}) {
			if i%10 == 5 && err == nil {
				locked++
			} else if err != nil && !errors.Is(err, security.ErrConflict) {
				t.Error(err)
			}
		}
		living, err := db.Number(t.Context(),
			"SELECT COUNT(*) FROM sessions WHERE kind = 'account' AND ended_at = 0")
		if locked != 1 || living != 0 || err != nil {
			t.Errorf("locked %d times, %d sessions live, %v", locked, living, err)
		}
	})
}

// TestAnswersTogether: "not me" stands in the end, however many say "me" at the same moment, and
// each is said once at most.
func TestAnswersTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := somebody(t, db, "ada").own.alert
		said := map[string]int{}
		answer := func(i int) string { return []string{risk.Me, risk.NotMe}[i%2] }
		for i, err := range together(func(i int) error {
			return db.Commit(t.Context(), storetest.Event(),
				alert.AnswerAlert{ID: a.ID, Answer: answer(i), At: now})
		}) {
			if err == nil {
				said[answer(i)]++
			} else if !errors.Is(err, security.ErrConflict) {
				t.Error(err)
			}
		}
		got, err := db.Alert(t.Context(), a.ID)
		if said[risk.NotMe] != 1 || said[risk.Me] > 1 || err != nil ||
			got.Answer != risk.NotMe {
			t.Errorf("%v, and %q stands, %v", said, got.Answer, err)
		}
	})
}

// TestAddressTogether: a change of address that is confirmed and cancelled at the same moment is
// one of both, and brings an address only if it is confirmed.
func TestAddressTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := somebody(t, db, "ada").own.change
		before := rows(t, db, "addresses")
		confirmed := 0
		for i, err := range together(func(i int) error {
			if i%2 == 0 {
				return db.Commit(t.Context(), storetest.Event(),
					access.EndAddressChanges{Account: "ada", At: now})
			}
			id := fmt.Sprint("came-", i)
			return db.Commit(t.Context(), storetest.Event(),
				security.AddAddress{Address: security.Address{ID: id, Account: "ada", Email: "e"}},
				account.ConfirmAddressChange{ID: c.ID, Address: id, At: now})
		}) {
			if i%2 == 1 && err == nil {
				confirmed++
			} else if err != nil && (i%2 == 0 || !errors.Is(err, security.ErrConflict)) {
				t.Error(err)
			}
		}
		got, err := db.AddressChange(t.Context(), c.ID)
		want := account.ChangeCancelled
		if confirmed == 1 {
			want = account.ChangeConfirmed
		}
		came := rows(t, db, "addresses") - before
		if confirmed > 1 || int(came) != confirmed || got.State != want || err != nil {
			t.Errorf("confirmed %d times, %d addresses came, %s, %v", confirmed, came, got.State,
				err)
		}
	})
}

// TestRemoveTogether: a passkey that is removed while it is used is gone, and two workers that
// remove the same do so without a quarrel.
func TestRemoveTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.AddFactor{Factor: p.own.passkey})
		removed := 0
		old := privacy.RemoveOld{What: security.OldAlerts, IDs: []string{p.own.alert.ID}}
		kinds := []security.Write{
			security.RemoveFactor{ID: p.own.passkey.ID, At: now},
			access.UsePasskey{ID: p.own.passkey.ID, Count: 6, At: now},
			old,
		}
		for i, err := range together(func(i int) error {
			return db.Commit(t.Context(), storetest.Event(), kinds[i%3])
		}) {
			if i%3 == 0 && err == nil {
				removed++
			} else if err != nil && (i%3 == 2 || !errors.Is(err, security.ErrConflict)) {
				t.Errorf("%T: %v", kinds[i%3], err)
			}
		}
		if removed != 1 || rows(t, db, "passkeys") != 0 || rows(t, db, "alerts") != 0 {
			t.Errorf("removed %d times, %d keys and %d alerts are left", removed,
				rows(t, db, "passkeys"), rows(t, db, "alerts"))
		}
	})
}
