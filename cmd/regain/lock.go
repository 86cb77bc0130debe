package main

import (
	"context"
	"errors"

	"regain/security"
	"regain/security/recovery"
)

type lockCmd struct {
	Who      string  `arg:"" help:"Id, username or e-mail address of the account, read in this order."`
	Cause    *string `enum:"compromised,hijacked" help:"${enum}; proposed if not set."`
	Evidence string  `required:"" placeholder:"TEXT" help:"What was seen, for Account Security."`
	jsonFlag
}

// Validate names all that is missing at once.
func (c *lockCmd) Validate() error {
	if c.Who == "" && c.Evidence == "" {
		return errors.New("expected <who> and --evidence=TEXT")
	}
	return nil
}

// Run locks the account.
func (c *lockCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsMailing...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	a, err := x.service.Lockout.Find(ctx, c.Who)
	if err != nil {
		return x.explainName(ctx, err, c.Who)
	}
	locked, err := x.service.Lockout.Lock(ctx, security.Operator("lock"), a.ID,
		recovery.Cause(chosen(c.Cause)), c.Evidence)
	if err != nil {
		return err
	}
	sum, err := x.service.Desk.SummariseCase(ctx, locked.Number)
	if err != nil {
		return err
	}
	p.flush(ctx, x)
	if c.JSON {
		return p.printJSON(p.stdout, describeCase(sum))
	}
	p.print("Locked %s as %s: case %s.", nameOf(a), locked.Cause, locked.Number)
	p.showFacts(sum.Case)
	return nil
}

// chosen is the value of a flag, "" when it was not given.
func chosen(flag *string) string {
	if flag == nil {
		return ""
	}
	return *flag
}

type linkCmd struct {
	Who string `arg:"" help:"Id, username or e-mail address of the account, read in this order."`
	jsonFlag
}

// linkJSON is the output of link --json.
type linkJSON struct {
	Account string `json:"account"`
	Sent    bool   `json:"sent"` // false: it waits for the portal to send it
}

// Run mails a link. It never prints it: whoever sits here is not the owner.
func (c *linkCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsMailing...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	a, err := x.service.Lockout.Find(ctx, c.Who)
	if err != nil {
		return x.explainName(ctx, err, c.Who)
	}
	if err := x.service.Lockout.SendLink(ctx, security.Operator("link"), a.ID); err != nil {
		return err
	}
	sent := p.flush(ctx, x)
	if c.JSON {
		return p.printJSON(p.stdout, linkJSON{a.ID, sent})
	}
	p.print("A fresh recovery link goes to the address on file of %s. Older links are dead.",
		nameOf(a))
	return nil
}
