package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"regain/cmd/regain/settings"
)

// version is set when the program is built.
var version = "development"

// program is one run of the command line.
type program struct {
	name           string // as it was typed
	getenv         func(string) string
	environ        []string // what getenv knows; nil where nobody asks for strays
	stdin          io.Reader
	stdout, stderr io.Writer
	config         settings.Config
	settings       *settings.Settings
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

// usageError is a command that was typed wrongly; it ends with status 2.
type usageError struct{ error }

// Unwrap is the fault, which may have a code of its own.
func (e usageError) Unwrap() error { return e.error }

// failure is an error with a code of its own under --json.
type failure struct{ code, message string }

// Error is the message for people.
func (f failure) Error() string { return f.message }

// errorCode names an error for programs.
func errorCode(err error) string {
	var f failure
	var s settings.Error
	switch {
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &s):
		return "settings"
	case errors.As(err, new(usageError)):
		return "usage"
	}
	return "failed"
}
