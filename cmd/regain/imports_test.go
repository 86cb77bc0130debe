package main

import (
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
)

// law is what the files below a folder must never name.
type law struct {
	folder  string   // of the repository; the most exact one counts
	imports []string // packages and all below them
	may     []string // exceptions
	never   []string // packages and all below them, whatever may says
	calls   []string // functions and methods, as PACKAGE.NAME or .NAME
}

const own = "regain"

// leaf is the law of packages that know nothing of ours.
func leaf(folder string, more ...string) law {
	return law{folder: folder, imports: []string{own, "net/http", "database/sql", "log", "os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ", "github.com/nbutton23/zxcvbn-go"},
		may: more, calls: []string{"time.Now"}}
}

// floors are the rooms of security from the lowest to the highest. A room may import those on
// floors below its own.
var floors = [][]string{{"access", "certificate", "keyring"}, {"federation"}, {"staff"}, {"casework", "sight", "apikey", "organisation"},
	{"attach", "lockout"}, {"alert", "genuine", "guided"}, {"signin"}, {"account", "review"}, {"desk"}, {"feed", "fraud", "market", "privacy", "receiver", "report", "webhook"}, {"drill", "inbound", "signal"}, {"rooms"}}

// roomLaws are the laws of security itself and of its rooms.
func roomLaws() (all []law) {
	of := func(folder string, above [][]string) law {
		l := law{folder: folder, imports: []string{own, "net/http", "database/sql", "log", "os",
			"io/fs",
			"github.com/labstack/echo", "github.com/a-h/templ"},
			may: []string{"regain/security"}, calls: []string{"time.Now"}}
		for _, name := range slices.Concat(above...) {
			if path := "security/" + name; path != folder {
				l.never = append(l.never, own+"/"+path)
			}
		}
		return l
	}
	all = append(all, of("security", floors))
	for i, floor := range floors {
		for _, name := range floor {
			all = append(all, of("security/"+name, floors[i:]))
		}
	}
	return all
}

// sideLaws are the laws of handlers and of its sides, which know nothing of each other.
func sideLaws() (all []law) {
	for folder, may := range map[string][]string{"handlers": nil,
		"handlers/owner": {"regain/handlers"}, "handlers/account": {"regain/handlers"},
		"handlers/desk": {"regain/handlers"}, "handlers/files": {"regain/handlers"}, "handlers/casefile": {"regain/handlers"},
		"handlers/accountfile": {"regain/handlers"},
		"handlers/connect":     {"regain/handlers"}, "handlers/trust": {"regain/handlers"}, "handlers/protect": {"regain/handlers"},
		"handlers/receiver": {"regain/handlers"},
		"handlers/program":  {"regain/handlers"}, "handlers/signal": {"regain/handlers"},
		"handlers/api": {"regain/handlers"}, "handlers/web": {"regain/handlers"}} {
		l := law{folder: folder, imports: []string{own, "database/sql", "os/exec", "net/smtp",
			"github.com/wneessen/go-mail"},
			may:   append(may, "regain/security", "regain/views", "regain/static"),
			calls: []string{".Bind", ".FormValue", ".FormParams"}}
		if folder == "handlers/api" || folder == "handlers/signal" || folder == "handlers/program" {
			l.never = append(l.never, own+"/views")
		}
		for _, side := range []string{"owner", "account", "desk", "api", "signal", "web"} {
			if folder != "handlers/web" {
				l.never = append(l.never, own+"/handlers/"+side)
			}
		}
		all = append(all, l)
	}
	return all
}

// pages is the law of the pages of one side: they know what all pages share, and no other side.
func pages(folder string) law {
	var never []string
	for _, side := range []string{"owner", "account", "desk", "protect"} {
		if path := "views/" + side; path != folder {
			never = append(never, own+"/"+path)
		}
	}
	return law{folder: folder, imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views"}, never: never,
		calls: []string{"time.Now"}}
}

