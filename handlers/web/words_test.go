package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regain/security/lockout"
	"regain/views"
	"regain/views/words"
)

// parse reads the Go files that match.
func parse(t *testing.T, pattern string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s (%v)", pattern, err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil && s != ""
}

// A refusal whose code has no sentence would show the bare code to a person.
func TestEveryRefusalHasASentence(t *testing.T) {
	t.Parallel()
	found := 0
	files := append(parse(t, "../../security/refusal/refusal.go"),
		parse(t, "../../security/password/problem.go")...)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			kind, ok := spec.Type.(*ast.Ident)
			if !ok || kind.Name != "Code" {
				return true
			}
			for _, v := range spec.Values {
				if code, ok := text(v); ok {
					found++
					if !words.Known(code) {
						t.Errorf("%s has no sentence", code)
					}
				}
			}
			return true
		})
	}
	if found < 30 {
		t.Errorf("only %d codes were found", found)
	}
}

func TestEveryFlashHasASentence(t *testing.T) {
	t.Parallel()
	found := 0
	for _, f := range append(parse(t, "../*/*.go"), parse(t, "../*.go")...) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || len(call.Args) == 0 ||
				fun.Sel.Name != "Done" && fun.Sel.Name != "Put" {
				return true
			}
			if code, ok := text(call.Args[len(call.Args)-1]); ok {
				found++
				if !words.Known("flash." + code) {
					t.Errorf("flash %s has no sentence", code)
				}
			}
			return true
		})
	}
	if found < 12 {
		t.Errorf("only %d flashes were found", found)
	}
}

// Staff read the whole audit trail of a case, whatever is on it.
func TestEveryEventHasASentence(t *testing.T) {
	t.Parallel()
	found := 0
	for _, f := range parse(t, "../../security/audit/event.go") {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fun, ok := call.Fun.(*ast.Ident); !ok || fun.Name != "event" {
				return true
			}
			if kind, ok := text(call.Args[0]); ok {
				found++
				if !words.Known("trail." + kind) {
					t.Errorf("%s has no sentence", kind)
				}
			}
			return true
		})
	}
	if found < 60 {
		t.Errorf("only %d kinds were found", found)
	}
}

// What the portal itself says on tickets, in notes and as evidence are kinds.
func TestEveryRemarkHasWords(t *testing.T) {
	t.Parallel()
	found := 0
	for _, f := range parse(t, "../../security/remark.go") {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			kind, ok := text(spec.Values[0])
			if !ok {
				t.Errorf("%s is no kind", spec.Names[0])
				return true
			}
			found++
			for _, p := range []lockout.ProposalKind{lockout.ProposeFactor,
				lockout.ProposeAddress} {
				words := views.Remark(kind, []string{string(p), "b", "c", "d"}).String()
				if words == "" || strings.HasPrefix(words, "remark.") {
					t.Errorf("%s of %s reads %q", kind, p, words)
				}
			}
			return true
		})
	}
	if found < 25 {
		t.Errorf("only %d kinds were found", found)
	}
}
