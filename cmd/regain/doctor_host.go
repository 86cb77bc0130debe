package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"regain/security/apikey"
	"regain/security/webhook"
)

// keyNotice is how long before its end a key is worth a look.
const keyNotice = 14 * 24 * time.Hour

// checkKeys warns of keys in use that end soon: a program of the marketplace then stands still.
func (p *program) checkKeys(ctx context.Context) (_ string, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.service.APIKeys.List(ctx)
	if err != nil {
		return "", err
	}
	now, live := clock(), 0
	var ending []string
	for _, k := range all {
		if k.State(now) != apikey.Live {
			continue
		}
		live++
		if !k.ExpiresAt.IsZero() && k.ExpiresAt.Before(now.Add(keyNotice)) {
			ending = append(ending, k.Name+" on "+k.ExpiresAt.Format(time.DateOnly))
		}
	}
	if ending != nil {
		return "", warning("these end soon: " + strings.Join(ending, ", "))
	}
	return fmt.Sprintf("%d in use", live), nil
}

// checkWebhooks warns of webhooks that were switched off, that fail, or that were not told something:
// a program of the marketplace then does not know what happened.
func (p *program) checkWebhooks(ctx context.Context) (_ string, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.service.Webhooks.List(ctx)
	if err != nil {
		return "", err
	}
	return wellTold(all)
}

// checkSignals warns likewise of streams of shared signals, and of a key that signs for too long: then
// the portal has not run.
func (p *program) checkSignals(ctx context.Context) (_ string, err error) {
	x, err := p.openToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	streams, err := x.service.Signals.List(ctx)
	if err != nil {
		return "", err
	}
	old, err := x.service.Signals.Overdue(ctx)
	if err != nil {
		return "", err
	}
	if old {
		return "", warning("the key that signs is too old: regain signal rotate makes a new one")
	}
	var all []webhook.Endpoint
	for _, s := range streams {
		all = append(all, s.Endpoint)
	}
	return wellTold(all)
}

// wellTold warns of endpoints that do not hear what they are to hear.
func wellTold(all []webhook.Endpoint) (string, error) {
	var bad []string
	for _, e := range all {
		switch {
		case e.State == webhook.Gone || e.State == webhook.Failing:
			bad = append(bad, e.Host()+" was switched off ("+string(e.State)+")")
		case !e.FailingSince.IsZero():
			bad = append(bad, e.Host()+" fails since "+e.FailingSince.Format(time.RFC3339))
		case e.GivenUp > 0:
			bad = append(bad, fmt.Sprintf("%s was not told %d events", e.Host(), e.GivenUp))
		}
	}
	if bad != nil {
		return "", warning(strings.Join(bad, "; "))
	}
	return fmt.Sprintf("%d in use", len(all)), nil
}
