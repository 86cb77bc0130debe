package access_test

import (
	"testing"
	"time"

	"regain/security/access"
)

// TestSessionOfAnotherTime: what the clock said while it ran ahead gives no session a longer life,
// and no proof a longer worth, once it is set right.
func TestSessionOfAnotherTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		name         string
		seen, proved time.Duration // from now
		over, fresh  bool
	}{
		{"now", 0, 0, false, true},
		{"another portal's clock is a little ahead", 30 * time.Second, 30 * time.Second, false, true},
		{"seen ahead", 25 * time.Hour, -time.Minute, true, true},
		{"proved ahead", -time.Minute, 25 * time.Hour, false, false},
		{"both ahead", 25 * time.Hour, 25 * time.Hour, true, false},
		{"the clock jumped ahead", -25 * time.Hour, -25 * time.Hour, true, false},
	} {
		x := access.Session{Kind: access.AccountSession, Stage: access.StageIn,
			SeenAt: now.Add(tt.seen), ProvedAt: now.Add(tt.proved), EndsAt: now.Add(48 * time.Hour)}
		if over, fresh := !x.Over(now).IsZero(), x.Fresh(now); over != tt.over || fresh != tt.fresh {
			t.Errorf("%s: over %v, fresh %v, want %v, %v", tt.name, over, fresh, tt.over, tt.fresh)
		}
	}
}
