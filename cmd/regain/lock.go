package main

import (
	"context"
	"errors"

	"regain/security"
	"regain/security/recovery"
	"regain/security/refusal"
)

type lockCmd struct {
	Who      string  `arg:"" help:"Id, username or e-mail address of the account."`
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
	locked, err := x.service.Lockout.Lock(ctx, security.Operator("lock"), c.Who,
		recovery.Cause(chosen(c.Cause)), c.Evidence)
	if err != nil {
		return refusalWords(err)
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
	Who string `arg:"" help:"Id, username or e-mail address of the account."`
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
	if err := x.service.Lockout.SendLink(ctx, security.Operator("link"), c.Who); err != nil {
		return refusalWords(err)
	}
	sent := p.flush(ctx, x)
	if c.JSON {
		return p.printJSON(p.stdout, linkJSON{a.ID, sent})
	}
	p.print("A fresh recovery link goes to the address on file of %s. Older links are dead.",
		nameOf(a))
	return nil
}

var refusals = map[refusal.Code]string{
	refusal.AlreadyLocked: "the account is locked already; nothing was changed",
	refusal.NoProofAddress: "every address of the account is too young to prove who owns it; " +
		"nothing was sent",
	refusal.EraseLocked:     "a case holds the account and has to be decided first; nothing was erased",
	refusal.EvidenceMissing: "evidence is missing: say what was seen",
	refusal.EvidenceLong:    "the evidence is too long, want at most 4,000 characters; nothing was changed",
	refusal.HookEvent:       "there is no such event; see regain webhook add --help",
	refusal.EmailMissing:    "this is no e-mail address; nobody was invited",
	refusal.EmailInvalid:    "this is no e-mail address; nobody was invited",
	refusal.NameLong:        "the name is too long; nothing was changed",
	refusal.KeyNameMissing:  "a key needs a name; none was made",
	refusal.ScopeUnknown:    "there is no such scope; see regain key create --help",
	refusal.KeyLife:         "want an end within ten years; no key was made",
	refusal.KeysLive:        "two keys of this name are in use; revoke one first",
	refusal.HookURL:         "want an address such as https://hooks.example.com/regain",
	refusal.HookUser:        "the address has a name or a password in it; leave them out",
	refusal.HookAddress:     "the address is in a network that webhooks do not reach; see REGAIN_WEBHOOK_ALLOW",
	refusal.IssuerName:      "issuer, audience and subjects: want a name without blanks, as the tokens have it",
	refusal.IssuersMany:     "there are as many issuers as there can be; distrust one first",
	refusal.KeysAddress:     "--jwks: want an address such as https://id.example.com/jwks.json",
	refusal.KeysPlain:       "--jwks: want https; http is for this machine alone",
	refusal.HookPlain:       "want https://; http:// is for receivers on this machine, of a portal on it",
	refusal.HooksMany:       "there are as many webhooks as may be; remove one first",
	refusal.HookKey: "the key is none that is taken: want one public JWK of the type RSA, or EC on " +
		"P-256, P-384 or P-521",
	refusal.HookKeySet:       "the file is a set of keys; want one of them by itself",
	refusal.HookKeySymmetric: "the key is symmetric, which has no public half; want a public JWK",
	refusal.HookKeyPrivate: "the key is private: it should not leave the receiver; make another one, and " +
		"give its public half",
	refusal.HookKeyCurve: "the curve of the key is not P-256, P-384 or P-521",
	refusal.HookKeyUse: "the key says that it is for something else; want use enc, and alg RSA-OAEP-256 or " +
		"ECDH-ES",
	refusal.HookKeyWeak: "the RSA key is too weak or too long; want 2048 to 8192 bits and an exponent of " +
		"65537 or more",
	refusal.HookKeyIdle: "a webhook with a key has to hear of account.password_updated",
	refusal.StaffLast: "this is the last administrator: invite another one first; " +
		"nothing was changed",
}

// refusalWords puts a refusal into words for the command line.
func refusalWords(err error) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok && refusals[r.Code] != "" {
		return failure{string(r.Code), refusals[r.Code]}
	}
	return err
}
