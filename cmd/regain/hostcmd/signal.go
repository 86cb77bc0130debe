package hostcmd

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/receiver"
)

// Signal is the command signal.
type Signal struct {
	Trust    signalTrustCmd    `cmd:"" help:"Believe the signals of another service."`
	List     signalListCmd     `cmd:"" help:"List whose signals are believed."`
	Distrust signalDistrustCmd `cmd:"" help:"Believe the signals of a service no more, at once."`
	Rotate   signalRotateCmd   `cmd:"" help:"Make a new key that signs ours; the one before is shown for a week more."`
	Stream   struct {
		List   streamListCmd   `cmd:"" help:"List the streams."`
		Remove streamRemoveCmd `cmd:"" help:"Forget a stream and what waits for it."`
	} `cmd:"" help:"The streams by which others hear our signals."`
}

// issuerJSON is an issuer of signals under --json.
type issuerJSON struct {
	Issuer     string     `json:"issuer"`
	JWKS       string     `json:"jwks"`
	Audience   string     `json:"audience"`
	Subjects   string     `json:"subjects"`
	TrustedAt  time.Time  `json:"trusted_at"`
	HeardAt    *time.Time `json:"heard_at"`
	VerifiedAt *time.Time `json:"verified_at"`
	State      string     `json:"state"` // as the last verification said it
}

func describeIssuer(x receiver.Issuer) issuerJSON {
	return issuerJSON{Issuer: x.Name, JWKS: x.KeysAt, Audience: x.Audience, Subjects: x.Subjects,
		TrustedAt: x.TrustedAt, HeardAt: when(x.HeardAt), VerifiedAt: when(x.VerifiedAt), State: x.State}
}

type signalTrustCmd struct {
	Issuer   string `arg:"" help:"Name of the service, as \"iss\" of its tokens says it."`
	JWKS     string `name:"jwks" required:"" help:"Address of its public keys."`
	Audience string `help:"What \"aud\" of its tokens says; the base URL if not set."`
	Subjects string `help:"Issuer of those subjects (iss_sub) that are ids of accounts; the base URL if not set."`
	asJSON
}

// Run believes the issuer from now on, or changes what is known of it.
func (c *signalTrustCmd) Run(ctx context.Context, p Program) error {
	return onSignals(ctx, p, c.JSON, "The signals of %s are believed from now on.",
		func(x Opened) (receiver.Issuer, error) {
			return x.Receiver.Trust(ctx, security.Operator("signal trust"), receiver.Issuer{Name: c.Issuer,
				KeysAt: c.JWKS, Audience: c.Audience, Subjects: c.Subjects})
		})
}

type signalDistrustCmd struct {
	Issuer string `arg:"" help:"Name of the service, as regain signal list shows it."`
	asJSON
}

// Run believes the issuer no more.
func (c *signalDistrustCmd) Run(ctx context.Context, p Program) error {
	return onSignals(ctx, p, c.JSON, "The signals of %s are not believed any more.",
		func(x Opened) (receiver.Issuer, error) {
			return x.Receiver.Distrust(ctx, security.Operator("signal distrust"), c.Issuer)
		})
}

// onSignals opens the portal, does something to an issuer, and says what.
func onSignals(ctx context.Context, p Program, asJSON bool, words string,
	do func(x Opened) (receiver.Issuer, error)) (err error) {
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	done, err := do(x)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return p.Failure("not_found", "there is no issuer with this name; see regain signal list")
	case err != nil:
		return err
	case asJSON:
		return p.JSON(describeIssuer(done))
	}
	p.Print(words, done.Name)
	return nil
}

type signalListCmd struct{ asJSON }

// Run lists all issuers by name.
func (c *signalListCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.Receiver.List(ctx)
	if err != nil {
		return err
	}
	list := []issuerJSON{}
	for _, x := range all {
		list = append(list, describeIssuer(x))
	}
	if c.JSON {
		return p.JSON(list)
	}
	for _, x := range list {
		p.Print("%s  %s  for %s  %s  %s %s", x.Issuer, x.JWKS, x.Audience, since("heard", x.HeardAt),
			since("verified", x.VerifiedAt), x.State)
	}
	return nil
}

// since says when something was, or that it never was.
func since(what string, at *time.Time) string {
	if at == nil {
		return "never " + what
	}
	return what + " " + at.Format(time.RFC3339)
}
