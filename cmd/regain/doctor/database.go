package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"regain/store"
	"regain/store/trail"
)

// checkDatabase writes a row and removes it, after the migrations were looked at. A full disk shows
// only when something is kept.
func (d *doctor) checkDatabase(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	n, err := x.DB.Pending(ctx)
	if err != nil {
		return "", err
	}
	if n > 0 {
		return "", fmt.Errorf("%d migrations are not applied; run regain migrate", n)
	}
	if err := x.DB.Ping(ctx); err != nil {
		return "", err
	}
	pooled, err := store.Pooled(ctx, x.DB)
	if err != nil {
		return "", err
	}
	through := ""
	if pooled {
		through = " through a pooler, which may give each transaction another session"
	}
	told := x.DB.Engine() + through + ", can be read and written"
	_, rules, err := store.Owner(ctx, x.DB)
	if err == nil && rules {
		err = warning("this role owns the tables, and could change the audit trail; serve with one " +
			"that regain migrate --grant ROLE was run for; " + told)
	}
	return told, err
}

// checkOutbox warns of mails that were given up: their readers wait in vain.
func (d *doctor) checkOutbox(ctx context.Context) (string, error) {
	return d.checkQueue(ctx, "%d waiting, %d given up", func(x Opened) queueCount { return x.DB.Waiting })
}

// checkInbound warns of mails that came in and that nobody could read.
func (d *doctor) checkInbound(ctx context.Context) (string, error) {
	if d.Settings().Inbound.Network == "" {
		return "off", nil
	}
	return d.checkQueue(ctx, "%d to be read, %d set aside", func(x Opened) queueCount {
		return x.Inbound.Waiting
	})
}

// queueCount counts what waits and what is in vain.
type queueCount func(context.Context) (waiting, inVain int, err error)

func (d *doctor) checkQueue(ctx context.Context, words string, of func(Opened) queueCount) (_ string,
	err error) {
	x, err := d.OpenToRead(ctx)
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
func (d *doctor) checkUsernames(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	alike, err := store.Alike(ctx, x.DB)
	if err == nil && len(alike) > 0 {
		err = warning(fmt.Sprintf("read alike, and found in their own spelling only: %q", alike))
	}
	return "no two are read alike", err
}

// Leeway is how far clocks may differ.
const Leeway = time.Minute

// checkClock compares the clock with what was written by a clock before: files, and
// the newest line of the audit trail.
func (d *doctor) checkClock(ctx context.Context) (string, error) {
	now := d.Now()
	ahead := func(what string, at time.Time) error {
		if at.After(now.Add(Leeway)) {
			return fmt.Errorf("it is %s, but %s is from %s", now.Format(time.RFC3339), what,
				at.UTC().Format(time.RFC3339))
		}
		return nil
	}
	files := []string{strings.TrimPrefix(d.Settings().Database, "sqlite:")}
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
	if at, err := d.newestEvent(ctx); err == nil {
		if err := ahead("the newest audit line", at); err != nil {
			return "", err
		}
	}
	return now.Format(time.RFC3339), nil
}

func (d *doctor) newestEvent(ctx context.Context) (_ time.Time, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	h, err := x.DB.Head(ctx)
	return h.At, err
}

// behindMuch is so many lines of the trail that somebody should look why.
const behindMuch = 10_000

// examineReplica is the part of doctor that looks at the replica.
func (d *doctor) examineReplica(ctx context.Context) (_ string, err error) {
	if d.Settings().Replica == "" {
		return "none: reports are read from the database", nil
	}
	x, err := d.OpenToRead(ctx, "REGAIN_DATABASE_REPLICA")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	n, err := store.Behind(ctx, x.DB)
	switch {
	case errors.Is(err, trail.ErrStranger):
		return "", err
	case err != nil:
		return "", warning("reports are read from the database: " + err.Error())
	case n > behindMuch:
		return "", warning(fmt.Sprintf("%d lines of the audit trail behind", n))
	}
	return fmt.Sprintf("%d lines of the audit trail behind", n), nil
}
