package security_test

import (
	"errors"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/federation"
	"regain/security/staff"
)

// TestNothingInASessionThatIsOver: whoever was let in a moment ago commits nothing once their session was ended,
// however long the form took to arrive.
func TestNothingInASessionThatIsOver(t *testing.T) {
	t.Parallel()
	ends := map[string]func(w *world){
		"locked": func(w *world) { w.lock("u-1001") },
		"signed out elsewhere": func(w *world) {
			w.must(w.Account.SignOutEverywhere(w.t.Context(), w.signIn("ada")))
		},
	}
	for name, do := range map[string]func(w *world, u *account.SignedIn) error{
		"write": func(w *world, u *account.SignedIn) error {
			_, err := w.Account.WriteToSupport(t.Context(), u, "other", "please write to x@evil.example")
			return err
		},
		"add an address": func(w *world, u *account.SignedIn) error {
			return w.Account.AskAddress(t.Context(), u, "x@evil.example", false)
		},
		"switch alerts off": func(w *world, u *account.SignedIn) error {
			return w.Account.SetAlerts(t.Context(), u, alert.AlertSettings{To: alert.AlertsToFirst, Off: quieted})
		},
		"take a copy": func(w *world, u *account.SignedIn) error { return w.Privacy.AskExport(t.Context(), u) },
		"ask to delete": func(w *world, u *account.SignedIn) error {
			_, err := w.Privacy.AskDeletion(t.Context(), u, true)
			return err
		},
		"this was me": func(w *world, u *account.SignedIn) error {
			return w.Account.ConfirmOwn(t.Context(), u, account.About{Login: "l"})
		},
		"new codes": func(w *world, u *account.SignedIn) error {
			_, err := w.Account.RenewCodes(t.Context(), u)
			return err
		},
	} {
		for by, end := range ends {
			t.Run(name+", "+by, func(t *testing.T) {
				t.Parallel()
				w := sqliteWorld(t)
				w.watching()
				w.come("l", 48*time.Hour)
				u := w.signIn("ada")
				end(w)
				w.advance(time.Minute)
				w.deliver()
				before := w.newest().ID
				if err := do(w, u); !errors.Is(err, security.ErrNoSession) && !errors.Is(err, security.ErrConflict) {
					t.Errorf("got %v", err)
				}
				if now := w.newest().ID; now != before {
					t.Errorf("recorded: %+v", w.newest())
				}
				if mails := w.deliver(); len(mails) > 0 {
					t.Errorf("mails: %v", kinds(mails))
				}
			})
		}
	}
}

// TestNothingByADisabledMember: the same for staff whose access was taken away.
func TestNothingByADisabledMember(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.member("ben", staff.RoleSecurity)
		d := w.seen(m, w.reviewed(m), "all is well")
		if _, err := w.Staff.DisableStaff(ctx, security.Operator("staff disable"), m.Email); err != nil {
			t.Fatal(err)
		}
		before := w.newest().ID
		if _, err := w.Review.ResumeCase(ctx, m, d); !errors.Is(err, security.ErrNoSession) {
			t.Errorf("the resume: %v", err)
		}
		if now := w.newest().ID; now != before {
			t.Errorf("recorded: %+v", w.newest())
		}
	})
}

// TestHalfIsNotProvedAnew: the second factor that a session owes is not made up for by a fresh proof, which takes
// one factor where somebody is in already.
func TestHalfIsNotProvedAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := ruled{"acme", w, w}
		r.member(false)
		w.withApp(w.signIn("acme"))
		w.advance(time.Hour)
		half := w.signIn("acme")
		_, err := w.Account.ProveSSO(t.Context(), half, w.trip(federation.Prove, "acme", half.Session.ID, r.claims()))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("got %v", err)
		}
		if x, err := w.db.Session(t.Context(), half.Session.ID); err != nil || x.Stage != access.StageVerify {
			t.Errorf("stage %q, %v", x.Stage, err)
		}
	})
}
