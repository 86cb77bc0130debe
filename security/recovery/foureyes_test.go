package recovery_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/recovery"
)

// calm needs no second approver.
var calm = recovery.ResumeFacts{Cause: recovery.Compromised, OpenedAt: now, Secured: true}

var fourEyesTests = []struct {
	name   string
	change func(*recovery.ResumeFacts)
	want   []string
}{
	{"nothing", func(*recovery.ResumeFacts) {}, nil},
	{"not secured", func(f *recovery.ResumeFacts) { f.Secured = false },
		[]string{"password_not_updated"}},
	{"hijacked", func(f *recovery.ResumeFacts) { f.Cause = "hijacked" },
		[]string{"cause_hijacked"}},
	{"denied", func(f *recovery.ResumeFacts) { f.DeniedSucceeded = true },
		[]string{"succeeded_login_denied"}},
	{"e-mail", func(f *recovery.ResumeFacts) {
		f.Changes = changed("email_changed", 14*day-time.Second)
	}, []string{"email_changed"}},
	{"payout twice", func(f *recovery.ResumeFacts) {
		f.Changes = append(changed("payout_changed", day), changed("payout_changed", 0)...)
	}, []string{"payout_changed"}},
	{"payout after the lockout", func(f *recovery.ResumeFacts) {
		f.Changes = changed("payout_changed", -20*day)
	}, []string{"payout_changed"}},
	{"changes 14 days old, or of no weight", func(f *recovery.ResumeFacts) {
		f.Changes = append(changed("email_changed", 14*day),
			append(changed("payout_changed", 14*day), changed("profile_changed", 0)...)...)
	}, nil},
	{"staff review", func(f *recovery.ResumeFacts) { f.StaffReviewed = true },
		[]string{"owner_proved_by_staff"}},
	{"provisional factor, on a known device",
		func(f *recovery.ResumeFacts) { f.ProvisionalFactor = true }, nil},
	{"new device, no factor", func(f *recovery.ResumeFacts) { f.UnfamiliarDevice = true }, nil},
	{"provisional factor, on a new device", func(f *recovery.ResumeFacts) {
		f.ProvisionalFactor, f.UnfamiliarDevice = true, true
	}, []string{"factor_enrolled_in_recovery"}},
	{"unfamiliar", func(f *recovery.ResumeFacts) { f.UnfamiliarRecovery = true },
		[]string{"unfamiliar_recovery"}},
	{"same analyst", func(f *recovery.ResumeFacts) { f.LockedBySame = true },
		[]string{"locked_by_same_analyst"}},
	{"new key", func(f *recovery.ResumeFacts) { f.NewKey = true },
		[]string{"resumed_with_new_key"}},
	{"all, in order", func(f *recovery.ResumeFacts) {
		*f = recovery.ResumeFacts{
			Cause: "hijacked", OpenedAt: now, StaffReviewed: true,
			ProvisionalFactor: true, UnfamiliarDevice: true, UnfamiliarRecovery: true,
			Contested: true, Unconfirmed: true,
			DeniedSucceeded: true, LockedBySame: true, NewKey: true,
			Changes: append(changed("payout_changed", 0), changed("email_changed", 0)...),
		}
	}, recovery.FourEyesCodes},
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	for _, tt := range fourEyesTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := calm
			tt.change(&f)
			if diff := cmp.Diff(tt.want, recovery.FourEyes(f)); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}
