package hostcmd

import (
	"context"
	"errors"
	"strconv"
	"time"

	"regain/security"
	"regain/security/webhook"
)

// Webhook is the command webhook.
type Webhook struct {
	Add    webhookAddCmd    `cmd:"" help:"Let an address hear of events, and print its secret, once."`
	List   webhookListCmd   `cmd:"" help:"List the webhooks."`
	Test   webhookTestCmd   `cmd:"" help:"Send a test and say how it went."`
	Pause  webhookPauseCmd  `cmd:"" help:"Keep what happens until the webhook is resumed."`
	Resume webhookResumeCmd `cmd:"" help:"Start a webhook that was paused or switched off."`
	Change webhookChangeCmd `cmd:"" help:"Let a webhook hear of other events from now on."`
	Rotate webhookRotateCmd `cmd:"" help:"Make new keys to sign with, those before sign for a day more; or take another key to encrypt to."`
	Replay webhookReplayCmd `cmd:"" help:"Send everything since a time again."`
	Remove webhookRemoveCmd `cmd:"" help:"Forget a webhook and what waits for it."`
}

// webhookJSON is a webhook under --json.
type webhookJSON struct {
	ID           string         `json:"id"`
	URL          string         `json:"url"`
	Events       []webhook.Type `json:"events"`
	State        webhook.State  `json:"state"`
	PublicKey    string         `json:"public_key"`
	MadeAt       time.Time      `json:"made_at"`
	FailingSince *time.Time     `json:"failing_since"`
	Waiting      int            `json:"waiting"`
	GivenUp      int            `json:"given_up"`
	TriedAt      *time.Time     `json:"tried_at"`
	EncryptTo    *string        `json:"encrypt_to"`       // thumbprint of the key, or null
	Secret       string         `json:"secret,omitempty"` // when it is made, and never again
}

func describeWebhook(x webhook.Endpoint) webhookJSON {
	var key *string
	if t, err := x.Thumbprint(); x.EncryptTo != "" {
		if err != nil {
			t = "damaged"
		}
		key = &t
	}
	return webhookJSON{ID: x.ID, URL: x.URL, Events: x.Told(), State: x.State,
		PublicKey: x.PublicKey, MadeAt: x.MadeAt, FailingSince: when(x.FailingSince),
		Waiting: x.Waiting, GivenUp: x.GivenUp, TriedAt: when(x.TriedAt), EncryptTo: key}
}

type webhookAddCmd struct {
	URL   string         `arg:"" help:"Where to, such as https://hooks.example.com/regain."`
	Event []webhook.Type `help:"What to tell: ${events}; all if not set."`
	keyFile
	asJSON
}

// Run adds the webhook. Standard output has nothing but the secret, so that it can go into a file.
func (c *webhookAddCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		made, err := x.Webhooks.Add(ctx, security.Operator("webhook add"), c.URL, c.Event,
			c.jwk())
		return printSecret(p, made, err, c.JSON)
	})
}

// printSecret shows keys that were just made, for once.
func printSecret(p Program, made webhook.Added, err error, asJSON bool) error {
	if err != nil {
		return err
	}
	if asJSON {
		out := describeWebhook(made.Endpoint)
		out.Secret = made.Secret
		return p.JSON(out)
	}
	p.Print("%s", made.Secret)
	p.Say("This is the only time that the secret is shown. The id of the webhook is %s, its public "+
		"key %s.", made.ID, made.PublicKey)
	return nil
}

type webhookListCmd struct{ asJSON }

// Run lists all webhooks, the oldest first.
func (c *webhookListCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.Webhooks.List(ctx)
	if err != nil {
		return err
	}
	list := []webhookJSON{}
	for _, x := range all {
		list = append(list, describeWebhook(x))
	}
	if c.JSON {
		return p.JSON(list)
	}
	for _, x := range list {
		key := "no hashes"
		if x.EncryptTo != nil {
			key = "hashes to " + *x.EncryptTo
		}
		p.Print("%s  %s  %s  %d waiting, %d given up  %s  %s  %s", x.ID, x.State, x.URL, x.Waiting,
			x.GivenUp, x.PublicKey, key, WordsOf(x.Events, " "))
	}
	return nil
}

// webhookID names the webhook that a command is about.
type webhookID struct {
	ID string `arg:"" help:"Id of the webhook, as regain webhook list shows it."`
	asJSON
}

type webhookPauseCmd struct{ webhookID }

// Run pauses the webhook.
func (c *webhookPauseCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		done, err := x.Webhooks.Pause(ctx, security.Operator("webhook pause"), c.ID)
		return printWebhook(p, done, err, c.JSON, "What happens waits for %s until you resume it.")
	})
}

type webhookResumeCmd struct{ webhookID }

// Run resumes the webhook.
func (c *webhookResumeCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		done, err := x.Webhooks.Resume(ctx, security.Operator("webhook resume"), c.ID)
		return printWebhook(p, done, err, c.JSON, "%s hears of events again, what waited first.")
	})
}

type webhookChangeCmd struct {
	webhookID
	Event []webhook.Type `xor:"what" required:"" help:"What to tell, in place of what it was: ${events}."`
	All   bool           `xor:"what" required:"" help:"Tell it everything, also what is new in later versions."`
}

