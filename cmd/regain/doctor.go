package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"regain/security/password"
	"regain/store"
)

type doctorCmd struct{ jsonFlag }

// checkup is one line of the doctor's report.
type checkup struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Warning bool   `json:"warning"` // no failure, but somebody should look
	Detail  string `json:"detail"`
}

// warning is the error of a check that did not fail but is worth a look.
type warning string

// Error implements error.
func (w warning) Error() string { return string(w) }

// patience bounds each check that talks to somebody else.
const patience = 15 * time.Second

// Run checks everything, whatever fails first. The database is not changed.
func (c *doctorCmd) Run(ctx context.Context, p *program) error {
	s := p.settings
	report := []checkup{examine(ctx, "settings", func(context.Context) (string, error) {
		if err := s.NeedToServe(); err != nil {
			return "", errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
		}
		return "all set", nil
	})}
	for _, check := range []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"secret", p.checkSecret}, {"database", p.checkDatabase}, {"replica", p.examineReplica}, {"mail", p.checkMail},
		{"outbox", p.checkOutbox}, {"inbound", p.checkInbound}, {"keys", p.checkKeys}, {"webhooks", p.checkWebhooks},
		{"signals", p.checkSignals}, {"streams", p.checkStreams},
		{"usernames", p.checkUsernames},
		{"attachments", s.Files.Check},
		{"clock", p.checkClock}, {"geo", p.checkGeo},
		{"breach list", p.checkBreach},
	} {
		report = append(report, examine(ctx, check.name, check.do))
	}
	return p.report(report, c.JSON)
}

func examine(ctx context.Context, name string,
	do func(context.Context) (string, error)) checkup {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	detail, err := do(ctx)
	if err != nil {
		warned := errors.As(err, new(warning))
		return checkup{name, warned, warned, err.Error()}
	}
	return checkup{name, true, false, detail}
}

func (p *program) report(all []checkup, asJSON bool) error {
	bad := 0
	for _, c := range all {
		word := "ok"
		switch {
		case !c.OK:
			bad++
			word = "FAIL"
		case c.Warning:
			word = "warn"
		}
		if !asJSON {
			p.print("%s %s: %s", word, c.Name, strings.ReplaceAll(c.Detail, "\n", "; "))
		}
	}
	if asJSON {
		if err := p.printJSON(p.stdout, all); err != nil {
			return err
		}
	}
	if bad > 0 {
		return failure{"unhealthy", fmt.Sprintf("%d of %d checks failed", bad, len(all))}
	}
	return nil
}

// checkDatabase writes a row and removes it, after the migrations were looked at. A full disk shows
// only when something is kept.
func (p *program) checkDatabase(ctx context.Context) (_ string, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	n, err := x.db.Pending(ctx)
	if err != nil {
		return "", err
	}
	if n > 0 {
		return "", fmt.Errorf("%d migrations are not applied; run regain migrate", n)
	}
	if err := x.db.Ping(ctx); err != nil {
		return "", err
	}
	pooled, err := store.Pooled(ctx, x.db)
	if err != nil {
		return "", err
	}
	through := ""
	if pooled {
		through = " through a pooler, which may give each transaction another session"
	}
	told := x.db.Engine() + through + ", can be read and written"
	_, rules, err := store.Owner(ctx, x.db)
	if err == nil && rules {
		err = warning("this role owns the tables, and could change the audit trail; serve with one " +
			"that regain migrate --grant ROLE was run for; " + told)
	}
	return told, err
}

// checkOutbox warns of mails that were given up: their readers wait in vain.
func (p *program) checkOutbox(ctx context.Context) (string, error) {
	return p.checkQueue(ctx, "%d waiting, %d given up", func(x *portal) queueCount { return x.db.Waiting })
}

// checkInbound warns of mails that came in and that nobody could read.
func (p *program) checkInbound(ctx context.Context) (string, error) {
	if p.settings.Inbound.Network == "" {
		return "off", nil
	}
	return p.checkQueue(ctx, "%d to be read, %d set aside", func(x *portal) queueCount {
		return x.service.Inbound.Waiting
	})
}

