package security_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/wiring"
	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/token"
)

// shop is a program of the marketplace.
var shop = security.Actor{Kind: security.ByHost, ID: "KEY", Visitor: security.Visitor{IP: "198.51.100.1"}}

// signing is a sign-in at the marketplace by name and password, from where v is.
func signing(v security.Visitor, who, plain string) feed.SignIn {
	return feed.SignIn{Login: security.Login{ID: token.ID(), IP: v.IP, Agent: v.Agent}, Typed: who,
		Password: plain}
}

// with is a sign-in under an id, with a code.
func with(t feed.SignIn, id, code string) feed.SignIn {
	t.ID, t.Code = id, code
	return t
}

// shopAsks has the marketplace ask about a sign-in, and returns the decision in a line.
func (w *world) shopAsks(t feed.SignIn) string {
	w.t.Helper()
	d, err := w.Feed.TellSignIn(w.t.Context(), shop, t)
	if told, ok := errors.AsType[*feed.LineError](err); ok {
		return string(told.Code)
	}
	w.must(err)
	said := string(d.Verdict)
	for _, why := range d.Reasons {
		said += " " + string(why)
	}
	for _, kind := range d.Factors {
		said += " +" + kind
	}
	if d.Retry > 0 {
		said += " " + d.Retry.String()
	}
	return said + " " + d.Account
}

// TestHostSignInTellsNobody: a marketplace that asks with a wrong password learns nothing, and waits as
// long for it as anybody at the portal: one hash, and the same calls of the database.
func TestHostSignInTellsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		signInPeople(w)
		for _, row := range []struct {
			name, typed, account, plain, why string
			about                            string // on the audit trail
			login                            bool   // a failed login becomes known
		}{
			{"wrong password", "bob", "", newPassword, "password", "u-bob", true},
			{"wrong password, by id", "", "u-bob", newPassword, "password", "u-bob", true},
			{"unknown", "zoe", "", oldPassword, "unknown", "", false},
			{"unknown id", "", "u-zoe", oldPassword, "unknown", "", false},
			{"locked, wrong password", "ada", "", newPassword, "password", "u-ada", true},
			{"closed, wrong password", "", "u-cleo", newPassword, "closed", "u-cleo", false},
			{"no password", "", "u-dan", oldPassword, "no_password", "u-dan", false},
			{"blocked, right password", "", "u-gil", oldPassword, "blocked", "u-gil", true},
			{"address of two", "both@example.org", "", oldPassword, "several_accounts", "", false},
		} {
			calls := &counting{DB: w.db, calls: map[string]int{}}
			w.All = wiring.Rooms(*w.Core, calls)
			before, known := w.Hasher.Hashes(), len(loginsOf(w, row.about))
			in := signing(faraway, row.typed, row.plain)
			in.Account = row.account
			d, err := w.Feed.TellSignIn(t.Context(), shop, in)
			w.must(err)
			w.All = wiring.Rooms(*w.Core, w.db)
			want := feed.Decision{Account: row.account, Verdict: feed.Refuse,
				Reasons: []feed.Why{feed.WrongCredentials}}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.name, diff)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", row.name, n)
			}
			looks := map[string]int{"spend": 2, "pace": 1, "password try": 1, "commit": 1}
			if row.typed != "" {
				looks["look up"] = 1
			}
			if diff := cmp.Diff(looks, calls.calls); diff != "" {
				t.Errorf("%s: calls (-want +got):\n%s", row.name, diff)
			}
			if e := calls.last; e.Kind != audit.SignInRefused || e.Account != row.about ||
				e.Data["why"] != row.why || e.Data["key"] != shop.ID || e.By.Kind != security.ByStranger ||
				e.By.IP != faraway.IP {
				t.Errorf("%s: recorded %+v", row.name, e)
			}
			if n := len(loginsOf(w, row.about)) - known; (n == 1) != row.login {
				t.Errorf("%s: %d failed logins", row.name, n)
			}
		}
	})
}

