package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestNothingIsReadAtLoad is about what every command pays before it begins: no package of ours reads words, lists or
// other data when it is loaded. They are read where somebody asks for them.
func TestNothingIsReadAtLoad(t *testing.T) {
	t.Parallel()
	const most = 5000 // allocations, as Go's own trace tells them
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := regexp.MustCompile(`init (regain/\S+) @.* (\d+) allocs`).FindAllSubmatch(out, -1)
	if len(all) < 20 {
		t.Fatalf("the trace tells of %d packages\n%s", len(all), out)
	}
	for _, found := range all {
		if n, err := strconv.Atoi(string(found[2])); err != nil || n > most {
			t.Errorf("%s makes %s allocations before anything begins, more than %d", found[1], found[2], most)
		}
	}
}
