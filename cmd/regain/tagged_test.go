package main

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTaggedTestsRun: `make test` asks for the tests with the tag e2e by name. None of them is left
// out, and no test without the tag runs a second time.
func TestTaggedTestsRun(t *testing.T) {
	t.Chdir("../..")
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`go test .*-tags e2e -run '(.+)' (.+)\n`).FindSubmatch(makefile)
	if asked == nil {
		t.Fatal("the Makefile does not run the tests with the tag e2e")
	}
	named, packages := regexp.MustCompile(string(asked[1])), strings.Fields(string(asked[2]))
	found := 0
	for _, file := range testFiles(t) {
		tagged, tests := testsIn(t, file)
		ours := slices.Contains(packages, "./"+filepath.ToSlash(filepath.Dir(file)))
		for _, name := range tests {
			if runs := ours && named.MatchString(name); runs != tagged {
				t.Errorf("%s: %s has the tag: %v; is asked for: %v", file, name, tagged, runs)
			}
		}
		if tagged {
			found += len(tests)
		}
	}
	if found < 30 {
		t.Errorf("%d tests with the tag were found", found)
	}
}

func testFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "." {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, "_test.go") {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// testsIn names the tests of a file, and says whether they have the tag e2e.
func testsIn(t *testing.T, file string) (tagged bool, tests []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, comment := range parsed.Comments {
		line := comment.List[0].Text
		if c, err := constraint.Parse(line); err == nil && comment.Pos() < parsed.Package {
			tagged = c.String() == "e2e"
		}
	}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && strings.HasPrefix(f.Name.Name, "Test") && f.Name.Name != "TestMain" {
			tests = append(tests, f.Name.Name)
		}
	}
	return tagged, tests
}
