package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/limits"
	"regain/security/privacy"
	"regain/security/risk"
	"regain/security/signin"
	"regain/store"
	"regain/store/storetest"
)

// ownContests are about p, who has a passkey, and whose first change of address is confirmed and
// export is ready.
func ownContests(p person) []contest {
	o := p.own
	one := func(w security.Write) func(int) security.Write {
		return func(int) security.Write { return w }
	}
	return []contest{
		{"spend challenge", one(access.SpendChallenge{ID: "challenge", ExpiresAt: now})},
		{"use passkey", one(access.UsePasskey{ID: o.passkey.ID, Count: 6, At: now})},
		{"ask address change", func(i int) security.Write {
			return account.AskAddressChange{Change: with(o.change, func(c *account.AddressChange) {
				c.ID, c.Notice = fmt.Sprint("change-", i), true
			})}
		}},
		{"confirm address change", func(i int) security.Write {
			return account.ConfirmAddressChange{ID: o.change.ID, Address: fmt.Sprint("a-", i),
				At: now, UndoUntil: now.Add(time.Hour)}
		}},
		{"undo address change", one(account.UndoAddressChange{ID: o.change.ID, At: now})},
		{"answer alert", one(alert.AnswerAlert{ID: o.alert.ID, At: now,
			Answer: risk.NotMe})},
		{"save watch", one(alert.SaveWatch{Watch: o.watch})},
		{"save first alert settings", one(account.SaveAlertSettings{
			Settings: alert.AlertSettings{Account: p.account.ID, To: alert.AlertsToAll}})},
		{"add alert", func(i int) security.Write {
			return alert.AddAlert{Alert: with(o.alert, func(a *alert.Alert) {
				a.ID, a.Login = fmt.Sprint("alert-", i), "a login"
			})}
		}},
		{"finish export", func(i int) security.Write {
			return privacy.FinishExport{ID: o.export.ID, Data: fmt.Sprint(i), ReadyAt: now}
		}},
		{"ask export", func(i int) security.Write {
			return privacy.AskExport{Export: with(o.export, func(e *privacy.Export) {
				e.ID = fmt.Sprint("export-", i)
			})}
		}},
		{"rotate account session", one(access.RotateSession{ID: o.session.ID,
			Generation: 1, At: now})},
		{"end half session", one(access.EndSession{ID: o.session.ID,
			Subject: p.account.ID, Stage: access.StageVerify, At: now})},
	}
}

func TestSingleUseByOwner(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.AddFactor{Factor: p.own.passkey})
		for _, tt := range ownContests(p) {
			t.Run(tt.name, func(t *testing.T) {
				before := lines(t, db)
				oneWinner(t, together(func(i int) error {
					return db.Commit(t.Context(), storetest.Event(), tt.write(i))
				}))
				if n := lines(t, db) - before; n != 1 {
					t.Errorf("%d audit lines, want the winner's", n)
				}
			})
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}

// TestCountersTogether: of many uses of a passkey with rising counters, the record keeps the
// highest, and whoever came after it was refused.
func TestCountersTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, security.AddFactor{Factor: p.own.passkey})
		for i, err := range together(func(i int) error {
			return db.Commit(t.Context(), storetest.Event(), access.UsePasskey{
				ID: p.own.passkey.ID, Count: uint32(6 + i), At: now})
		}) {
			if err != nil && (i == crowd-1 || !errors.Is(err, security.ErrConflict)) {
				t.Errorf("use with counter %d: %v", 6+i, err)
			}
		}
		f, err := db.FactorByCredential(t.Context(), p.own.passkey.Key.ID)
		if err != nil || f.Key.Count != 5+crowd {
			t.Errorf("counter %d, %v, want %d", f.Key.Count, err, 5+crowd)
		}
	})
}

// TestTryTogether: of many tries at one moment as many get through as the pace allows at once,
// and the others are not counted.
func TestTryTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := limits.Pace{Name: "p", Free: 5, First: time.Minute, Longest: time.Hour}
		for round, want := range []struct {
			granted int
			wait    time.Duration
		}{{6, time.Minute}, {1, 2 * time.Minute}, {1, 4 * time.Minute}} {
			// Each round begins when the pause of the one before is over.
			at := now.Add([]time.Duration{0, time.Minute, 3 * time.Minute}[round])
			waits := make([]time.Duration, crowd)
			for _, err := range together(func(i int) (err error) {
				waits[i], err = db.TakeTry(t.Context(), trying(p, "ada"), at)
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
			seen := map[time.Duration]int{}
			for _, w := range waits {
				seen[w]++
			}
			diff := cmp.Diff(map[time.Duration]int{0: want.granted,
				want.wait: crowd - want.granted},
				seen)
			if diff != "" {
				t.Errorf("round %d (-want +got):\n%s", round, diff)
			}
		}
	})
}

func TestPasswordTryTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		const most = 7
		var counted sync.Map
		refused := 0
		for _, err := range together(func(int) error {
			n, err := db.CountPasswordTry(t.Context(), "ada", most)
			if err == nil {
				counted.Store(n, true)
			}
			return err
		}) {
			if errors.Is(err, security.ErrConflict) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		for n := 1; n <= most; n++ {
			if _, ok := counted.Load(n); !ok {
				t.Errorf("nobody was try %d", n)
			}
		}
		if refused != crowd-most {
			t.Errorf("%d refused, want %d", refused, crowd-most)
		}
	})
}

// TestTriesAgainstCommits: what is counted outside of commits goes through beside commits that
// touch the same rows.
func TestTriesAgainstCommits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		pace := limits.Pace{Name: "p", Free: crowd, First: time.Minute, Longest: time.Hour}
		kinds := []func(context.Context) error{
			func(ctx context.Context) error {
				return ignore(db.CountPasswordTry(ctx, "ada", crowd))
			},
			func(ctx context.Context) error {
				return ignore(db.TakeTry(ctx, trying(pace, "ada"), now))
			},
			func(ctx context.Context) error {
				return db.TouchSession(ctx, p.own.session.ID, now.Add(time.Minute))
			},
			func(ctx context.Context) error {
				return db.Commit(ctx, storetest.Event(),
					signin.ForgetPasswordTries{Account: "ada"},
					access.ForgetTries{Keys: []access.PaceKey{{Pace: "p", Key: "ada"}}},
					access.EndSessions{Subject: "ada", At: now})
			},
		}
		for i, err := range together(func(i int) error {
			return kinds[i%len(kinds)](t.Context())
		}) {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
}
