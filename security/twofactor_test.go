package security_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// app is an authenticator app: the independent implementation of the library.
func (w *world) app(secret string) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, w.Now())
	w.must(err)
	return code
}

// enrolled takes the account through the two-factor step and returns the seed
// and the recovery codes.
func (w *world) enrolled(o *guided.Owner) (owner *guided.Owner, secret string, codes []string) {
	w.t.Helper()
	e, err := w.Guided.Enrol(w.t.Context(), o)
	w.must(err)
	session, err := w.Guided.ConfirmTwoFactor(w.t.Context(), o, w.app(e.Secret))
	w.must(err)
	owner = w.owner(session)
	codes, err = w.Guided.UnsavedCodes(owner)
	w.must(err)
	return owner, e.Secret, codes
}

// TestRecoveryCodes: ten of them, of 16 characters in fours, all different.
func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	_, _, codes := w.enrolled(w.secured())
	form := regexp.MustCompile(`^([2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[string]bool{}
	for _, code := range codes {
		if seen[code] || !form.MatchString(code) {
			t.Errorf("code %q, seen before %v", code, seen[code])
		}
		seen[code] = true
	}
	if len(codes) != 10 {
		t.Errorf("%d codes", len(codes))
	}
}

// removed takes a factor away in the two-factor step.
func (w *world) removed(o *guided.Owner, factor string) *guided.Owner {
	w.t.Helper()
	session, err := w.Guided.RemoveTwoFactor(w.t.Context(), o, factor)
	w.must(err)
	return w.owner(session)
}

func TestTwoFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		o := w.secured()
		w.deliver()
		first, err := w.Guided.Enrol(ctx, o)
		w.must(err)
		again, err := w.Guided.Enrol(ctx, o)
		w.must(err)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("a reload shows another key:\n%s", diff)
		}
		_, err = w.Guided.ConfirmTwoFactor(ctx, o, "000000")
		wantRefusal(t, err, refusal.CodeWrong)
		if len(w.owner(w.token(o)).Factors) != 0 {
			t.Error("a wrong code enrolled the authenticator")
		}

		o, secret, codes := w.enrolled(o)
		if len(o.Factors) != 1 || len(codes) != 10 || o.Progress.Next() != recovery.TwoFactor {
			t.Errorf("%d factors, %d codes, next %q", len(o.Factors), len(codes), o.Progress.Next())
		}
		same, err := w.Guided.UnsavedCodes(o)
		w.must(err)
		if diff := cmp.Diff(codes, same); diff != "" {
			t.Errorf("a reload shows other codes:\n%s", diff)
		}
		wantRefusal(t, w.Guided.SaveCodes(ctx, o, false), refusal.CodesNotSaved)
		w.must(w.Guided.SaveCodes(ctx, o, true))
		o = w.owner(w.token(o))
		if gone, err := w.Guided.UnsavedCodes(o); err != nil || len(gone) != 0 {
			t.Errorf("after they were saved %d codes are shown, %v", len(gone), err)
		}
		if o.Progress.Next() != recovery.Activity {
			t.Errorf("next %q", o.Progress.Next())
		}
		if diff := cmp.Diff([]string{"two_factor_on ada@example.org"},
			kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		messages, err := w.db.Messages(ctx, o.Case.Ticket)
		w.must(err)
		if len(messages) != 2 {
			t.Errorf("%d messages on the ticket, want the body and one comment", len(messages))
		}
		// The code that enrolled it was spent by that.
		back := w.visit("ada")
		_, err = w.Guided.ProveFactor(ctx, back, w.app(secret))
		wantRefusal(t, err, refusal.CodeSpent)
		w.advance(30 * time.Second)
		if _, err = w.Guided.ProveFactor(ctx, back, w.app(secret)); err != nil {
			t.Errorf("the next code: %v", err)
		}
	})
}

// token is the present token of an owner's session.
func (w *world) token(o *guided.Owner) string {
	return w.Keys.Sign("session", fmt.Sprintf("%s-%d", o.Session.ID, o.Session.Generation))
}

// arrived comes back with a fresh link, as after a few days.
func (w *world) arrived(who string) *guided.Owner {
	w.t.Helper()
	w.must(w.Lockout.SendLink(w.t.Context(), security.Operator("link"), who))
	return w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
}

// confirmed is the owner who has said that the password of an earlier visit is theirs, if there is one.
func (w *world) confirmed(o *guided.Owner) *guided.Owner {
	w.t.Helper()
	if by, err := w.Guided.Updater(w.t.Context(), o); err != nil || by == nil ||
		o.Progress.Next() != recovery.Password {
		w.must(err)
		return o
	}
	w.must(w.Guided.KeepPassword(w.t.Context(), o))
	return w.reread(o)
}

// visit is somebody who came back and stands for the password that there is.
func (w *world) visit(who string) *guided.Owner {
	w.t.Helper()
	return w.confirmed(w.arrived(who))
}

// TestSpentCodeEndsIt: a right code that was used already is the last try like a wrong one.
func TestSpentCodeEndsIt(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	_, secret, _ := w.enrolled(w.secured())
	w.advance(time.Hour)
	_, err := w.Guided.ProveFactor(ctx, w.visit("ada"), w.app(secret))
	w.must(err)
	o := w.visit("ada")
	for range limits.StrangerFailures - 1 {
		_, err = w.db.CountFactorTry(ctx, o.Factors[0].ID, limits.MaxFailures)
		w.must(err)
	}
	_, err = w.Guided.ProveFactor(ctx, o, w.app(secret))
	wantRefusal(t, err, refusal.FactorOff)
	if n := len(w.linesOf("u-1001", audit.FactorDisabled)); n != 1 {
		t.Errorf("%d lines of the disabled authenticator", n)
	}
}

// TestFactorTries: five tries, then a wait that a new link does not shorten;
// after eighty wrong codes in a row the authenticator is off for strangers.
func TestFactorTries(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	_, secret, codes := w.enrolled(w.secured())
	w.advance(time.Hour)
	o := w.visit("ada")
	for range 5 {
		_, err := w.Guided.ProveFactor(ctx, o, "000000")
		wantRefusal(t, err, refusal.CodeWrong)
	}
	_, err := w.Guided.ProveFactor(ctx, o, w.app(secret))
	wantRefusal(t, err, refusal.TooManyTries)
	_, err = w.Guided.ProveFactor(ctx, w.visit("ada"), w.app(secret))
	wantRefusal(t, err, refusal.TooManyTries)
	for range limits.StrangerFailures - 6 {
		w.advance(3 * time.Minute)
		o = w.visit("ada")
		_, err := w.Guided.ProveFactor(ctx, o, "000000")
		wantRefusal(t, err, refusal.CodeWrong)
	}
	w.advance(3 * time.Minute)
	o = w.visit("ada")
	_, err = w.Guided.ProveFactor(ctx, o, "000000")
	wantRefusal(t, err, refusal.FactorOff)
	events, err := w.db.Events(ctx, o.Case.ID)
	w.must(err)
	disabled := func(e security.Event) bool { return e.Kind == audit.FactorDisabled }
	if !slices.ContainsFunc(events, disabled) {
		t.Error("no audit line of the disabled authenticator")
	}
	w.advance(time.Hour)
	o = w.visit("ada")
	_, err = w.Guided.ProveFactor(ctx, o, w.app(secret))
	wantRefusal(t, err, refusal.FactorOff)
	if _, err = w.Guided.ProveFactor(ctx, o, codes[0]); err != nil {
		t.Errorf("a recovery code still works: %v", err)
	}
}

func TestFactorRaces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		_, secret, codes := w.enrolled(w.secured())
		for name, code := range map[string]func() string{
			"authenticator": func() string { return w.app(secret) },
			"recovery code": func() string { return codes[0] },
		} {
			w.advance(24 * time.Hour)
			typed := code()
			var owners []*guided.Owner
			for range 5 { // five devices: each has its own session
				owners = append(owners, w.visit("ada"))
				form(owners[len(owners)-1])
			}
			var in atomic.Int32
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					_, err := w.Guided.ProveFactor(t.Context(), owners[i%5], typed)
					var r *security.Refusal
					if err != nil && !errors.As(err, &r) {
						t.Errorf("%s: unexpected: %v", name, err)
					}
				})
			}
			wg.Wait()
			for _, o := range owners {
				if x, err := w.db.Session(t.Context(), o.Session.ID); err == nil &&
					!x.ProvedAt.IsZero() {
					in.Add(1)
				}
			}
			if in.Load() != 1 {
				t.Errorf("%s: %d sessions were proved, want 1", name, in.Load())
			}
		}
	})
}

func TestReplaceAndRemove(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		o, secret, _ := w.enrolled(w.secured())
		w.must(w.Guided.SaveCodes(ctx, o, true))
		w.advance(48 * time.Hour)
		w.deliver()
		o = w.visit("ada")
		session, err := w.Guided.ProveFactor(ctx, o, w.app(secret))
		w.must(err)
		o = w.confirmed(w.owner(session))
		o = w.removed(o, "not-mine")
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("removing a foreign factor sent %v", got)
		}
		form(o)
		w.removed(o, o.Factors[0].ID)
		o = w.removed(o, o.Factors[0].ID) // the second click
		if len(o.Factors) != 0 || len(o.Codes) != 0 || o.Progress.Next() != recovery.TwoFactor {
			t.Errorf("%d factors, %d codes, next %q", len(o.Factors), len(o.Codes),
				o.Progress.Next())
		}
		_, other, _ := w.enrolled(o)
		if other == secret {
			t.Error("the removed seed came back")
		}
		want := []string{"two_factor_off ada@example.org", "two_factor_on ada@example.org"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
	})
}

func TestPostpone(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{false, true} {
		w := sqliteWorld(t)
		w.Policy.TwoFactorRequired = required
		w.ada()
		o := w.secured()
		form(o)
		err := w.Guided.SkipTwoFactor(t.Context(), o)
		if required {
			wantRefusal(t, err, refusal.TwoFactorNeeded)
			continue
		}
		w.must(err)
		w.must(w.Guided.SkipTwoFactor(t.Context(), o)) // the second click
		if got := w.owner(w.token(o)).Progress.Next(); got != recovery.Activity {
			t.Errorf("next %q", got)
		}
	}
}

// TestPendingKeyIsOfTheSession: whoever looked at the key in another session
// does not know the one that is enrolled.
func TestPendingKeyIsOfTheSession(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.secured()
	mine, err := w.Guided.Enrol(t.Context(), o)
	w.must(err)
	other, err := w.Guided.Enrol(t.Context(), w.visit("ada"))
	w.must(err)
	if mine.Secret == other.Secret {
		t.Error("two sessions see one key")
	}
}

// TestSecondPressOfEnrolment: the form sent twice is no wrong code.
func TestSecondPressOfEnrolment(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.secured()
	e, err := w.Guided.Enrol(t.Context(), o)
	w.must(err)
	code := w.app(e.Secret)
	form(o)
	first, err := w.Guided.ConfirmTwoFactor(t.Context(), o, code)
	w.must(err)
	o.Session.Generation-- // as the second press has read it
	second, err := w.Guided.ConfirmTwoFactor(t.Context(), o, code)
	if err != nil || first != second {
		t.Errorf("second press: %v", err)
	}
}

// TestShortPasswordKeepsItsFactor: what is long enough only with a second
// factor does not lose it.
func TestShortPasswordKeepsItsFactor(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1", "alan", "alan@example.org")
	o := w.visit("alan")
	w.must(w.Guided.KeepPassword(ctx, o))
	_, secret, _ := w.enrolled(w.owner(w.token(o)))
	w.lock("alan")
	w.advance(time.Minute)
	w.deliver()
	o = w.visit("alan")
	session, err := w.Guided.ProveFactor(ctx, o, w.app(secret))
	w.must(err)
	session, err = w.Guided.UpdatePassword(ctx, w.owner(session), "vK7#qz!m")
	w.must(err)
	o = w.owner(session)
	_, err = w.Guided.RemoveTwoFactor(ctx, o, o.Factors[0].ID)
	wantRefusal(t, err, refusal.TwoFactorNeeded)
	w.must(w.Guided.KeepTwoFactor(ctx, o))
}

// TestSignOutBeforeProof ends only the session in hand: the mail alone must not
// throw out somebody who has shown the factor.
func TestSignOutBeforeProof(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	proved, _, _ := w.enrolled(w.secured())
	stranger := w.visit("ada")
	w.must(w.Guided.SignOut(t.Context(), stranger))
	if _, err := w.Guided.Enter(t.Context(), phone, w.token(stranger)); !errors.Is(err,
		security.ErrNoSession) {
		t.Errorf("the session that signed out: %v", err)
	}
	w.owner(w.token(proved))
	w.must(w.Guided.SignOut(t.Context(), proved))
	if _, err := w.Guided.Enter(t.Context(), phone, w.token(proved)); !errors.Is(err,
		security.ErrNoSession) {
		t.Errorf("after signing out: %v", err)
	}
}

// TestEnrolmentRace: fifty presses from two devices enrol one authenticator.
func TestEnrolmentRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		owners := []*guided.Owner{w.secured(), w.visit("ada")}
		form(owners[0])
		form(owners[1])
		w.deliver()
		var wg sync.WaitGroup
		var tokens sync.Map
		for i := range 50 {
			o := *owners[i%2]
			e, err := w.Guided.Enrol(t.Context(), &o)
			w.must(err)
			code := w.app(e.Secret)
			wg.Go(func() {
				token, err := w.Guided.ConfirmTwoFactor(t.Context(), &o, code)
				r := (*security.Refusal)(nil)
				switch {
				case err == nil:
					tokens.Store(token, true)
				case !errors.As(err, &r) && !errors.Is(err, security.ErrNoSession):
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		won := 0
		tokens.Range(func(_, _ any) bool { won++; return true })
		if won != 1 {
			t.Errorf("%d tokens, want one for every copy of the form that won", won)
		}
		factors, err := w.db.Factors(t.Context(), "u-1001")
		w.must(err)
		codes, err := w.db.RecoveryCodes(t.Context(), "u-1001")
		w.must(err)
		if got := kinds(w.deliver()); len(factors) != 1 || len(codes) != 10 || len(got) != 1 {
			t.Errorf("%d factors, %d codes, mails %v", len(factors), len(codes), got)
		}
	})
}

// TestBudgets: what costs or guesses is bounded, and nobody else suffers.
func TestBudgets(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	o := w.visit("ada")
	w.account("u-2", "bob", "bob@example.org")
	bob := w.visit("bob")
	secured := func(who string) *guided.Owner {
		w.account("u-"+who, who, who+"@example.org")
		x := w.visit(who)
		w.must(w.Guided.KeepPassword(ctx, x))
		return w.owner(w.token(x))
	}
	cleo, dora := secured("cleo"), secured("dora")
	request, _ := w.asked("nobody")
	for _, row := range []struct {
		name       string
		burst      int
		act, other func() error
	}{
		{"password", 60,
			func() error { _, err := w.Guided.UpdatePassword(ctx, o, "short"); return err },
			func() error { _, err := w.Guided.UpdatePassword(ctx, bob, "short"); return err }},
		{"enrolment", 30,
			func() error { _, err := w.Guided.ConfirmTwoFactor(ctx, cleo, "000000"); return err },
			func() error { _, err := w.Guided.ConfirmTwoFactor(ctx, dora, "000000"); return err }},
		{"typed code", 300,
			func() error {
				_, err := w.Guided.UseCode(ctx, phone, request, "ABCD-2345")
				return err
			},
			func() error {
				_, err := w.Guided.UseCode(ctx, security.Visitor{IP: "203.0.113.7"}, request,
					"ABCD-2345")
				return err
			}},
	} {
		bounded := func(err error) bool {
			var r *security.Refusal
			return errors.As(err, &r) && r.Code == refusal.TooManyRequests && r.Retry > 0
		}
		for i := range row.burst {
			if bounded(row.act()) {
				t.Fatalf("%s: bounded at try %d", row.name, i+1)
			}
		}
		if err := row.act(); !bounded(err) {
			t.Errorf("%s: after %d tries: %v", row.name, row.burst, err)
		}
		if bounded(row.other()) {
			t.Errorf("%s: somebody else is bounded too", row.name)
		}
	}
}