// laws are the import law of the code. Folders that are not named may import
// anything but random numbers that can be guessed.
var laws = append(append(roomLaws(), sideLaws()...),
	leaf("security/recovery"), leaf("security/risk"), leaf("security/policy"), leaf("security/survive"),
	leaf("security/notice", "regain/security/survive"),
	leaf("security/seal"), leaf("security/report/stix"),
	leaf("security/otp"), leaf("security/token"), leaf("security/weblink"),
	leaf("security/mailproof"),
	// All else in that library makes lists at the start of every command.
	leaf("security/password", "github.com/nbutton23/zxcvbn-go/data"),
	leaf("security/ticket"),
	leaf("security/datacopy"), leaf("security/audit"), leaf("security/limits"),
	leaf("security/refusal"), leaf("security/keyset"), leaf("security/identifier"), leaf("security/gather"),
	// The range service is asked over HTTP.
	leaf("security/password/breach", "net/http"),
	law{folder: "store/engine", imports: []string{own, "net/http", "os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"}, may: []string{"regain/security",
		"regain/store/column"}, calls: []string{"time.Now"}},
	law{folder: "store", imports: []string{own, "net/http", "os/exec", "github.com/labstack/echo",
		"github.com/a-h/templ"}, may: []string{"regain/security", "regain/store/column", "regain/store/ask", "regain/store/drill",
		"regain/store/lanes"},
		calls: []string{"time.Now"}},
	// What all pages share knows none of them.
	law{folder: "views", imports: []string{own, "database/sql", "os/exec",
		"github.com/labstack/echo"},
		may: []string{"regain/static"}, never: []string{"regain/views/owner",
			"regain/views/account", "regain/views/desk", "regain/views/protect"}, calls: []string{"time.Now"}},
	law{folder: "views/zone", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views/words", "regain/views/places"},
		calls: []string{"time.Now"}},
	law{folder: "views/authorities", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views/words", "regain/views/places"},
		calls: []string{"time.Now"}},
	law{folder: "views/plot", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views", "regain/views/words"},
		never: []string{"regain/views/owner", "regain/views/account", "regain/views/desk",
			"regain/views/protect"}, calls: []string{"time.Now"}},
	law{folder: "views/trust", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views"}, never: []string{"regain/views/owner",
		"regain/views/account", "regain/views/protect"}, calls: []string{"time.Now"}},
	pages("views/owner"), pages("views/account"), pages("views/desk"), pages("views/protect"),
	law{folder: "views/gallery", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo"}, may: []string{"regain/views", "regain/security/notice"}, calls: []string{"time.Now"}},
	law{folder: "views/mail", imports: []string{own, "database/sql", "os/exec",
		"github.com/labstack/echo"},
		may:   []string{"regain/security/notice", "regain/views", "regain/static"},
		calls: []string{"time.Now"}},
	law{folder: "static", imports: []string{own, "os/exec"}},
	law{folder: "cmd/regain", imports: []string{"os/exec"}},
	law{folder: "cmd/regain/courier", imports: []string{own, "net/http", "database/sql", "log",
		"os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"},
		may:   []string{"regain/cmd/regain/settings", "regain/security", "regain/views/mail"},
		calls: []string{"time.Now"}},
	law{folder: "cmd/regain/depot", imports: []string{own, "database/sql", "log", "os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"}, may: []string{"regain/security"}},
	law{folder: "cmd/regain/logs", imports: []string{own, "net/http", "database/sql", "os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"}, may: []string{"regain/handlers", "regain/security"}},
	law{folder: "cmd/wiring", imports: []string{own, "net/http", "database/sql", "log", "os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"}, may: []string{"regain/security"},
		calls: []string{"time.Now"}},
	law{folder: "cmd/regain/demo", imports: []string{own, "net/http", "database/sql", "log",
		"os/exec",
		"github.com/labstack/echo"},
		may: []string{"regain/cmd/regain/courier", "regain/cmd/regain/market", "regain/cmd/wiring",
			"regain/handlers",
			"regain/security",
			"regain/store", "regain/views"}, calls: []string{"time.Now"}},
	// It knows the portal as any marketplace does.
	law{folder: "cmd/regain/market", imports: []string{own, "database/sql", "log", "os/exec"},
		may: []string{"regain/handlers", "regain/views"},
		never: []string{"regain/handlers/web", "regain/handlers/owner", "regain/handlers/account",
			"regain/handlers/desk"},
		calls: []string{"time.Now", ".Bind", ".FormValue", ".FormParams"}},
	// It tries the portal out from outside. Who comes when need not be secret.
	law{folder: "cmd/load", imports: []string{own, "log"}, may: []string{"math/rand"}},
	law{folder: "cmd/regain/settings", imports: []string{own, "net/http", "database/sql", "log",
		"os/exec",
		"github.com/labstack/echo", "github.com/a-h/templ"},
		may: []string{"regain/cmd/regain/depot", "regain/security", "regain/views/words", "regain/views/authorities"}, calls: []string{"time.Now"}},
)

func TestImportLaw(t *testing.T) {
	files := 0
	for _, path := range sources(t) {
		files++
		checkFile(t, path, lawOf(filepath.ToSlash(filepath.Dir(path))))
	}
	if files < 50 {
		t.Errorf("only %d files were found", files)
	}
}

// sources are the files that are shipped, relative to the repository. Packages
// that serve tests end in "test".
func sources(t *testing.T) []string {
	t.Helper()
	t.Chdir("../..")
	var all []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(d.Name(), ".") && path != "."
		switch {
		case err != nil:
			return err
		case d.IsDir() && (hidden || strings.HasSuffix(d.Name(), "test")):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func lawOf(folder string) law {
	var found law
	for _, l := range laws {
		if within(folder, l.folder) && len(l.folder) > len(found.folder) {
			found = l
		}
	}
	return found
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func checkFile(t *testing.T, path string, l law) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if !l.allows(name, path) {
			t.Errorf("%s imports %s", path, name)
		}
	}
	if generated(path) {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if called := selector(n); called != "" && l.forbids(called) {
			t.Errorf("%s uses %s", path, called)
		}
		return true
	})
}

