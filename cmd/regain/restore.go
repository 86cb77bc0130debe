package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/audit"
	"regain/store"
	"regain/store/engine"
	"regain/store/trail"
)

type restoreCmd struct {
	File    string `arg:"" optional:"" help:"Copy that regain backup made; it is kept."`
	PutBack bool   `help:"The copy is in place already, by pg_restore or a snapshot of the disk."`
	jsonFlag
}

// Validate wants one of the two.
func (c *restoreCmd) Validate() error {
	if (c.File == "") != c.PutBack {
		return errors.New("expected either <file> or --put-back")
	}
	return nil
}

// restoreJSON is the output of restore --json.
type restoreJSON struct {
	Database string `json:"database,omitempty"` // where it is, unless the copy was in place already
	Before   string `json:"before,omitempty"`   // where the database of before is now
	Ended    bool   `json:"ended"`
	// Since is what shut somebody out after the copy was made, which the copy does not know.
	Since []undoneJSON `json:"since,omitempty"`
}

// undoneJSON is one event of that kind. One of account, staff and key is there.
type undoneJSON struct {
	At      time.Time  `json:"at"`
	Kind    audit.Kind `json:"kind"`
	Account string     `json:"account,omitempty"`
	Staff   string     `json:"staff,omitempty"`
	Key     string     `json:"key,omitempty"`
}

// Run makes a copy of the copy fit for use, and puts it in the place of the database only when it
// is: who was locked out after the copy was made finds no session, link or code of then alive.
func (c *restoreCmd) Run(ctx context.Context, p *program) (err error) {
	if err := p.settings.Need(needsMailing...); err != nil {
		return err
	}
	if c.PutBack {
		return c.endWaysIn(ctx, p)
	}
	path, ok := strings.CutPrefix(p.settings.Database, "sqlite:")
	if !ok {
		return failure{"not_sqlite", "a file is for SQLite; put a PostgreSQL database back with " +
			"pg_restore while the portal stands still, then run regain restore --put-back"}
	}
	fit, from := path+".restoring", path+".restoring-from"
	if err := c.notOurs(fit, from); err != nil {
		return err
	}
	if err := removed(fit); err != nil {
		return err
	}
	out := restoreJSON{Database: path, Before: path + ".before-" + clock().Format("20060102T150405.000Z"),
		Ended: true}
	err = borrow(c.File, from)
	defer func() { err = errors.Join(err, giveBack(from)) }()
	if err == nil {
		err = c.makeFit(ctx, p, from, fit)
	}
	if err == nil {
		err = engine.SetAside(ctx, path, out.Before)
	}
	if err == nil {
		err = os.Rename(fit, path)
	}
	if err != nil {
		return errors.Join(err, removed(fit))
	}
	if out.Since, err = c.since(ctx, from, out.Before); err != nil {
		fmt.Fprintf(p.stderr, "What happened after the copy was made cannot be read in %s: %v\n", out.Before, err)
	}
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.print("%s is put back. Every session, link and code of before is over. The database of before, "+
		"if there was one, is at %s.", filepath.Base(c.File), out.Before)
	p.tellSince(out.Since)
	return nil
}

// beside are the endings of the files that SQLite has beside that of a database.
var beside = []string{"-wal", "-shm"}

// notOurs refuses a copy that is one of our own files, which a run that was broken off leaves: the next run removes
// them first.
func (c *restoreCmd) notOurs(own ...string) error {
	given, err := os.Stat(c.File)
	for _, path := range own {
		if at, failed := os.Stat(path); err == nil && failed == nil && os.SameFile(given, at) {
			return failure{"file_ours", path + " is of a restore that was broken off, and goes; if it is the copy that you " +
				"want, give it another name"}
		}
	}
	return nil
}

// borrow copies the copy to a file of our own, at path: SQLite writes into what it opens and
// beside it, which a copy whose sum is kept, or on a file system that is for reading alone, does not take. What the
// copy has in its write-ahead log goes along.
func borrow(copied, path string) error {
	err := giveBack(path) // what a run left that was broken off
	if err == nil {
		err = copyFile(copied, path)
	}
	if err == nil {
		if err = copyFile(copied+beside[0], path+beside[0]); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	return err
}

func giveBack(path string) error {
	err := removed(path)
	for _, end := range beside {
		err = errors.Join(err, removed(path+end))
	}
	return err
}

// copyFile makes a new file, readable by its owner only.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// since reads what the database of before knows and the copy, which from is, does not.
func (c *restoreCmd) since(ctx context.Context, from, before string) (all []undoneJSON, err error) {
	if _, err := os.Stat(before); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	events, err := trail.Since(ctx, engine.File(before), engine.File(from))
	for _, e := range events {
		all = append(all, undoneJSON{e.At, e.Kind, e.Account, e.Data["staff"], e.Data["key"]})
	}
	return all, err
}

// sinceShown is how many lines of it are printed; --json has all.
const sinceShown = 100

func (p *program) tellSince(all []undoneJSON) {
	if len(all) == 0 {
		return
	}
	p.print("It does not know what shut somebody out after it was made. Do these again before owners come back:")
	for _, x := range all[:min(len(all), sinceShown)] {
		p.print("  %s  %-24s  %s", x.At.Format(time.RFC3339), x.Kind, cmp.Or(x.Account, x.Staff, x.Key))
	}
	if more := len(all) - sinceShown; more > 0 {
		p.print("  … and %d more, which --json lists", more)
	}
}

// makeFit copies the copy, which from is, to path and ends there whatever leads in.
func (c *restoreCmd) makeFit(ctx context.Context, p *program, from, path string) error {
	s := *p.settings
	s.Database = "sqlite:" + from
	x, err := dial(ctx, &s)
	if err != nil {
		return err
	}
	if err = errors.Join(store.Backup(ctx, x.db, path), x.Close()); err != nil {
		return err
	}
	s.Database = "sqlite:" + path
	return c.begin(ctx, &s)
}

// endWaysIn does with a copy that is in place what makes one fit for use.
func (c *restoreCmd) endWaysIn(ctx context.Context, p *program) error {
	if err := c.begin(ctx, p.settings); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, restoreJSON{Ended: true})
	}
	p.print("Every session, link and code of before is over. The audit trail says that a copy was " +
		"put back.")
	return nil
}

// begin ends whatever leads in, and has on record that a copy was put back.
func (c *restoreCmd) begin(ctx context.Context, s *settings.Settings) error {
	x, err := openPortal(ctx, s)
	if err != nil {
		return err
	}
	e := x.service.Event(security.Operator("restore"), audit.DatabaseRestored, clock())
	if c.File != "" {
		e.Data = map[string]string{"file": filepath.Base(c.File)}
	}
	return errors.Join(x.service.Access.EndWaysIn(ctx, e), x.Close())
}

// removed takes away what is there.
func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
