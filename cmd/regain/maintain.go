package main

import (
	"context"
	"errors"
	"regain/store"
)

type migrateCmd struct {
	Grant string `help:"Role of PostgreSQL that serves: it gets what the portal needs, and no more."`
	jsonFlag
}

// migrateJSON is the output of migrate --json.
type migrateJSON struct {
	OK bool `json:"ok"`
}

// Run migrates the database. It needs no secret, for it records nothing.
func (c *migrateCmd) Run(ctx context.Context, p *program) error {
	if err := p.settings.Need(needsReading...); err != nil {
		return err
	}
	x, err := dial(ctx, p.settings)
	if err != nil {
		return err
	}
	err = x.db.Migrate(ctx)
	if err == nil && c.Grant != "" {
		err = store.Grant(ctx, x.db, c.Grant)
	}
	if err := errors.Join(err, x.Close()); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, migrateJSON{true})
	}
	p.print("The database is up to date.")
	if c.Grant != "" {
		p.print("%s can read and write rows, and add to the audit trail.", c.Grant)
	}
	return nil
}

type backupCmd struct {
	File string `arg:"" help:"New file for the copy; one that exists is never overwritten."`
	jsonFlag
}

// backupJSON is the output of backup --json.
type backupJSON struct {
	File string `json:"file"`
}

// Run copies the database while others use it.
func (c *backupCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if err := store.Backup(ctx, x.db, c.File); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, backupJSON{c.File})
	}
	p.print("Copied the database to %s.", c.File)
	return nil
}
