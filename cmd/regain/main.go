// Command regain is the account-protection portal: it serves the pages, and it
// is what operators and scripts work with. Only this package knows all others.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // people's time zones, also where the system has none

	"github.com/alecthomas/kong"

	"regain/cmd/regain/doctor"
	"regain/cmd/regain/drill"
	"regain/cmd/regain/hostcmd"
	"regain/cmd/regain/settings"
	"regain/cmd/regain/setup"
	"regain/security/identifier"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{name: os.Args[0], getenv: os.Getenv, environ: os.Environ(), stdin: os.Stdin,
		stdout: os.Stdout, stderr: os.Stderr}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run does one command and returns the exit status: 0 done, 1 failed, 2 wrong
// usage.
func (p *program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	if err == nil {
		return 0
	}
	p.explain(err, wantsJSON(args))
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

// wantsJSON reports whether args ask for JSON. Whoever asks for it gets it of a command line, too, that cannot be
// read any further.
func wantsJSON(args []string) (wanted bool) {
	for _, arg := range args {
		name, value, given := strings.Cut(arg, "=")
		switch name {
		case "--":
			return wanted
		case "--json":
			wanted = !given || !slices.Contains([]string{"false", "no", "0"}, strings.ToLower(value))
		}
	}
	return wanted
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	var c commandLine
	source := settings.From(p.getenv)
	finished := false // --help or --version was all
	parser, err := kong.New(&c, kong.Name("regain"),
		kong.Description("Account protection for an online talent marketplace."),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(int) { finished = true }),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: settings.Group}}),
		kong.Resolvers(kong.ResolverFunc(source.Resolve)), kong.Vars{"version": "regain " + version}, commandsFor(args),
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
	if err == nil {
		err = blank(k)
	}
	if err != nil {
		return usageError{err}
	}
	if err := source.Err(); err != nil {
		return err
	}
	p.config, p.settings = c.Config, c.Config.Read()
	p.settings.Strays = settings.Strays(p.environ)
	return refusalWords(k.Run())
}

// blank finds fault with what a command needs and what was given without a word in it.
func blank(k *kong.Context) error {
	for _, part := range k.Path {
		value := part.Positional
		if part.Flag != nil {
			value = part.Flag.Value
		}
		if value == nil || !value.Required || value.Target.Kind() != reflect.String {
			continue
		}
		if identifier.Visible(value.Target.String()) == "" {
			return fmt.Errorf("%s: nothing is there", value.ShortSummary())
		}
	}
	return nil
}
