package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/identifier"
)

// question is one of the five. What it asks for has a flag too.
type question struct {
	text  string
	flags []string
	usual string // what an empty answer means; "" when there is none
	// given reports whether nothing has to be asked; check finds fault with what there is.
	given func() bool
	take  func(answer string) error
	check func(context.Context) error
}

// questions are those that nobody but the operator can answer. All else has a default that is good
// to begin with.
func (s *setup) questions() []question {
	c := &s.config
	bare, _ := settings.Default() // what nobody has said anything about
	if c.Database == bare.Database {
		c.Database = ""
	}
	if c.Brand == bare.Brand {
		c.Brand = ""
	}
	return []question{{
		text: "Under which address do people reach the portal? Such as https://protect.example.com, where a proxy " +
			"speaks TLS, or with a word more: https://protect.example.com acme, and the portal gets a certificate itself",
		flags: []string{"base-url"},
		given: func() bool { return c.BaseURL != "" },
		take:  s.takeAddress,
		check: func(context.Context) error { return s.fault("REGAIN_BASE_URL", "REGAIN_TLS") },
	}, {
		text: "What is the marketplace called, and where do its people answer? " +
			"Such as: Acme Talent <help@example.com>",
		flags: []string{"brand", "support-email"},
		given: func() bool { return c.Brand != "" && c.SupportEmail != "" },
		take:  s.takeName,
		check: func(context.Context) error { return s.fault("REGAIN_BRAND", "REGAIN_SUPPORT_EMAIL") },
	}, {
		text: "Which database? sqlite:PATH for one portal on one machine, or " +
			"postgres://user:password@host/name?sslmode=verify-full",
		flags: []string{"database"}, usual: "sqlite:" + filepath.Join(s.data(), "regain.db"),
		given: func() bool { return c.Database != "" },
		take:  func(a string) error { c.Database = a; return nil },
		check: s.checkDatabase,
	}, {
		text: "Which mail server takes the mails? smtp://user:password@host:587, smtps://…, or dir:PATH " +
			"to try it. What you type can be seen; the password can also be put into the file later",
		flags: []string{"mail"},
		given: func() bool { return c.Mail != "" },
		take:  func(a string) error { c.Mail = a; return nil },
		check: s.checkMail,
	}, {
		text: "Who is the first administrator, and who the first analyst of Account Security? " +
			"The addresses of two people, such as: ida@example.com, ana@example.com",
		flags: []string{"admin", "analyst"},
		given: s.staffGiven,
		take:  s.takeStaff,
		check: func(context.Context) error { return s.checkStaff() },
	}}
}

