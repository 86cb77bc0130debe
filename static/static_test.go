package static_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regain/static"
)

func TestPathAndOpenAgree(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{
		"app.css":    "text/css; charset=utf-8",
		"app.js":     "text/javascript; charset=utf-8",
		"keys.js":    "text/javascript; charset=utf-8",
		"passkey.js": "text/javascript; charset=utf-8",
		"icon.svg":   "image/svg+xml",
	} {
		hashed, found := strings.CutPrefix(static.Path(name), "/static/")
		if !found || hashed == name {
			t.Fatalf("Path(%q) = %q, want a hashed name under /static/", name, static.Path(name))
		}
		body, got, ok := static.Open(hashed)
		if !ok || got != kind || len(body) == 0 {
			t.Errorf("Open(%q) = %d bytes, %q, %v; want %q", hashed, len(body), got, ok, kind)
		}
		if _, _, ok := static.Open(name); ok {
			t.Errorf("Open(%q) answered to a name without a hash", name)
		}
	}
}

func TestUnknownNamePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Path of a file that does not exist did not panic")
		}
	}()
	static.Path("nothing.css")
}

// The first view may weigh 30 KB; page and icon need their share of it.
func TestWeight(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for _, file := range []struct { // what comes first decides how well the rest packs
		name string
		most int
	}{{"app.css", 25 << 10}, {"app.js", 12 << 10}, {"passkey.js", 4 << 10}} {
		body, _, _ := static.Open(strings.TrimPrefix(static.Path(file.name), "/static/"))
		if len(body) > file.most {
			t.Errorf("%s is %d bytes, at most %d", file.name, len(body), file.most)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if keys, _, _ := static.Open(strings.TrimPrefix(static.Path("keys.js"), "/static/")); len(keys) > 2<<10 {
		t.Errorf("keys.js, for staff alone, is %d bytes, at most 2 KB", len(keys))
	}
	if packed.Len() > 21<<9 {
		t.Errorf("style and scripts together are %d bytes packed, at most 10.5 KB", packed.Len())
	}
}

// The pages forbid inline styles and any way from text to markup, so the files must not
// try either.
func TestScriptWritesTextOnly(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app.js", "keys.js", "passkey.js"} {
		body, _, _ := static.Open(strings.TrimPrefix(static.Path(name), "/static/"))
		for _, bad := range []string{
			"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", ".style.",
			"setAttribute(\"style", "DOMParser", "Function(",
		} {
			if bytes.Contains(body, []byte(bad)) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}

// What a script sends says that no page has to come back: the server keeps what a page says for one that is read.
func TestScriptsAskForNoPage(t *testing.T) {
	t.Parallel()
	body, _, _ := static.Open(strings.TrimPrefix(static.Path("app.js"), "/static/"))
	sends := strings.Count(string(body), `method: "POST"`)
	asks := regexp.MustCompile(`method: "POST",\s+headers: \{ "?Accept"?: "application/json"`).FindAll(body, -1)
	if sends == 0 || len(asks) != sends {
		t.Errorf("%d of %d say so", len(asks), sends)
	}
}

var (
	cssComment = regexp.MustCompile(`/\*[^*]*\*+([^/*][^*]*\*+)*/`)
	// side is what names a side of the screen, or moves something to one.
	side = regexp.MustCompile(`\b(left|right)\b|\btranslate(X|3d)?\b`)
	// four are the values of all four sides; those of the second and the fourth are at the sides.
	four = regexp.MustCompile(`(?:padding|margin|inset|border-width|border-style|border-color|border-radius):` +
		` ?([^\s;}"]+) ([^\s;}"]+) ([^\s;}"]+) ([^\s;}"]+)`)
	inline = regexp.MustCompile(`style="[^"]*"`)
)

// sided is what of a style knows left from right, be the language written as it may.
func sided(css string) []string {
	css = cssComment.ReplaceAllString(css, "")
	list := side.FindAllString(css, -1)
	for _, v := range four.FindAllStringSubmatch(css, -1) {
		if corners := strings.HasPrefix(v[0], "border-radius"); corners || v[2] != v[4] {
			list = append(list, v[0])
		}
	}
	return list
}

// TestStylesReadBothWays: a language that is written from right to left has its pages the other way round,
// so no style may say left or right where it means where a line starts or ends.
func TestStylesReadBothWays(t *testing.T) {
	t.Parallel()
	for css, want := range map[string]int{"a{margin-left:1px}": 1, "a{text-align: right}": 1, "a{right:0}": 1,
		"a{padding: 1px 2px 3px 4px}": 1, "a{padding:1px 2px 3px 2px}": 0, "a{border-top-left-radius:1px}": 1,
		"a{transform: translateX(1px)}": 1, "a{margin-inline: 1px 2px} /* left */": 0, "a{float:left}": 1,
		"a{border-radius: 1px 2px 3px 2px}": 1, "a{background: linear-gradient(to right, red, blue)}": 1} {
		if got := sided(css); len(got) != want {
			t.Errorf("%s: %q", css, got)
		}
	}
	body, _, _ := static.Open(strings.TrimPrefix(static.Path("app.css"), "/static/"))
	for _, v := range sided(string(body)) {
		t.Errorf("app.css has %s", v)
	}
	files, err := filepath.Glob("../views/*/*.templ")
	top, topErr := filepath.Glob("../views/*.templ")
	if err != nil || topErr != nil || len(files) < 30 || len(top) < 10 {
		t.Fatal(err, topErr, files, top)
	}
	for _, name := range append(files, top...) {
		if strings.Contains(name, "/mail/") {
			continue // many mail programs know nothing else, so letters choose a side by their language
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, style := range inline.FindAllString(string(content), -1) {
			for _, v := range sided(style) {
				t.Errorf("%s has %s", name, v)
			}
		}
	}
}
