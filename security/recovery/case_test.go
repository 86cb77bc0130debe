package recovery_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"regain/security/recovery"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var states = []recovery.State{
	recovery.Locked, recovery.Secured, recovery.InReview,
	recovery.NeedsOwner, recovery.Resumed, recovery.Declined,
}

var events = []recovery.Event{
	recovery.EventPasswordUpdated, recovery.EventTaken, recovery.EventAsked,
	recovery.EventAnswered, recovery.EventResumed, recovery.EventDeclined,
	recovery.EventReopened, recovery.EventContested,
}

func TestEveryStateWithEveryEvent(t *testing.T) {
	t.Parallel()
	// One row a state, one column an event, in the order of events; "" is refused.
	want := map[recovery.State][8]recovery.State{
		"locked":      {"secured", "in_review", "", "", "", "", "", "locked"},
		"secured":     {"secured", "in_review", "", "", "", "", "", "locked"},
		"in_review":   {"in_review", "", "needs_owner", "", "resumed", "declined", "", "in_review"},
		"needs_owner": {"needs_owner", "in_review", "", "in_review", "", "", "", "needs_owner"},
		"resumed":     {"", "", "", "", "", "", "in_review", ""},
		"declined":    {"", "", "", "", "", "", "in_review", ""},
		"":            {},
		"unheard_of":  {},
	}
	for from, row := range want {
		for i, e := range events {
			to, ok := from.On(e)
			if row[i] == "" && (ok || to != from) {
				t.Errorf("%q on %s = %q, %v; want it refused and unchanged", from, e, to, ok)
			}
			if row[i] != "" && (!ok || to != row[i]) {
				t.Errorf("%q on %s = %q, %v; want %q", from, e, to, ok, row[i])
			}
		}
		if to, ok := from.On("unheard_of"); ok || to != from {
			t.Errorf("%q on an unknown event = %q, %v; want it refused", from, to, ok)
		}
	}
	if len(want) != len(states)+2 {
		t.Errorf("the table has %d rows for %d states", len(want), len(states))
	}
}

func TestLocks(t *testing.T) {
	t.Parallel()
	for _, s := range append([]recovery.State{"", "unheard_of"}, states...) {
		if got, want := s.Locks(), s != "resumed"; got != want {
			t.Errorf("%q locks: %v, want %v", s, got, want)
		}
	}
}

func TestOwnerNeverLeavesALockout(t *testing.T) {
	t.Parallel()
	owner := []recovery.Event{recovery.EventPasswordUpdated, recovery.EventAnswered,
		recovery.EventContested}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(states).Filter(recovery.State.Locks).Draw(t, "from")
		sequence := rapid.SliceOf(rapid.SampledFrom(owner)).Draw(t, "events")
		for _, e := range sequence {
			s, _ = s.On(e)
			if !s.Locks() {
				t.Fatalf("%s led out of the lockout to %s", e, s)
			}
		}
	})
}

func TestOnlyResumingEndsALockout(t *testing.T) {
	t.Parallel()
	for _, from := range states {
		for _, e := range events {
			to, ok := from.On(e)
			if ok && from.Locks() && !to.Locks() && e != recovery.EventResumed {
				t.Errorf("%s ends the lockout of a %s case", e, from)
			}
		}
	}
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	const golden = "testdata/case.mermaid"
	got := recovery.Mermaid()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the drawing has changed; run with -update (-want +got):\n%s", diff)
	}
}

// TestREADMEShowsTheMachine: the picture people see is the one that runs.
func TestREADMEShowsTheMachine(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```mermaid\n"+recovery.Mermaid()+"```") {
		t.Error("README.md draws another machine than recovery.Mermaid")
	}
}
