// Package static carries the stylesheet, the scripts and the icon inside the program and
// names them by their content, so that a browser may keep each for ever. It serves
// nothing itself and knows no page.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

//go:embed app.css app.js keys.js passkey.js icon.svg
var files embed.FS

type asset struct {
	path string
	body []byte
	kind string
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

var byName, byHash = load()

func load() (names, hashes map[string]asset) {
	names, hashes = map[string]asset{}, map[string]asset{}
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a := asset{path: "/static/" + hashed, body: body, kind: kinds[ext]}
		names[e.Name()], hashes[hashed] = a, a
	}
	return names, hashes
}

// Path is the address of a file under its hashed name, such as "/static/app.3f9c1a.css"
// for "app.css". It panics on a name that is not embedded, because only names written in
// our own pages reach it.
func Path(name string) string {
	a, ok := byName[name]
	if !ok {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return a.path
}

// Open finds a file by the hashed name that Path made, without "/static/". The body must
// not be changed. An answer may be cached for ever: other content has another name.
func Open(hashedName string) (body []byte, contentType string, ok bool) {
	a, ok := byHash[hashedName]
	return a.body, a.kind, ok
}
