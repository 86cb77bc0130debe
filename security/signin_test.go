package security_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regain/cmd/wiring"
	"regain/store"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/risk"
	"regain/security/signin"
)

// faraway is a computer that no account of the tests has signed in from.
var faraway = security.Visitor{IP: "203.0.113.9", Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; " +
	"x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"}

// counting is a store that counts what it is asked for.
type counting struct {
	*store.DB
	mu    sync.Mutex
	calls map[string]int
	last  security.Event // that was committed
}

func (c *counting) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[what]++
}

func (c *counting) Commit(ctx context.Context, e security.Event, w ...security.Write) error {
	c.count("commit")
	c.last = e
	return c.DB.Commit(ctx, e, w...)
}

func (c *counting) Spend(ctx context.Context, l limits.Limit, key string, now time.Time,
	more ...limits.Budget) (time.Duration, error) {
	c.count("spend")
	for range more {
		c.count("spend")
	}
	return c.DB.Spend(ctx, l, key, now, more...)
}

func (c *counting) TakePasswordTry(ctx context.Context, t access.PasswordTry, now time.Time) (int,
	time.Duration, error) {
	for range t.First {
		c.count("spend")
	}
	c.count("pace")
	if t.Most > 0 {
		c.count("password try")
	}
	return c.DB.TakePasswordTry(ctx, t, now)
}

func (c *counting) CountPasswordTry(ctx context.Context, id string, max int) (int, error) {
	c.count("password try by itself")
	return c.DB.CountPasswordTry(ctx, id, max)
}

func (c *counting) AccountsNamed(ctx context.Context, names []string, since time.Time) (
	map[string][]security.Account, error) {
	c.count("look up")
	return c.DB.AccountsNamed(ctx, names, since)
}

func (c *counting) Session(ctx context.Context, id string) (access.Session, error) {
	c.count("session")
	return c.DB.Session(ctx, id)
}

// signInPeople are an account of every sort: ada is locked, bob is open, cleo is closed, dan has no
// password, the password of gil takes no more tries, and the address both@example.org belongs to
// two.
func signInPeople(w *world) {
	w.t.Helper()
	ctx := w.t.Context()
	for _, name := range []string{"ada", "bob", "cleo", "eve", "finn", "gil"} {
		w.account("u-"+name, name, name+"@example.org")
	}
	const most = 100
	for range most {
		_, err := w.db.CountPasswordTry(ctx, "u-gil", most)
		w.must(err)
	}
	w.commit(audit.AccountImported, feed.PutAccount{Account: security.Account{ID: "u-dan",
		Username: "dan", Name: "Dan", Type: "client", CreatedAt: start}})
	closed, err := w.db.Account(ctx, "u-cleo")
	w.must(err)
	closed.Closed = true
	w.commit(audit.AccountImported, feed.PutAccount{Account: closed})
	for _, name := range []string{"eve", "finn"} {
		w.commit(audit.AccountImported, security.AddAddress{Address: security.Address{
			ID: "both-" + name, Account: "u-" + name, Email: "both@example.org", Since: start,
			Origin: security.OriginImport}})
	}
	w.lock("ada")
	w.deliver()
}