func (l law) allows(name, path string) bool {
	forbidden := func(list []string) bool {
		return slices.ContainsFunc(list, func(f string) bool { return within(name, f) })
	}
	if within(name, "math/rand") && !forbidden(l.may) || forbidden(l.never) {
		return false
	}
	// A package may use those below it.
	below := within(name, own+"/"+filepath.ToSlash(filepath.Dir(path)))
	return below || forbidden(l.may) || !forbidden(l.imports)
}

func (l law) forbids(called string) bool {
	_, method, _ := strings.Cut(called, ".")
	return slices.Contains(l.calls, called) || slices.Contains(l.calls, "."+method)
}

// generated tells the files that a program has written.
func generated(path string) bool {
	return strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_gen.go")
}

// selector is X.Name of a node that is one.
func selector(n ast.Node) string {
	s, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x := ""
	if id, ok := s.X.(*ast.Ident); ok {
		x = id.Name
	}
	return x + "." + s.Sel.Name
}

func TestLawForbids(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path, name string
		want       bool
	}{
		{"security/core.go", "net/http", false}, {"security/core.go", "regain/store", false},
		{"security/core.go", "regain/security/otp", true}, {"security/core.go", "log/slog", false},
		{"security/core.go", "regain/security/access", false},
		{"security/access/change.go", "regain/security", true},
		{"security/access/change.go", "regain/security/staff", false},
		{"security/guided/status.go", "regain/security/lockout", true},
		{"security/guided/status.go", "regain/security/alert", false},
		{"security/desk/act.go", "regain/security/review", true},
		{"security/feed/import.go", "regain/security/privacy", false},
		{"security/feed/import.go", "net/http", false},
		{"security/audit/event.go", "regain/security", false},
		{"security/otp/otp.go", "regain/security", false}, {"security/otp/otp.go", "math/rand/v2",
			false},
		{"security/password/lexicon.go", "github.com/nbutton23/zxcvbn-go/matching", false},
		{"security/password/lexicon.go", "github.com/nbutton23/zxcvbn-go/data", true},
		{"security/password/hasher.go", "net/http", false}, {"security/password/breach/range.go",
			"net/http", true},
		{"store/store.go", "regain/security", true}, {"store/store.go", "regain/views", false},
		{"handlers/server.go", "regain/store", false}, {"handlers/server.go", "database/sql",
			false},
		{"handlers/server.go", "regain/handlers/desk", false},
		{"handlers/desk/case.go", "regain/handlers", true},
		{"handlers/desk/case.go", "regain/handlers/owner", false},
		{"handlers/web/web.go", "regain/handlers/owner", true},
		{"handlers/desk/case.go", "regain/store", false},
		{"handlers/api/api.go", "regain/handlers/web", false},
		{"handlers/api/api.go", "regain/views/desk", false},
		{"handlers/server.go", "regain/views", true}, {"views/page.go", "regain/security", false},
		{"views/page.go", "regain/views/desk", false}, {"views/desk/case.go", "regain/views", true},
		{"views/desk/case.go", "regain/views/account", false},
		{"views/owner/link.go", "regain/security", false},
		{"views/mail/mail.go", "regain/security/notice", true},
		{"views/mail/mail.go", "regain/security", false},
		{"static/static.go", "regain/views", false}, {"cmd/regain/main.go", "os/exec", false},
		{"cmd/regain/main.go", "regain/store", true},
		{"cmd/regain/courier/smtp.go", "regain/views/mail", true},
		{"cmd/regain/courier/smtp.go", "regain/views", false},
		{"cmd/regain/courier/smtp.go", "regain/store", false},
		{"cmd/wiring/wiring.go", "regain/security/desk", true},
		{"cmd/wiring/wiring.go", "regain/store", false},
		{"cmd/regain/demo/seed.go", "regain/store", true},
		{"cmd/regain/demo/seed.go", "regain/cmd/regain/settings", false},
		{"cmd/regain/market/signin.go", "regain/security", false},
		{"cmd/regain/market/signin.go", "regain/handlers/api/client", true},
		{"cmd/regain/settings/mail.go", "regain/store", false},
		{"cmd/regain/settings/mail.go", "regain/cmd/regain", false},
		{"cmd/regain/settings/mail.go", "regain/security", true},
	} {
		if got := lawOf(filepath.Dir(tt.path)).allows(tt.name, tt.path); got != tt.want {
			t.Errorf("%s may import %s: %v", tt.path, tt.name, got)
		}
	}
	if !lawOf("security").forbids("time.Now") || !lawOf("handlers").forbids("c.Bind") ||
		lawOf("cmd/regain").forbids("time.Now") {
		t.Error("forbidden calls are wrong")
	}
}
