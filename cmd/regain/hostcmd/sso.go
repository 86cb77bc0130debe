package hostcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"regain/security"
	"regain/security/federation"
)

// SSO is the command sso.
type SSO struct {
	Trust  ssoTrustCmd  `cmd:"" help:"Have the members of an organisation sign in by their own issuer (OpenID Connect)."`
	List   ssoListCmd   `cmd:"" help:"List whose word is believed about whom."`
	Forget ssoForgetCmd `cmd:"" help:"Believe the issuer of an organisation no more, at once."`
	Unlink ssoUnlinkCmd `cmd:"" help:"Forget which person of an issuer an account is: the next sign-in finds it by the claim anew."`
}

// ssoJSON is an issuer under --json. Its secret is shown to nobody.
type ssoJSON struct {
	Issuer       string    `json:"issuer"`
	Organisation string    `json:"organisation"`
	ClientID     string    `json:"client_id"`
	Claim        string    `json:"claim"`
	Scopes       []string  `json:"scopes"`
	ACR          []string  `json:"acr"`
	AMR          []string  `json:"amr"`
	TrustedAt    time.Time `json:"trusted_at"`
}

func describeSSO(x federation.Issuer) ssoJSON {
	list := func(all []string) []string { return append([]string{}, all...) }
	return ssoJSON{Issuer: x.URL, Organisation: x.Organisation, ClientID: x.ClientID, Claim: x.Claim,
		Scopes: list(x.Scopes), ACR: list(x.ACR), AMR: list(x.AMR), TrustedAt: x.TrustedAt}
}

type ssoTrustCmd struct {
	Issuer       string   `arg:"" help:"Its address, exactly as \"iss\" of its tokens says it."`
	Organisation string   `required:"" help:"Id of the organisation about whose members it is believed."`
	ClientID     string   `name:"client-id" required:"" help:"How it knows this portal."`
	SecretFile   string   `name:"client-secret-file" type:"existingfile" help:"File with the secret by which it knows this portal."`
	Claim        string   `default:"email" help:"The claim that names an account the first time: email, or one that is the id of the account."`
	Scope        []string `help:"What to ask for besides openid; email if the claim is that."`
	ACR          []string `name:"acr" help:"Values of acr that say that a second factor was shown; asked for too."`
	AMR          []string `name:"amr" help:"Values of amr that say the same."`
	asJSON
}

// Run believes the issuer from now on, in the place of the one before.
func (c *ssoTrustCmd) Run(ctx context.Context, p Program) error {
	x := federation.Issuer{URL: c.Issuer, Organisation: c.Organisation, ClientID: c.ClientID,
		Claim: c.Claim, Scopes: c.Scope, ACR: c.ACR, AMR: c.AMR}
	if x.Claim == federation.ClaimEmail && len(x.Scopes) == 0 {
		x.Scopes = []string{"email"}
	}
	if c.SecretFile != "" {
		secret, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return fmt.Errorf("read secret of the client: %w", err)
		}
		if x.ClientSecret = string(bytes.TrimSpace(secret)); x.ClientSecret == "" {
			return p.Failure("secret_empty", "there is no secret in "+c.SecretFile)
		}
	}
	return onSSO(ctx, p, c.JSON, "%s is believed about the members of %s from now on.",
		func(o Opened) (federation.Issuer, error) {
			return o.Federation.Trust(ctx, security.Operator("sso trust"), x, o.Receiver.Loopback)
		})
}

type ssoForgetCmd struct {
	Organisation string `arg:"" help:"Id of the organisation."`
	asJSON
}

// Run believes the issuer no more.
func (c *ssoForgetCmd) Run(ctx context.Context, p Program) error {
	return onSSO(ctx, p, c.JSON, "%s is not believed about the members of %s any more. "+
		"The sessions that it began have ended.",
		func(o Opened) (federation.Issuer, error) {
			return o.Federation.Forget(ctx, security.Operator("sso forget"), c.Organisation)
		})
}

// onSSO opens the portal, does something to an issuer, and says what.
func onSSO(ctx context.Context, p Program, asJSON bool, words string,
	do func(Opened) (federation.Issuer, error)) (err error) {
	o, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	x, err := do(o)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return p.Failure("not_found", "there is no such organisation, or it has no issuer; see regain sso list")
	case err != nil:
		return err
	case asJSON:
		return p.JSON(describeSSO(x))
	}
	p.Print(words, x.URL, x.Organisation)
	return nil
}

type ssoListCmd struct{ asJSON }

// Run lists all issuers by organisation.
func (c *ssoListCmd) Run(ctx context.Context, p Program) (err error) {
	o, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	all, err := o.Federation.List(ctx)
	if err != nil {
		return err
	}
	list := []ssoJSON{}
	for _, x := range all {
		list = append(list, describeSSO(x))
	}
	if c.JSON {
		return p.JSON(list)
	}
	for _, x := range list {
		p.Print("%s  %s  as %s  by %s  since %s", x.Organisation, x.Issuer, x.ClientID, x.Claim,
			x.TrustedAt.Format(time.RFC3339))
	}
	return nil
}

type ssoUnlinkCmd struct {
	Who string `arg:"" help:"Id of the account."`
	asJSON
}

// Run forgets the links of an account.
func (c *ssoUnlinkCmd) Run(ctx context.Context, p Program) (err error) {
	o, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	err = o.Federation.Unlink(ctx, security.Operator("sso unlink"), c.Who, c.Who)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return p.Failure("not_found", "this account is linked to nobody of an issuer")
	case err != nil:
		return err
	case c.JSON:
		return p.JSON(map[string]string{"account": c.Who})
	}
	p.Print("The account %s is linked to nobody any more. The sessions that an issuer began have ended.", c.Who)
	return nil
}
