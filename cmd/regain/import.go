package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"regain/cmd/regain/hostcmd"
	"regain/cmd/regain/progress"
	"regain/security"
	"regain/security/feed"
)

type loginCmd struct {
	Import loginImportCmd `cmd:"" help:"Import logins, one JSON object a line."`
}

type activityCmd struct {
	Import activityImportCmd `cmd:"" help:"Import account activity, one JSON object a line."`
}

// importFile is the argument of every import.
type importFile struct {
	File string `arg:"" help:"File to read, - for standard input."`
	// The result is JSON in any case; the flag is for errors.
	jsonFlag
}

type (
	accountImportCmd  struct{ importFile }
	loginImportCmd    struct{ importFile }
	activityImportCmd struct{ importFile }
	ticketImportCmd   struct{ importFile }

	organisationImportCmd struct{ importFile }
)

// Run imports accounts.
func (c *accountImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, feed.Accounts)
}

// Run imports logins.
func (c *loginImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, feed.Logins)
}

// Run imports activity.
func (c *activityImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, feed.Activities)
}

// Run imports tickets.
func (c *ticketImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, feed.Tickets)
}

type organisationCmd struct {
	Import organisationImportCmd    `cmd:"" help:"Import organisations, one JSON object a line."`
	Show   hostcmd.OrganisationShow `cmd:"" help:"Show what an organisation asks of its members."`
	List   hostcmd.OrganisationList `cmd:"" help:"List the organisations."`
}

// Run imports organisations.
func (c *organisationImportCmd) Run(ctx context.Context, p *program) error {
	return runImport(ctx, p, c.File, feed.Organisations)
}

// tally is the result of an import.
type tally struct {
	Added     int `json:"added"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	// Warnings counts what was left out of lines that were kept.
	Warnings int `json:"warnings,omitempty"`
}

// runImport streams the file into the database. What was good is kept, also
// when a later line is bad or the run is interrupted.
func runImport(ctx context.Context, p *program, path string, what feed.Kind) (err error) {
	in, err := p.input(path)
	if err != nil {
		return err
	}
	defer in.Close()
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	m := progress.New(in, p.stderr)
	var t feed.Tally
	err = x.service.Feed.Import(ctx, security.Operator("import"), what, m,
		func(lines []feed.Told) error {
			t.Count(lines)
			for _, l := range lines {
				p.sayOfLine(l)
			}
			m.Tell(lines[len(lines)-1].Number, t)
			return nil
		})
	m.End()
	if printErr := p.printJSON(p.stdout, tally(t)); printErr != nil {
		return printErr
	}
	switch {
	case err != nil:
		return err
	case t.Refused > 0:
		return failure{"lines_refused", refusedWords(t.Refused)}
	}
	return nil
}

func refusedWords(n int) string {
	if n == 1 {
		return "1 line was refused; the others are kept"
	}
	return fmt.Sprintf("%d lines were refused; the others are kept", n)
}

func (p *program) input(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(p.stdin), nil
	}
	return os.Open(path)
}

// sayOfLine says why a line was refused, or what of it was left out.
func (p *program) sayOfLine(l feed.Told) {
	if l.Err != nil {
		p.say("line %d: %v", l.Number, l.Err)
	}
	for _, left := range l.Warnings {
		p.say("line %d: warning: %v", l.Number, left)
	}
}
