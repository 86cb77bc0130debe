// Command regain is the account-protection portal: it serves the pages, and it
// is what operators and scripts work with. Only this package knows all others.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // people's time zones, also where the system has none

	"github.com/alecthomas/kong"
)

// version is set when the program is built.
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{name: os.Args[0], getenv: os.Getenv, stdin: os.Stdin,
		stdout: os.Stdout, stderr: os.Stderr}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// program is one run of the command line.
type program struct {
	name           string // as it was typed
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	config         config
	settings       *settings
}

// typed is what to type for this program to run once more.
func (p *program) typed() string {
	switch {
	case p.name == "":
		return "regain"
	case strings.Contains(p.name, "go-build"): // where go run leaves what it compiled
		return "go run ./cmd/regain"
	}
	return p.name
}

// commands is the command line; the fields are its words.
type commands struct {
	config `embed:"" group:"settings"`

	Version kong.VersionFlag `help:"Print the version and stop."`

	Dev      devCmd      `cmd:"" help:"Try everything on this machine: demo people, mails on a page."`
	Serve    serveCmd    `cmd:"" help:"Run the portal. Migrates the database first."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to the form of this version."`
	Account  accountCmd  `cmd:"" help:"Import and show accounts."`
	Login    loginCmd    `cmd:"" help:"Import logins."`
	Activity activityCmd `cmd:"" help:"Import account activity."`
	Ticket   ticketCmd   `cmd:"" help:"Import and list tickets."`
	Lock     lockCmd     `cmd:"" help:"Put a security lockout on an account."`
	Link     linkCmd     `cmd:"" help:"Mail a fresh recovery link to the address on file."`
	Case     caseCmd     `cmd:"" help:"Show a case."`
	Staff    staffCmd    `cmd:"" help:"Invite, list and disable staff."`
	Audit    auditCmd    `cmd:"" help:"Check the audit trail."`
	Backup   backupCmd   `cmd:"" help:"Copy an SQLite database while the portal runs."`
	Doctor   doctorCmd   `cmd:"" help:"Check settings, database, mail server, clock and data."`
}

// run does one command and returns the exit status: 0 done, 1 failed, 2 wrong
// usage.
func (p *program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	if err == nil {
		return 0
	}
	p.explain(err, slices.Contains(args, "--json"))
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	var c commands
	finished := false // --help or --version was all
	parser, err := kong.New(&c, kong.Name("regain"),
		kong.Description("Account protection for an online talent marketplace."),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(int) { finished = true }),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: settingsGroup}}),
		kong.Resolvers(environment(p.getenv)), kong.Vars{"version": "regain " + version},
		ticketWords,
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p))
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if finished {
		return nil
	}
	if err != nil {
		return usageError{err}
	}
	p.config, p.settings = c.config, c.settings()
	return k.Run()
}

// explain says on standard error what went wrong.
func (p *program) explain(err error, asJSON bool) {
	if asJSON {
		var e struct {
			Error struct {
				Code    string `json:"code"`
				Message string `json:"message"`
			} `json:"error"`
		}
		e.Error.Code, e.Error.Message = errorCode(err), err.Error()
		_ = p.printJSON(p.stderr, e) // there is nobody left to tell
		return
	}
	for part := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(p.stderr, "regain:", part)
	}
	if errors.As(err, new(usageError)) {
		fmt.Fprintln(p.stderr, "regain: see regain --help")
	}
}

// print writes a line of the result.
func (p *program) print(format string, args ...any) {
	fmt.Fprintf(p.stdout, format+"\n", args...)
}

// say writes a line for people who watch; it is no result.
func (p *program) say(format string, args ...any) {
	fmt.Fprintf(p.stderr, format+"\n", args...)
}

// printJSON writes v in one line, as people wrote it.
func (p *program) printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
