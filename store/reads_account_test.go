package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/feed"
	"regain/security/privacy"
	"regain/store"
	"regain/store/storetest"
)

// listing is a read of a list as its ids.
func listing[T any](id func(T) string, read func(context.Context) ([]T, error)) func(
	context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) { return ids(id)(read(ctx)) }
}

func sessionID(s access.Session) string       { return s.ID }
func changeID(c account.AddressChange) string { return c.ID }
func alertID(a alert.Alert) string            { return a.ID }
func exportID(e privacy.Export) string        { return e.ID }
func itself(s string) string                  { return s }

func TestReadAccountSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		start := func(id, account string, started, ends, ended int, half bool) {
			s := access.Session{Kind: access.AccountSession, ID: id, Subject: account,
				StartedAt: hours(started), EndsAt: hours(ends), Stage: access.StageVerify}
			if !half {
				s.Stage, s.ProvedAt = access.StageIn, hours(started)
				s.ProvedBy = access.ProvedByPassword
			}
			if ended != 0 {
				s.EndedAt = hours(ended)
			}
			storetest.Commit(t, db, access.StartSession{Session: s})
		}
		start("1", "ada", 1, 5, 0, true)
		start("2", "ada", 2, 4, 0, true)
		start("3", "bob", 3, 4, 0, true)
		start("4", "ada", 3, 4, 4, true) // ended
		start("5", "ada", 3, 4, 0, false)
		start("6", "ada", 3, 6, 0, true)
		sessions := func(since, limit int) func(context.Context) ([]string, error) {
			return listing(sessionID, func(ctx context.Context) (
				[]access.Session, error) {
				return db.Sessions(ctx, access.SessionFilter{Kind: access.AccountSession,
					Subject: "ada", Since: hours(since), Limit: limit})
			})
		}
		half := func(before, limit int) func(context.Context) ([]string, error) {
			return listing(sessionID, func(ctx context.Context) (
				[]access.Session, error) {
				return db.HalfSessions(ctx, hours(before), limit)
			})
		}
		runQueries(t, []query{
			{"newest first", sessions(0, 9), []string{"6", "5", "4", "2", "1"}},
			{"since", sessions(1, 9), []string{"6", "5", "4", "2"}},
			{"at most two", sessions(0, 2), []string{"6", "5"}},
			{"half and over", half(6, 9), []string{"2", "3", "1"}},
			{"the first of them", half(6, 1), []string{"2"}},
			{"over then", half(5, 9), []string{"2", "3"}},
			{"not over yet", half(4, 9), nil},
			absent("session", db.Session),
		})
	})
}

func TestTouchAccountSession(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := somebody(t, db, "ada").own.session
		for _, tt := range []struct {
			name     string
			end      bool
			at, seen time.Duration
		}{
			{"later", false, time.Minute, time.Minute},
			{"out of order", false, time.Second, time.Minute},
			{"ended", true, time.Hour, time.Minute},
		} {
			if tt.end {
				storetest.Commit(t, db, access.EndSessions{Subject: "ada", At: now})
			}
			if err := db.TouchSession(t.Context(), s.ID, now.Add(tt.at)); err != nil {
				t.Error(err)
			}
			got, err := db.Session(t.Context(), s.ID)
			if err != nil || got.SeenAt != now.Add(tt.seen) {
				t.Errorf("%s: seen at %v, %v", tt.name, got.SeenAt, err)
			}
		}
	})
}

func TestReadAddressChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		ask := func(id, owner string, asked int, notice bool) {
			storetest.Commit(t, db, account.AskAddressChange{Change: account.AddressChange{
				ID: id, Account: owner, Email: "e", AskedAt: hours(asked), Notice: notice}})
		}
		ask("1", "ada", 1, false)
		ask("2", "ada", 2, true)
		ask("3", "bob", 3, false)
		changes := func(owner string, since int) func(context.Context) ([]string, error) {
			return listing(changeID, func(ctx context.Context) ([]account.AddressChange, error) {
				return db.AddressChanges(ctx, owner, hours(since))
			})
		}
		runQueries(t, []query{
			{"newest first", changes("ada", 0), []string{"2", "1"}},
			{"since", changes("ada", 1), []string{"2"}},
			{"of nobody", changes("eve", 0), nil},
			absent("change", db.AddressChange),
			{"no passkey", func(ctx context.Context) ([]string, error) {
				return nil, ignore(db.FactorByCredential(ctx, []byte("none")))
			}, []string{"not found"}},
		})
	})
}

