package feed

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
)

// TestSettledSaysWhatIsLeft: a line that nothing became of is refused for a reason. Without one it would
// be answered as if it stood on record.
func TestSettledSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	results := make([]LineResult, 2)
	tries := 0
	err := settled(t.Context(), []string{"a", "b"}, results, func(lines []string, to []LineResult) error {
		if tries++; tries > 1 {
			return security.ErrConflict
		}
		to[0], to[1] = LineResult{Outcome: Added}, refused("id", LineConflict, "")
		return nil
	})
	if err != nil || tries < 2 {
		t.Errorf("after %d tries: %v", tries, err)
	}
	left := refused("id", LineConflict, "")
	if diff := cmp.Diff([]LineResult{{Outcome: Added}, left}, results); diff != "" {
		t.Errorf("one came late (-want +got):\n%s", diff)
	}
	results = make([]LineResult, 1)
	err = settled(t.Context(), []string{"a"}, results, func([]string, []LineResult) error {
		return security.ErrConflict
	})
	if diff := cmp.Diff([]LineResult{left}, results); err != nil || diff != "" {
		t.Errorf("none came through: %v (-want +got):\n%s", err, diff)
	}
}
