package main

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ban is what no shipped file of a kind may hold, but for those that may.
type ban struct {
	name    string
	kinds   string // endings of names
	text    string // an expression
	like    string // something that it has to find
	allowed []string
}

// bans are the ways to a whole kind of fault, which are closed for everybody.
var bans = []ban{
	{"markup past the templates", ".go .templ",
		`templ\.(Raw|Unsafe)\w*\b|"(html|text)/template"|template\.(HTML|JS|URL)\(`,
		"templ.Raw(name)", nil},
	{"memory past the language", ".go", `"unsafe"|import "C"|go:linkname`, `import "unsafe"`, nil},
	{"programs of the system", ".go", `"os/exec"|syscall\.Exec|"plugin"`, `"os/exec"`,
		[]string{"cmd/load/portal.go", "cmd/load/outside.go", "cmd/load/table.go", "cmd/load/servers/pair.go",
			"cmd/load/servers/pooler.go"}}, // start what is tried out
	{"parsers that make objects or fetch", ".go", `"encoding/(xml|gob)"|"gopkg\.in/yaml`,
		`"encoding/gob"`, nil},
	{"expressions of what somebody typed", ".go",
		"regexp\\.(Must)?Compile(POSIX)?\\((\\s*)[^\"`\\s]|regexp\\.Match",
		"regexp.Compile(typed)", []string{"security/sight/text.go"}}, // constants
	{"random numbers that can be guessed", ".go", `"math/rand(/v2)?"`, `"math/rand/v2"`,
		[]string{"cmd/load/run.go", "cmd/load/people.go"}}, // who comes when, when the portal is tried out
	{"block modes, paddings and hashes that are broken", ".go",
		`"crypto/(md5|des|rc4|dsa|rsa|aes)"|NewCBC|NewECB|NewCFB|NewOFB|PKCS1v15`,
		`"crypto/md5"`, []string{"security/keyset/keys.go"}}, // public keys of others, none too short
	{"a hash that collides", ".go", `"crypto/sha1"`, `"crypto/sha1"`,
		[]string{"security/password/breach/file.go", "security/password/breach/range.go"}},
	{"comparisons that end early", ".go", `(==|!=) *(mac|digest|proof|hash)\b|bytes\.(Equal|Compare)`,
		"if got == mac {", []string{
			"security/access/passkeys.go",      // an id, which is no secret
			"security/password/breach/file.go", // a list that anybody has
			"store/trail/walk.go",              // nothing but zeroes
			"cmd/regain/settings/secret.go",    // two lines of the operator's own file
		}},
	{"older TLS and suites of one's own", ".go",
		`VersionTLS1[01]|VersionSSL30|CipherSuites:|CurvePreferences:`,
		"MinVersion: tls.VersionTLS10", []string{"cmd/regain/certs/certs.go"}}, // fewer than Go's: no CBC
	{"certificates that nobody checks", ".go", `InsecureSkipVerify:`, "InsecureSkipVerify: true",
		[]string{"cmd/regain/courier/smtp.go", "cmd/regain/doctor/ready.go"}}, // on this machine alone
	{"connections to somewhere else", ".go",
		`net\.(Dial|Lookup)|DialContext|(tls|smtp)\.Dial|` +
			`http\.(Get|Post|Head|Client|DefaultClient|NewRequest)\b`,
		"http.Get(address)", []string{"cmd/regain/courier/smtp.go",
			"cmd/regain/hook/client.go", "cmd/regain/hook/guard.go", // behind the guard
			"cmd/regain/depot/clamd.go", "cmd/regain/inbound/server.go", "cmd/regain/trace/collector.go", // where the operator says
			"cmd/regain/certs/certs.go",   // and certificates
			"cmd/regain/drill/browser.go", // the portal itself
			"cmd/regain/doctor/ready.go",  // the portal of this machine
			"security/password/breach/range.go",
			"handlers/api/client/client_gen.go",                                      // on this machine, in the demo
			"cmd/load/people.go", "cmd/load/servers/pooler.go", "cmd/load/portal.go", // on this machine
			"cmd/load/run.go"}},
	{"files by the name in a request", ".go",
		`\.(Static|StaticFS|FileFS|Attachment|Inline)\(|c\.File\(|http\.(FileServer|ServeFile|Dir)\b`,
		`e.Static("/", "static")`, []string{"security/attach/show.go"}}, // a row, by an id of ours
	{"answers for scripts of other sites", ".go",
		`\.JSONP(Blob)?\(|Access-Control-|middleware\.CORS|HeaderAccessControl`,
		`c.JSONP(200, name, v)`, nil},
	{"pages for debugging", ".go", `"net/http/pprof"|"expvar"|\.Debug = |e\.Debug\b`,
		`"net/http/pprof"`, nil},
	{"methods that a header chooses", ".go", `MethodOverride`, "middleware.MethodOverride()", nil},
	{"forms that fill in whatever they find", ".go",
		`\bc\.Bind\(|DefaultBinder|BindBody|BindQueryParams`, "c.Bind(&account)",
		[]string{"handlers/api/openapi_gen.go"}}, // our own binder hands it the body as it came
	{"log lines beside the log", ".go",
		`"log"|\bslog\.(Debug|Info|Warn|Error|SetDefault)\(|fmt\.Print(f|ln)?\(|os\.Stdout`,
		`import "log"`, []string{"cmd/regain/main.go", "cmd/commonlist/main.go", "cmd/load/main.go"}},
	{"questions that prove somebody", ".sql",
		`(?i)question|hint\b|maiden|birth_?place|memorable`, "secret_question TEXT", nil},
	{"passwords that age", ".sql", `(?i)password_(expires|changed_due|valid_until)`,
		"password_expires BIGINT", nil},
	{"tables of files that people send", ".sql", `(?i)attachment|upload|file_name`,
		"upload BYTEA", []string{"store/migrations/0043_attachments.sql", // without their bytes
			"store/migrations/0051_evidence.sql"}},
	{"ways from text to code", ".js",
		`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|` +
			`setTimeout\(["'` + "`" + `]|importScripts|import\(`, "e.innerHTML = text", nil},
	{"what a browser keeps", ".js",
		`localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker`,
		"localStorage.name", nil},
	{"objects that others can extend", ".js", `__proto__|prototype|Object\.assign|constructor`,
		"o.__proto__", nil},
	{"names that markup can take", ".js",
		`\bdocument\.(?:[a-z]\w*)\.|window\.[a-z]|^(?:var|let|const|function)\b`,
		"window.config", nil},
	{"messages of other windows", ".js", `addEventListener\("message"|window\.onmessage|\bopener\b`,
		`addEventListener("message", f)`, nil},
	{"addresses of other hosts", ".js .css", `https?://|//[a-z]+\.[a-z]|@import`,
		"https://cdn.example/x.js", nil},
	{"things that need a plugin", ".templ", `<(object|embed|applet|iframe|base)\b`,
		"<object data=x>", []string{"views/dev.templ"}}, // mails, in the demo
	{"scripts and styles inside of pages", ".templ", `<style|\sstyle=|\son[a-z]+=|javascript:`,
		`<p onclick="x()">`, []string{"views/mail/letter.templ"}}, // readers of mail know no other
}

