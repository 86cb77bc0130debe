package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestTemplatesSetNoPoints: a colon or a comma between words is part of a sentence of the catalogue, since French puts a
// space before the one and Arabic has another sign for the other. Staff read English alone.
func TestTemplatesSetNoPoints(t *testing.T) {
	t.Parallel()
	for _, path := range sources(t, "_templ.go") {
		if base := filepath.Base(path); base == "dev_templ.go" || base == "market_templ.go" || base == "staffbar_templ.go" ||
			slices.Contains([]string{"desk", "trust"}, filepath.Base(filepath.Dir(path))) {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range points(t, path, content) {
			t.Errorf("%s: %q stands in the template", path, text)
		}
	}
}

// points are the texts of a generated file that have a colon, a comma or a semicolon of its own.
func points(t *testing.T, path string, content []byte) (list []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, content, 0)
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch f, _ := call.Fun.(*ast.SelectorExpr); {
		case f == nil:
		case f.Sel.Name == "WriteString" && len(call.Args) == 3:
			text, _ := literalOf(call.Args[2])
			page.WriteString(text + "0") // as in written
		case f.Sel.Name == "JoinStringErrs":
			ast.Inspect(call, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if text, _ := literalOf(e); text != "" && strings.Trim(text, " ,:;") == "" && strings.TrimSpace(text) != "" {
						list = append(list, strings.TrimSpace(text))
					}
				}
				return true
			})
		}
		return true
	})
	in := ""
	for z := html.NewTokenizer(strings.NewReader(page.String())); z.Next() != html.ErrorToken; {
		tok := z.Token()
		if tok.Type == html.StartTagToken {
			in = tok.Data
		}
		if tok.Type == html.TextToken && in != "style" && strings.ContainsAny(tok.Data, ",:;") {
			list = append(list, strings.TrimSpace(tok.Data))
		}
	}
	return list
}

// TestPoints: the check above sees what it is for.
func TestPoints(t *testing.T) {
	t.Parallel()
	const file = `package x

func f() {
	templruntime.WriteString(b, 1, "<p class=\"a:b\">0 : ")
	v, err = templ.JoinStringErrs(", ")
	v, err = templ.JoinStringErrs(what.In(ctx) + ": ")
	v, err = templ.JoinStringErrs("login:" + " ")
	templruntime.WriteString(b, 2, "</p>")
}`
	if got := strings.Join(points(t, "x.go", []byte(file)), "|"); got != ",|:|0 : 0" {
		t.Errorf("%q", got)
	}
}
