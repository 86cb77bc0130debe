package hostcmd

import (
	"context"
	"errors"
	"time"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/apikey"
)

// Key is the command key.
type Key struct {
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
	return keyJSON{ID: k.ID, Name: k.Name, Scopes: k.Scopes, State: k.State(now),
		MadeAt: k.MadeAt, ExpiresAt: when(k.ExpiresAt), UsedAt: when(k.UsedAt),
		RevokedAt: when(k.RevokedAt)}
}

type keyCreateCmd struct {
	Name    string         `arg:"" help:"What the key is for, such as sign-in."`
	Scope   []apikey.Scope `required:"" help:"What the key may do: ${scopes}."`
	Expires string         `help:"Age at which it ends, such as 90d; never if not set."`
	asJSON
}

// Run makes the key. Standard output has nothing but the key, so that it can go into a file.
func (c *keyCreateCmd) Run(ctx context.Context, p Program) (err error) {
	wanted := apikey.Wanted{Name: c.Name, Scopes: c.Scope}
	if c.Expires != "" {
		if wanted.Life, err = settings.ParseAge(c.Expires); err != nil || wanted.Life <= 0 {
			return p.Usage(errors.New("--expires: want an age such as 90d or 12h"))
		}
	}
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	k, shown, err := x.APIKeys.Create(ctx, security.Operator("key create"), wanted)
	if err != nil {
		return err
	}
	if c.JSON {
		out := describeKey(k, k.MadeAt)
		out.Key = shown
		return p.JSON(out)
	}
	p.Print("%s", shown)
	p.Say("This is the only time that the key is shown. Its id is %s.", k.ID)
	return nil
}

type keyListCmd struct{ asJSON }

// Run lists all keys, by name.
func (c *keyListCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.APIKeys.List(ctx)
	if err != nil {
		return err
	}
	list := []keyJSON{}
	for _, k := range all {
		list = append(list, describeKey(k, x.Now()))
	}
	if c.JSON {
		return p.JSON(list)
	}
	for _, k := range list {
		used := "never used"
		if k.UsedAt != nil {
			used = "used " + k.UsedAt.Format(time.RFC3339)
		}
		p.Print("%s  %s  %s  %s  %s", k.ID, k.State, k.Name, used, WordsOf(k.Scopes, " "))
	}
	return nil
}

type keyRevokeCmd struct {
	ID string `arg:"" help:"Id of the key, as regain key list shows it."`
	asJSON
}

// Run ends the key.
func (c *keyRevokeCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	k, err := x.APIKeys.Revoke(ctx, security.Operator("key revoke"), c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return p.Failure("not_found", "there is no key with the id "+c.ID)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.JSON(describeKey(k, k.RevokedAt))
	}
	p.Print("The key %s opens nothing any more.", k.Name)
	return nil
}
