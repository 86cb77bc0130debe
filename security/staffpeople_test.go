package security_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
)

// standing is who has which state, by name.
func (w *world) standing() map[string]staff.StaffState {
	w.t.Helper()
	all, err := w.Staff.ListStaff(w.t.Context())
	w.must(err)
	got := map[string]staff.StaffState{}
	for _, x := range all {
		got[x.Name] = x.State()
	}
	return got
}

func TestDisable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, ben := w.member("ines", staff.RoleAdmin), w.member("ben", staff.RoleSupport)
		wantRefusal(t, w.Staff.Disable(ctx, ben, ines.ID), refusal.Denied)
		wantRefusal(t, w.Staff.Disable(ctx, ines, ines.ID), refusal.StaffSelf)
		if err := w.Staff.Disable(ctx, ines, "nobody"); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("nobody: %v", err)
		}
		w.must(w.Staff.Disable(ctx, ines, ben.ID))
		w.must(w.Staff.Disable(ctx, ines, ben.ID))
		if _, err := w.Staff.EnterStaff(ctx, console, w.staffToken(ben)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the next request: %v", err)
		}
		_, err := w.Staff.DisableStaff(ctx, security.Operator("x"), "INES@market.example")
		wantRefusal(t, err, refusal.StaffLast)
		w.member("rosa", staff.RoleAdmin)
		_, err = w.Staff.DisableStaff(ctx, security.Operator("x"), "INES@market.example")
		w.must(err)
		want := map[string]staff.StaffState{"ines": "disabled", "ben": "disabled", "rosa": "active"}
		if diff := cmp.Diff(want, w.standing()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestPeopleIsForAdministrators(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for role, denied := range map[staff.Role]bool{staff.RoleSupport: true,
		staff.RoleSecurity: true, staff.RoleAdmin: false} {
		m := w.member(string(role), role)
		_, listed := w.Staff.People(t.Context(), m)
		_, invited := w.Desk.Invite(t.Context(), m, ben)
		for what, err := range map[string]error{"list": listed, "invite": invited} {
			if denied {
				wantRefusal(t, err, refusal.Denied)
			} else if err != nil {
				t.Errorf("%s may not %s: %v", role, what, err)
			}
		}
	}
}

// TestLastAdminRace: four administrators who disable each other at once; one
// at least remains.
func TestLastAdminRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for round := range 8 {
			var admins []*staff.Member
			for _, name := range []string{"a", "b", "c", "d"} {
				admins = append(admins, w.member(name+string(rune('0'+round)), staff.RoleAdmin))
			}
			var wg sync.WaitGroup
			for i, m := range admins {
				wg.Go(func() {
					err := w.Staff.Disable(t.Context(), m, admins[(i+1)%4].ID)
					r, refused := errors.AsType[*security.Refusal](err)
					lost := errors.Is(err, security.ErrNoSession) ||
						errors.Is(err, security.ErrConflict) ||
						refused && r.Code == refusal.StaffLast
					if err != nil && !lost {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			wg.Wait()
			var left []string
			for name, state := range w.standing() {
				if state == staff.StaffActive {
					left = append(left, name)
				}
			}
			if len(left) == 0 {
				t.Fatalf("round %d: no administrator is left", round)
			}
			for _, m := range admins { // the next round begins with none of them
				x, err := w.db.StaffMember(t.Context(), m.ID)
				w.must(err)
				x.DisabledAt = w.Now()
				w.commit(audit.StaffDisabled, staff.SaveStaff{Staff: x})
			}
		}
	})
}
