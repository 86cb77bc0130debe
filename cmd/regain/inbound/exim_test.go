package inbound

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// eximConf is what the README says, in a file that needs nothing of the machine. TestEximPassesMailOn puts in
// who runs it, its folder and the socket.
const eximConf = `exim_user = %[1]d
exim_group = %[2]d
keep_environment =
spool_directory = %[3]s
log_file_path = %[3]s/%%slog
pid_file_path = %[3]s/pid
primary_hostname = mx.market.example
domainlist local_domains = market.example
accept_8bitmime = true
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  require verify = recipient/callout=10s,defer_ok
  accept
begin routers
regain:
  driver = accept
  domains = market.example
  local_part_suffix = +*
  local_part_suffix_optional
  local_parts = abuse : reply
  transport = regain
begin transports
regain:
  driver = lmtp
  socket = %[4]s
  user = %[1]d
  group = %[2]d
begin retry
* * F,2h,1s
`

// eximOverTCP is the transport where the portal is on another machine.
const eximOverTCP = `regain:
  driver = smtp
  protocol = lmtp
  hosts = %s
  port = %s
  hosts_override = true
  allow_localhost = true
  hosts_try_chunking =
`

// program is a program of the machine; the tests need it.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range []string{"", "/usr/sbin/"} {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path
		}
	}
	t.Fatalf("no %s here; .ci/install has it", name)
	return ""
}

// exim makes a mail server that passes mail on to us, by a configuration for whom it runs as in a folder.
// Run runs it with such arguments, and returns what it says and what it has logged.
func exim(t *testing.T, conf func(user, group int, dir string) string) (run func(in string, args ...string) string) {
	t.Helper()
	path, dir := program(t, "exim4"), t.TempDir()
	user, group := os.Getuid(), os.Getgid()
	if user == 0 { // which it carries no mail for
		user, group = 65534, 65534
	}
	for _, open := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	spool := filepath.Join(dir, "spool")
	if err := errors.Join(os.Mkdir(spool, 0o755), os.Chown(spool, user, group)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "conf")
	if err := os.WriteFile(file, []byte(conf(user, group, spool)), 0o644); err != nil {
		t.Fatal(err)
	}
	return func(in string, args ...string) string {
		t.Helper()
		var says bytes.Buffer
		run := exec.CommandContext(t.Context(), path, append([]string{"-C", file}, args...)...)
		run.Stdin, run.Stdout, run.Stderr = strings.NewReader(in), &says, &says
		if err := run.Run(); err != nil {
			t.Fatalf("exim: %v\n%s", err, says.String())
		}
		log, err := os.ReadFile(filepath.Join(spool, "mainlog"))
		if err != nil {
			t.Fatal(err)
		}
		return says.String() + string(log)
	}
}

// forwards are mails as programs forward them.
var forwards = map[string]string{
	"attached": "From: Ada <ada@example.org>\nTo: abuse@market.example\nSubject: Fwd: Pay now\n" +
		"Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" +
		"Content-Type: text/plain\n\nIs this you?\n--b\nContent-Type: message/rfc822\n\n" +
		"From: eve@evil.example\nSubject: Pay now\n\nhttps://market.example.evil.example/\n.\nend\n--b--\n",
	"inline": "From: Ada <ada@example.org>\nTo: abuse@market.example\nSubject: Fwd: Pay now\n" +
		"Message-ID: <2@example.org>\n\nIs this you?\n\n---------- Forwarded message ---------\n" +
		"From: Eve <eve@evil.example>\nSubject: Pay now\n\nhttps://market.example.evil.example/\n",
}

func TestEximPassesMailOn(t *testing.T) {
	t.Parallel()
	mails := &shelf{}
	_, at := serving(t, mails, true)
	for _, open := range []string{at.String(), filepath.Dir(at.String()), filepath.Dir(filepath.Dir(at.String()))} {
		if err := os.Chmod(open, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	run := exim(t, func(user, group int, dir string) string {
		return fmt.Sprintf(eximConf, user, group, dir, at)
	})
	for name, raw := range forwards {
		log := run(raw, "-odf", "-oi", "-f", "ada@example.org", "abuse@market.example")
		mails.mu.Lock()
		if len(mails.kept) != 1 {
			t.Fatalf("%s: %d mails were kept\n%s", name, len(mails.kept), log)
		}
		if got := strings.ReplaceAll(mails.kept[0], "\r\n", "\n"); !strings.HasPrefix(got,
			"ada@example.org|report|Received: ") || !strings.HasSuffix(got, raw[strings.Index(raw, "\n\n"):]) {
			t.Errorf("%s: kept %q, want it as it was sent", name, got)
		}
		mails.kept = nil
		mails.mu.Unlock()
	}
}

// By TCP a mail server asks us whether there is such an address, before it takes a mail for it, and keeps
// what we cannot take now.
func TestEximAsksAndKeeps(t *testing.T) {
	t.Parallel()
	mails := &shelf{fails: errors.New("away")}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, at := servingOn(t, l, mails, true)
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		t.Fatal(err)
	}
	run := exim(t, func(user, group int, dir string) string {
		conf := fmt.Sprintf(eximConf, user, group, dir, "/none")
		before, rest, _ := strings.Cut(conf, "begin transports\n")
		_, after, _ := strings.Cut(rest, "begin retry")
		return before + "begin transports\n" + fmt.Sprintf(eximOverTCP, host, port) + "begin retry" + after
	})
	said := run("EHLO a\r\nMAIL FROM:<ada@example.org>\r\nRCPT TO:<reply+t2@market.example>\r\n"+
		"RCPT TO:<reply+t1@market.example>\r\nQUIT\r\n", "-bs")
	if !strings.Contains(said, "\n550") || strings.Count(said, "\n250 ") < 2 {
		t.Errorf("a wrong tag was not refused at once, or a right one was:\n%s", said)
	}
	log := run(forwards["inline"], "-odf", "-oi", "-f", "ada@example.org", "abuse@market.example")
	if !strings.Contains(log, "== abuse@market.example") || !strings.Contains(log, "451") {
		t.Errorf("the mail was not put off:\n%s", log)
	}
	mails.mu.Lock()
	mails.fails = nil
	mails.mu.Unlock()
	log = run("", "-qff")
	mails.mu.Lock()
	defer mails.mu.Unlock()
	if len(mails.kept) != 1 {
		t.Errorf("%d kept when it came again\n%s", len(mails.kept), log)
	}
}

func TestSwaks(t *testing.T) {
	t.Parallel()
	mails := &shelf{}
	_, at := serving(t, mails, true)
	out, err := exec.CommandContext(t.Context(), program(t, "swaks"), "--protocol", "LMTP", "--socket", at.String(),
		"--from", "ada@example.org", "--to", "abuse@market.example", "--pipeline").CombinedOutput()
	if err != nil || len(mails.kept) != 1 {
		t.Errorf("swaks: %v, %d kept\n%s", err, len(mails.kept), out)
	}
}
