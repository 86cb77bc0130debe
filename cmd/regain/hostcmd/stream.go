package hostcmd

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/signal"
	"regain/security/webhook"
)

type signalRotateCmd struct{ asJSON }

// signerJSON is a key that signs, under --json.
type signerJSON struct {
	ID     string    `json:"id"`
	MadeAt time.Time `json:"made_at"`
}

// Run makes the key.
func (c *signalRotateCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	k, err := x.Signals.Rotate(ctx, security.Operator("signal rotate"))
	if err != nil {
		return err
	}
	if c.JSON {
		return p.JSON(signerJSON{k.ID, k.MadeAt})
	}
	p.Print("Signals are signed with the key %s from now on.", k.ID)
	return nil
}

// streamJSON is a stream under --json.
type streamJSON struct {
	ID           string         `json:"id"`
	Holder       string         `json:"holder"`
	Host         string         `json:"host"` // "" when the receiver comes for what is there
	Events       []webhook.Type `json:"events"`
	Status       signal.Status  `json:"status"`
	Reason       string         `json:"reason"`
	MadeAt       time.Time      `json:"made_at"`
	FailingSince *time.Time     `json:"failing_since"`
	Waiting      int            `json:"waiting"`
	GivenUp      int            `json:"given_up"`
}

func describeStream(x signal.Stream) streamJSON {
	return streamJSON{ID: x.ID, Holder: x.Holder, Host: x.Host(), Events: x.Delivered(),
		Status: x.Status(), Reason: x.Why(), MadeAt: x.MadeAt, FailingSince: when(x.FailingSince),
		Waiting: x.Waiting, GivenUp: x.GivenUp}
}

type streamListCmd struct{ asJSON }

// Run lists all streams, the oldest first.
func (c *streamListCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.Signals.List(ctx)
	if err != nil {
		return err
	}
	list := []streamJSON{}
	for _, x := range all {
		list = append(list, describeStream(x))
	}
	if c.JSON {
		return p.JSON(list)
	}
	for _, x := range list {
		how := "comes for them"
		if x.Host != "" {
			how = x.Host
		}
		p.Print("%s  %s  %s  %s  %d waiting, %d given up", x.ID, x.Status, x.Holder, how, x.Waiting,
			x.GivenUp)
	}
	return nil
}

type streamRemoveCmd struct {
	ID string `arg:"" help:"Id of the stream, as regain signal stream list shows it."`
	asJSON
}

// Run removes the stream.
func (c *streamRemoveCmd) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	gone, err := x.Signals.RemoveAny(ctx, security.Operator("signal stream remove"), c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return p.Failure("not_found", "there is no stream with this id; see regain signal stream list")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return p.JSON(describeStream(gone))
	}
	p.Print("%s hears of nothing any more by this stream.", gone.Holder)
	return nil
}
