package security_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// half signs in with the password alone.
func (w *world) half(email string) *staff.Member {
	w.t.Helper()
	session, err := w.Staff.SignInStaff(w.t.Context(), console, email, staffPassword)
	w.must(err)
	return w.staff(session)
}

func TestSignInStaff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, secret, codes := w.joined(ben)
		w.advance(time.Minute)
		m := w.half(" BEN@market.EXAMPLE ")
		if m.Stage() != access.StageVerify || m.Session.Until().Sub(w.Now()) != access.StaffHalf {
			t.Errorf("stage %q until %s", m.Stage(), m.Session.Until())
		}
		code := w.app(secret)
		session, err := w.Staff.ProveStaff(ctx, m, code)
		w.must(err)
		if _, err := w.Staff.EnterStaff(ctx, console, w.staffToken(m)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the token from before lives: %v", err)
		}
		if m = w.staff(session); m.Stage() != access.StageIn ||
			m.Session.EndsAt.Sub(w.Now()) != access.StaffWhole {
			t.Errorf("stage %q, ends %s", m.Stage(), m.Session.EndsAt)
		}
		n := w.half(ben.Email)
		_, err = w.Staff.ProveStaff(ctx, n, code)
		wantRefusal(t, err, refusal.CodeSpent)
		if _, err = w.Staff.ProveStaff(ctx, n, codes[4]); err != nil {
			t.Errorf("recovery code: %v", err)
		}
		_, err = w.Staff.ProveStaff(ctx, w.half(ben.Email), codes[4])
		wantRefusal(t, err, refusal.CodeSpent)
	})
}

// TestSignInTellsNothing: whoever may not sign in is answered as a stranger is,
// after as much work.
func TestSignInTellsNothing(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.joined(ben)
	w.joined(staff.Invitee{Email: "off@market.example", Name: "Off", Role: staff.RoleSupport})
	_, err := w.Staff.DisableStaff(ctx, security.Operator("x"), "off@market.example")
	w.must(err)
	w.invited(staff.Invitee{Email: "new@market.example", Role: staff.RoleSupport})
	for _, row := range []struct{ name, email, plain string }{
		{"wrong password", "ben@market.example", "nine copper lanterns at dusk"},
		{"unknown", "eve@market.example", staffPassword},
		{"no address at all", "ben", staffPassword},
		{"disabled", "off@market.example", staffPassword},
		{"not joined", "new@market.example", staffPassword},
	} {
		before := w.Hasher.Hashes()
		_, err := w.Staff.SignInStaff(ctx, console, row.email, row.plain)
		want := &security.Refusal{Code: refusal.SignInWrong, Field: "identifier"}
		if diff := cmp.Diff(error(want), err); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
		if n := w.Hasher.Hashes() - before; n != 1 {
			t.Errorf("%s: %d hashes", row.name, n)
		}
	}
	_, err = w.Staff.SignInStaff(ctx, console, " ", staffPassword)
	wantRefusal(t, err, refusal.EmailMissing)
	_, err = w.Staff.SignInStaff(ctx, console, "ben@market.example", "")
	wantRefusal(t, err, refusal.PasswordMissing)
}

// TestStaffSignInWaits: one address and one e-mail address are slowed down, whether or not anybody
// has it; a single stranger keeps nobody out, and success forgets the tries.
func TestStaffSignInWaits(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.joined(ben)
	tries := func(email string, from func(i int) security.Visitor) int {
		for n := range 200 {
			_, err := w.Staff.SignInStaff(ctx, from(n), email, "wrong")
			r, ok := errors.AsType[*security.Refusal](err)
			switch {
			case !ok || r.Code != refusal.SignInWrong && r.Code != refusal.TooManyTries:
				t.Fatal(err)
			case r.Code == refusal.TooManyTries:
				return n
			}
		}
		return 200
	}
	stranger := func(int) security.Visitor { return far(999) }
	if known, unknown := tries("BEN@market.example", stranger), tries("eve@market.example",
		stranger); known != 6 || unknown != 6 {
		t.Errorf("from one address %d tries for a member, %d for a stranger, want 6", known,
			unknown)
	}
	w.half(ben.Email) // from elsewhere
	w.advance(24 * time.Hour)
	if known, unknown := tries(ben.Email, far), tries("eve@market.example", far); known != 21 ||
		unknown != 21 {
		t.Errorf("from many %d tries for a member, %d for a stranger, want 21", known, unknown)
	}
	before := w.Hasher.Hashes()
	_, err := w.Staff.SignInStaff(ctx, console, ben.Email, staffPassword)
	wantRefusal(t, err, refusal.TooManyTries)
	if n := w.Hasher.Hashes() - before; n != 0 {
		t.Errorf("%d hashes", n)
	}
	w.advance(30 * time.Second)
	w.half(ben.Email)
	if n := tries(ben.Email, far); n != 21 {
		t.Errorf("%d tries after the sign-in, want 21", n)
	}
	each := func(n int) string { return fmt.Sprintf("m%d@market.example", n) }
	for n := range 121 {
		_, err := w.Staff.SignInStaff(ctx, phone, each(n), "wrong")
		want := refusal.SignInWrong
		if n == 120 {
			want = refusal.TooManyTries
		}
		wantRefusal(t, err, want)
	}
}

