package security_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOneWayToMoveACase: whoever asks the table of moves or makes the write that stores a state is
// Move, so that whoever has to know of every move has one place to stand at.
func TestOneWayToMoveACase(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"*", "../handlers", "../handlers/*", "../store", "../store/*",
		"../cmd/*", "../cmd/*/*"} {
		more, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(more) == 0 {
			t.Fatal(folder, err)
		}
		paths = append(paths, more...)
	}
	var asked, made []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "On" && len(n.Args) == 1 {
					asked = append(asked, path)
				}
			case *ast.CompositeLit:
				switch name := n.Type.(type) {
				case *ast.Ident:
					if name.Name == "MoveCase" {
						made = append(made, path)
					}
				case *ast.SelectorExpr:
					if name.Sel.Name == "MoveCase" {
						made = append(made, path)
					}
				}
			}
			return true
		})
	}
	for what, got := range map[string][]string{"asks the table of moves": asked,
		"makes the write": made} {
		if diff := cmp.Diff([]string{"case.go"}, got); diff != "" {
			t.Errorf("who %s (-want +got):\n%s", what, diff)
		}
	}
}
