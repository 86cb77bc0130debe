package security_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
)

// factorSide is somebody with an authenticator. try shows a code after the password, from a browser
// that is known to them or from a stranger's; off are the mails about too many wrong codes.
type factorSide struct {
	name, factor string
	try          func(known bool, code string) error
	right        func() string
	off          func() []bool
}

func factorSides(w *world) []factorSide {
	ctx := w.t.Context()
	_, app, _ := w.protected()
	u := w.signIn("alan")
	tok, err := w.Account.ProveSignIn(ctx, u, w.app(app))
	w.must(err)
	known := w.knownBy(phone, access.AccountSession, tok)
	m, staffApp, _ := w.joined(ben)
	desk := w.knownBy(console, access.StaffSession, w.staffToken(m))
	w.deliver()
	return []factorSide{
		{"an owner", u.Factors[0].ID, func(is bool, code string) error {
			u := w.signIn("alan")
			if is {
				u.Session.Visitor = known
			}
			tok, err := w.Account.ProveSignIn(ctx, u, code)
			if err == nil && is { // the sign-in replaces what the browser was known by
				known = w.knownBy(known, access.AccountSession, tok)
			}
			return err
		}, func() string { return w.app(app) }, func() (is []bool) {
			for _, p := range w.deliver() {
				if n, ok := p.Notice.(notice.FactorOff); ok {
					is = append(is, n.Known)
				}
			}
			return is
		}},
		{"staff", m.Factors[0].ID, func(is bool, code string) error {
			m := w.half(ben.Email)
			if is {
				m.Session.Visitor = desk
			}
			tok, err := w.Staff.ProveStaff(ctx, m, code)
			if err == nil && is {
				desk = w.knownBy(desk, access.StaffSession, tok)
			}
			return err
		}, func() string { return w.app(staffApp) }, nil},
	}
}

// TestStrangersSwitchNoFactorOff: whoever knows the password and guesses codes leaves some of the
// hundred to browsers that are known, where a right code makes all of them good again.
func TestStrangersSwitchNoFactorOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, side := range factorSides(w) {
			wrong := func(known bool, tries int, last refusal.Code) {
				t.Helper()
				for range tries - 1 {
					_, err := w.db.CountFactorTry(t.Context(), side.factor, limits.Failures(known))
					w.must(err)
				}
				w.advance(15 * time.Minute)
				wantField(t, side.try(known, "000000"), "code", last)
				w.advance(15 * time.Minute)
			}
			told := func(want ...bool) {
				t.Helper()
				if side.off == nil {
					return
				}
				if diff := cmp.Diff(want, side.off()); diff != "" {
					t.Errorf("%s is told (-want +got):\n%s", side.name, diff)
				}
			}
			t.Log(side.name)
			wrong(false, limits.StrangerFailures, refusal.FactorOff)
			told(true)
			wantField(t, side.try(false, side.right()), "code", refusal.FactorOff)
			told()
			w.must(side.try(true, side.right()))
			w.advance(15 * time.Minute)
			w.must(side.try(false, side.right()))
			wrong(true, limits.StrangerFailures, refusal.CodeWrong)
			told(true)
			wrong(true, limits.MaxFailures-limits.StrangerFailures, refusal.FactorOff)
			told(false)
			for _, known := range []bool{true, false} {
				wantField(t, side.try(known, side.right()), "code", refusal.FactorOff)
			}
		}
	})
}

// TestFactorTriesRace: strangers who guess at the same time as a known browser cause no more wrong
// codes than strangers may, and all together a hundred at most.
func TestFactorTriesRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := factorSides(w)[0].factor
		errs := make([]error, 3*limits.MaxFailures)
		together(errs, func(i int) error {
			_, err := w.db.CountFactorTry(t.Context(), id, limits.Failures(i%3 == 0))
			return err
		})
		taken := map[bool]int{}
		for i, err := range errs {
			if err == nil {
				taken[i%3 == 0]++
			} else if !errors.Is(err, security.ErrConflict) {
				t.Fatal(err)
			}
		}
		if taken[false] > limits.StrangerFailures || taken[true]+taken[false] != limits.MaxFailures {
			t.Errorf("%d tries of strangers, %d of a known browser", taken[false], taken[true])
		}
	})
}