// TestSignInTellsNobody: whoever does not know a password learns nothing, and waits as long for it:
// one hash, and the same calls of the database.
func TestSignInTellsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		signInPeople(w)
		for _, row := range []struct {
			name, who, plain, why string
			account               string // on the audit trail
			login                 bool   // a failed login becomes known
		}{
			{"wrong password", "bob", newPassword, "password", "u-bob", true},
			{"wrong password, by address", "BOB@example.org ", newPassword, "password", "u-bob",
				true},
			{"unknown", "zoe", oldPassword, "unknown", "", false},
			{"unknown address", "zoe@example.org", oldPassword, "unknown", "", false},
			{"locked, wrong password", "ada", newPassword, "password", "u-ada", true},
			{"closed, right password", "cleo", oldPassword, "closed", "u-cleo", false},
			{"closed, by address", "cleo@example.org", oldPassword, "closed", "u-cleo", false},
			{"no password", "dan", oldPassword, "no_password", "u-dan", false},
			{"blocked, right password", "gil", oldPassword, "blocked", "u-gil", true},
			{"blocked, wrong password", "gil@example.org", newPassword, "blocked", "u-gil", true},
			{"address of two", "both@example.org", oldPassword, "several_accounts", "", false},
			{"an id", "u-bob", oldPassword, "unknown", "", false},
			{"markup", "<b>bob</b>", oldPassword, "unknown", "", false},
		} {
			calls := &counting{DB: w.db, calls: map[string]int{}}
			w.All = wiring.Rooms(*w.Core, calls)
			before, known := w.Hasher.Hashes(), len(loginsOf(w, row.account))
			_, err := w.Account.SignIn(t.Context(), faraway, row.who, row.plain)
			w.All = wiring.Rooms(*w.Core, w.db)
			want := &security.Refusal{Code: refusal.SignInWrong, Field: "identifier"}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.name, diff)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", row.name, n)
			}
			if diff := cmp.Diff(map[string]int{"spend": 2, "pace": 1, "look up": 1,
				"password try": 1,
				"commit":       1}, calls.calls); diff != "" {
				t.Errorf("%s: calls (-want +got):\n%s", row.name, diff)
			}
			if e := calls.last; e.Kind != audit.SignInRefused || e.Account != row.account ||
				e.Data["why"] != row.why || e.By.Kind != security.ByStranger {
				t.Errorf("%s: recorded %+v", row.name, e)
			}
			if n := len(loginsOf(w, row.account)) - known; (n == 1) != row.login {
				t.Errorf("%s: %d failed logins", row.name, n)
			}
		}
		for _, row := range []struct {
			who, plain string
			code       refusal.Code
			field      string
		}{
			{" ", oldPassword, refusal.IdentifierEmpty, "identifier"},
			{fmt.Sprintf("%0321d", 0), oldPassword, refusal.IdentifierLong, "identifier"},
			{"bob", "", refusal.PasswordMissing, "password"},
		} {
			_, err := w.Account.SignIn(t.Context(), faraway, row.who, row.plain)
			wantField(t, err, row.field, row.code)
		}
	})
}

// loginsOf lists the logins of an account, newest first.
func loginsOf(w *world, account string) []security.Login {
	w.t.Helper()
	list, err := w.db.Logins(w.t.Context(), account, start.AddDate(-5, 0, 0), 1000)
	w.must(err)
	return list
}

// TestSignIn: the right password opens the account, by either name, and a login becomes known.
func TestSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "alan", "alan@example.org")
		for i, who := range []string{"alan", " ALAN ", "Alan@Example.org"} {
			w.advance(time.Second)
			before := w.Hasher.Hashes()
			u := w.signIn(who)
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", who, n)
			}
			want := access.Session{Kind: access.AccountSession, ID: u.Session.ID,
				Subject: "u-1001", Stage: access.StageIn, StartedAt: w.Now(),
				SeenAt: w.Now(), EndsAt: w.Now().Add(access.SignedInWhole), ProvedAt: w.Now(),
				ProvedBy: access.ProvedByPassword, Seed: u.Session.Seed, Visitor: phone}
			if diff := cmp.Diff(want, u.Session); diff != "" {
				t.Errorf("%s: session (-want +got):\n%s", who, diff)
			}
			logins := loginsOf(w, "u-1001")
			if len(logins) != i+1 || logins[0].ID != "portal-"+u.Session.ID ||
				logins[0].Outcome != risk.Succeeded || logins[0].IP != phone.IP ||
				!logins[0].At.Equal(w.Now()) {
				t.Errorf("%s: logins %+v", who, logins)
			}
			by := security.Actor{Kind: security.ByOwner, ID: "u-1001", Visitor: phone}
			if e := w.linesOf("u-1001", audit.SignedInOK); len(e) != i+1 || e[0].By != by {
				t.Errorf("%s: recorded %+v", who, e)
			}
		}
		// An address that was replaced lately still recovers the account, but is nobody's name.
		w.commit(audit.AccountImported, security.RetireAddress{ID: "u-1001-a1", Account: "u-1001",
			At: w.Now().Add(-time.Hour)})
		_, err := w.Account.SignIn(ctx, phone, "alan@example.org", oldPassword)
		wantRefusal(t, err, refusal.SignInWrong)
	})
}

