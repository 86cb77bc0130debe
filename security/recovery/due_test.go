package recovery_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"regain/security/recovery"
)

func TestNextWord(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		level   time.Duration
		elapsed time.Duration
		at      time.Duration // after from
		overdue bool
	}{
		{"at once", day, 0, day, false},
		{"now before from", day, -time.Hour, day, false},
		{"just before", day, day - 1, day, false},
		{"at the very moment", day, day, 2 * day, true},
		{"an hour late", day, 25 * time.Hour, 2 * day, true},
		{"at the second moment", day, 2 * day, 3 * day, true},
		{"a week late", day, 7*day + 1, 8 * day, true},
		{"ten hours", 10 * time.Hour, 35 * time.Hour, 40 * time.Hour, true},
		{"no level", 0, time.Hour, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at, overdue := recovery.NextWord(now, tt.level, now.Add(tt.elapsed))
			if want := now.Add(tt.at); !at.Equal(want) || overdue != tt.overdue {
				t.Errorf("at %v overdue %v, want %v %v", at, overdue, want, tt.overdue)
			}
		})
	}
}

func TestNextWordIsAlwaysAhead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		level := time.Duration(rapid.Int64Range(1, int64(100*day)).Draw(t, "level"))
		elapsed := time.Duration(rapid.Int64Range(0, int64(1000*day)).Draw(t, "elapsed"))
		at, overdue := recovery.NextWord(now, level, now.Add(elapsed))
		if ahead := at.Sub(now.Add(elapsed)); ahead <= 0 || ahead > level {
			t.Errorf("next word %v ahead with a level of %v", ahead, level)
		}
		if at.Sub(now)%level != 0 {
			t.Errorf("%v is no multiple of %v", at.Sub(now), level)
		}
		if overdue != (elapsed >= level) {
			t.Errorf("overdue %v after %v of %v", overdue, elapsed, level)
		}
	})
}

func TestEscalationDue(t *testing.T) {
	t.Parallel()
	const after = 72 * time.Hour
	tests := []struct {
		name                string
		secured, last, want time.Time
	}{
		{"not secured", time.Time{}, time.Time{}, time.Time{}},
		{"not secured, once escalated by support", time.Time{}, now, time.Time{}},
		{"first time", now, time.Time{}, now.Add(after)},
		{"afterwards", now, now.Add(4 * day), now.Add(4*day + after)},
		{"an escalation from before the update", now, ago(day), now.Add(after)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := recovery.EscalationDue(tt.secured, tt.last, after)
			if !got.Equal(tt.want) {
				t.Errorf("due %v, want %v", got, tt.want)
			}
		})
	}
}
