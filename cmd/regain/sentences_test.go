package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	// sentence is a space between two words.
	sentence = regexp.MustCompile(`\pL[,.:;]? \pL`)
	// query is part of one: a word of SQL, or a list of columns.
	query = regexp.MustCompile(`\b(SELECT|RETURNING|FROM|WHERE|ORDER BY|AND|SET|INSERT|JOIN|CASE|THEN|IN|` +
		`LIKE|LOWER|GROUP BY|UNION ALL|SAVEPOINT|VACUUM|GRANT|PRAGMA|COALESCE|CONFLICT)\b|^[ \n]*[\w.]+,|^\) AS `)
	// faults are the functions whose words only a log or an operator reads.
	faults = []string{"errors.New", "fmt.Errorf", ".panic", "security.Fetched"}
)

// wordy are the files that may have sentences in them, with their folder, and the reason.
var wordy = map[string]string{
	"security/subject.go":  "staff know a ticket by its subject, which the command line and the API give",
	"security/note.go":     "other help desks read a note, and match its lines literally",
	"mailproof/head.go":    "how mail programs begin a mail within another, which is looked for",
	"mailproof/fresh.go":   "how mail programs begin what they quote, which is looked for",
	"notice/samples.go":    "samples of what people write, for the gallery of mails",
	"feed/field.go":        "says to an operator what is wrong with a line",
	"feed/line.go":         "says to an operator what is wrong with a line",
	"feed/stream.go":       "says to an operator what is wrong with a line",
	"feed/parse.go":        "says to an operator what is wrong with a line",
	"queue/figures.go":     "statements, put together",
	"feed/organisation.go": "says to an operator what is wrong with a line",
}

// spoken are single literals that may have words in them.
var spoken = []string{
	// Names that another program gives, or that nobody reads.
	"Android browser", "Huawei Browser", "Miui Browser", "bcrypt cost",
	"bcrypt salt and key", "beyond the end", "build export ", "carry out proposal ", "details changed", "details missing", "key id",
	"link is ", "signin name and address", "signin name", "the portal was stopping",
	// Departments are names.
	"Account Security", "Customer Support",
}

// TestSentences: what decides and what remembers speaks in codes; the words are in views.
func TestSentences(t *testing.T) {
	var found []string
	for _, path := range sources(t) {
		if !within(path, "security") && !within(path, "store") || wordy[lastTwo(path)] != "" {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for at, text := range sentencesOf(file) {
			if within(path, "store") && query.MatchString(text) {
				continue
			}
			if found = append(found, text); !slices.Contains(spoken, text) {
				t.Errorf("%s: %q belongs to views", files.Position(at), text)
			}
		}
	}
	for _, text := range spoken {
		if !slices.Contains(found, text) {
			t.Errorf("%q is gone, and its leave to stay goes too", text)
		}
	}
}

// lastTwo is a file with its folder.
func lastTwo(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

// sentencesOf are the literals with words in them, but for those of faults and of tags.
func sentencesOf(file *ast.File) map[token.Pos]string {
	all := map[token.Pos]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.Field:
			n.Tag = nil
		case *ast.CallExpr:
			name := selector(n.Fun)
			if id, ok := n.Fun.(*ast.Ident); ok {
				name = "." + id.Name
			}
			return !slices.Contains(faults, name)
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if err == nil && sentence.MatchString(text) {
				all[n.Pos()] = text
			}
		}
		return true
	})
	return all
}

// TestSentencesAreFound: the test sees a sentence wherever it stands, and no fault.
func TestSentencesAreFound(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
type t struct{ a int `+"`json:\"not this\"`"+` }
var a = map[string]string{"a key": "b"}
func f() error {
	panic("not this"); security.Fetched(&a, "not this")(b)
	say("Well, that", "one-word", "code_of_ours", fmt.Sprint("a cause"))
	return fmt.Errorf("not this: %w", errors.New("not this"))
}`, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, text := range sentencesOf(file) {
		got = append(got, text)
	}
	slices.Sort(got)
	if want := []string{"Well, that", "a cause", "a key"}; !slices.Equal(got, want) {
		t.Errorf("%s, want %s", strings.Join(got, "|"), strings.Join(want, "|"))
	}
}
