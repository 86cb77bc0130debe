package security_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestOneWayToMoveACase: whoever asks the table of moves or makes the write that stores a state is
// moveCase, so that whoever has to know of every move has one place to stand at.
func TestOneWayToMoveACase(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked, made := 0, 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "On" {
					asked++
				}
			case *ast.CompositeLit:
				if name, ok := n.Type.(*ast.Ident); ok && name.Name == "MoveCase" {
					made++
				}
			}
			return true
		})
	}
	if asked != 1 || made != 1 {
		t.Errorf("the table of moves is asked in %d places, the write is made in %d, want 1 each", asked, made)
	}
}
