package security

import (
	"slices"
	"testing"
)

// TestUncut: a list that is longer than a copy takes is cut at its end, and named.
func TestUncut(t *testing.T) {
	t.Parallel()
	long := make([]int, exportRows+1)
	g := &gatherer{}
	if got := uncut(g, "short", long[:exportRows]); len(got) != exportRows || g.copy.CutShort != nil {
		t.Errorf("%d of %d, %v", len(got), exportRows, g.copy.CutShort)
	}
	got := uncut(g, "long", long)
	if len(got) != exportRows || !slices.Equal(g.copy.CutShort, []string{"long"}) {
		t.Errorf("%d of %d, %v", len(got), len(long), g.copy.CutShort)
	}
}
