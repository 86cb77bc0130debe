// Command regain is the account-protection portal: it serves the pages, and it
// is what operators and scripts work with. Only this package knows all others.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // people's time zones, also where the system has none

	"github.com/alecthomas/kong"

	"regain/cmd/regain/doctor"
	"regain/cmd/regain/drill"
	"regain/cmd/regain/hostcmd"
	"regain/cmd/regain/settings"
	"regain/cmd/regain/setup"
	"regain/security/apikey"
	"regain/security/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{name: os.Args[0], getenv: os.Getenv, stdin: os.Stdin,
		stdout: os.Stdout, stderr: os.Stderr}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// commands is the command line; the fields are its words.
type commands struct {
	settings.Config `embed:"" group:"settings"`

	Version kong.VersionFlag `help:"Print the version and stop."`

	Init         setup.Command   `cmd:"" help:"Set up a portal: settings, secret, unit, the first two staff."`
	Dev          devCmd          `cmd:"" help:"Try everything on this machine: demo people, mails on a page."`
	Serve        serveCmd        `cmd:"" help:"Run the portal. Migrates the database first."`
	Migrate      migrateCmd      `cmd:"" help:"Bring the database to the form of this version."`
	Account      accountCmd      `cmd:"" help:"Import and show accounts."`
	Organisation organisationCmd `cmd:"" help:"Import and show organisations to whom accounts belong."`
	Login        loginCmd        `cmd:"" help:"Import logins."`
	Activity     activityCmd     `cmd:"" help:"Import account activity."`
	Ticket       ticketCmd       `cmd:"" help:"Import and list tickets."`
	Lock         lockCmd         `cmd:"" help:"Put a security lockout on an account."`
	Link         linkCmd         `cmd:"" help:"Mail a fresh recovery link to the address on file."`
	Case         caseCmd         `cmd:"" help:"Show a case."`
	Staff        staffCmd        `cmd:"" help:"Invite, list and disable staff."`
	Key          hostcmd.Key     `cmd:"" help:"Make, list and revoke keys of the API."`
	Webhook      hostcmd.Webhook `cmd:"" help:"Tell programs of the marketplace what happens to accounts."`
	SSO          hostcmd.SSO     `cmd:"" name:"sso" help:"Say by whose sign-in the members of organisations come in."`
	Signal       hostcmd.Signal  `cmd:"" help:"Say whose signals about people are believed, and who hears ours."`
	Audit        auditCmd        `cmd:"" help:"Check the audit trail."`
	Backup       backupCmd       `cmd:"" help:"Copy an SQLite database while the portal runs."`
	Secret       secretCmd       `cmd:"" help:"Change the secret."`
	Sessions     sessionsCmd     `cmd:"" help:"End sessions, links and codes."`
	Restore      restoreCmd      `cmd:"" help:"Put a copy of an SQLite database back, or end what one let in again."`
	Drill        drill.Command   `cmd:"" help:"Lock an account that nobody has, and walk through the real pages."`
	Doctor       doctor.Command  `cmd:"" help:"Check settings, database, mail server, clock and data."`
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
	source := settings.From(p.getenv)
	finished := false // --help or --version was all
	parser, err := kong.New(&c, kong.Name("regain"),
		kong.Description("Account protection for an online talent marketplace."),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(int) { finished = true }),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: settings.Group}}),
		kong.Resolvers(kong.ResolverFunc(source.Resolve)), kong.Vars{"version": "regain " + version},
		ticketWords, kong.Vars{"scopes": hostcmd.WordsOf(apikey.Scopes, ", "),
			"events": hostcmd.WordsOf(webhook.Types, ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p),
		kong.BindTo(hostProgram{p}, (*hostcmd.Program)(nil)),
		kong.BindTo(hostProgram{p}, (*doctor.Program)(nil)),
		kong.BindTo(hostProgram{p}, (*setup.Program)(nil)),
		kong.BindTo(hostProgram{p}, (*drill.Program)(nil)))
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
	if err := source.Err(); err != nil {
		return err
	}
	p.config, p.settings = c.Config, c.Config.Read()
	return k.Run()
}
