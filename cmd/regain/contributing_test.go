package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestContributingIsTrue: whatever CONTRIBUTING.md names as a file or a folder is there, and its map
// names every package.
func TestContributingIsTrue(t *testing.T) {
	packages := map[string]bool{}
	for _, file := range sources(t) { // which goes to the root of the repository
		packages[filepath.ToSlash(filepath.Dir(file))] = true
	}
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(".gitignore") // what is built may be there or not
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, found := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(text), -1) {
		name := found[1]
		named = append(named, name, path.Base(name))
		root, _, deep := strings.Cut(name, "/")
		if _, err := os.Stat(root); err != nil || !deep || strings.Contains(name, "…") ||
			slices.Contains(strings.Fields(string(made)), "/"+root+"/") {
			continue
		}
		if _, err := os.Stat(name); err != nil {
			t.Errorf("there is no %s", name)
		}
	}
	for name := range packages {
		if !slices.Contains(named, name) && !slices.Contains(named, path.Base(name)) {
			t.Errorf("the map does not name %s", name)
		}
	}
	if len(packages) < 15 || len(named) < 60 {
		t.Errorf("%d packages and %d names were found", len(packages), len(named))
	}
}
