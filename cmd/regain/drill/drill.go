// Package drill is the command that locks an account which nobody has and walks through the real pages
// until it is resumed, beside the portal that serves.
package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"regain/security"
	"regain/security/drill"
)

// Program is the run of the command line that the command is part of.
type Program interface {
	// OpenDrill opens the portal with all that locking and mailing need.
	OpenDrill(ctx context.Context) (Opened, error)
	// Print writes a line of the result, JSON all of it.
	Print(format string, args ...any)
	JSON(v any) error
	// Failure is an error with a code of its own, Usage one of whoever typed.
	Failure(code, message string) error
	Usage(err error) error
}

// Opened is the portal for a drill.
type Opened struct {
	*drill.Service
	io.Closer
	BaseURL, Mail, Support string // the settings REGAIN_BASE_URL, REGAIN_MAIL and REGAIN_SUPPORT_EMAIL
}

// Command is the command drill.
type Command struct {
	To     string        `help:"Address that gets the mails of the drill; of no account. REGAIN_SUPPORT_EMAIL if not set."`
	At     string        `placeholder:"URL" help:"Where the portal is reached from here, such as http://127.0.0.1:8080; REGAIN_BASE_URL if not set."`
	Within time.Duration `default:"1m" help:"How long mails may take to the mail server."`
	JSON   bool          `name:"json" help:"Print one JSON value and nothing else."`
}

// longest bounds a whole drill: it ends before its account is taken away.
const longest = drill.Life - 3*time.Minute

// Leg is one part of a drill as it went.
type Leg struct {
	Leg   string `json:"leg"`
	State string `json:"state"` // "ok", "failed", or "skipped" after one that failed
	MS    int64  `json:"ms"`
	Why   string `json:"why,omitempty"` // it failed
}

// Report is the output of drill --json.
type Report struct {
	OK      bool   `json:"ok"`
	Account string `json:"account"`
	Case    string `json:"case"`
	// Mail is how far mails were followed: "folder", or "mail_server", which took them.
	Mail string `json:"mail"`
	Legs []Leg  `json:"legs"`
}

// run is a drill under way.
type run struct {
	Opened
	command         *Command
	browser         *browser
	drill           drill.Drill
	token, password string
	report          Report
	failed          string // the first leg that failed
}

// evidence is what the note of the lockout says, and why the reason for the resume.
const (
	evidence = "This is a drill. Nobody has this account."
	why      = "This is a drill. It went through every step."
)

// Run does the drill and cleans up, whatever becomes of it.
func (c *Command) Run(ctx context.Context, p Program) (err error) {
	x, err := p.OpenDrill(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	r := &run{Opened: x, command: c, report: Report{Mail: "mail_server", Legs: []Leg{}}}
	if r.folder() != "" {
		r.report.Mail = "folder"
	}
	if r.browser, err = newBrowser(x.BaseURL, c.At); err != nil {
		return p.Usage(p.Failure("address", err.Error()))
	}
	to := cmp.Or(c.To, x.Support)
	if to == "" {
		return p.Failure("address_missing", "--to: nobody gets the mails of the drill; name an address of no "+
			"account, or set REGAIN_SUPPORT_EMAIL")
	}
	if r.drill, err = x.Begin(ctx, to); errors.Is(err, drill.ErrTaken) {
		return p.Failure("address_taken", to+" is the address of an account; give one with --to that none has")
	} else if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	r.walk(within)
	r.cleanUp(ctx)
	return r.tell(p)
}

// walk does one leg after the other.
func (r *run) walk(ctx context.Context) {
	b := r.browser
	r.leg("lock", func() error { return r.Lock(ctx, &r.drill, evidence) })
	r.leg("mail", func() error { return r.mail(ctx) })
	r.leg("link", func() error { return r.link(ctx) })
	r.leg("password", func() error { return r.choose(ctx) })
	r.leg("ticket", func() error {
		_, err := r.Ticket(ctx, r.drill)
		return err
	})
	r.leg("two_factor", func() error { return r.twoFactor(ctx) })
	r.leg("activity", func() error {
		b.post(ctx, "/recovery/activity", nil)
		b.follow(ctx)
		return b.err
	})
	r.leg("status", func() error {
		b.open(ctx, "/recovery/status", "recovery-status")
		return b.err
	})
	r.leg("review", func() error { return r.Take(ctx, r.drill) })
	r.leg("resume", func() error {
		_, err := r.Resume(ctx, r.drill, why)
		return err
	})
	r.leg("resumed", func() error {
		b.open(ctx, "/recovery/status", "recovery-status")
		return b.err
	})
	r.leg("mails", func() error { return r.handed(ctx, "") })
}

// leg does one leg and takes its time. After one that failed nothing is done any more.
func (r *run) leg(name string, do func() error) {
	if r.failed != "" {
		r.report.Legs = append(r.report.Legs, Leg{Leg: name, State: "skipped"})
		return
	}
	r.timed(name, do)
}

func (r *run) timed(name string, do func() error) {
	begin := time.Now()
	err := do()
	l := Leg{Leg: name, State: "ok", MS: time.Since(begin).Milliseconds()}
	if err != nil {
		l.State, l.Why = "failed", strings.Join(strings.Fields(reason(err)), " ")
		if r.failed == "" {
			r.failed = name
		}
	}
	r.report.Legs = append(r.report.Legs, l)
}

// reason is why a leg failed, in one line.
func reason(err error) string {
	refused, ok := errors.AsType[*security.Refusal](err)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case ok:
		return "refused: " + string(refused.Code)
	case errors.Is(err, security.ErrNotFound):
		return "the case or the account of the drill is gone"
	case errors.Is(err, security.ErrConflict):
		return "somebody else changed the case of the drill meanwhile"
	}
	return err.Error()
}

// endTime bounds the cleaning up, also of a drill that was interrupted.
const endTime = 20 * time.Second

func (r *run) cleanUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	told := map[string]string{"case": r.drill.Case, "outcome": "ok"}
	if r.failed != "" {
		told["outcome"], told["leg"] = "failed", r.failed
	}
	r.timed("clean_up", func() error { return r.End(ctx, r.drill, told) })
}

func (r *run) tell(p Program) error {
	r.report.OK = r.failed == ""
	r.report.Account, r.report.Case = r.drill.Account, r.drill.Case
	if r.command.JSON {
		if err := p.JSON(r.report); err != nil {
			return err
		}
	} else {
		r.print(p)
	}
	if r.failed != "" {
		return p.Failure("drill_failed", "the drill failed at "+r.failed)
	}
	return nil
}

// print writes the report for people.
func (r *run) print(p Program) {
	p.Print("Drill of case %s, account %s", r.drill.Case, r.drill.Account)
	for _, l := range r.report.Legs {
		took := fmt.Sprintf("%7d ms", l.MS)
		if l.State == "skipped" {
			took = ""
		}
		p.Print("%s", strings.TrimRight(fmt.Sprintf("%-8s %-11s %s  %s", l.State, l.Leg, took, l.Why), " "))
	}
	if r.report.Mail == "mail_server" {
		p.Print("The mail server took the mails, as far as legs say so. Look into the mailbox whether " +
			"they came.")
	}
}