// TestProveStaffLimits: five tries, over all sessions of the member.
func TestProveStaffLimits(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	_, secret, _ := w.joined(ben)
	w.advance(time.Minute)
	m := w.half(ben.Email)
	_, err := w.Staff.ProveStaff(ctx, m, " ")
	wantRefusal(t, err, refusal.CodeMissing)
	for i, typed := range []struct {
		code string
		want refusal.Code
	}{{"000000", refusal.CodeWrong}, {"AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", refusal.CodeWrong},
		{"12345a", refusal.CodeLetters}, {"111111", refusal.CodeWrong},
		{"12", refusal.CodeLetters}, {"222222", refusal.CodeWrong},
		{"333333", refusal.CodeWrong}} { // what is no code costs no try
		if i == 3 {
			m = w.half(ben.Email)
		}
		_, err := w.Staff.ProveStaff(ctx, m, typed.code)
		wantRefusal(t, err, typed.want)
	}
	_, err = w.Staff.ProveStaff(ctx, m, w.app(secret))
	wantRefusal(t, err, refusal.TooManyTries)
	w.advance(4 * time.Minute)
	_, err = w.Staff.ProveStaff(ctx, w.half(ben.Email), w.app(secret))
	w.must(err)
}

// TestStaffAuthenticatorEnds: a hundred wrong codes in a row, and it takes none
// any more; a recovery code still does.
func TestStaffAuthenticatorEnds(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	_, secret, codes := w.joined(ben)
	off := 0
	w.db.Committed = func(_ context.Context, c security.Change) {
		if c.Event.Kind == audit.FactorDisabled {
			off++
		}
	}
	for i := range limits.StrangerFailures {
		w.advance(5 * time.Minute)
		_, err := w.Staff.ProveStaff(ctx, w.half(ben.Email), "000000")
		if want := refusal.CodeWrong; i == limits.StrangerFailures-1 {
			wantRefusal(t, err, refusal.FactorOff)
		} else {
			wantRefusal(t, err, want)
		}
	}
	w.advance(5 * time.Minute)
	_, err := w.Staff.ProveStaff(ctx, w.half(ben.Email), w.app(secret))
	wantRefusal(t, err, refusal.FactorOff)
	_, err = w.Staff.ProveStaff(ctx, w.half(ben.Email), codes[0])
	w.must(err)
	if off != 1 {
		t.Errorf("%d lines say that the authenticator went off", off)
	}
}

// TestStaffCodeRace: sixteen sessions with one code, one gets in.
func TestStaffCodeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret, codes := w.joined(ben)
		for name, code := range map[string]func() string{
			"authenticator": func() string { return w.app(secret) },
			"recovery code": func() string { return codes[7] },
		} {
			w.advance(time.Hour)
			var halves []*staff.Member
			for range 5 {
				halves = append(halves, w.half(ben.Email))
			}
			typed, won := code(), 0
			var wg sync.WaitGroup
			var mu sync.Mutex
			for _, m := range halves {
				wg.Go(func() {
					_, err := w.Staff.ProveStaff(t.Context(), m, typed)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						won++
						return
					}
					wantRefusal(t, err, refusal.CodeSpent)
				})
			}
			if wg.Wait(); won != 1 {
				t.Errorf("%s: %d got in", name, won)
			}
		}
	})
}

// TestProveStaffTwice: five presses of one button get the same new token.
func TestProveStaffTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, _, codes := w.joined(ben)
		m := w.half(ben.Email)
		form(m)
		tokens := map[string]int{}
		var wg sync.WaitGroup
		var mu sync.Mutex
		for range 5 {
			wg.Go(func() {
				got, err := w.Staff.ProveStaff(t.Context(), m, codes[0])
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				tokens[got]++
			})
		}
		if wg.Wait(); len(tokens) != 1 {
			t.Errorf("tokens %v", tokens)
		}
	})
}

// TestStaffTriesAreTheirOwn: the wrong codes of one member are no one else's, and a recovery code
// that is used is nothing to write to an owner about.
func TestStaffTriesAreTheirOwn(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.joined(ben)
	_, _, codes := w.joined(staff.Invitee{Email: "ines@market.example", Name: "Ines",
		Role: staff.RoleSecurity})
	m := w.half(ben.Email)
	for range 5 {
		_, err := w.Staff.ProveStaff(ctx, m, "000000")
		wantRefusal(t, err, refusal.CodeWrong)
	}
	_, err := w.Staff.ProveStaff(ctx, m, "000000")
	wantRefusal(t, err, refusal.TooManyTries)
	_, err = w.Staff.ProveStaff(ctx, w.half("ines@market.example"), codes[0])
	w.must(err)
	told := strings.Join(kinds(w.deliver()), ", ")
	want := strings.Repeat("staff_own_change Ben@Market.example, ", 3) +
		"staff_own_change ines@market.example"
	if told != want {
		t.Errorf("mails of wrong codes, at most three, and of the recovery code: %s", told)
	}
}

