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
	"regain/security/account"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/seal"
	"regain/security/staff"
	"regain/security/token"
)

// knownBy is the visitor whose browser the session of a token makes known.
func (w *world) knownBy(v security.Visitor, kind access.SessionKind, tok string) security.Visitor {
	w.t.Helper()
	device, err := w.Access.KnowDevice(w.t.Context(), access.Presented{Kind: kind, Visitor: v,
		Token: tok})
	w.must(err)
	v.Device = device
	return v
}

// known is a new sign-in of an account, in a browser that is known from then on.
func (w *world) known(who string) (security.Visitor, *account.SignedIn) {
	w.t.Helper()
	u := w.signIn(who)
	return w.knownBy(phone, access.AccountSession, w.accountToken(u.Session)), u
}

func (w *world) knows(v security.Visitor, subject string) bool {
	w.t.Helper()
	known, err := w.Access.Knows(w.t.Context(), v, subject)
	w.must(err)
	return known
}

// TestForgottenBrowsers: what takes the sessions of somebody away makes their browsers strangers,
// too, and signing out does not.
func TestForgottenBrowsers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		out := func(u *account.SignedIn) { w.must(w.Account.SignOutAccount(ctx, u)) }
		for i, row := range []struct {
			name string
			do   func(u *account.SignedIn) error
			kept bool
		}{
			{"signing out", func(u *account.SignedIn) error {
				return w.Account.SignOutAccount(ctx, u)
			}, true},
			{"time", func(*account.SignedIn) error {
				w.advance(access.DeviceLife - time.Second)
				return nil
			}, true},
			{"more time", func(*account.SignedIn) error {
				w.advance(access.DeviceLife)
				return nil
			}, false},
			{"signing out everywhere", func(u *account.SignedIn) error {
				return w.Account.SignOutEverywhere(ctx, u)
			}, false},
			{"ending the session elsewhere", func(u *account.SignedIn) error {
				return w.Account.EndOwnSession(ctx, w.signIn(u.Account.Username), u.Session.ID)
			}, false},
			{"ending all others, after signing out", func(u *account.SignedIn) error {
				out(u)
				return w.Account.EndOtherSessions(ctx, w.signIn(u.Account.Username))
			}, false},
			{"ending all others here", func(u *account.SignedIn) error {
				return w.Account.EndOtherSessions(ctx, u)
			}, true},
			{"another password elsewhere", func(u *account.SignedIn) error {
				_, err := w.Account.ChangePassword(ctx, w.signIn(u.Account.Username), oldPassword,
					newPassword)
				return err
			}, false},
			{"another password in a recovery", func(u *account.SignedIn) error {
				out(u)
				_, mails := w.asked(u.Account.Username)
				o := w.enter(mailed[notice.RecoveryLink](w, mails).Link)
				_, err := w.Guided.UpdatePassword(ctx, o, newPassword)
				return err
			}, false},
			{"the end of the sessions of the account", func(u *account.SignedIn) error {
				out(u)
				e := w.Event(security.Operator("x"), audit.WaysInEnded, w.Now())
				e.Account = u.Account.ID
				return w.Access.EndWaysIn(ctx, e)
			}, false},
			{"a lockout", func(u *account.SignedIn) error {
				out(u)
				w.lock(u.Account.Username)
				return nil
			}, false},
			{"a restore", func(u *account.SignedIn) error {
				out(u)
				return w.Access.EndWaysIn(ctx, w.Event(security.Operator("x"),
					audit.DatabaseRestored, w.Now()))
			}, false},
		} {
			who, other := fmt.Sprint("user", i), fmt.Sprint("other", i)
			w.account(who, who, who+"@example.org")
			w.account(other, other, other+"@example.org")
			v, u := w.known(who)
			beside, _ := w.known(other)
			if !w.knows(v, who) || w.knows(v, other) || w.knows(v, "") || !w.knows(beside, other) {
				t.Fatalf("%s: known: %t, to another one: %t, to nobody: %t", row.name,
					w.knows(v, who), w.knows(v, other), w.knows(v, ""))
			}
			w.must(row.do(u))
			if w.knows(v, who) != row.kept {
				t.Errorf("%s: known: %t", row.name, !row.kept)
			}
			all := row.name == "a restore" || row.name == "more time"
			if w.knows(beside, other) == all {
				t.Errorf("%s: another one is known: %t", row.name, all)
			}
		}
	})
}

