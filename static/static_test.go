package static_test

import (
	"bytes"
	"compress/gzip"
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
	for name, most := range map[string]int{"app.css": 25 << 10, "app.js": 12 << 10,
		"passkey.js": 4 << 10} {
		body, _, _ := static.Open(strings.TrimPrefix(static.Path(name), "/static/"))
		if len(body) > most {
			t.Errorf("%s is %d bytes, at most %d", name, len(body), most)
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
