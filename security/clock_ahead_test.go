package security_test

import (
	"testing"
	"time"

	"regain/security"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestMadeWhileTheClockRanAhead: what lets somebody in, and was made while the clock ran ahead, is
// over once it is set right: it would outlive its time by as much.
func TestMadeWhileTheClockRanAhead(t *testing.T) {
	t.Parallel()
	const ahead = 30 * 24 * time.Hour
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.account("u-1001", "alan", "alan@example.org")
		w.account("u-1002", "bob", "bob@example.org")
		w.advance(ahead)
		v, _ := w.known("alan")
		invitation := w.invited(ben)
		w.lock("bob")
		link := w.Lockout.LinkToken(mailed[notice.LockedOut](w, w.deliver()).Link)
		request, mails := w.asked("alan")
		code := mailed[notice.RecoveryLink](w, mails).Code
		proposal := lockout.Proposal{At: w.Now(), ExpiresAt: w.Now().Add(lockout.ProposalLife)}
		good := func(want bool) {
			t.Helper()
			if w.knows(v, "u-1001") != want {
				t.Errorf("the browser is known: %t", !want)
			}
			at, err := w.Guided.OpenLink(ctx, link)
			w.must(err)
			if (at.State == security.LinkLive) != want {
				t.Errorf("the link is %s", at.State)
			}
			join, err := w.Staff.OpenInvitation(ctx, invitation)
			w.must(err)
			if (join.State == security.LinkLive) != want {
				t.Errorf("the invitation is %s", join.State)
			}
			if is := proposal.Standing(security.Account{}, w.Now()); (is == lockout.StandingWaits) != want {
				t.Errorf("the proposal is %s", is)
			}
		}
		good(true)
		w.advance(-ahead)
		good(false)
		_, err := w.Guided.UseCode(ctx, phone, request, code)
		wantField(t, err, "code", refusal.CodeExpired)
	})
}

// TestHushedWhileTheClockRanAhead: a mail of that time makes no later alert wait, and an analyst who
// took a case then keeps it from nobody.
func TestHushedWhileTheClockRanAhead(t *testing.T) {
	t.Parallel()
	const ahead = 30 * 24 * time.Hour
	each(t, func(t *testing.T, w *world) {
		w.watching()
		m := w.member("ines", staff.RoleSecurity)
		omar := w.member("omar", staff.RoleSecurity)
		w.account("u-1002", "bob", "bob@example.org")
		c := w.lock("bob")
		w.deliver()
		w.advance(ahead)
		w.come("odd", time.Minute)
		w.must(w.Review.TakeCase(t.Context(), m, c.Number, c.Version))
		mailed[notice.UnfamiliarSignIn](w, w.deliver())
		w.advance(-ahead)
		w.come("now", time.Minute, func(l *security.Login) { l.Agent = "curl/8.5.0" })
		mailed[notice.UnfamiliarSignIn](w, w.deliver())
		taken, err := w.db.Case(t.Context(), c.ID)
		w.must(err)
		w.must(w.Review.TakeCase(t.Context(), omar, c.Number, taken.Version))
		trail, err := w.db.Events(t.Context(), c.ID)
		w.must(err)
		if by := trail[len(trail)-1].By.ID; by != omar.ID {
			t.Errorf("the last line is of %s, not of who took the case last", by)
		}
		w.intact()
	})
}

// TestJoinedWhileTheClockRanAhead: who joined then is a newcomer from the next sign-in on, and not
// until the clock has come to that moment.
func TestJoinedWhileTheClockRanAhead(t *testing.T) {
	t.Parallel()
	const ahead = 365 * 24 * time.Hour
	each(t, func(t *testing.T, w *world) {
		w.Policy.StaffSettled = 7 * 24 * time.Hour
		ines := w.member("ines", staff.RoleSecurity)
		w.advance(ahead)
		omar := w.member("omar", staff.RoleSecurity)
		w.invitedBy(omar, "s-root")
		w.advance(-ahead)
		_, err := w.Staff.SignInStaff(t.Context(), console, omar.Email, oldPassword)
		w.must(err)
		apart := func(want refusal.Code) {
			t.Helper()
			x, err := w.db.StaffMember(t.Context(), omar.ID)
			w.must(err)
			if got := w.Staff.Apart(ines.Staff, x, w.Now()); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		apart(refusal.ProposalNewcomer)
		w.advance(w.Policy.StaffSettled - time.Second)
		apart(refusal.ProposalNewcomer)
		w.advance(time.Second)
		apart("")
	})
}