func TestReadAlerts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, account := range []string{"ada", "bob", "cy", "dee"} {
			storetest.Person(t, db, account)
		}
		add := func(id, account string, at int, mailed bool) {
			a := alert.Alert{ID: id, Account: account, Kind: alert.AlertStopped,
				At: hours(at), Login: "login-" + id}
			if mailed {
				a.MailedAt = now
			}
			storetest.Commit(t, db, alert.AddAlert{Alert: a})
		}
		add("1", "ada", 1, false)
		add("2", "ada", 2, true)
		add("3", "ada", 3, false)
		add("4", "bob", 4, false)
		add("5", "cy", 5, true)
		add("6", "dee", 6, false)
		storetest.Commit(t, db,
			alert.SaveWatch{Watch: alert.Watch{Account: "ada", MailedAt: hours(1)}},
			alert.SaveWatch{Watch: alert.Watch{Account: "bob", MailedAt: hours(2)}},
			alert.SaveWatch{Watch: alert.Watch{Account: "cy"}})
		alerts := func(account string, since, limit int) func(context.Context) ([]string, error) {
			return listing(alertID, func(ctx context.Context) ([]alert.Alert, error) {
				return db.Alerts(ctx, account, hours(since), limit)
			})
		}
		untold := func(account string, limit int) func(context.Context) ([]string, error) {
			return listing(alertID, func(ctx context.Context) ([]alert.Alert, error) {
				return db.UntoldAlerts(ctx, account, limit)
			})
		}
		tell := func(before, limit int) func(context.Context) ([]string, error) {
			return listing(itself, func(ctx context.Context) ([]string, error) {
				return db.AccountsToTell(ctx, hours(before), hours(1000), limit)
			})
		}
		runQueries(t, []query{
			{"newest first", alerts("ada", 0, 9), []string{"3", "2", "1"}},
			{"since", alerts("ada", 1, 9), []string{"3", "2"}},
			{"at most one", alerts("ada", 0, 1), []string{"3"}},
			{"untold", untold("ada", 9), []string{"1", "3"}},
			{"the first untold", untold("ada", 1), []string{"1"}},
			{"all told", untold("cy", 9), nil},
			{"to tell", tell(3, 9), []string{"ada", "bob", "dee"}},
			{"to tell two", tell(3, 2), []string{"ada", "bob"}},
			{"told long ago", tell(2, 9), []string{"ada", "dee"}},
			{"never told", tell(1, 9), []string{"dee"}},
			{"of a login", func(ctx context.Context) ([]string, error) {
				a, err := db.AlertOfLogin(ctx, "login-4")
				return []string{a.ID}, err
			}, []string{"4"}},
			absent("alert", db.Alert),
			absent("alert of a login", db.AlertOfLogin),
			absent("login", db.Login),
		})
	})
}

// TestReadDefaults: who never chose anything has settings that say so, and no alert of no login
// is found.
func TestReadDefaults(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, alert.AddAlert{Alert: with(p.own.alert,
			func(a *alert.Alert) { a.ID, a.Login, a.Activity = "of a change", "", "change" })})
		got, err := db.AlertSettings(t.Context(), "ada")
		if diff := cmp.Diff(alert.AlertSettings{Account: "ada"}, got); diff != "" || err != nil {
			t.Errorf("settings: %v (-want +got):\n%s", err, diff)
		}
		runQueries(t, []query{{"alert of no login", func(ctx context.Context) ([]string, error) {
			return nil, ignore(db.AlertOfLogin(ctx, ""))
		}, []string{"not found"}}})
		login, err := db.Login(t.Context(), p.login.ID)
		if diff := cmp.Diff(p.login, login); diff != "" || err != nil {
			t.Errorf("login: %v (-want +got):\n%s", err, diff)
		}
		alert, err := db.AlertOfLogin(t.Context(), p.login.ID)
		if diff := cmp.Diff(p.own.alert, alert); diff != "" || err != nil {
			t.Errorf("alert: %v (-want +got):\n%s", err, diff)
		}
	})
}

// TestReadWatches: the watches of many accounts are found in few queries.
func TestReadWatches(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var accounts []string
		want := map[string]alert.Watch{}
		var writes []security.Write
		for i := range 600 {
			id := fmt.Sprintf("%03d", i)
			accounts = append(accounts, id, "no "+id)
			writes = append(writes, feed.PutAccount{Account: security.Account{ID: id,
				Username: id, Type: "client"}})
			if i%2 == 0 {
				w := alert.Watch{Account: id, Familiar: []byte(id)}
				writes = append(writes, alert.SaveWatch{Watch: w})
				w.Version = 1
				want[id] = w
			}
		}
		storetest.Commit(t, db, writes...)
		got, err := db.Watches(t.Context(), accounts)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("watches: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestReadExports(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		ask := func(id, account string, asked int) privacy.AskExport {
			return privacy.AskExport{Export: privacy.Export{ID: id, Account: account,
				AskedAt: hours(asked)}}
		}
		finish := privacy.FinishExport{ID: "1", Data: "sealed", ReadyAt: hours(2), Ends: hours(9)}
		storetest.Commit(t, db, ask("1", "ada", 1), finish, ask("2", "ada", 3), ask("3", "bob", 2))
		open := func(limit int) func(context.Context) ([]string, error) {
			return listing(exportID, func(ctx context.Context) ([]privacy.Export, error) {
				return db.OpenExports(ctx, limit)
			})
		}
		runQueries(t, []query{
			{"open", open(9), []string{"3", "2"}},
			{"the first open", open(1), []string{"3"}},
			absent("export", db.Export),
		})
		want := []privacy.Export{{ID: "2", Account: "ada", AskedAt: hours(3)},
			{ID: "1", Account: "ada", AskedAt: hours(1), ReadyAt: hours(2), EndsAt: hours(9)}}
		got, err := db.Exports(t.Context(), "ada")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("exports: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestMailByCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := somebody(t, db, "ada").mail
		somebody(t, db, "bob")
		if err := db.Sent(t.Context(), m.ID, hours(1)); err != nil {
			t.Fatal(err)
		}
		want := security.MailState{ID: m.ID, Kind: m.Kind, To: m.To, Code: m.Code,
			QueuedAt: m.QueuedAt, SentAt: hours(1)}
		got, err := db.MailByCode(t.Context(), m.Code)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("mail: %v (-want +got):\n%s", err, diff)
		}
		runQueries(t, []query{absent("mail", db.MailByCode)})
	})
}
