package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"regain/cmd/regain/courier"
	"regain/cmd/regain/doctor"
	"regain/cmd/regain/drill"
	"regain/cmd/regain/hostcmd"
	"regain/cmd/regain/settings"
	"regain/cmd/regain/setup"
	"regain/security/password"
	"regain/store"
)

// hostProgram is the program for the commands in packages of their own.
type hostProgram struct{ *program }

var (
	_ hostcmd.Program = hostProgram{}
	_ doctor.Program  = hostProgram{}
	_ setup.Program   = hostProgram{}
	_ drill.Program   = hostProgram{}
)

// Settings implements doctor.Program.
func (p hostProgram) Settings() *settings.Settings { return p.settings }

// SecretFile implements doctor.Program.
func (p hostProgram) SecretFile() string { return p.config.SecretFile }

// OpenToRead implements doctor.Program.
func (p hostProgram) OpenToRead(ctx context.Context, needs ...string) (doctor.Opened, error) {
	x, err := p.openToRead(ctx, needs...)
	if err != nil {
		return doctor.Opened{}, err
	}
	return doctor.Opened{All: x.service, DB: x.db, Fetch: x.hookClient().Fetch, Closer: x}, nil
}

// OfSecret implements doctor.Program.
func (p hostProgram) OfSecret(err error) bool { return slices.Contains(secretCodes, errorCode(err)) }

// Sender implements doctor.Program.
func (p hostProgram) Sender() (courier.Sender, error) { return sender(p.settings) }

// Places implements doctor.Program.
func (p hostProgram) Places() (path string, country func(ip string) string, _ error) {
	x := &portal{settings: p.settings}
	if err := x.locate(); err != nil || x.places == nil {
		return "", nil, err
	}
	return x.places.path, x.places.country, nil
}

// Passwords implements doctor.Program.
func (p hostProgram) Passwords() (password.Policy, io.Closer, error) { return passwords(p.settings) }

// Now implements doctor.Program.
func (p hostProgram) Now() time.Time { return clock() }

// Open implements hostcmd.Program.
func (p hostProgram) Open(ctx context.Context, change bool) (hostcmd.Opened, error) {
	if !change {
		x, err := p.openToRead(ctx)
		if err != nil {
			return hostcmd.Opened{}, err
		}
		return hostcmd.Opened{All: x.service, Closer: x}, nil
	}
	x, err := p.open(ctx, append([]string{"REGAIN_WEBHOOK_ALLOW"}, needsWriting...)...)
	if err != nil {
		return hostcmd.Opened{}, err
	}
	return hostcmd.Opened{All: x.service, Send: x.hookClient().Send, Closer: x}, nil
}

// OpenDrill implements drill.Program.
func (p hostProgram) OpenDrill(ctx context.Context) (drill.Opened, error) {
	x, err := p.open(ctx, append([]string{"REGAIN_BASE_URL", "REGAIN_MAIL"}, needsMailing...)...)
	if err != nil {
		return drill.Opened{}, err
	}
	return drill.Opened{Service: x.service.Drill, Closer: x, BaseURL: p.settings.BaseURL,
		Mail: p.settings.Mail, Support: p.settings.SupportEmail}, nil
}

// Print implements hostcmd.Program.
func (p hostProgram) Print(format string, args ...any) { p.print(format, args...) }

// Say implements hostcmd.Program.
func (p hostProgram) Say(format string, args ...any) { p.say(format, args...) }

// JSON implements hostcmd.Program.
func (p hostProgram) JSON(v any) error { return p.printJSON(p.stdout, v) }

// Failure implements hostcmd.Program.
func (p hostProgram) Failure(code, message string) error { return failure{code, message} }

// Usage implements hostcmd.Program.
func (p hostProgram) Usage(err error) error { return usageError{err} }

// Config implements setup.Program.
func (p hostProgram) Config() settings.Config { return p.config }

// Input implements setup.Program.
func (p hostProgram) Input() io.Reader { return p.stdin }

// Typed implements setup.Program.
func (p hostProgram) Typed() string { return p.typed() }

// Ask implements setup.Program.
func (p hostProgram) Ask(format string, args ...any) { fmt.Fprintf(p.stderr, format, args...) }

// Reach implements setup.Program.
func (p hostProgram) Reach(ctx context.Context, s *settings.Settings) error {
	db, err := store.Open(ctx, s.Database, store.Options{})
	if err != nil {
		return err
	}
	return db.Close()
}

// Do implements setup.Program.
func (p hostProgram) Do(ctx context.Context, file string, args ...string) ([]byte, error) {
	var out bytes.Buffer
	other := &program{name: p.name, stdin: strings.NewReader(""), stdout: &out, stderr: p.stderr,
		getenv: func(name string) string {
			if strings.HasPrefix(name, "REGAIN_") {
				return ""
			}
			return p.getenv(name)
		}}
	err := other.dispatch(ctx, append(args, "--settings", file))
	return out.Bytes(), err
}
