package views_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWrittenOnce: whatever an owner writes to us goes out of a form whose copies are known as such.
func TestWrittenOnce(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`(?s)<form .*?</form>`)
	const stranger = `action="/recover/no-mailbox"` // in no session
	seen := 0
	for _, side := range []string{"owner", "account"} {
		files, err := filepath.Glob(filepath.Join(side, "*.templ"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range form.FindAllString(string(text), -1) {
				if !strings.Contains(f, `Kind: "area"`) || strings.Contains(f, stranger) {
					continue
				}
				if seen++; !strings.Contains(f, "OnceField()") {
					t.Errorf("%s: a message can be stored twice: %s", path, strings.SplitN(f, "\n", 2)[0])
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no form was looked at")
	}
}
