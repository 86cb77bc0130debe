package limits_test

import (
	"testing"
	"time"

	"regain/security/limits"
)

func TestAlive(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		name        string
		made, until time.Duration // from now
		want        bool
	}{
		{"made now", 0, time.Hour, true},
		{"made by a clock a little ahead", limits.Skew, time.Hour, true},
		{"made ahead", limits.Skew + 1, time.Hour, false},
		{"made a day ahead", 24 * time.Hour, 25 * time.Hour, false},
		{"over", -time.Hour, 0, false},
		{"its last moment", -time.Hour, 1, true},
	} {
		if got := limits.Alive(now.Add(tt.made), now.Add(tt.until), now); got != tt.want {
			t.Errorf("%s: alive %v", tt.name, got)
		}
	}
}