// TestHostSignIn: what a marketplace is told after the right password, each for one hash.
func TestHostSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		signInPeople(w)
		_, seed, codes := w.protected()
		w.account("u-short", "short", "short@example.org")
		short := w.accountOf("u-short")
		w.commit(audit.PasswordChanged, security.SetPassword{Account: short.ID, Hash: short.PasswordHash,
			Short: true, At: w.Now(), IfVersion: short.Version})
		app := func() string { return w.app(seed) }
		none := func() string { return "" }
		for _, row := range []struct {
			name string
			from security.Visitor
			who  string
			code func() string
			want string
		}{
			{"the first one", phone, "bob", none, "allow u-bob"},
			{"at home", phone, "bob@example.org", none, "allow u-bob"},
			{"elsewhere", faraway, "bob", none,
				"challenge unfamiliar_country unfamiliar_device impossible_travel u-bob"},
			{"from nowhere on the map", security.Visitor{IP: "10.0.0.1"}, "bob", none,
				"challenge unfamiliar_country unfamiliar_device u-bob"},
			{"a code that nobody asked for", phone, "bob", func() string { return "123456" }, "allow u-bob"},
			{"locked", phone, "ada", none, "refuse security_lockout u-ada"},
			{"closed", phone, "cleo", none, "refuse account_closed u-cleo"},
			{"outgrown", phone, "short", none, "refuse password_outgrown u-short"},
			{"second factor", phone, "alan", none, "challenge second_factor_due +totp u-1001"},
			{"wrong code", phone, "alan", func() string { return "000000" },
				"refuse second_factor_wrong +totp u-1001"},
			{"no code at all", phone, "alan", func() string { return "abc" },
				"refuse second_factor_wrong +totp u-1001"},
			{"code", phone, "alan", app, "allow +totp u-1001"},
			{"code again", phone, "alan", app, "refuse second_factor_wrong +totp u-1001"},
			{"recovery code, elsewhere", faraway, "alan", func() string { return codes[0] },
				"allow +totp u-1001"},
			{"recovery code again", phone, "alan", func() string { return codes[0] },
				"refuse second_factor_wrong +totp u-1001"},
		} {
			before := w.Hasher.Hashes()
			in := with(signing(row.from, row.who, oldPassword), "s-"+row.name, row.code())
			if row.who == "cleo" {
				in.Typed, in.Account = "", "u-cleo"
			}
			if got := w.shopAsks(in); got != row.want {
				t.Errorf("%s: %s, want %s", row.name, got, row.want)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", row.name, n)
			}
		}
		if live := w.sessionsOf(access.AccountSession, "u-bob"); len(live) != 0 {
			t.Errorf("sessions without a second factor: %+v", live)
		}
		l, err := w.db.Login(t.Context(), "s-locked")
		if err != nil || l.Outcome != risk.Stopped || l.IP != phone.IP || l.Agent != phone.Agent {
			t.Errorf("stopped login %+v, %v", l, err)
		}
		if l, err = w.db.Login(t.Context(), "s-code"); err != nil || l.Outcome != risk.Succeeded {
			t.Errorf("login by code %+v, %v", l, err)
		}
	})
}

// TestHostSignInOnce: a sign-in is recorded once. Under an id that is on record the password is checked
// all the same, and only who has the right one hears what is.
func TestHostSignInOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, seed, _ := w.protected()
		w.account("u-bob", "bob", "bob@example.org")
		code := w.app(seed)
		bob, alan := signing(phone, "bob", oldPassword), signing(phone, "alan", oldPassword)
		for _, row := range []struct {
			name string
			in   feed.SignIn
			want string
		}{
			{"right", with(bob, "b-1", ""), "allow u-bob"},
			{"the same", with(bob, "b-1", ""), "allow u-bob"},
			{"another password", with(signing(phone, "bob", newPassword), "b-1", ""),
				"refuse wrong_credentials "},
			{"from elsewhere", with(signing(faraway, "bob", oldPassword), "b-1", ""), "other_content"},
			{"the id of somebody else", with(alan, "b-1", ""), "other_content"},
			{"wrong", with(signing(phone, "bob", newPassword), "b-2", ""), "refuse wrong_credentials "},
			{"wrong again", with(signing(phone, "bob", newPassword), "b-2", ""), "refuse wrong_credentials "},
			{"then right", with(bob, "b-2", ""), "other_content"},
			{"due", with(alan, "a-1", ""), "challenge second_factor_due +totp u-1001"},
			{"still due", with(alan, "a-1", ""), "challenge second_factor_due +totp u-1001"},
			{"wrong code", with(alan, "a-1", "000000"), "refuse second_factor_wrong +totp u-1001"},
			{"right code", with(alan, "a-1", code), "allow +totp u-1001"},
			{"the same code", with(alan, "a-1", code), "allow +totp u-1001"},
			{"the same without", with(alan, "a-1", ""), "other_content"},
			{"the code under another id", with(alan, "a-2", code), "refuse second_factor_wrong +totp u-1001"},
		} {
			logins := len(loginsOf(w, "u-bob")) + len(loginsOf(w, "u-1001"))
			before := w.Hasher.Hashes()
			if got := w.shopAsks(row.in); got != row.want {
				t.Errorf("%s: %s, want %s", row.name, got, row.want)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", row.name, n)
			}
			fresh := slices.Contains([]string{"right", "wrong", "right code"}, row.name)
			if n := len(loginsOf(w, "u-bob")) + len(loginsOf(w, "u-1001")) - logins; (n == 1) != fresh || n > 1 {
				t.Errorf("%s: %d more logins", row.name, n)
			}
		}
		w.advance(access.SignedInHalf)
		if got := w.shopAsks(with(alan, "a-1", code)); got != "other_content" {
			t.Errorf("an old code under its id: %s", got)
		}
		w.advance(24 * time.Hour) // what is on record gives no tries back
		c := w.lock("bob")
		for range 2 {
			if got := w.shopAsks(with(bob, "b-3", "")); got != "refuse security_lockout u-bob" {
				t.Errorf("locked: %s", got)
			}
		}
		if n := len(w.linesOf("u-bob", audit.SignInLocked)); n != 1 {
			t.Errorf("%d lines of %s", n, c.Number)
		}
	})
}

