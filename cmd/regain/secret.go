package main

import (
	"context"
	"errors"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/keyring"
)

type secretCmd struct {
	Rotate secretRotateCmd `cmd:"" help:"Seal anew, with the newest secret, what older ones sealed."`
}

type secretRotateCmd struct {
	Now bool `help:"End every session, link and code at once, and let none of them live on."`
	jsonFlag
}

// rotateJSON is the output of secret rotate --json.
type rotateJSON struct {
	Sealed  int      `json:"sealed"`
	Damaged int      `json:"damaged"`
	Retired []string `json:"retired"`
}

// Run may be stopped at any time, and started again.
func (c *secretRotateCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	by := security.Operator("secret rotate")
	done := map[keyring.Holding]int{}
	rotated, err := x.service.Keyring.Rotate(ctx, by, func(h keyring.Holding, n int) {
		done[h] += n
		p.say("%s: %d sealed anew", h, done[h])
	})
	if err != nil {
		return aboutSecret(err)
	}
	if c.Now {
		err := x.service.Access.EndWaysIn(ctx, x.service.Event(by, audit.WaysInEnded, clock()))
		if err != nil {
			return err
		}
	}
	if c.JSON {
		return p.printJSON(p.stdout, rotateJSON{rotated.Sealed, rotated.Damaged,
			append([]string{}, rotated.Retired...)})
	}
	p.print("%d values are sealed anew. %s", rotated.Sealed, retiredWords(rotated.Retired))
	if rotated.Damaged > 0 {
		p.print("%d values are damaged: no secret opens them. They stay as they are.",
			rotated.Damaged)
	}
	return nil
}

func retiredWords(ids []string) string {
	if len(ids) == 0 {
		return "No older secret is in use."
	}
	return "Nothing needs " + strings.Join(ids, ", ") + " any more; links, sessions and codes of " +
		"before live for as long as it is named behind the new secret."
}

type sessionsCmd struct {
	End sessionsEndCmd `cmd:"" help:"End sessions, links and codes."`
}

type sessionsEndCmd struct {
	All     bool   `xor:"who" required:"" help:"Of every account and of staff."`
	Account string `xor:"who" required:"" help:"Of one account: its id, username or e-mail, read in this order."`
	jsonFlag
}

// sessionsJSON is the output of sessions end --json.
type sessionsJSON struct {
	Account *string `json:"account"` // null: all
	Ended   bool    `json:"ended"`
}

// Run ends them in one commit.
func (c *sessionsEndCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	var out sessionsJSON
	whose := "everybody"
	e := x.service.Event(security.Operator("sessions end"), audit.WaysInEnded, clock())
	if !c.All {
		a, err := x.service.Lockout.Find(ctx, c.Account)
		if err != nil {
			return x.explainName(ctx, err, c.Account)
		}
		whose, e.Account, out.Account = nameOf(a), a.ID, &a.ID
	}
	if err := x.service.Access.EndWaysIn(ctx, e); err != nil {
		return err
	}
	if out.Ended = true; c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.print("Every session, link and code of %s is over.", whose)
	return nil
}
