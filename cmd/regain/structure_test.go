package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"testing"
)

// The size that the code may have. Whatever grows past it is an idea that is not finished: it
// gets another shape, not another file. What is too large today stands in outgrown.
const (
	maxPackage    = 3500 // lines of a package
	maxFile       = 300  // lines of a file
	maxFunction   = 60   // lines of a function
	maxMethods    = 120  // of a type, with those that it gets by embedding
	maxInterface  = 40   // methods of an interface
	maxKernel     = 250  // names that the package security exports
	maxFileCircle = 8    // files that all need each other
)

// outgrown is what is larger than it may be, with the size that it has not to pass. What has become
// small enough is taken out, and what shrinks gets the smaller number.
var outgrown = map[string]int{}

// house is the hand-written code of the project, checked as far as it stands on its own: what
// comes from other modules is unknown.
type house struct {
	fset  *token.FileSet
	rooms map[string]*room // by import path
}

// room is a package.
type room struct {
	files []*ast.File
	pkg   *types.Package
	info  types.Info
	lines int
}

// readHouse parses and checks the files at these paths.
func readHouse(t *testing.T, paths []string) *house {
	t.Helper()
	h := &house{token.NewFileSet(), map[string]*room{}}
	for _, path := range paths {
		file, err := parser.ParseFile(h.fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		name := own + "/" + filepath.ToSlash(filepath.Dir(path))
		if h.rooms[name] == nil {
			h.rooms[name] = &room{}
		}
		r := h.rooms[name]
		r.files = append(r.files, file)
		if !generated(path) {
			r.lines += h.fset.File(file.Pos()).LineCount()
		}
	}
	for name := range h.rooms {
		if _, err := h.Import(name); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// Import implements types.Importer.
func (h *house) Import(path string) (*types.Package, error) {
	r := h.rooms[path]
	if r == nil {
		stranger := types.NewPackage(path, filepath.Base(path))
		stranger.MarkComplete()
		return stranger, nil
	}
	if r.pkg != nil {
		return r.pkg, nil
	}
	r.info = types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}}
	c := types.Config{Importer: h, Error: func(error) {}}
	r.pkg, _ = c.Check(path, h.fset, r.files, &r.info) // strangers have no names
	return r.pkg, nil
}

func (h *house) file(p token.Pos) string { return h.fset.Position(p).Filename }

// TestSizes holds the code to its size. With -v it tells the size of everything.
func TestSizes(t *testing.T) {
	h := readHouse(t, sources(t))
	var functions []int
	for name, r := range h.rooms {
		t.Logf("%-32s %5d lines %4d exported %3d files in the largest circle", name, r.lines,
			len(r.exported()), len(h.circle(r)))
		limit(t, name, "lines", r.lines, maxPackage)
		limit(t, name, "files that need each other", len(h.circle(r)), maxFileCircle)
		for _, file := range r.files {
			path := h.file(file.Pos())
			if generated(path) {
				continue
			}
			limit(t, path, "lines", h.fset.File(file.Pos()).LineCount(), maxFile)
			functions = append(functions, h.functions(t, file)...)
		}
		h.types(t, r)
	}
	limit(t, "regain/security", "exported names", len(h.rooms["regain/security"].exported()),
		maxKernel)
	slices.Sort(functions)
	t.Logf("%d functions, half of them up to %d lines, 90 %% up to %d, the longest %d",
		len(functions),
		functions[len(functions)/2], functions[len(functions)*9/10], functions[len(functions)-1])
}

// limit fails when what there is, is more than it may be, and when it need not be excused any more.
func limit(t *testing.T, what, unit string, got, most int) {
	t.Helper()
	excuse, excused := outgrown[what+" "+unit]
	switch {
	case excused && got <= most:
		t.Errorf("%s: %d %s is small enough: take it out of outgrown", what, got, unit)
	case got > max(most, excuse):
		t.Errorf("%s: %d %s, at most %d", what, got, unit, max(most, excuse))
	}
}

// exported are the names that other packages may use, without fields and methods.
func (r *room) exported() (names []string) {
	for _, name := range r.pkg.Scope().Names() {
		if token.IsExported(name) {
			names = append(names, name)
		}
	}
	return names
}

// functions are the lengths of the functions of a file.
func (h *house) functions(t *testing.T, file *ast.File) (lengths []int) {
	t.Helper()
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			n := h.fset.Position(f.End()).Line - h.fset.Position(f.Pos()).Line + 1
			limit(t, h.file(f.Pos())+" "+f.Name.Name, "lines", n, maxFunction)
			lengths = append(lengths, n)
		}
	}
	return lengths
}

// types counts the methods of the types of a package.
func (h *house) types(t *testing.T, r *room) {
	t.Helper()
	for _, name := range r.pkg.Scope().Names() {
		o, ok := r.pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || generated(h.file(o.Pos())) {
			continue
		}
		what := h.file(o.Pos()) + " " + name
		if i, ok := o.Type().Underlying().(*types.Interface); ok {
			limit(t, what, "methods", i.NumMethods(), maxInterface)
			continue
		}
		set := types.NewMethodSet(types.NewPointer(o.Type()))
		limit(t, what, "methods", set.Len(), maxMethods)
	}
}

// circle is the largest set of files of a package of which each needs, by way of others, every
// other one.
func (h *house) circle(r *room) []string {
	needs := map[string]map[string]bool{}
	for id, o := range r.info.Uses {
		if o.Pkg() != r.pkg || !o.Pos().IsValid() {
			continue
		}
		from, to := h.file(id.Pos()), h.file(o.Pos())
		if needs[from] == nil {
			needs[from] = map[string]bool{}
		}
		needs[from][to] = from != to
	}
	reach := map[string]map[string]bool{}
	for from := range needs {
		reach[from] = map[string]bool{}
		walk(needs, from, reach[from])
	}
	var largest []string
	for from := range reach {
		var circle []string
		for to := range reach[from] {
			if reach[to][from] {
				circle = append(circle, to)
			}
		}
		slices.Sort(circle)
		if n := cmp.Compare(len(circle), len(largest)); n > 0 {
			largest = circle
		}
	}
	return largest
}

func walk(needs map[string]map[string]bool, from string, seen map[string]bool) {
	for to, needed := range needs[from] {
		if needed && !seen[to] {
			seen[to] = true
			walk(needs, to, seen)
		}
	}
}
