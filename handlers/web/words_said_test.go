package web_test

import (
	"encoding/json"
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEverySentenceIsSaid: nobody translates a sentence that nothing says. A sentence is said by its code,
// by the beginning of it with what comes behind, or, as a more exact one, by the code before its last dot.
func TestEverySentenceIsSaid(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../views/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue map[string]any
	if err := json.Unmarshal(content, &catalogue); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	see := func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if s, ok := text(lit); ok && codeOrBeginning.MatchString(s) {
					said[s] = true
				}
			}
			return true
		})
	}
	for _, dir := range []string{"../../handlers", "../../views", "../../security", "../../store", "../../cmd"} {
		walk(t, dir, see)
	}
	for id := range catalogue {
		code, _, _ := strings.Cut(id, "(")
		if !saidAs(said, code) {
			t.Errorf("nothing says %s", id)
		}
	}
}

var codeOrBeginning = regexp.MustCompile(`^[a-z0-9_]+([./][a-z0-9_/-]+)*[._]?$`)

func saidAs(said map[string]bool, code string) bool {
	if said[code] {
		return true
	}
	for i := range code {
		if strings.ContainsRune("._", rune(code[i])) && said[code[:i+1]] {
			return true
		}
	}
	parent, last, nested := cutLast(code)
	return nested && said[parent] || strings.HasSuffix(last, "_place") && said[strings.TrimSuffix(code, "_place")]
}

func cutLast(code string) (parent, last string, ok bool) {
	i := strings.LastIndexByte(code, '.')
	if i < 0 {
		return "", code, false
	}
	return code[:i], code[i+1:], true
}
