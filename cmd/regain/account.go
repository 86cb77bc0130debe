package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"regain/security"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/store"
)

type accountCmd struct {
	Import accountImportCmd `cmd:"" help:"Import accounts, one JSON object a line."`
	Show   accountShowCmd   `cmd:"" help:"Show the state of an account."`
	Erase  accountEraseCmd  `cmd:"" help:"Erase an account and all that is held about it, for good."`
}

// jsonFlag asks for output that programs read.
type jsonFlag struct {
	JSON bool `name:"json" help:"Print one JSON value and nothing else."`
}

type accountShowCmd struct {
	Who string `arg:"" help:"Id, username or e-mail address of the account, read in this order."`
	jsonFlag
}

// accountJSON is the output of account show --json.
type accountJSON struct {
	ID              string     `json:"id"`
	Username        string     `json:"username"`
	Name            string     `json:"name"`
	Email           string     `json:"email"`
	Type            string     `json:"type"`
	State           string     `json:"state"`
	Case            *string    `json:"case"`
	TwoFactor       []string   `json:"two_factor"`
	Notes           []string   `json:"notes"`
	PasswordUpdated *time.Time `json:"password_updated_at"`
}

// Run shows the account.
func (c *accountShowCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	sum, err := x.service.Desk.SummariseAccount(ctx, c.Who)
	if err != nil {
		return x.explainName(ctx, err, c.Who)
	}
	out := describeAccount(sum)
	if c.JSON {
		return p.printJSON(p.stdout, out)
	}
	p.showAccount(out)
	return nil
}

func describeAccount(sum desk.AccountSummary) accountJSON {
	a := sum.Account
	out := accountJSON{ID: a.ID, Username: a.Username, Name: a.Name, Email: sum.Email, Type: a.Type,
		State: sum.State(), TwoFactor: append([]string{}, sum.TwoFactor...), Notes: []string{}}
	if sum.Case != nil {
		out.Case = &sum.Case.Number
	}
	for _, n := range sum.Notes {
		out.Notes = append(out.Notes, n.Text(said))
	}
	if !a.PasswordAt.IsZero() {
		out.PasswordUpdated = &a.PasswordAt
	}
	return out
}

func (p *program) showAccount(a accountJSON) {
	p.print("Account     %s (%s)", a.Username, a.ID)
	p.print("Name        %s", a.Name)
	p.print("E-mail      %s", a.Email)
	p.print("Type        %s", a.Type)
	state := a.State
	if a.Case != nil {
		state += ", case " + *a.Case
	}
	p.print("State       %s", state)
	factors := strings.Join(a.TwoFactor, ", ")
	if factors == "" {
		factors = "none"
	}
	p.print("Two-factor  %s", factors)
	updated := "never updated here"
	if a.PasswordUpdated != nil {
		updated = "updated " + a.PasswordUpdated.Format(time.RFC3339)
	}
	p.print("Password    %s", updated)
	for _, n := range a.Notes {
		p.print("\n%s", n)
	}
}

// explainName says in words that who names nobody, or more than one account.
func (x *portal) explainName(ctx context.Context, err error, who string) error {
	if errors.Is(err, security.ErrNotFound) {
		return failure{"not_found", "nothing found for " + who}
	}
	r, refused := errors.AsType[*security.Refusal](err)
	if !refused || r.Code != refusal.AmbiguousName {
		return err
	}
	all, err := x.service.Lockout.Meant(ctx, []string{who})
	if err != nil {
		return err
	}
	names := make([]string, len(all[0]))
	for i, a := range all[0] {
		names[i] = nameOf(a)
	}
	return failure{"ambiguous", who + " names more than one account: " +
		strings.Join(names, ", ") + "; name one by its id"}
}

// nameOf is how the command line names an account.
func nameOf(a security.Account) string { return a.Username + " (" + a.ID + ")" }

type accountEraseCmd struct {
	Who    string `arg:"" help:"Id, username or e-mail address of the account, read in this order."`
	Reason string `help:"Why; it stays in the audit trail, so name nobody."`
	jsonFlag
}

// eraseJSON is the output of account erase --json.
type eraseJSON struct {
	Account string `json:"account"`
	Erased  bool   `json:"erased"`
}

// Run erases the account.
func (c *accountEraseCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	owner, rules, err := store.Owner(ctx, x.db)
	if err != nil {
		return err
	}
	if owner != "" && !rules {
		return failure{"not_owner", "this role may take nothing out of the audit trail, and an " +
			"erasure takes the details out; nothing was erased: run it with a REGAIN_DATABASE of " +
			"the role " + owner + ", which owns the tables"}
	}
	a, err := x.service.Lockout.Find(ctx, c.Who)
	if err != nil {
		return x.explainName(ctx, err, c.Who)
	}
	by := security.Operator("account erase")
	if err := x.service.Privacy.Erase(ctx, by, a, c.Reason); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(p.stdout, eraseJSON{a.ID, true})
	}
	p.print("The account %s is erased, with all that was held about it. Its lines in the audit "+
		"trail stay, without details.", a.ID)
	return nil
}
