package receiver

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryFaultHasWords: whatever can be wrong with a signal is said in words, and nothing else is.
func TestEveryFaultHasWords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../security/receiver/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	want, got := map[string]bool{}, map[string]bool{}
	about := regexp.MustCompile(`(?:Fault\{\w+, |fault\()"(\w+)"`)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range about.FindAllSubmatch(text, -1) {
			want[string(found[1])] = true
		}
	}
	for code := range says {
		got[code] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-needed +there):\n%s", diff)
	}
}
