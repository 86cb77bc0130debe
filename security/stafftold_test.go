package security_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/notice"
	"regain/security/staff"
)

// TestStaffAreToldOfInvitations: every analyst and administrator hears of every invitation and
// role, by the name of who gave it, and support agents do not.
func TestStaffAreToldOfInvitations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		max := w.member("max", staff.RoleAdmin)
		w.member("ines", staff.RoleSecurity)
		w.member("sue", staff.RoleSupport)
		off := w.member("off", staff.RoleAdmin)
		w.must(w.Staff.Disable(t.Context(), max, off.ID))
		_, err := w.Desk.Invite(t.Context(), max, ben)
		w.must(err)
		told := notice.StaffRoleGiven{Who: ben.Email, Role: "support", By: "max", At: w.Now()}
		if diff := cmp.Diff(map[string]notice.Notice{"max@market.example": told,
			"ines@market.example": told}, w.staffTold()); diff != "" {
			t.Errorf("by an administrator (-want +got):\n%s", diff)
		}
		again := ben
		again.Role = staff.RoleSecurity
		_, err = w.Staff.InviteStaff(t.Context(), security.Operator("x"), again)
		w.must(err)
		told = notice.StaffRoleGiven{Who: ben.Email, Role: "account_security", At: w.Now()}
		if diff := cmp.Diff(map[string]notice.Notice{"max@market.example": told,
			"ines@market.example": told}, w.staffTold()); diff != "" {
			t.Errorf("from the command line (-want +got):\n%s", diff)
		}
	})
}

// staffTold is what was mailed to staff, by address; invitations are left out.
func (w *world) staffTold() map[string]notice.Notice {
	w.t.Helper()
	got := map[string]notice.Notice{}
	for _, m := range w.deliver() {
		if _, invited := m.Notice.(notice.StaffInvitation); !invited {
			got[m.To] = m.Notice
		}
	}
	return got
}

// TestStaffAreToldOfNewDevices: a sign-in from a device or country that the member did not use
// lately is mailed to them and to every analyst and administrator; a known one is not.
func TestStaffAreToldOfNewDevices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, _ := w.joined(ben)
		w.member("ines", staff.RoleSecurity)
		w.member("sue", staff.RoleSupport)
		w.deliver()
		abroad := console
		abroad.IP = "203.0.113.9"
		for _, row := range []struct {
			name string
			from security.Visitor
			told *notice.StaffSignedIn
		}{
			{"where they joined", console, nil},
			{"another device", phone, &notice.StaffSignedIn{Device: "safari/iphone", Place: "GB"}},
			{"that device again", phone, nil},
			{"another country", abroad, &notice.StaffSignedIn{Device: "firefox/linux", Place: "LV"}},
		} {
			w.advance(time.Minute)
			half, err := w.Staff.SignInStaff(ctx, row.from, m.Email, staffPassword)
			w.must(err)
			if got := w.staffTold(); len(got) != 0 {
				t.Errorf("%s: told after the password alone: %v", row.name, got)
			}
			x, err := w.Staff.EnterStaff(ctx, row.from, half)
			w.must(err)
			_, err = w.Staff.ProveStaff(ctx, x, w.app(secret))
			w.must(err)
			want := map[string]notice.Notice{}
			if row.told != nil {
				row.told.Who, row.told.At = m.Email, w.Now()
				want = map[string]notice.Notice{m.Email: *row.told,
					"ines@market.example": *row.told}
			}
			if diff := cmp.Diff(want, w.staffTold()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.name, diff)
			}
		}
	})
}
