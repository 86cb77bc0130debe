package main

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asvsSections are how many requirements each section of each chapter of OWASP ASVS 5.0 has, and
// asvsLevels how many there are of each level.
var (
	asvsSections = [][]int{{2, 10, 12, 3, 3}, {3, 3, 5, 2}, {1, 3, 5, 8, 8, 1, 5}, {5, 5, 2, 4},
		{1, 6, 3, 3}, {3, 12, 8, 6, 8, 4, 2, 4}, {3, 4, 2, 5, 3, 2}, {4, 4, 3, 2}, {3, 4},
		{2, 3, 5, 16, 5, 2, 3}, {4, 5, 5, 4, 2, 2, 2}, {5, 2, 5}, {4, 6, 4, 7}, {2, 8, 3},
		{5, 5, 7, 4}, {1, 5, 4, 3, 4}, {2, 8, 2}}
	asvsLevels = map[string]int{"L1": 70, "L2": 183, "L3": 92}
)

// asvsOpen is how many requirements apply and are not met. It may become less.
const asvsOpen = 2

// requirement is a line of asvs.csv.
type requirement struct {
	id, level, applies, status string
	tests                      []string // that show it
	heading                    string   // of SECURITY.md, under which it is answered
	note                       string
}

func requirements(t *testing.T) (all []requirement) {
	t.Helper()
	file, err := os.Open("cmd/regain/asvs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if head := strings.Join(lines[0], " "); head != "id level applies status tests heading note" {
		t.Fatalf("columns %q", head)
	}
	for _, l := range lines[1:] {
		all = append(all, requirement{l[0], l[1], l[2], l[3], strings.Fields(l[4]), l[5], l[6]})
	}
	return all
}

// TestASVS: asvs.csv says of every requirement of ASVS 5.0 what answers it, and all that it names
// is there.
func TestASVS(t *testing.T) {
	t.Chdir("../..")
	tests, text := testNames(t), readText(t, "SECURITY.md")
	headings := map[string]bool{}
	for _, h := range regexp.MustCompile(`(?m)^##+ (.+)$`).FindAllStringSubmatch(text, -1) {
		headings[h[1]] = true
	}
	var ids, open []string
	levels := map[string]int{}
	for _, r := range requirements(t) {
		ids = append(ids, r.id)
		levels[r.level]++
		if r.status == "open" {
			open = append(open, r.id)
		}
		for _, fault := range r.faults(tests, headings) {
			t.Errorf("%s %s", r.id, fault)
		}
	}
	if diff := cmp.Diff(expectedIDs(), ids); diff != "" {
		t.Errorf("requirements (-ASVS +file):\n%s", diff)
	}
	if diff := cmp.Diff(asvsLevels, levels); diff != "" {
		t.Errorf("levels (-ASVS +file):\n%s", diff)
	}
	if len(open) > asvsOpen {
		t.Errorf("%d requirements are open, at most %d: %v", len(open), asvsOpen, open)
	}
	_, undone, _ := strings.Cut(text, "\n## What is not done\n")
	var told []string
	rows := regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \|`)
	for _, row := range rows.FindAllStringSubmatch(undone, -1) {
		told = append(told, row[1])
	}
	if diff := cmp.Diff(open, told); diff != "" {
		t.Errorf("open requirements (-file +SECURITY.md):\n%s", diff)
	}
}

// faults are what is wrong with a line.
func (r requirement) faults(tests, headings map[string]bool) (all []string) {
	answered := len(r.tests) > 0 || r.heading != ""
	switch {
	case r.note == "":
		all = append(all, "has no note")
	case r.applies == "no" && (r.status != "" || answered):
		all = append(all, "does not apply, and is answered")
	case r.applies == "no":
	case r.applies != "yes" || r.status != "met" && r.status != "open":
		all = append(all, fmt.Sprintf("applies %q, is %q", r.applies, r.status))
	case r.status == "met" && !answered:
		all = append(all, "has neither test nor heading")
	}
	for _, name := range r.tests {
		if !tests[name] {
			all = append(all, "names a test that there is not: "+name)
		}
	}
	if r.heading != "" && !headings[r.heading] {
		all = append(all, "names a heading that there is not: "+r.heading)
	}
	return all
}

func expectedIDs() (all []string) {
	for chapter, sections := range asvsSections {
		for section, n := range sections {
			for i := range n {
				all = append(all, fmt.Sprintf("%d.%d.%d", chapter+1, section+1, i+1))
			}
		}
	}
	return all
}

// testNames are the tests of the tree, each also with every text of its file as the name of a
// subtest.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, path := range testFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				text, err := strconv.Unquote(l.Value)
				if err == nil {
					texts = append(texts, strings.ReplaceAll(text, " ", "_"))
				}
			}
			return true
		})
		_, tests := testsIn(t, path)
		for _, name := range tests {
			names[name] = true
			for _, text := range texts {
				names[name+"/"+text] = true
			}
		}
	}
	return names
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestASVSFaults: the test sees each way in which a line can be wrong.
func TestASVSFaults(t *testing.T) {
	t.Parallel()
	tests, headings := map[string]bool{"TestX": true}, map[string]bool{"Data": true}
	x := []string{"TestX"}
	for _, tt := range []struct {
		requirement
		good bool
	}{
		{requirement{"1.1.1", "L1", "yes", "met", x, "", "why"}, true},
		{requirement{"1.1.1", "L1", "yes", "met", nil, "Data", "why"}, true},
		{requirement{"1.1.1", "L1", "yes", "open", nil, "", "why"}, true},
		{requirement{"1.1.1", "L1", "no", "", nil, "", "why"}, true},
		{requirement{"1.1.1", "L1", "yes", "met", nil, "", "why"}, false},
		{requirement{"1.1.1", "L1", "yes", "met", x, "", ""}, false},
		{requirement{"1.1.1", "L1", "no", "", nil, "", ""}, false},
		{requirement{"1.1.1", "L1", "no", "", x, "", "why"}, false},
		{requirement{"1.1.1", "L1", "no", "met", nil, "", "why"}, false},
		{requirement{"1.1.1", "L1", "yes", "done", x, "", "why"}, false},
		{requirement{"1.1.1", "L1", "", "met", x, "", "why"}, false},
		{requirement{"1.1.1", "L1", "yes", "met", []string{"TestX", "TestY"}, "", "why"}, false},
		{requirement{"1.1.1", "L1", "yes", "met", []string{"TestX/y"}, "", "why"}, false},
		{requirement{"1.1.1", "L1", "yes", "met", nil, "Nothing", "why"}, false},
	} {
		if faults := tt.faults(tests, headings); len(faults) == 0 != tt.good {
			t.Errorf("%+v: %q", tt.requirement, faults)
		}
	}
	if n := len(expectedIDs()); n != 345 || !slices.Contains(expectedIDs(), "10.4.16") {
		t.Errorf("%d requirements are expected", n)
	}
}