// ask goes through the questions. Of a portal whose settings are there, only the people are asked for.
func (s *setup) ask(ctx context.Context) error {
	all := s.questions()
	if exists(s.settings) {
		if err := s.goOn(); err != nil {
			return err
		}
		if s.complete(ctx) {
			return nil
		}
		all = all[len(all)-1:]
	}
	if err := checkGiven(ctx, all); err != nil {
		err = s.Failure("settings", err.Error())
		if s.staffGiven() && s.checkStaff() != nil { // which flags alone can say
			err = s.Usage(err)
		}
		return err
	}
	lines := read(s.Input())
	for i, q := range all {
		if q.given() {
			continue
		}
		err := s.answer(ctx, fmt.Sprintf("%d of %d. ", i+1, len(all)), q, lines)
		if errors.Is(err, io.EOF) {
			return s.unanswered(all[i:])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkGiven finds fault with all that flags said, at once, before anything is asked.
func checkGiven(ctx context.Context, all []question) error {
	var bad []error
	for _, q := range all {
		if !q.given() {
			continue
		}
		if err := q.check(ctx); err != nil {
			bad = append(bad, fmt.Errorf("--%s: %w", strings.Join(q.flags, ", --"), err))
		}
	}
	return errors.Join(bad...)
}

// answer asks until the answer is good. What was answered before stays.
func (s *setup) answer(ctx context.Context, number string, q question, lines <-chan string) error {
	s.Say("%s%s", number, q.text)
	for {
		if q.usual != "" {
			s.Ask("[%s] ", q.usual)
		}
		s.Ask("> ")
		var line string
		var open bool
		select {
		case <-ctx.Done():
			return errStopped
		case line, open = <-lines:
		}
		if ctx.Err() != nil {
			return errStopped
		}
		if !open {
			return io.EOF
		}
		if line = strings.TrimSpace(line); line == "" {
			line = q.usual
		}
		err := errors.New("this one has no usual answer, so type one")
		if line != "" {
			if err = q.take(line); err == nil {
				err = q.check(ctx)
			}
		}
		if err == nil {
			return nil
		}
		s.Say("That does not do: %v.\nPlease answer once more; the other answers are kept.", err)
	}
}

// read hands out what is typed, line by line, so that waiting for it can be stopped.
func read(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		all := bufio.NewScanner(in)
		for all.Scan() {
			lines <- all.Text()
		}
	}()
	return lines
}

func (s *setup) unanswered(rest []question) error {
	var flags []string
	for _, q := range rest {
		if !q.given() {
			flags = append(flags, "--"+strings.Join(q.flags, " and --"))
		}
	}
	return s.Failure("unanswered", "nothing was written, for there is no answer yet to "+strings.Join(flags, ", ")+
		"; run it where you can type, or say these too")
}

// fault is the first thing that is wrong with settings, without their names, which nobody typed.
func (s *setup) fault(names ...string) error {
	for _, name := range names {
		if err := s.config.Read().Need(name); err != nil {
			return errors.New(strings.ReplaceAll(err.Error(), name+": ", ""))
		}
	}
	return nil
}

func (s *setup) takeName(a string) error {
	name, address, ok := strings.Cut(a, "<")
	address, closed := strings.CutSuffix(strings.TrimSpace(address), ">")
	if !ok || !closed {
		return errors.New("want the name, and then the address between < and >")
	}
	name = strings.TrimSpace(strings.Trim(strings.TrimSpace(name), `"`))
	bare, _ := settings.Default()
	if name == "" || name == bare.Brand {
		return fmt.Errorf("want the name of your marketplace, which every mail says")
	}
	s.config.Brand, s.config.SupportEmail = name, strings.TrimSpace(address)
	return nil
}

func (s *setup) takeStaff(a string) error {
	admin, analyst, ok := strings.Cut(a, ",")
	if !ok {
		return errors.New("want two addresses, with a comma between")
	}
	s.Admin, s.Analyst = identifier.Mailbox(admin), identifier.Mailbox(analyst)
	return nil
}

func (s *setup) staffGiven() bool { return s.Admin != "" && s.Analyst != "" }

// checkStaff: what matters takes two people, so that one address twice is none.
func (s *setup) checkStaff() error {
	for _, a := range []string{s.Admin, s.Analyst} {
		if !security.ValidEmail(a) {
			return fmt.Errorf("%q is no e-mail address", a)
		}
	}
	if strings.EqualFold(s.Admin, s.Analyst) {
		return errors.New("both are the same address; what matters takes two people, so name two")
	}
	return nil
}

func (s *setup) checkDatabase(ctx context.Context) error {
	if err := s.fault("REGAIN_DATABASE", "REGAIN_DATABASE_CA"); err != nil {
		return err
	}
	if path, ok := strings.CutPrefix(s.config.Database, "sqlite:"); ok {
		return whole(path)
	}
	err := s.owner.as(func() error { return s.Reach(ctx, s.config.Read()) })
	if err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	return nil
}

func (s *setup) checkMail(context.Context) error {
	if path, ok := strings.CutPrefix(s.config.Mail, "dir:"); ok && path != "" {
		return whole(path)
	}
	return s.fault("REGAIN_MAIL", "REGAIN_MAIL_CA", "REGAIN_MAIL_FROM")
}

// whole: a service starts in another folder than whoever sets it up.
func whole(path string) error {
	if !filepath.IsAbs(path) || !simple(path) {
		return errors.New("want a whole path such as " + systemData + "/regain.db, of letters, digits, dots and dashes")
	}
	return nil
}

// data is the folder of what the portal writes.
func (s *setup) data() string {
	if s.Dir == systemDir {
		return systemData
	}
	return s.Dir
}

// near reports whether whoever stands in an address is on this machine.
func near(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "sqlite" || u.Scheme == "dir" || host == "" && u.Query().Has("host") || security.Loopback(host)
}
