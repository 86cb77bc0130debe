package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFiguresComeFromBenchmarks: what the table tells of a benchmark is measured by one that is there.
func TestFiguresComeFromBenchmarks(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, f := range table {
		for _, from := range []string{f.sqlite, f.postgres} {
			name, _, _ := strings.Cut(strings.Fields(from + " -")[0], "/")
			told[name] = true
		}
	}
	for _, b := range benches {
		if !told[b.name] {
			t.Errorf("nothing is told of %s", b.name)
		}
		delete(told, b.name)
		files, err := filepath.Glob("../../" + b.folder + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(text), "\nfunc "+b.name+"(b *testing.B)")
		}
		if !found {
			t.Errorf("there is no %s in %s", b.name, b.folder)
		}
	}
	for name := range told {
		if strings.HasPrefix(name, "Benchmark") {
			t.Errorf("%s is not run", name)
		}
	}
}

// TestFiguresAreRead: the numbers of a benchmark by its name and unit, and of several the median.
func TestFiguresAreRead(t *testing.T) {
	t.Parallel()
	m := measured{}
	m.read(`goos: linux
BenchmarkWays/sqlite/sign-in-2   	  60	  28534544 ns/op	  4.135 cpu-ms/visit	  5.000 fsyncs/visit
BenchmarkWays/sqlite/sign-in-2   	  60	  38534544 ns/op	  9.135 cpu-ms/visit	  5.000 fsyncs/visit
BenchmarkWays/sqlite/sign-in-2   	  60	  18534544 ns/op	  4.535 cpu-ms/visit	  5.000 fsyncs/visit
BenchmarkFiveHundredPasswords   	  1	  18534544 ns/op	  380 refused
PASS`)
	want := map[string]string{"BenchmarkWays/sqlite/sign-in cpu-ms/visit": "4.54",
		"BenchmarkWays/sqlite/sign-in fsyncs/visit": "5", "BenchmarkFiveHundredPasswords refused": "380",
		"BenchmarkWays/sqlite/core fsyncs/visit": ""}
	got := map[string]string{}
	for from := range want {
		got[from] = m.text(from)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
