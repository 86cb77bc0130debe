package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store"
)

// TestEveryWriteHasAStatement compares the types below security that are a Write with the table.
func TestEveryWriteHasAStatement(t *testing.T) {
	t.Parallel()
	var kinds []string
	err := filepath.WalkDir("../security", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			kinds = append(kinds, writesOf(t, path)...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := store.Kinds()
	slices.Sort(kinds)
	slices.Sort(got)
	if diff := cmp.Diff(kinds, got); diff != "" || len(kinds) < 50 {
		t.Errorf("%d kinds of write, and those with a statement (-want +got):\n%s", len(kinds),
			diff)
	}
}

// writesOf are the types of a file that have the method of a Write.
func writesOf(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv != nil && f.Name.Name == "Write" && f.Type.Params.NumFields() == 0 {
			names = append(names, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	return names
}