func TestStaffSessionEnds(t *testing.T) {
	t.Parallel()
	proved := func(w *world) *staff.Member {
		_, _, codes := w.joined(ben)
		session, err := w.Staff.ProveStaff(t.Context(), w.half(ben.Email), codes[0])
		w.must(err)
		return w.staff(session)
	}
	half := func(w *world) *staff.Member { w.joined(ben); return w.half(ben.Email) }
	wait := func(d time.Duration) func(*world, *staff.Member) {
		return func(w *world, _ *staff.Member) { w.advance(d) }
	}
	for _, row := range []struct {
		name  string
		start func(*world) *staff.Member
		do    func(*world, *staff.Member)
		lives bool
	}{
		{"nearly idle", proved, wait(access.StaffIdle - time.Second), true},
		{"idle", proved, wait(access.StaffIdle), false},
		{"half, nearly over", half, wait(access.StaffHalf - time.Second), true},
		{"half, over", half, wait(access.StaffHalf), false},
		{"half, not put off", half, func(w *world, m *staff.Member) {
			w.advance(access.StaffHalf - time.Second)
			w.must(w.Access.ExtendSession(t.Context(), m.Session))
			w.advance(time.Second)
		}, false},
		{"extended", proved, func(w *world, m *staff.Member) {
			w.advance(access.StaffIdle - time.Second)
			w.must(w.Access.ExtendSession(t.Context(), m.Session))
			w.advance(access.StaffIdle - time.Second)
		}, true},
		{"the whole time", proved, func(w *world, m *staff.Member) {
			for range 32 {
				w.advance(access.StaffIdle - time.Second)
				w.must(w.Access.ExtendSession(t.Context(), m.Session))
			}
			w.advance(32 * time.Second)
		}, false},
		{"signed out", proved, func(w *world, m *staff.Member) {
			w.must(w.Staff.SignOutStaff(t.Context(), m))
		}, false},
		{"half, signed out", half, func(w *world, m *staff.Member) {
			w.must(w.Staff.SignOutStaff(t.Context(), m))
		}, false},
		{"disabled", proved, func(w *world, _ *staff.Member) {
			_, err := w.Staff.DisableStaff(t.Context(), security.Operator("x"), ben.Email)
			w.must(err)
		}, false},
		{"disabled by another program", proved, func(w *world, m *staff.Member) {
			x := m.Staff
			x.DisabledAt = w.Now()
			w.commit(audit.StaffDisabled, staff.SaveStaff{Staff: x})
		}, false},
		{"invited anew", proved, func(w *world, _ *staff.Member) { w.invited(ben) }, false},
	} {
		w := sqliteWorld(t)
		m := row.start(w)
		row.do(w, m)
		_, err := w.Staff.EnterStaff(t.Context(), console, w.staffToken(m))
		if row.lives != (err == nil) || err != nil && !errors.Is(err, security.ErrNoSession) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// TestSignOutStaff: it ends the other browsers of the member too, but not for
// somebody who has the password alone.
func TestSignOutStaff(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	_, _, codes := w.joined(ben)
	session, err := w.Staff.ProveStaff(t.Context(), w.half(ben.Email), codes[0])
	w.must(err)
	w.must(w.Staff.SignOutStaff(t.Context(), w.half(ben.Email)))
	m := w.staff(session)
	other, err := w.Staff.ProveStaff(t.Context(), w.half(ben.Email), codes[1])
	w.must(err)
	w.must(w.Staff.SignOutStaff(t.Context(), m))
	if _, err := w.Staff.EnterStaff(t.Context(), console, other); !errors.Is(err,
		security.ErrNoSession) {
		t.Errorf("the other browser: %v", err)
	}
}

// TestStaffTokens: nothing but the newest token of a session of staff opens
// it.
func TestStaffTokens(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	m, _, _ := w.joined(ben)
	id := m.Session.ID
	for name, tok := range map[string]string{
		"none": "", "nonsense": "x.y.z", "the id": id,
		"an owner's purpose":   w.Keys.Sign("session", id+"-1"),
		"an older generation":  w.Keys.Sign("staff-session", id+"-0"),
		"a later generation":   w.Keys.Sign("staff-session", id+"-2"),
		"no generation":        w.Keys.Sign("staff-session", id),
		"an unknown session":   w.Keys.Sign("staff-session", token.ID()+"-0"),
		"an invitation's sign": w.Staff.InvitationToken(m.Session.Invitation),
	} {
		if _, err := w.Staff.EnterStaff(t.Context(), console, tok); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStaleHash: a hash of other cost is replaced at the sign-in.
func TestStaleHash(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	m, _, _ := w.joined(ben)
	w.Hasher = password.NewHasher(password.Cost{Memory: 16, Time: 1},
		password.Slots{Count: 8, Wait: time.Minute}, password.Pepper{})
	w.half(ben.Email)
	x, err := w.db.StaffMember(t.Context(), m.ID)
	w.must(err)
	if x.PasswordHash == m.PasswordHash || w.Hasher.Stale(x.PasswordHash) {
		t.Errorf("the hash is still %s", x.PasswordHash)
	}
	w.half(ben.Email)
}
