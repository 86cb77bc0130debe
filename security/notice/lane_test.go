package notice

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryKindHasALane: a kind that nobody thought of would go with the rest.
func TestEveryKindHasALane(t *testing.T) {
	t.Parallel()
	want := map[Kind]bool{}
	for _, n := range All() {
		want[n.Kind()] = true
	}
	got := map[Kind]bool{}
	for kind, lane := range lanes {
		got[kind] = lane >= LaneAwaited && lane < LaneLast
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds with a lane (-want +got):\n%s", diff)
	}
}

func TestLaneOf(t *testing.T) {
	t.Parallel()
	for kind, want := range map[Kind]Lane{"recovery_link": LaneAwaited, "locked_out": LaneAlarm,
		"case_taken": LaneRest, "of a newer portal": LaneRest} {
		if got := LaneOf(kind); got != want {
			t.Errorf("%s: lane %d, want %d", kind, got, want)
		}
	}
}