// shipped are the hand-written files that end in one of these ways.
func shipped(t *testing.T, endings []string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != "." &&
			(strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(d.Name(), "test")) {
			return fs.SkipDir
		}
		made := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go")
		if err == nil && !d.IsDir() && !made && slices.Contains(endings, filepath.Ext(path)) {
			all = append(all, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// partsOf are texts of which at least one is in everything that an expression finds. To look for
// them first is quick.
func partsOf(t *testing.T, expression string) []string {
	t.Helper()
	tree, err := syntax.Parse("(?m)"+expression, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	if parts := needed(tree.Simplify()); parts != nil {
		return parts
	}
	return []string{""} // which is in every text
}

func needed(tree *syntax.Regexp) (parts []string) {
	shortest := func(of []string) int { return len(slices.MinFunc(of, byLength)) }
	switch tree.Op {
	case syntax.OpLiteral:
		if tree.Flags&syntax.FoldCase == 0 {
			return []string{string(tree.Rune)}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(tree.Sub[0])
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			of := needed(sub)
			if of != nil && (parts == nil || shortest(of) >= shortest(parts)) {
				parts = of
			}
		}
	case syntax.OpAlternate:
		for _, sub := range tree.Sub {
			of := needed(sub)
			if of == nil {
				return nil
			}
			parts = append(parts, of...)
		}
	}
	return parts
}

func byLength(a, b string) int { return len(a) - len(b) }

// TestForbidden: no file that is shipped holds what leads to a whole kind of fault.
func TestForbidden(t *testing.T) {
	t.Chdir("../..")
	texts := map[string][]byte{} // of files that were read before: most have several bans
	for _, b := range bans {
		t.Run(b.name, func(t *testing.T) {
			never, files := regexp.MustCompile("(?m)"+b.text), shipped(t, strings.Fields(b.kinds))
			parts := partsOf(t, b.text)
			like := func(p string) bool { return strings.Contains(b.like, p) }
			if !never.MatchString(b.like) || !slices.ContainsFunc(parts, like) || len(files) == 0 {
				t.Errorf("the ban does not see %q, or has no files", b.like)
			}
			used := map[string]bool{}
			for _, path := range files {
				text, read := texts[path]
				if !read {
					var err error
					if text, err = os.ReadFile(path); err != nil {
						t.Fatal(err)
					}
					texts[path] = text
				}
				var found []byte
				if slices.ContainsFunc(parts, func(p string) bool { return bytes.Contains(text, []byte(p)) }) {
					found = never.Find(text)
				}
				if used[path] = found != nil; used[path] && !slices.Contains(b.allowed, path) {
					t.Errorf("%s: %q", path, found)
				}
			}
			for _, path := range b.allowed {
				if !used[path] {
					t.Errorf("%s needs no exception any more", path)
				}
			}
		})
	}
}

// cryptographic are imports that encrypt, hash, sign, or draw random numbers.
var cryptographic = regexp.MustCompile(`(?m)^\s*(?:\w+ )?"(crypto/[\w/]+|` +
	`golang\.org/x/crypto/\w+|github\.com/(?:pquerna|go-webauthn|gorilla|go-jose)/[\w/-]+)"`)

// TestCryptography: SECURITY.md says which packages use which cryptography, and nothing uses any
// that it does not name (ASVS 11.1.2, 11.1.3).
func TestCryptography(t *testing.T) {
	t.Chdir("../..")
	used := map[string]map[string]bool{}
	for _, path := range shipped(t, []string{".go"}) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range cryptographic.FindAllSubmatch(text, -1) {
			if used[string(found[1])] == nil {
				used[string(found[1])] = map[string]bool{}
			}
			used[string(found[1])][filepath.ToSlash(filepath.Dir(path))] = true
		}
	}
	want := map[string]string{}
	for name, packages := range used {
		want[name] = strings.Join(slices.Sorted(maps.Keys(packages)), ", ")
	}
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	rows := regexp.MustCompile("(?m)^\\| `((?:crypto|golang|github)[\\w./-]+)` \\| (.+) \\|$")
	for _, row := range rows.FindAllSubmatch(text, -1) {
		got[string(row[1])] = strings.ReplaceAll(string(row[2]), "`", "")
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 10 {
		t.Errorf("cryptography in use (-source +SECURITY.md):\n%s", diff)
	}
}