// TestHostSignInRace: of many who show one code at once, under ids of their own, one is let in. Copies of
// one sign-in are all answered alike, or asked to come again, and recorded once.
func TestHostSignInRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, seed, codes := w.protected()
		const crowd = 12
		for name, code := range map[string]func() string{
			"authenticator": func() string { return w.app(seed) },
			"recovery code": func() string { return codes[3] },
		} {
			w.advance(time.Hour)
			typed, before := code(), len(loginsOf(w, "u-1001"))
			allowed := make([]bool, crowd)
			w.race(crowd, func(i int) error {
				in := with(signing(phone, "alan", oldPassword), fmt.Sprint(name, i), typed)
				d, err := w.Feed.TellSignIn(t.Context(), shop, in)
				allowed[i] = d.Verdict == feed.Allow
				return err
			})
			n := 0
			for _, in := range allowed {
				if in {
					n++
				}
			}
			if logins := len(loginsOf(w, "u-1001")) - before; n != 1 || logins != 1 {
				t.Errorf("%s: %d were let in, %d logins", name, n, logins)
			}
		}
		w.account("u-bob", "bob", "bob@example.org")
		w.race(crowd/3, func(int) error {
			d, err := w.Feed.TellSignIn(t.Context(), shop, with(signing(phone, "bob", oldPassword), "one", ""))
			if err == nil && d.Verdict != feed.Allow {
				t.Errorf("%+v", d)
			}
			return ignoring(err, security.ErrConflict)
		})
		if n := len(loginsOf(w, "u-bob")); n != 1 {
			t.Errorf("%d logins", n)
		}
	})
}

// TestHostSignInCopies: a crowd that tells of one sign-in at the same moment is answered in the same way,
// and it is recorded once.
func TestHostSignInCopies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-bob", "bob", "bob@example.org")
		w.race(60, func(int) error {
			d, err := w.Feed.TellSignIn(t.Context(), shop, feed.SignIn{Login: security.Login{ID: "one",
				Account: "u-bob", At: w.Now(), IP: phone.IP, Agent: phone.Agent, Outcome: risk.Succeeded}})
			if err == nil && d.Verdict != feed.Allow {
				t.Errorf("%+v", d)
			}
			return err
		})
		if n := len(loginsOf(w, "u-bob")); n != 1 {
			t.Errorf("%d logins", n)
		}
	})
}

// ignoring is err but for one kind.
func ignoring(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}

