//go:build e2e

package main

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/cmd/regain/demo"
	"regain/handlers"
)

// demoRun is a running regain dev with data of its own.
type demoRun struct {
	t    testing.TB
	base string
	cmd  devCmd
}

// startDemo runs the program as regain dev does, on a free port, until the test ends. An error
// in its log fails the test. With flags the demo is played for this test alone, without it goes on
// where the one left off that was played for all.
func startDemo(t testing.TB, flags ...string) *demoRun {
	t.Helper()
	d := &demoRun{t: t, cmd: devCmd{Dir: t.TempDir()}}
	if len(flags) == 0 {
		d.unpack("")
	}
	said, log := &banner{base: make(chan string, 1)}, &banner{}
	p := &program{getenv: func(string) string { return "" }, stdin: strings.NewReader(""),
		stdout: said, stderr: log}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan int, 1)
	go func() {
		ended <- p.run(ctx, append([]string{"dev", "--listen", "127.0.0.1:0", "--dir", d.cmd.Dir},
			flags...))
	}()
	select {
	case d.base = <-said.base:
	case status := <-ended:
		stop()
		t.Fatalf("regain dev ended with %d: %s", status, log.String())
	}
	if len(flags) == 0 {
		d.unpack(strings.TrimPrefix(d.base, "http://"))
	}
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 || faulty(log.String()) {
			t.Errorf("regain dev ended with %d: %s", status, log.String())
		}
		d.auditTrail()
	})
	return d
}

