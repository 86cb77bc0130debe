package doctor

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
func (d *doctor) checkKeys(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.APIKeys.List(ctx)
	if err != nil {
		return "", err
	}
	now, live := d.Now(), 0
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

// checkWebhooks warns of webhooks that were switched off, that fail, that were not told something, or
// whose key is damaged: a program of the marketplace then does not know what happened.
func (d *doctor) checkWebhooks(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all, err := x.Webhooks.List(ctx)
	if err != nil {
		return "", err
	}
	keyed, err := wellTold(all)
	return fmt.Sprintf("%d in use, %d of them with password hashes", len(all), keyed), err
}

// checkStreams warns likewise of those who hear our signals, and of a key that signs for too long: then
// the portal has not run.
func (d *doctor) checkStreams(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	streams, err := x.Signals.List(ctx)
	if err != nil {
		return "", err
	}
	old, err := x.Signals.Overdue(ctx)
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
	_, err = wellTold(all)
	return fmt.Sprintf("%d in use", len(all)), err
}

// wellTold warns of endpoints that do not hear what they are to hear, and counts those with a key.
func wellTold(all []webhook.Endpoint) (keyed int, _ error) {
	var bad []string
	for _, e := range all {
		key, err := e.Thumbprint()
		if key != "" {
			keyed++
		}
		switch {
		case err != nil:
			bad = append(bad, e.Host()+" has a damaged key; see regain webhook rotate --encrypt-to")
		case e.State == webhook.Gone || e.State == webhook.Failing:
			bad = append(bad, e.Host()+" was switched off ("+string(e.State)+")")
		case !e.FailingSince.IsZero():
			bad = append(bad, e.Host()+" fails since "+e.FailingSince.Format(time.RFC3339))
		case e.GivenUp > 0:
			bad = append(bad, fmt.Sprintf("%s was not told %d events", e.Host(), e.GivenUp))
		}
	}
	if bad != nil {
		return keyed, warning(strings.Join(bad, "; "))
	}
	return keyed, nil
}

// quietFor is how long an issuer of signals may be silent before it is worth a look.
const quietFor = 30 * 24 * time.Hour

// checkSignals warns of issuers whose keys cannot be had, or that were not heard for long: what happens
// there is then not known here.
func (d *doctor) checkSignals(ctx context.Context) (_ string, err error) {
	x, err := d.OpenToRead(ctx, "REGAIN_WEBHOOK_ALLOW")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	signals := x.Receiver
	signals.KeySets.Fetch = x.Fetch
	all, err := signals.List(ctx)
	if err != nil {
		return "", err
	}
	var bad []string
	for _, i := range all {
		n, err := signals.CheckKeys(ctx, i)
		heard := i.HeardAt
		if heard.IsZero() {
			heard = i.TrustedAt
		}
		switch {
		case err != nil:
			bad = append(bad, i.Name+": no keys: "+err.Error())
		case n == 0:
			bad = append(bad, i.Name+" has no key that can be used")
		case heard.Before(d.Now().Add(-quietFor)):
			bad = append(bad, i.Name+" was not heard since "+heard.Format(time.RFC3339))
		}
	}
	if bad != nil {
		return "", warning(strings.Join(bad, "; "))
	}
	return fmt.Sprintf("%d issuers are believed", len(all)), nil
}