// queueCount counts what waits and what is in vain.
type queueCount func(context.Context) (waiting, inVain int, err error)

func (p *program) checkQueue(ctx context.Context, words string, of func(*portal) queueCount) (_ string,
	err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	queued, givenUp, err := of(x)(ctx)
	if err != nil {
		return "", fmt.Errorf("count mails: %w", err)
	}
	told := fmt.Sprintf(words, queued, givenUp)
	if givenUp > 0 {
		return "", warning(told)
	}
	return told, nil
}

// checkUsernames warns of usernames that are read alike: each is found in its own spelling only.
func (p *program) checkUsernames(ctx context.Context) (_ string, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	alike, err := store.Alike(ctx, x.db)
	if err == nil && len(alike) > 0 {
		err = warning(fmt.Sprintf("read alike, and found in their own spelling only: %q", alike))
	}
	return "no two are read alike", err
}

func (p *program) checkMail(ctx context.Context) (string, error) {
	s := p.settings
	if s.Mail == "" {
		return "", errors.New("REGAIN_MAIL is not set: mails stay queued")
	}
	if err := s.Need("REGAIN_MAIL", "REGAIN_MAIL_FROM", "REGAIN_MAIL_HELO"); err != nil {
		return "", err
	}
	through, err := sender(s)
	if err != nil {
		return "", err
	}
	if err := errors.Join(through.Check(ctx), through.Close()); err != nil {
		return "", err
	}
	return "takes mails", nil
}

// leeway is how far clocks may differ.
const leeway = time.Minute

// checkClock compares the clock with what was written by a clock before: files, and
// the newest line of the audit trail.
func (p *program) checkClock(ctx context.Context) (string, error) {
	now := clock()
	ahead := func(what string, at time.Time) error {
		if at.After(now.Add(leeway)) {
			return fmt.Errorf("it is %s, but %s is from %s", now.Format(time.RFC3339), what,
				at.UTC().Format(time.RFC3339))
		}
		return nil
	}
	files := []string{strings.TrimPrefix(p.settings.Database, "sqlite:")}
	if self, err := os.Executable(); err == nil {
		files = append(files, self)
	}
	for _, path := range files {
		if info, err := os.Stat(path); err == nil {
			if err := ahead(path, info.ModTime()); err != nil {
				return "", err
			}
		}
	}
	// Without a database there is nothing to compare with, and another check says so.
	if at, err := p.newestEvent(ctx); err == nil {
		if err := ahead("the newest audit line", at); err != nil {
			return "", err
		}
	}
	return now.Format(time.RFC3339), nil
}

func (p *program) newestEvent(ctx context.Context) (_ time.Time, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	h, err := x.db.Head(ctx)
	return h.At, err
}

func (p *program) checkGeo(context.Context) (string, error) {
	path := cmp.Or(p.settings.Geo, builtInGeo())
	if path == "" {
		return "no country data: places are shown as unknown", nil
	}
	data, err := openPlaces(path)
	if err != nil {
		return "", err
	}
	const wellKnown = "8.8.8.8" // a public address that every data set has
	if data.country(wellKnown) == "" {
		return "", fmt.Errorf("%s knows no country of %s", path, wellKnown)
	}
	return path, nil
}

func (p *program) checkBreach(ctx context.Context) (string, error) {
	if err := p.settings.Need("REGAIN_BREACH_LIST"); err != nil {
		return "", err
	}
	x := &portal{settings: p.settings}
	policy, err := x.passwords()
	if err != nil {
		return "", err
	}
	name, list := "built-in list", password.CommonList()
	if policy.Breached != nil {
		name, list = "built-in list and REGAIN_BREACH_LIST", policy.Breached
	}
	const worst = "password123" // on every such list
	found, err := list.Contains(ctx, worst)
	for _, c := range x.closers {
		err = errors.Join(err, c.Close())
	}
	if err == nil && !found {
		err = errors.New("the list does not hold the most common password")
	}
	return name, err
}
