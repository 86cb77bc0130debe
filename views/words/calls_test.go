package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// root is the top of the source.
const root = "../.."

// TestCalls: whoever says a sentence by its code names one that there is, with as many arguments as one
// of its wordings has slots. So a missing argument fails here, and not on a page.
func TestCalls(t *testing.T) {
	t.Parallel()
	for _, path := range sources(t, ".go") {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call.Ellipsis != token.NoPos {
				return true
			}
			args := saying(call)
			if len(args) == 0 {
				return true
			}
			code, ok := literalOf(args[0])
			if ok && !fits(code, args[1:]) {
				t.Errorf("%s: no sentence %q with %d arguments", set.Position(call.Pos()), code, len(args)-1)
			}
			return true
		})
	}
}

// saying are the code and the arguments of a call that says a sentence.
func saying(call *ast.CallExpr) []ast.Expr {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	switch of, _ := f.X.(*ast.Ident); {
	case of == nil:
		return nil
	case of.Name == "words" && f.Sel.Name == "Say", of.Name == "views" && f.Sel.Name == "Text":
		return call.Args
	case of.Name == "words" && f.Sel.Name == "In":
		return call.Args[1:]
	case of.Name == "l" && slices.Contains([]string{"say", "head", "small"}, f.Sel.Name): // of package mail
		return call.Args
	}
	return nil
}

func literalOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// fits reports whether some wording of the code takes these arguments. The first one may name a more
// exact sentence.
func fits(code string, args []ast.Expr) bool {
	all := English.catalogue().sentences
	takes := func(code string, n int) bool {
		return slices.ContainsFunc(all[code], func(s sentence) bool { return len(s.slots) == n })
	}
	if takes(code, len(args)) {
		return true
	}
	if len(args) == 0 {
		return false
	}
	if part, ok := literalOf(args[0]); ok {
		return takes(code+"."+part, len(args)-1)
	}
	for other := range all {
		if strings.HasPrefix(other, code+".") && takes(other, len(args)-1) {
			return true
		}
	}
	return false
}

// TestCanonical: a file of sentences is sorted and written in one way, so that two changes of it meet only
// where they are about the same sentence; and English says of each what it is for.
func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, l := range All {
		content, err := files.ReadFile(l.Tag + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]map[string]string
		if err := json.Unmarshal(content, &all); err != nil {
			t.Fatal(err)
		}
		if got := canonical(t, all); got != string(content) {
			t.Errorf("%s.json is not in the form that this test writes", l.Tag)
		}
		for id, m := range all {
			switch described := m["description"] != ""; {
			case l == English && !described:
				t.Errorf("%s: who translates it is not told what it is for", id)
			case l != English && described:
				t.Errorf("%s: %s is described anew; translations have words alone", l.Tag, id)
			}
		}
	}
}

func canonical(t *testing.T, all map[string]map[string]string) string {
	t.Helper()
	quoted := func(s string) string {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(b.String())
	}
	var list []string
	for id, m := range all {
		var fields []string
		for _, f := range []string{"description", "zero", "one", "two", "few", "many", other} {
			if m[f] != "" {
				fields = append(fields, fmt.Sprintf("  %q: %s", f, quoted(m[f])))
			}
		}
		list = append(list, fmt.Sprintf(" %s: {\n%s\n }", quoted(id), strings.Join(fields, ",\n")))
	}
	slices.Sort(list)
	return "{\n" + strings.Join(list, ",\n") + "\n}\n"
}

// sources are the files of the program itself whose names end so.
func sources(t *testing.T, end string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2:
			return fs.SkipDir
		case strings.HasSuffix(path, end) && !strings.HasSuffix(path, "_test.go"):
			list = append(list, path)
		}
		return nil
	})
	if err != nil || len(list) < 40 {
		t.Fatalf("%d files, %v", len(list), err)
	}
	return list
}

// TestTemplatesHoldNoSentences: what stands in a template is markup; its words are in the catalogue. The
// pages of the demo are not for owners, callers or staff.
func TestTemplatesHoldNoSentences(t *testing.T) {
	t.Parallel()
	for _, path := range sources(t, "_templ.go") {
		switch filepath.Base(path) {
		case "dev_templ.go", "market_templ.go":
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range written(t, path, content) {
			t.Errorf("%s: %q stands in the template", path, text)
		}
	}
}

// written are the words that a generated file writes by itself: the texts between its tags, and those of
// the attributes that people read or hear.
func written(t *testing.T, path string, content []byte) (list []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, content, 0)
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 3 {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "WriteString" {
				text, _ := literalOf(call.Args[2])
				page.WriteString(text + "0") // 0 is what the page puts in
			}
		}
		return true
	})
	in, all := "", strings.ReplaceAll(page.String(), "noscript", "div") // else it is one piece
	for z := html.NewTokenizer(strings.NewReader(all)); z.Next() != html.ErrorToken; {
		tok := z.Token()
		if tok.Type == html.StartTagToken {
			in = tok.Data
		}
		if tok.Type == html.TextToken && in != "style" && hasLetters(tok.Data) {
			list = append(list, strings.TrimSpace(tok.Data))
		}
		for _, a := range tok.Attr {
			if slices.Contains(read, a.Key) && hasLetters(a.Val) {
				list = append(list, a.Key+"="+a.Val)
			}
		}
	}
	return list
}

// read are the attributes that people read or hear, by themselves or by a script.
var read = []string{"alt", "aria-label", "aria-description", "data-done", "data-busy", "data-cancelled", "data-failed", "data-hidden",
	"data-hide", "data-known", "data-label", "data-lost", "data-now", "data-show", "data-shown", "data-words", "data-yours", "placeholder", "title"}

func hasLetters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// TestWritten: the check above sees what it is for.
func TestWritten(t *testing.T) {
	t.Parallel()
	const file = `package x

func f() {
	templruntime.WriteString(b, 1, "<p class=\"a\" title=\"More\">One <b>two</b> – ")
	templruntime.WriteString(b, 2, "</p><a href=\"")
	templruntime.WriteString(b, 3, "\">3</a>")
}`
	got := strings.Join(written(t, "x.go", []byte(file)), "|")
	if want := "title=More|One|two"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