// TestForgottenBrowsersOfStaff: whoever may not sign in any more has no browser that is known.
func TestForgottenBrowsersOfStaff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		operator := security.Operator("x")
		for i, row := range []struct {
			name string
			do   func(m *staff.Member, who staff.Invitee) error
			kept bool
		}{
			{"signing out", func(m *staff.Member, _ staff.Invitee) error {
				return w.Staff.SignOutStaff(ctx, m)
			}, true},
			{"disabled", func(m *staff.Member, _ staff.Invitee) error {
				w.must(w.Staff.SignOutStaff(ctx, m))
				_, err := w.Staff.DisableStaff(ctx, operator, m.Email)
				return err
			}, false},
			{"invited anew", func(m *staff.Member, who staff.Invitee) error {
				w.must(w.Staff.SignOutStaff(ctx, m))
				_, err := w.Staff.InviteStaff(ctx, operator, who)
				w.deliver()
				return err
			}, false},
			{"a restore", func(*staff.Member, staff.Invitee) error {
				return w.Access.EndWaysIn(ctx, w.Event(operator, audit.DatabaseRestored, w.Now()))
			}, false},
		} {
			who := ben
			who.Email = fmt.Sprintf("ben%d@market.example", i)
			m, _, _ := w.joined(who)
			w.deliver()
			v := w.knownBy(console, access.StaffSession, w.staffToken(m))
			if !w.knows(v, m.ID) {
				t.Fatalf("%s: not known before", row.name)
			}
			w.must(row.do(m, who))
			if w.knows(v, m.ID) != row.kept {
				t.Errorf("%s: known: %t", row.name, !row.kept)
			}
		}
	})
}

// TestKnownBrowserIsReplaced: a sign-in makes worthless what the browser was known by before, and
// one that owes its second factor changes nothing.
func TestKnownBrowserIsReplaced(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "alan", "alan@example.org")
	again := func(v security.Visitor) (security.Visitor, *account.SignedIn) {
		tok, err := w.Account.SignIn(t.Context(), v, "alan", oldPassword)
		w.must(err)
		u, err := w.Account.EnterAccount(t.Context(), v, tok)
		w.must(err)
		return w.knownBy(v, access.AccountSession, tok), u
	}
	first, _ := w.known("alan")
	second, u := again(first)
	if w.knows(first, "u-1001") || !w.knows(second, "u-1001") {
		t.Errorf("known by the first: %t, by the second: %t", w.knows(first, "u-1001"),
			w.knows(second, "u-1001"))
	}
	u, seed := w.withApp(u)
	w.advance(time.Minute)
	v, half := again(second)
	if v.Device != "" || !w.knows(second, "u-1001") {
		t.Errorf("known by half a sign-in: %t; by the one before: %t", v.Device != "",
			w.knows(second, "u-1001"))
	}
	v.Device = w.Keys.Sign("device", half.Session.ID)
	if w.knows(v, "u-1001") {
		t.Error("known by a session that owes its second factor")
	}
	tok, err := w.Account.ProveSignIn(t.Context(), half, w.app(seed))
	w.must(err)
	if third := w.knownBy(second, access.AccountSession, tok); w.knows(second, "u-1001") ||
		!w.knows(third, "u-1001") {
		t.Errorf("known by the second: %t, by the third: %t", w.knows(second, "u-1001"),
			w.knows(third, "u-1001"))
	}
	v.Device = w.accountToken(u.Session)
	if w.knows(v, "u-1001") {
		t.Error("known by the token of a session")
	}
}

// TestKnownBrowserInARace: thirty tries at once, while strangers have used up theirs, are no more
// than the browser has.
func TestKnownBrowserInARace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "alan", "alan@example.org")
		v, _ := w.known("alan")
		for n := range 22 {
			_, _ = w.Account.SignIn(t.Context(), far(n), "alan", newPassword)
		}
		before := w.Hasher.Hashes()
		errs := make([]error, 30)
		together(errs, func(int) error {
			_, err := w.Account.SignIn(t.Context(), v, "alan", newPassword)
			return err
		})
		waits := 0
		for _, err := range errs {
			r, ok := errors.AsType[*security.Refusal](err)
			switch { // refusals at once may get in each other's way on record
			case ok && r.Code == refusal.TooManyTries:
				waits++
			case !errors.Is(err, security.ErrConflict) && (!ok || r.Code != refusal.SignInWrong):
				t.Errorf("unexpected: %v", err)
			}
		}
		if waits != len(errs)-6 {
			t.Errorf("%d of %d have to wait", waits, len(errs))
		}
		if n := w.Hasher.Hashes() - before; n != 6 {
			t.Errorf("%d hashes", n)
		}
	})
}

