package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regain/cmd/regain/demo"
	"regain/cmd/regain/settings"
	"regain/handlers"
	"regain/security"
	"regain/views"
	"regain/views/words"
)

type devCmd struct {
	Dir   string `default:".regain-dev" help:"Folder of the demo's data."`
	Fresh bool   `help:"Forget what was done and start anew."`
	Story string `enum:"compromised,hijacked,alert" default:"compromised" help:"What to see first: ${enum}."`
}

// demoSecret is known to everybody, and so is good for the demo only.
const demoSecret = "cmVnYWluLWRlbW8tc2VjcmV0LWZvci1sb29wYmFjay1vbmx5IQ=="

// Run serves the demo until the context ends.
func (c *devCmd) Run(ctx context.Context, p *program) (err error) {
	if err := loopbackOnly(p.config); err != nil {
		return err
	}
	l, err := listen(p.config.Listen, "--listen 127.0.0.1:8081")
	if err != nil {
		return err
	}
	s, err := c.prepare(ctx, p, l)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	keys, err := c.readKeys()
	if err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	people, err := keys.People(ctx, s.service)
	if err != nil {
		return err
	}
	p.banner(s, keys, people, demo.Stories[c.Story])
	return s.run(ctx, l)
}

// loopbackOnly refuses to show the demo, whose secret everybody knows, to
// anybody else than whoever sits at this machine.
func loopbackOnly(c settings.Config) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || !security.Loopback(host) {
		return failure{"not_loopback", "REGAIN_LISTEN: the demo listens on loopback only, such as " +
			"127.0.0.1:8080; use regain serve for anything else"}
	}
	if c.BaseURL == "" {
		return nil
	}
	if u, err := url.Parse(c.BaseURL); err != nil || !security.Loopback(u.Hostname()) {
		return failure{"not_loopback", "REGAIN_BASE_URL: the demo runs on loopback only, such as " +
			"http://localhost:8080; use regain serve for anything else"}
	}
	return nil
}

// prepare opens the demo's own database and fills it when it is new.
func (c *devCmd) prepare(ctx context.Context, p *program, l net.Listener) (*server, error) {
	seeded, err := c.folder()
	if err != nil {
		return nil, fmt.Errorf("demo folder: %w", err)
	}
	given := c.demoConfig(p.config, l).Read()
	if err := given.Need(); err != nil {
		return nil, err
	}
	x, err := openPortal(ctx, given)
	if err != nil {
		return nil, err
	}
	if !seeded {
		err = c.fill(ctx, x)
	}
	var routes []handlers.Route
	if err == nil { // before the log, which is of what others do
		routes, err = demo.Market(ctx, x.service, given.Brand, l.Addr().String())
	}
	var s *server
	if err == nil {
		s, err = newServer(x, p.stderr, slog.LevelWarn, p.getenv)
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	keys, err := c.readKeys()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo folder: %w", err), s.Close())
	}
	people := func(ctx context.Context) ([]views.DevPerson, error) {
		return keys.People(ctx, x.service)
	}
	s.dev = &handlers.Dev{People: people, Letters: demo.Mailbox(c.mails()), Market: routes,
		Staff: func() ([]views.DevPerson, error) { return keys.Colleagues(clock()) }}
	return s, nil
}

// demoConfig is what the demo runs with: its own data whatever else is set.
func (c *devCmd) demoConfig(given settings.Config, l net.Listener) settings.Config {
	_, port, _ := net.SplitHostPort(l.Addr().String()) // as the listener itself wrote it
	or := func(v *string, its string) {
		if *v == "" {
			*v = its
		}
	}
	given.Database = "sqlite:" + c.path("demo.db")
	given.DatabaseReplica = ""
	given.Secret, given.SecretFile = demoSecret, ""
	given.APIListen = "" // its marketplace asks where the pages are
	given.Mail, given.MailFrom = "dir:"+c.mails(), given.Brand+" <no-reply@localhost>"
	or(&given.BaseURL, "http://localhost:"+port)
	or(&given.SupportEmail, "support@example.com")
	or(&given.EscalationEmail, "escalations@example.com")
	or(&given.AbuseEmail, "abuse@example.com")
	return given
}

func (c *devCmd) path(name string) string { return filepath.Join(c.Dir, name) }
func (c *devCmd) mails() string           { return c.path("mail") }
func (c *devCmd) keys() string            { return c.path("demo.json") }

// folder makes the folder and reports whether it holds a whole demo. What is
// left of one that was interrupted, or is to be forgotten, goes; only files
// that the demo made are touched.
func (c *devCmd) folder() (seeded bool, err error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return false, err
	}
	_, err = os.Stat(c.keys())
	if err == nil && !c.Fresh {
		return true, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	for _, name := range []string{"demo.json", "demo.db", "demo.db-wal", "demo.db-shm", "mail"} {
		if err := os.RemoveAll(c.path(name)); err != nil {
			return false, err
		}
	}
	return false, nil
}

// fill plays the demo and writes its keys last: their file says that it is
// whole.
func (c *devCmd) fill(ctx context.Context, x *portal) error {
	through, err := x.sender()
	if err != nil {
		return err
	}
	keys, err := demo.Play(ctx, x.db, x.post(), through)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(keys, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(c.keys(), append(text, '\n'), 0o600)
}

func (c *devCmd) readKeys() (keys demo.Keys, err error) {
	text, err := os.ReadFile(c.keys())
	if err != nil {
		return keys, err
	}
	return keys, json.Unmarshal(text, &keys)
}

// banner says where to click first: the mail with which a story begins.
func (p *program) banner(s *server, keys demo.Keys, people []views.DevPerson, first demo.Story) {
	base := s.settings.BaseURL
	p.print("\nOpen %s%s\nand follow its link, as %s would.\n", base, first.Path(), first.Name)
	p.print("This is the demo of Regain. It runs on this machine only; no mail leaves it.\n")
	p.print("  Start here   %s/dev", base)
	p.print("  The mails    %s/dev/mail", base)
	p.print("  The portal   %s/signin", base)
	p.print("  The tickets  %s ticket list --department \"Account Security\" --database %q\n",
		p.typed(), s.settings.Database)
	for i, one := range people {
		known := "the password that you chose"
		if one.Password != "" {
			known = fmt.Sprintf("password %q", one.Password)
		}
		p.print("  %-6s %s, %s\n         %s", one.SignIn, demo.People[i].Email, known,
			strings.ReplaceAll(one.Story, ". ", ".\n         "))
	}
	p.print("\n  Alan’s authenticator key: %s\n  or one of his recovery codes: %s",
		keys.Authenticator, strings.Join(keys.RecoveryCodes[:min(2, len(keys.RecoveryCodes))], " or "))
	p.print("\nStaff sign in at %s/staff/signin; the codes of their apps stand at %s/dev#staff", base, base)
	for _, one := range demo.Staff {
		p.print("  %-19s password %q, authenticator key %s\n  %19s %s", one.Email, one.Password,
			keys.Staff[one.Email], "", one.Story)
	}
	p.print("\nCtrl-C stops it. The next start goes on where you were; --fresh forgets everything.\n")
}

// languages are those of owners; the demo has one more, for whoever translates or draws pages.
func (s *server) languages() words.Languages {
	if s.dev != nil {
		return append(slices.Clone(s.settings.Languages), words.Pseudo)
	}
	return s.settings.Languages
}