// faulty reports whether a log has an error, other than malware that somebody sent.
func faulty(log string) bool {
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"level":"ERROR"`) && !strings.Contains(line, `"kind":"attachment.infected"`) {
			return true
		}
	}
	return false
}

// auditTrail wants the chain to hold after all that was done.
func (d *demoRun) auditTrail() {
	d.t.Helper()
	d.command("", "audit", "verify")
}

// command runs a command beside the demo, on its data.
func (d *demoRun) command(stdin string, args ...string) {
	d.t.Helper()
	said := &banner{}
	p := &program{getenv: func(string) string { return "" }, stdin: strings.NewReader(stdin),
		stdout: said, stderr: said}
	args = append(args, "--secret", demoSecret, "--base-url", d.base, "--mail", "dir:"+d.cmd.mails(),
		"--mail-from", "no-reply@localhost", "--database", "sqlite:"+d.cmd.path("demo.db"))
	if status := p.run(context.Background(), args); status != 0 {
		d.t.Errorf("%s: %s", args, said)
	}
}

// played is a demo that nobody has visited: its files, and the host that its mails lead to. To play it
// takes two seconds, for its passwords are hashed as those of a portal in earnest.
var played struct {
	once  sync.Once
	files map[string][]byte
	host  string
}

// play makes it, at an address that is free then.
func (d *demoRun) play() {
	l, err := net.Listen("tcp", "127.0.0.1:0") // mails need an address
	c := devCmd{Dir: d.t.TempDir()}
	must := func(err error) {
		if err != nil {
			d.t.Fatal("play the demo: ", err)
		}
	}
	must(err)
	given := c.demoConfig(defaults(d.t), l)
	must(l.Close())
	x, err := openPortal(d.t.Context(), given.Read())
	must(err)
	must(c.fill(d.t.Context(), x))
	must(x.Close())
	files := map[string][]byte{}
	must(filepath.WalkDir(c.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(c.Dir, path)
		if err == nil {
			files[name], err = os.ReadFile(path)
		}
		return err
	}))
	played.host, played.files = strings.TrimPrefix(given.BaseURL, "http://"), files
}

// unpack lays a copy of the played demo into the folder, and its mails as soon as it is known where the
// demo listens: in place of the host that they lead to stands this one.
func (d *demoRun) unpack(host string) {
	d.t.Helper()
	played.once.Do(d.play)
	if played.files == nil {
		d.t.Fatal("the demo could not be played")
	}
	for name, text := range played.files {
		if (filepath.Ext(name) == ".eml") != (host != "") {
			continue
		}
		path := filepath.Join(d.cmd.Dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, bytes.ReplaceAll(text, []byte(played.host), []byte(host)), 0o600)
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

// banner collects what the program writes, and finds its address in it.
type banner struct {
	mu   sync.Mutex
	text bytes.Buffer
	base chan string
}

var startHere = regexp.MustCompile(`Start here +(http://localhost:\d+)/dev`)

func (b *banner) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.text.Write(p)
	if at := startHere.FindSubmatch(p); at != nil && b.base != nil {
		b.base <- string(at[1])
	}
	return n, err
}

func (b *banner) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// mail waits for the nth mail of a kind to an address, counted from one.
func (d *demoRun) mail(to, kind string, nth int) (found handlers.Letter) {
	d.t.Helper()
	until(d.t, "mail "+kind+" is with "+to, func() bool {
		letters, err := demo.Mailbox(d.cmd.mails())(d.t.Context())
		if err != nil {
			d.t.Fatalf("mailbox: %v", err)
		}
		var all []handlers.Letter
		for _, l := range letters {
			if l.To == to && l.Kind == kind {
				all = append([]handlers.Letter{l}, all...)
			}
		}
		if len(all) >= nth {
			found = all[nth-1]
		}
		return len(all) >= nth
	})
	return found
}

var (
	linkLine = regexp.MustCompile(`(?m)^(http://\S+/r/\S+)\s*$`)
	codeLine = regexp.MustCompile(`(?m)^Code: (\S+)\s*$`)
)

// first returns what pattern finds in a mail.
func (d *demoRun) first(pattern *regexp.Regexp, l handlers.Letter) string {
	d.t.Helper()
	found := pattern.FindStringSubmatch(l.Text)
	if found == nil {
		d.t.Fatalf("no %s in the mail:\n%s", pattern, l.Text)
	}
	return found[1]
}

// lockoutLink is the link of the mail that told p of the lockout.
func (d *demoRun) lockoutLink(p demo.Person) string {
	d.t.Helper()
	return d.first(linkLine, d.mail(p.Email, "locked_out", 1))
}

// keys are those that the banner tells.
func (d *demoRun) keys() demo.Keys {
	d.t.Helper()
	keys, err := d.cmd.readKeys()
	if err != nil {
		d.t.Fatal(err)
	}
	return keys
}

// appCode is what an authenticator app shows now for a key, typed with gaps or without.
func appCode(t testing.TB, key string) string {
	t.Helper()
	code, err := totp.GenerateCode(strings.Join(strings.Fields(key), ""), time.Now())
	if err != nil {
		t.Fatalf("authenticator: %v", err)
	}
	return code
}

// TestBrowserDemoScreen wants the first page of the demo on one screen, with what is needed to play
// everybody on it, and staff a press or the address in the terminal away.
func TestBrowserDemoScreen(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.visit("/dev")
	if high := tell[int64](b, "document.documentElement.scrollHeight"); high > console.height {
		t.Errorf("the page is %d px long, the screen %d", high, console.height)
	}
	for _, p := range []demo.Person{demo.Ada, demo.Grace, demo.Alan, demo.Mary, demo.Hedy} {
		for _, part := range []string{`a[href="/signin?identifier=` + p.Username + `"]`,
			`a[href*="` + p.Username + `%40"]`, `button[data-copy="` + p.Username + `.password"]`} {
			if tell[int](b, "all('"+part+"').length") != 1 {
				t.Errorf("%s is not on the page", part)
			}
		}
	}
	const ines = `all('a[href*="ines%40"]').length`
	if tell[int](b, ines) != 0 {
		t.Error("staff are not folded away")
	}
	b.visit("/dev/mail")
	b.visit("/dev#staff")
	if tell[int](b, ines) != 1 {
		t.Error("the address in the terminal does not show staff")
	}
}