// TestKnownBrowsersTogether: all browsers of an account together sign in only so often past the
// budget of their address, right or wrong.
func TestKnownBrowsersTogether(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "alan", "alan@example.org")
	v, _ := w.known("alan")
	for range limits.SignIn.Burst {
		_, _ = w.Account.SignIn(t.Context(), phone, "nobody", newPassword)
	}
	n := 0
	for ; n < 100; n++ {
		tok, err := w.Account.SignIn(t.Context(), v, "alan", oldPassword)
		if err != nil {
			wantRefusal(t, err, refusal.TooManyTries)
			break
		}
		v = w.knownBy(v, access.AccountSession, tok)
	}
	if n != limits.SignInKnown.Burst {
		t.Errorf("%d sign-ins", n)
	}
}

// TestKnownBrowserTellsNobody: a browser that is known to one account learns nothing of another
// name: one hash, the same calls of the database and the same answer, whether anybody has it.
func TestKnownBrowserTellsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "alan", "alan@example.org")
		v, _ := w.known("alan")
		signInPeople(w)
		for _, who := range []string{"bob", "bob@example.org", "zoe", "cleo", "dan", "ada",
			"both@example.org"} {
			calls := &counting{DB: w.db, calls: map[string]int{}}
			w.All = wiring.Rooms(*w.Core, calls)
			before := w.Hasher.Hashes()
			_, err := w.Account.SignIn(t.Context(), v, who, newPassword)
			w.All = wiring.Rooms(*w.Core, w.db)
			want := &security.Refusal{Code: refusal.SignInWrong, Field: "identifier"}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("%s (-want +got):\n%s", who, diff)
			}
			if n := w.Hasher.Hashes() - before; n != 1 {
				t.Errorf("%s: %d hashes", who, n)
			}
			if diff := cmp.Diff(map[string]int{"session": 1, "spend": 2, "pace": 1, "look up": 1,
				"password try": 1, "commit": 1}, calls.calls); diff != "" {
				t.Errorf("%s: calls (-want +got):\n%s", who, diff)
			}
		}
	})
}

// TestKnownBrowserAndTheSecret: a newer secret leaves browsers known as long as the older one is at
// hand.
func TestKnownBrowserAndTheSecret(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "alan", "alan@example.org")
	v, _ := w.known("alan")
	newer := []byte("fedcba9876543210fedcba9876543210")
	for _, row := range []struct {
		older [][]byte
		known bool
	}{{[][]byte{secret}, true}, {nil, false}} {
		keys, err := token.NewKeys(newer, row.older...)
		w.must(err)
		box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
		w.must(err)
		core := *w.Core
		core.Keys, core.Box = keys, box
		w.All = wiring.Rooms(core, w.db)
		if w.knows(v, "u-1001") != row.known {
			t.Errorf("known with %d older secrets: %t", len(row.older), !row.known)
		}
		for n := range 22 {
			_, _ = w.Account.SignIn(t.Context(), far(n), "alan", newPassword)
		}
		_, err = w.Account.SignIn(t.Context(), v, "alan", oldPassword)
		if (err == nil) != row.known {
			t.Errorf("with %d older secrets: %v", len(row.older), err)
		}
	}
}

// TestKnownBrowserAsksForAMail: it goes before a flood of requests, and by a pause of its own,
// whatever strangers have mailed to the recipient; which is as long as theirs.
func TestKnownBrowserAsksForAMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "alan", "alan@example.org")
		v, _ := w.known("alan")
		var to []string
		for i := range limits.SelfRequested.Burst + 5 {
			name := fmt.Sprint("user", i)
			w.account(name, name, name+"@example.org")
			_, err := w.Guided.Request(ctx, phone, name)
			w.must(err)
		}
		w.resolve()
		w.resolve()
		w.advance(time.Millisecond)
		_, err := w.Guided.Request(ctx, v, "alan")
		w.must(err)
		w.resolve()
		for _, m := range w.deliver() {
			to = append(to, m.To)
		}
		if at := slices.Index(to, "alan@example.org"); at != limits.SelfRequested.Burst {
			t.Errorf("the owner's mail left as number %d of %d", at, len(to))
		}
		asked := func(v security.Visitor) (n int) {
			for range 10 {
				_, err := w.Guided.Request(ctx, v, "alan@example.org")
				w.must(err)
				w.resolve()
				n += len(w.deliver())
			}
			return n
		}
		if n := asked(phone); n != 4 {
			t.Errorf("%d mails for a stranger", n)
		}
		if n := asked(v); n != 3 {
			t.Errorf("%d more mails for a known browser", n)
		}
		stranger := v
		stranger.Device += "x"
		w.advance(15 * time.Minute)
		if n := asked(v) + asked(stranger); n != 2 {
			t.Errorf("%d mails after a quarter of an hour", n)
		}
	})
}
