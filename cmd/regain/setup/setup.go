// Package setup is regain init: it asks an operator what a portal cannot do without, writes it down,
// and invites the first two members of staff.
package setup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"regain/cmd/regain/settings"
)

// Command is the command. What stands in flags or in the environment is not asked.
type Command struct {
	Plan `embed:""`
	JSON bool `name:"json" help:"Print one JSON value and nothing else."`
}

// Plan is where everything goes, and who is invited.
type Plan struct {
	Dir     string `default:"/etc/regain" help:"Folder of the settings and the secret."`
	Unit    string `help:"File of the systemd unit; /etc/systemd/system/regain.service, or in DIR if that is another folder."`
	User    string `help:"Whom the portal runs as; regain if root calls, else who calls."`
	Admin   string `help:"Address of the first administrator."`
	Analyst string `help:"Address of the first analyst of Account Security, another person."`
}

// Program is the run of the command line that the command is part of.
type Program interface {
	// Config is what flags and the environment say.
	Config() settings.Config
	// Input is what is typed, Typed what to type to run the program again.
	Input() io.Reader
	Typed() string
	// Reach tries to open the database of these settings, which are not at fault.
	Reach(ctx context.Context, s *settings.Settings) error
	// Do does another command by a file of settings alone, and hands back what it printed.
	Do(ctx context.Context, file string, args ...string) ([]byte, error)
	// Print writes a line of the result, JSON all of it. Say is for people who watch, Ask likewise
	// without a new line.
	Print(format string, args ...any)
	JSON(v any) error
	Say(format string, args ...any)
	Ask(format string, args ...any)
	// Failure is an error with a code of its own, Usage one of whoever typed.
	Failure(code, message string) error
	Usage(err error) error
}

// The system's places, when nothing else is said.
const (
	systemDir     = "/etc/regain"
	systemUnit    = "/etc/systemd/system/regain.service"
	systemProgram = "/usr/local/bin/regain"
	systemData    = "/var/lib/regain"
)

// setup is one run of the command.
type setup struct {
	Program
	Plan
	asJSON   bool
	owner    owner
	settings string // the file of settings
	secret   string
	config   settings.Config
	kept     []string // files that were there before
	wrote    []string
}

// resultJSON is the output under --json.
type resultJSON struct {
	Settings string   `json:"settings"`
	Secret   string   `json:"secret"`
	Unit     string   `json:"unit"`
	Wrote    []string `json:"wrote"`
	Kept     []string `json:"kept"`
	Staff    []member `json:"staff"`
	Checks   any      `json:"checks"` // of doctor
	Next     []string `json:"next"`
}

// errStopped ends what was interrupted.
var errStopped = errors.New("stopped")

// Run asks first and writes then. Each file is there as a whole or not at all, and a second run goes
// on where the first one ended.
func (c *Command) Run(ctx context.Context, p Program) error {
	s := &setup{Program: p, Plan: c.Plan, asJSON: c.JSON, config: asked(p.Config())}
	if err := s.place(); err != nil {
		return err
	}
	if err := s.ask(ctx); errors.Is(err, errStopped) {
		return s.Failure("stopped", "stopped; nothing was written")
	} else if err != nil {
		return err
	}
	s.open()
	if err := s.write(); err != nil {
		return err
	}
	err := s.bringUp(ctx)
	if err != nil && ctx.Err() != nil {
		return s.Failure("stopped", "stopped; what was written stays, and the same command goes on from there")
	}
	return err
}

// place finds out where everything goes, and whether it can go there, before anybody is asked.
func (s *setup) place() (err error) {
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return err
	}
	if s.Unit == "" {
		s.Unit = filepath.Join(s.Dir, "regain.service")
		if s.Dir == systemDir {
			s.Unit = systemUnit
		}
	}
	if s.Unit, err = filepath.Abs(s.Unit); err != nil {
		return err
	}
	s.settings, s.secret = filepath.Join(s.Dir, "settings"), filepath.Join(s.Dir, "secret")
	for _, path := range []string{s.settings, s.Unit} {
		if !simple(path) {
			return s.Usage(s.Failure("odd_path", path+": systemd would read it otherwise; take a path of letters, "+
				"digits, dots and dashes"))
		}
	}
	if s.owner, err = s.serves(); err != nil {
		return err
	}
	for _, path := range []string{s.settings, s.Unit} {
		if dir := nearest(filepath.Dir(path)); !writable(dir) {
			return s.Failure("not_writable", "cannot write below "+dir+": run it as root, or with --dir "+
				"and a folder of your own")
		}
	}
	if s.config.Secret != "" {
		return s.Failure("secret_given", "REGAIN_SECRET is set, and this command makes a secret of its own: unset it. "+
			"To keep yours, put it into "+s.secret+" with mode 600 first")
	}
	if s.config.SecretFile != "" {
		if s.secret, err = filepath.Abs(s.config.SecretFile); err != nil {
			return err
		}
	}
	s.config.SecretFile = s.secret
	return nil
}

// exists reports whether a file is there, whatever it holds.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