// TestSignInLocked: after the right password, and only then, a locked account says so; nobody gets
// a session, and the owner hears that somebody had the password.
func TestSignInLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.ada()
		w.deliver()
		for range 3 {
			before := w.Hasher.Hashes()
			_, err := w.Account.SignIn(t.Context(), faraway, "ada@example.org", oldPassword)
			want := &security.Refusal{Code: refusal.AccountLockedOut, Args: []string{"ada", "locked"}}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%d hashes", n)
			}
		}
		l := loginsOf(w, "u-1001")
		if len(l) != 3 || l[0].Outcome != risk.Stopped || l[0].StoppedBy != "other" ||
			l[0].IP != faraway.IP {
			t.Errorf("logins %+v", l)
		}
		if e := w.linesOf("u-1001", audit.SignInLocked); len(e) != 3 || e[0].Case != c.ID ||
			e[0].By.Kind != security.ByStranger {
			t.Errorf("recorded %+v", e)
		}
		if open := w.sessionsOf(access.AccountSession, "u-1001"); len(open) != 0 {
			t.Errorf("sessions %+v", open)
		}
	})
}

// TestLockEndsSignedIn: a lockout, a new password and a closed account end what was open, and an
// unlocked account does not bring it back.
func TestLockEndsSignedIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		tok := w.accountToken(u.Session)
		c := w.lock("alan")
		if _, err := w.Account.EnterAccount(ctx, phone, tok); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("locked: %v", err)
		}
		w.commit(audit.CaseResumed, review.UnlockAccount{Account: "u-1001", Case: c.ID})
		if _, err := w.Account.EnterAccount(ctx, phone, tok); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("resumed: %v", err)
		}
		data, err := w.db.Evidence(ctx, c.ID)
		w.must(err)
		var frozen lockout.Evidence
		w.must(json.Unmarshal(data, &frozen))
		if len(frozen.Sessions) != 1 || frozen.Sessions[0].Kind != lockout.VisitSignedIn ||
			frozen.Sessions[0].ID != u.Session.ID || !frozen.Sessions[0].EndedAt.IsZero() {
			t.Errorf("frozen %+v", frozen.Sessions)
		}
		w.deliver()
		u = w.signIn("alan")
		o := w.visit("alan")
		_, err = w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		if _, err := w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("after a new password: %v", err)
		}
		_, err = w.Account.SignIn(ctx, phone, "alan", oldPassword)
		wantRefusal(t, err, refusal.SignInWrong)
	})
}

// hooked is a store that lets something come between the look at an account and the commit.
type hooked struct {
	*store.DB
	once atomic.Bool
	act  func()
}

func (h *hooked) Factors(ctx context.Context, account string) ([]security.Factor, error) {
	list, err := h.DB.Factors(ctx, account)
	if h.once.CompareAndSwap(false, true) {
		h.act()
	}
	return list, err
}

// TestSignInRacesAgainst what changes the account in the same moment: nobody is let in by what
// counted a moment ago.
func TestSignInRacesAgainst(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		act  func(w *world)
		want refusal.Code // "" lets in
	}{
		"a lockout": {func(w *world) { w.lock("alan") }, refusal.AccountLockedOut},
		"another password": {func(w *world) {
			a := w.accountOf("u-1001")
			hash, err := w.Hasher.Hash(w.t.Context(), newPassword)
			w.must(err)
			w.commit(audit.PasswordUpdated, security.SetPassword{Account: a.ID, Hash: hash,
				At: w.Now(), IfVersion: a.Version})
		}, refusal.SignInWrong},
		"the same password, hashed anew": {func(w *world) {
			hash, err := w.Hasher.Hash(w.t.Context(), oldPassword)
			w.must(err)
			w.commit(audit.SignedInOK, signin.Rehash{Account: "u-1001",
				Old: w.accountOf("u-1001").PasswordHash, Hash: hash})
		}, ""},
		"the end of the account": {func(w *world) {
			a := w.accountOf("u-1001")
			a.Closed = true
			w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		}, refusal.SignInWrong},
		"another sign-in": {func(w *world) { w.signIn("alan") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.account("u-1001", "alan", "alan@example.org")
			w.All = wiring.Rooms(*w.Core, &hooked{DB: w.db, act: func() { row.act(w) }})
			tok, err := w.Account.SignIn(t.Context(), phone, "alan", oldPassword)
			if row.want == "" {
				w.must(err)
				w.entered(tok)
				return
			}
			wantRefusal(t, err, row.want)
			if live := w.sessionsOf(access.AccountSession, "u-1001"); len(live) != 0 {
				t.Errorf("sessions %+v", live)
			}
		})
	}
}
