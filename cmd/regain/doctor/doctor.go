// Package doctor looks whether a portal could serve: its settings, its database, whom it talks with,
// and what it is waiting for.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"regain/cmd/regain/courier"
	"regain/cmd/regain/settings"
	"regain/security/password"
	"regain/security/rooms"
	"regain/store"
)

// Command is the command.
type Command struct {
	Ready bool `help:"Ask only the portal that runs here whether it is ready, as containers do."`
	JSON  bool `name:"json" help:"Print one JSON value and nothing else."`
}

// Program is the run of the command line that the command is part of.
type Program interface {
	Settings() *settings.Settings
	// SecretFile is the file that the secret is read from; "" when the environment has it.
	SecretFile() string
	// OpenToRead opens the database as it is. OfSecret tells the errors of it that are about the secret.
	OpenToRead(ctx context.Context, needs ...string) (Opened, error)
	OfSecret(err error) bool
	// Sender is who takes the mails.
	Sender() (courier.Sender, error)
	// Places is the country data: the file, "" without any, and the country of an address.
	Places() (path string, country func(ip string) string, err error)
	// Passwords are the rules of new ones, and what to close behind them, nil if there is nothing.
	Passwords() (password.Policy, io.Closer, error)
	Now() time.Time
	// Print writes a line of the result, JSON all of it; Failure is an error with a code of its own.
	Print(format string, args ...any)
	JSON(v any) error
	Failure(code, message string) error
}

// Opened is a portal that was opened to read.
type Opened struct {
	*rooms.All
	DB *store.DB
	// Fetch reads what others have at an address.
	Fetch func(ctx context.Context, address string) ([]byte, error)
	io.Closer
}

// doctor makes the checks.
type doctor struct{ Program }

// Checkup is one line of the report.
type Checkup struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Warning bool   `json:"warning"` // no failure, but somebody should look
	Detail  string `json:"detail"`
}

// String is the line.
func (c Checkup) String() string {
	word := "ok"
	switch {
	case !c.OK:
		word = "FAIL"
	case c.Warning:
		word = "warn"
	}
	return word + " " + c.Name + ": " + strings.ReplaceAll(c.Detail, "\n", "; ")
}

// warning is the error of a check that did not fail but is worth a look.
type warning string

// Error implements error.
func (w warning) Error() string { return string(w) }

// patience bounds each check that talks to somebody else.
const patience = 15 * time.Second

// Run checks everything, whatever fails first. The database is not changed.
func (c *Command) Run(ctx context.Context, p Program) error {
	s, d := p.Settings(), &doctor{p}
	if c.Ready {
		return d.report([]Checkup{examine(ctx, "ready", d.checkReady)}, c.JSON)
	}
	report := []Checkup{examine(ctx, "settings", func(context.Context) (string, error) {
		if err := s.NeedToServe(); err != nil {
			return "", errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
		}
		if len(s.Strays) > 0 {
			return "", warning("there is no setting " + strings.Join(s.Strays, ", ") + "; what it says counts nothing")
		}
		return "all set", nil
	})}
	for _, check := range []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"secret", d.checkSecret}, {"database", d.checkDatabase}, {"replica", d.examineReplica}, {"mail", d.checkMail},
		{"outbox", d.checkOutbox}, {"inbound", d.checkInbound}, {"keys", d.checkKeys}, {"webhooks", d.checkWebhooks},
		{"certificate", d.checkCertificate}, {"signals", d.checkSignals}, {"streams", d.checkStreams},
		{"usernames", d.checkUsernames},
		{"attachments", s.Files.Check},
		{"clock", d.checkClock}, {"geo", d.checkGeo},
		{"breach list", d.checkBreach},
	} {
		report = append(report, examine(ctx, check.name, check.do))
	}
	return d.report(report, c.JSON)
}

func examine(ctx context.Context, name string,
	do func(context.Context) (string, error)) Checkup {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	detail, err := do(ctx)
	if err != nil {
		warned := errors.As(err, new(warning))
		return Checkup{name, warned, warned, err.Error()}
	}
	return Checkup{name, true, false, detail}
}

func (d *doctor) report(all []Checkup, asJSON bool) error {
	bad := 0
	for _, c := range all {
		if !c.OK {
			bad++
		}
		if !asJSON {
			d.Print("%s", c)
		}
	}
	if asJSON {
		if err := d.JSON(all); err != nil {
			return err
		}
	}
	if bad > 0 {
		return d.Failure("unhealthy", fmt.Sprintf("%d of %d checks failed", bad, len(all)))
	}
	return nil
}