// TestHostSignInShares: wrong tries at the portal count at the marketplace and the other way round: of a
// name, of a password, of a second factor and of an address.
func TestHostSignInShares(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	_, seed, _ := w.protected()
	for _, name := range []string{"bob", "eve"} {
		w.account("u-"+name, name, name+"@example.org")
	}
	byID := signing(phone, "", oldPassword)
	byID.Account = "u-eve"
	for range 6 {
		w.waited(phone, "bob")
		w.shopAsks(signing(phone, "eve", newPassword))
	}
	if got := w.shopAsks(signing(phone, "bob", oldPassword)); got != "refuse too_many_tries 30s " {
		t.Errorf("after tries at the portal: %s", got)
	}
	if got := w.shopAsks(byID); got != "refuse too_many_tries 30s u-eve" {
		t.Errorf("by id after tries by name: %s", got)
	}
	if wait := w.waited(phone, "eve"); wait != 30*time.Second {
		t.Errorf("after tries at the marketplace the portal asks to wait %s", wait)
	}
	w.advance(time.Hour)
	half := w.signIn("alan")
	for range 3 {
		_, err := w.Account.ProveSignIn(ctx, half, "000000")
		wantField(t, err, "code", refusal.CodeWrong)
	}
	for range 2 {
		w.shopAsks(with(signing(phone, "alan", oldPassword), "x", "000000"))
	}
	if got := w.shopAsks(with(signing(phone, "alan", oldPassword), "x", w.app(seed))); got !=
		"refuse too_many_tries +totp 3m0s u-1001" {
		t.Errorf("codes: %s", got)
	}
	for n := range 200 {
		w.shopAsks(signing(faraway, fmt.Sprint("nobody", n), newPassword))
	}
	if wait := w.waited(faraway, "bob"); wait == 0 {
		t.Error("the portal has tries left for an address that has none at the marketplace")
	}
}

// TestHostSignInBlocks: wrong passwords in a row take the password from strangers, wherever they were
// typed, and no browser is known to the marketplace's sign-in.
func TestHostSignInBlocks(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-bob", "bob", "bob@example.org")
	for n := range 80 {
		w.advance(time.Hour)
		if n%2 == 0 {
			w.waited(phone, "bob")
		} else if got := w.shopAsks(signing(phone, "bob", newPassword)); got != "refuse wrong_credentials " {
			t.Fatalf("try %d: %s", n, got)
		}
	}
	w.advance(time.Hour)
	if got := w.shopAsks(signing(phone, "bob", oldPassword)); got != "refuse wrong_credentials " {
		t.Errorf("after eighty: %s", got)
	}
	mailed[notice.PasswordBlocked](w, w.deliver())
	if n := len(w.linesOf("u-bob", audit.PasswordBlocked)); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// TestHostSignInHalf: a sign-in at the marketplace that never shows its second factor is closed like one
// at the portal: its owner hears of it when it came from elsewhere, or a code was wrong.
func TestHostSignInHalf(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, seed, _ := w.protected()
		for _, row := range []struct {
			name, code string
			from       security.Visitor
			stopped    int
		}{
			{"at home", "", phone, 0}, {"at home, wrong code", "000000", phone, 1},
			{"elsewhere", "", faraway, 1}, {"elsewhere, wrong code", "000000", faraway, 1},
		} {
			w.advance(24 * time.Hour)
			before := len(loginsOf(w, "u-1001"))
			w.shopAsks(with(signing(row.from, "alan", oldPassword), row.name, row.code))
			w.advance(access.SignedInHalf + time.Millisecond)
			if n, err := w.SignIn.CloseHalfSignIns(t.Context()); n != 1 || err != nil {
				t.Errorf("%s: %d closed, %v", row.name, n, err)
			}
			logins := loginsOf(w, "u-1001")
			if n := len(logins) - before; n != row.stopped || n > 0 && logins[0].Outcome != risk.Stopped {
				t.Errorf("%s: %d logins, %+v", row.name, n, logins[:n])
			}
		}
		w.advance(24 * time.Hour)
		for _, code := range []string{"", "", "000000", w.app(seed)} { // one sign-in, done in the end
			w.shopAsks(with(signing(faraway, "alan", oldPassword), "done", code))
		}
		w.advance(access.SignedInHalf + time.Millisecond)
		if n, err := w.SignIn.CloseHalfSignIns(t.Context()); n != 0 || err != nil {
			t.Errorf("%d halves of one that was done, %v", n, err)
		}
		if got := w.shopAsks(with(signing(phone, "alan", oldPassword), "at home", "")); got !=
			"challenge second_factor_due +totp u-1001" {
			t.Errorf("under the id of one that is over: %s", got)
		}
	})
}
