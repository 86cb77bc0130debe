package security_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
)

// toldOf is what was mailed to the address of m since the last look.
func (w *world) toldOf(m *staff.Member) []notice.Kind {
	w.t.Helper()
	var what []notice.Kind
	for _, d := range w.deliver() {
		if n, ok := d.Notice.(notice.StaffOwnChange); ok && d.To == m.Email {
			what = append(what, n.What)
		}
	}
	slices.Sort(what)
	return what
}

// TestStaffPassword: a member who knows the current password chooses another by the rules; every
// other session ends, and they hear of it.
func TestStaffPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, _ := w.joined(ben)
		half, err := w.Staff.SignInStaff(ctx, phone, m.Email, staffPassword)
		w.must(err)
		w.deliver()
		m = w.staff(w.Access.SessionToken(m.Session))
		for _, row := range []struct {
			current, next string
			field         string
			code          refusal.Code
		}{
			{"", newPassword, "current_password", refusal.PasswordMissing},
			{newPassword, newPassword, "current_password", refusal.PasswordWrong},
			{staffPassword, "fourteen-chars", "new_password", "password_short"},
			{staffPassword, staffPassword, "new_password", refusal.PasswordSame},
			{staffPassword, staffPassword + "1", "new_password", refusal.PasswordNear},
		} {
			_, err := w.Staff.ChangePassword(ctx, m, row.current, row.next)
			wantField(t, err, row.field, row.code)
		}
		form(m)
		tokens := [6]string{}
		errs := make([]error, len(tokens))
		together(errs, func(i int) (err error) {
			tokens[i], err = w.Staff.ChangePassword(ctx, m, staffPassword, newPassword)
			return err
		})
		w.must(errors.Join(errs...))
		for _, tok := range tokens {
			if tok != tokens[0] {
				t.Error("two copies of one form have different tokens")
			}
		}
		if diff := cmp.Diff([]notice.Kind{"password_updated", "password_wrong"}, w.toldOf(m)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if _, err := w.Staff.EnterStaff(ctx, phone, half); !errors.Is(err, security.ErrNoSession) {
			t.Errorf("the other session: %v", err)
		}
		_, err = w.Staff.SignInStaff(ctx, console, m.Email, staffPassword)
		wantRefusal(t, err, refusal.SignInWrong)
		w.signsIn(m, newPassword, secret)
		w.advance(access.ProofFresh)
		_, err = w.Staff.ChangePassword(ctx, m, newPassword, staffPassword)
		wantRefusal(t, err, refusal.ProofNeeded)
		w.intact()
	})
}

// signsIn signs m in from the console.
func (w *world) signsIn(m *staff.Member, plain, secret string) *staff.Member {
	w.t.Helper()
	w.advance(access.StaffHalf)
	half, err := w.Staff.SignInStaff(w.t.Context(), console, m.Email, plain)
	w.must(err)
	tok, err := w.Staff.ProveStaff(w.t.Context(), w.staff(half), w.app(secret))
	w.must(err)
	return w.staff(tok)
}

// TestStaffFactors: another app takes the place of the one before, new codes that of the old, and
// wrong ones are told, at most three times an hour.
func TestStaffFactors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, codes := w.joined(ben)
		m = w.staff(w.Access.SessionToken(m.Session))
		w.deliver()
		e, err := w.Staff.AskAuthenticator(ctx, m)
		w.must(err)
		if e.Secret == secret {
			t.Fatal("the new secret is the old one")
		}
		tok, err := w.Staff.SetAuthenticator(ctx, m, w.app(e.Secret))
		w.must(err)
		tok, err = w.Staff.RenewCodes(ctx, w.staff(tok))
		w.must(err)
		if diff := cmp.Diff([]notice.Kind{"codes_renewed", "two_factor_replaced"},
			w.toldOf(m)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		m = w.staff(tok)
		if len(m.Codes) != 10 || m.Stage() != access.StageCodes || len(m.Factors) != 1 {
			t.Errorf("%d codes, %d factors, %s", len(m.Codes), len(m.Factors), m.Stage())
		}
		for range 4 {
			_, err := w.Staff.ProveAgain(ctx, m, codes[0])
			wantRefusal(t, err, refusal.CodeWrong)
		}
		if got := w.toldOf(m); len(got) != 3 || got[0] != "factor_wrong" {
			t.Errorf("told %v", got)
		}
		w.intact()
	})
}

