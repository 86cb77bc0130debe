package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/apikey"
)

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make a key and print it, once."`
	List   keyListCmd   `cmd:"" help:"List the keys."`
	Revoke keyRevokeCmd `cmd:"" help:"End a key, at once."`
}

// keyJSON is a key of the API under --json.
type keyJSON struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Scopes    []apikey.Scope `json:"scopes"`
	State     apikey.State   `json:"state"`
	MadeAt    time.Time      `json:"made_at"`
	ExpiresAt *time.Time     `json:"expires_at"`
	UsedAt    *time.Time     `json:"used_at"`
	RevokedAt *time.Time     `json:"revoked_at"`
	Key       string         `json:"key,omitempty"` // when it is made, and never again
}

func describeKey(k apikey.Key, now time.Time) keyJSON {
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return keyJSON{ID: k.ID, Name: k.Name, Scopes: k.Scopes, State: k.State(now),
		MadeAt: k.MadeAt, ExpiresAt: when(k.ExpiresAt), UsedAt: when(k.UsedAt),
		RevokedAt: when(k.RevokedAt)}
}

type keyCreateCmd struct {
	Name    string         `arg:"" help:"What the key is for, such as sign-in."`
	Scope   []apikey.Scope `required:"" help:"What the key may do: ${scopes}."`
	Expires string         `help:"Age at which it ends, such as 90d; never if not set."`
	jsonFlag
}

// Run makes the key. Standard output has nothing but the key, so that it can go into a file.
func (c *keyCreateCmd) Run(ctx context.Context, p *program) (err error) {
	wanted := apikey.Wanted{Name: c.Name, Scopes: c.Scope}
	if c.Expires != "" {
		if wanted.Life, err = settings.ParseAge(c.Expires); err != nil || wanted.Life <= 0 {
			return usageError{errors.New("--expires: want an age such as 90d or 12h")}
		}
	}
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	k, shown, err := x.service.APIKeys.Create(ctx, security.Operator("key create"), wanted)
	if err != nil {
		return refusalWords(err)
	}
	if c.JSON {
		out := describeKey(k, k.MadeAt)
		out.Key = shown
		return p.printJSON(p.stdout, out)
	}
	p.print("%s", shown)
	p.say("This is the only time that the key is shown. Its id is %s.", k.ID)
	return nil
}

type keyListCmd struct{ jsonFlag }

// Run lists all keys, by name.
func (c *keyListCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.service.APIKeys.List(ctx)
	if err != nil {
		return err
	}
	list := []keyJSON{}
	for _, k := range all {
		list = append(list, describeKey(k, x.service.Now()))
	}
	if c.JSON {
		return p.printJSON(p.stdout, list)
	}
	for _, k := range list {
		used := "never used"
		if k.UsedAt != nil {
			used = "used " + k.UsedAt.Format(time.RFC3339)
		}
		words := make([]string, len(k.Scopes))
		for i, scope := range k.Scopes {
			words[i] = string(scope)
		}
		p.print("%s  %s  %s  %s  %s", k.ID, k.State, k.Name, used, strings.Join(words, " "))
	}
	return nil
}

type keyRevokeCmd struct {
	ID string `arg:"" help:"Id of the key, as regain key list shows it."`
	jsonFlag
}

// Run ends the key.
func (c *keyRevokeCmd) Run(ctx context.Context, p *program) (err error) {
	x, err := p.open(ctx, needsWriting...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	k, err := x.service.APIKeys.Revoke(ctx, security.Operator("key revoke"), c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return failure{"not_found", "there is no key with the id " + c.ID}
	}
	if err != nil {
		return refusalWords(err)
	}
	if c.JSON {
		return p.printJSON(p.stdout, describeKey(k, k.RevokedAt))
	}
	p.print("The key %s opens nothing any more.", k.Name)
	return nil
}

// scopeWords are the words that a key's scope can be.
func scopeWords() string {
	var words []string
	for _, scope := range apikey.Scopes {
		words = append(words, string(scope))
	}
	return strings.Join(words, ", ")
}