// Run changes what the webhook hears.
func (c *webhookChangeCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		done, err := x.Webhooks.SetEvents(ctx, security.Operator("webhook change"), c.ID, c.Event, nil)
		return printWebhook(p, done, err, c.JSON, "%s hears of these events from now on.")
	})
}

type webhookRemoveCmd struct{ webhookID }

// Run removes the webhook.
func (c *webhookRemoveCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		done, err := x.Webhooks.Remove(ctx, security.Operator("webhook remove"), c.ID)
		return printWebhook(p, done, err, c.JSON, "%s hears of nothing any more.")
	})
}

type webhookRotateCmd struct {
	webhookID
	keyFile
}

// Run gives the webhook new keys to sign with, or another key to encrypt to. Standard output of the first
// has nothing but the secret.
func (c *webhookRotateCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		if c.EncryptTo != nil {
			done, err := x.Webhooks.EncryptTo(ctx, security.Operator("webhook rotate"), c.ID,
				c.jwk())
			return printWebhook(p, done, err, c.JSON, "Hashes for %s are encrypted to this key from now on.")
		}
		made, err := x.Webhooks.Rotate(ctx, security.Operator("webhook rotate"), c.ID)
		return printSecret(p, made, err, c.JSON)
	})
}

type webhookReplayCmd struct {
	webhookID
	Since time.Time `required:"" help:"From when on, such as 2026-11-30T08:00:00Z."`
}

// Run queues again what happened.
func (c *webhookReplayCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		done, err := x.Webhooks.SendSince(ctx, security.Operator("webhook replay"), c.ID,
			c.Since)
		return printWebhook(p, done, err, c.JSON, "%s is told again; the portal delivers it.")
	})
}

type webhookTestCmd struct{ webhookID }

// testWait is how long a test waits for a portal that was quicker to take it.
const testWait = webhook.AnswerTime + 2*time.Second

// testJSON is how a test went, under --json.
type testJSON struct {
	Webhook string      `json:"webhook"`
	Message string      `json:"message"` // as in the header webhook-id
	OK      bool        `json:"ok"`
	Status  int         `json:"status"`
	Why     webhook.Why `json:"why,omitempty"`
	Took    int64       `json:"took_ms"`
}

// Run sends a test and waits until it was tried.
func (c *webhookTestCmd) Run(ctx context.Context, p Program) error {
	return onWebhooks(ctx, p, func(x Opened) error {
		hooks := x.Webhooks
		d, err := hooks.Test(ctx, security.Operator("webhook test"), c.ID)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, testWait)
		defer cancel()
		for d.TriedAt.IsZero() {
			if _, err = hooks.Deliver(ctx, c.ID, x.Send); err == nil {
				d, err = hooks.Delivery(ctx, d.ID)
			}
			if err != nil && ctx.Err() == nil {
				return err
			}
			select {
			case <-ctx.Done():
				return p.Failure("not_sent", "the test waits: the webhook is paused or switched off, "+
					"or much else is due; see regain webhook list")
			case <-time.After(testPause):
			}
		}
		out := testJSON{c.ID, d.Event, !d.DoneAt.IsZero(), d.Status, d.Why, d.Took.Milliseconds()}
		if c.JSON {
			err = p.JSON(out)
		} else if out.OK {
			p.Print("Taken, with status %d after %d ms.", out.Status, out.Took)
		}
		if err == nil && !out.OK {
			err = p.Failure("not_taken", webhookFailure(d))
		}
		return err
	})
}

const testPause = 50 * time.Millisecond

// webhookFailures say why a try failed.
var webhookFailures = map[webhook.Why]string{
	webhook.WhyStatus:   "it answered, but not that it took the message",
	webhook.WhyRedirect: "it answered with a redirect, which is not followed",
	webhook.WhyTimeout:  "it did not answer within 10 seconds",
	webhook.WhyName:     "its host is unknown",
	webhook.WhyAddress:  "its host is in a network that webhooks do not reach; see REGAIN_WEBHOOK_ALLOW",
	webhook.WhyTLS:      "its certificate is not good, or it does not speak TLS",
	webhook.WhyConnect:  "there was no connection",
	webhook.WhyFault:    "something went wrong on this side; the log says what",
}

func webhookFailure(d webhook.Delivery) string {
	text := "not taken: " + webhookFailures[d.Why]
	if d.Status != 0 {
		text += ", with status " + strconv.Itoa(d.Status)
	}
	return text
}

// onWebhooks opens the portal for a command on webhooks.
func onWebhooks(ctx context.Context, p Program, do func(x Opened) error) (err error) {
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	err = do(x)
	if errors.Is(err, security.ErrNotFound) {
		return p.Failure("not_found", "there is no webhook with this id; see regain webhook list")
	}
	return err
}

// printWebhook says what was done to a webhook.
func printWebhook(p Program, x webhook.Endpoint, err error, asJSON bool, words string) error {
	if err != nil {
		return err
	}
	if asJSON {
		return p.JSON(describeWebhook(x))
	}
	p.Print(words, x.Host())
	return nil
}
