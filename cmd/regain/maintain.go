package main

import (
	"context"
	"errors"
	"fmt"
)

type migrateCmd struct{ jsonFlag }

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
	if err := errors.Join(x.db.Migrate(ctx), x.Close()); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, migrateJSON{true})
	}
	p.print("The database is up to date.")
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
	if err := x.db.Backup(ctx, c.File); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, backupJSON{c.File})
	}
	p.print("Copied the database to %s.", c.File)
	return nil
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check the hash chain of the audit trail."`
}

type auditVerifyCmd struct{ jsonFlag }

// auditJSON is the output of audit verify --json.
type auditJSON struct {
	Lines int64 `json:"lines"`
	OK    bool  `json:"ok"`
}

// Run checks the audit trail. It is the one reader that needs the secret.
func (c *auditVerifyCmd) Run(ctx context.Context, p *program) error {
	x, err := p.openToRead(ctx, needsWriting...)
	if err != nil {
		return err
	}
	n, bad, err := x.db.VerifyChain(ctx)
	if err = errors.Join(err, x.Close()); err != nil {
		return err
	}
	if bad != nil {
		return failure{"audit_broken", fmt.Sprintf("the audit trail is broken at line %d: %s "+
			"(%d lines before it hold)", bad.Seq, bad.Why, n)}
	}
	if c.JSON {
		return p.printJSON(p.stdout, auditJSON{n, true})
	}
	p.print("The audit trail holds: %d lines.", n)
	return nil
}
