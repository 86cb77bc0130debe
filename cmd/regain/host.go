package main

import (
	"context"

	"regain/cmd/regain/drill"
	"regain/cmd/regain/hostcmd"
)

// hostProgram is the program for the commands of hostcmd.
type hostProgram struct{ *program }

var _ hostcmd.Program = hostProgram{}

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
		Mail: p.settings.Mail}, nil
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

// Refused implements hostcmd.Program.
func (p hostProgram) Refused(err error) error { return refusalWords(err) }