// TestStaffSessions: a member ends one session, or all others, and their browsers are strangers.
func TestStaffSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, _ := w.joined(ben)
		other := m.Session.ID
		m = w.signsIn(m, staffPassword, secret)
		list := func(want int) []access.OwnSession {
			all, _, err := w.Staff.OwnSessions(ctx, m)
			if err != nil || len(all) != want || !all[0].This {
				t.Errorf("sessions %+v, %v; want %d", all, err, want)
			}
			return all
		}
		w.deliver()
		list(2)
		for range 2 {
			w.must(w.Staff.EndOwnSession(ctx, m, other))
		}
		list(1)
		for _, id := range []string{"", "none", m.Session.ID} {
			if err := w.Staff.EndOwnSession(ctx, m, id); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
		_, err := w.Staff.SignInStaff(ctx, phone, m.Email, staffPassword)
		w.must(err)
		list(2)
		w.must(w.Staff.EndOtherSessions(ctx, m))
		list(1)
		if got := w.toldOf(m); len(got) != 2 || got[0] != notice.StaffSessionsEnded {
			t.Errorf("told %v", got)
		}
		w.intact()
	})
}

// TestStaffPasswordTries: wrong current passwords of another session make no known browser wait.
func TestStaffPasswordTries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m, _, _ := w.joined(ben)
		tries := func(m *staff.Member) (n int) {
			for ; n < 99; n++ {
				_, err := w.Staff.ChangePassword(t.Context(), m, newPassword, newPassword)
				if r, ok := errors.AsType[*security.Refusal](err); !ok ||
					r.Code != refusal.PasswordWrong {
					wantRefusal(t, err, refusal.TooManyTries)
					break
				}
			}
			return n
		}
		known := *m
		known.Session.Visitor = w.knownBy(console, access.StaffSession, w.staffToken(m))
		w.deliver()
		got := []int{tries(m), tries(&known), tries(&known)}
		if diff := cmp.Diff([]int{limits.Current.Burst, limits.Current.Burst, 0}, got); diff != "" {
			t.Errorf("tries (-want +got):\n%s", diff)
		}
		wrong := notice.StaffPasswordWrong
		if diff := cmp.Diff([]notice.Kind{wrong, wrong, wrong}, w.toldOf(m)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// TestStaffChangesNeedAProof: whoever sits down at an open console changes nothing about who gets
// in.
func TestStaffChangesNeedAProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.member("ines", staff.RoleSecurity)
		late := *m
		late.Session.ProvedAt = w.Now().Add(-access.ProofFresh)
		for name, does := range map[string]func(*staff.Member) error{
			"password": func(m *staff.Member) error {
				_, err := w.Staff.ChangePassword(ctx, m, oldPassword, newPassword)
				return err
			},
			"secret": func(m *staff.Member) error {
				_, err := w.Staff.AskAuthenticator(ctx, m)
				return err
			},
			"app": func(m *staff.Member) error {
				_, err := w.Staff.SetAuthenticator(ctx, m, "000000")
				return err
			},
			"codes": func(m *staff.Member) error {
				_, err := w.Staff.RenewCodes(ctx, m)
				return err
			},
			"shown codes": func(m *staff.Member) error {
				_, err := w.Staff.StaffCodesShown(ctx, m)
				return err
			},
			"passkey to make": func(m *staff.Member) error {
				_, err := w.Staff.AskNewPasskey(ctx, m)
				return err
			},
			"passkey": func(m *staff.Member) error {
				_, err := w.Staff.AddPasskey(ctx, m, "{}", "x")
				return err
			},
			"no passkey": func(m *staff.Member) error {
				_, err := w.Staff.RemovePasskey(ctx, m, "x")
				return err
			},
			"session":  func(m *staff.Member) error { return w.Staff.EndOwnSession(ctx, m, "other") },
			"sessions": func(m *staff.Member) error { return w.Staff.EndOtherSessions(ctx, m) },
		} {
			t.Log(name)
			wantRefusal(t, does(&late), refusal.ProofNeeded)
		}
		if told := w.toldOf(m); len(told) != 0 {
			t.Errorf("told %v", told)
		}
	})
}
