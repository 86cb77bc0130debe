package main

import (
	"context"
	"errors"

	"regain/security"
	"regain/security/recovery"
)

type lockCmd struct {
	Who      string `arg:"" help:"Id, username or e-mail address of the account."`
	Cause    string `enum:",compromised,hijacked" default:"" help:"compromised, hijacked; or proposed."`
	Evidence string `required:"" help:"What was seen, for Account Security."`
	jsonFlag
}

// Run locks the account.
func (c *lockCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsMailing...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	locked, err := x.service.Lock(ctx, security.Operator("lock"), c.Who,
		recovery.Cause(c.Cause), c.Evidence)
	if err != nil {
		return refusalWords(unknown(err, c.Who))
	}
	sum, err := x.service.SummariseCase(ctx, locked.Number)
	if err != nil {
		return err
	}
	p.flush(ctx, x)
	if c.JSON {
		return p.printJSON(p.stdout, describeCase(sum))
	}
	p.print("Locked %s as %s: case %s.", c.Who, locked.Cause, locked.Number)
	p.showFacts(sum.Case)
	return nil
}

type linkCmd struct {
	Who string `arg:"" help:"Id, username or e-mail address of the account."`
}

// Run mails a link. It never prints it: whoever sits here is not the owner.
func (c *linkCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsMailing...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if err := x.service.SendLink(ctx, security.Operator("link"), c.Who); err != nil {
		return refusalWords(unknown(err, c.Who))
	}
	p.print("A fresh recovery link goes to the address on file. Older links are dead.")
	p.flush(ctx, x)
	return nil
}

var refusals = map[security.Code]string{
	security.AlreadyLocked: "the account is locked already; nothing was changed",
	security.NoProofAddress: "every address of the account is too young to prove who owns it; " +
		"nothing was sent",
	security.EvidenceMissing: "evidence is missing: say what was seen",
}

// refusalWords puts a refusal into words for the command line.
func refusalWords(err error) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok && refusals[r.Code] != "" {
		return failure{string(r.Code), refusals[r.Code]}
	}
	return err
}
