package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// Bounds of endpoints. Each is delivered to apart from all others.
const (
	maxEndpoints = 20
	maxURL       = 2000
)

// Added is an endpoint with what its receiver needs to check that a message is ours. Nobody can find
// out the secret again.
type Added struct {
	Endpoint
	Secret string // beginning with "whsec_"
}

// Add lets an address hear of events; none means all. encryptTo is a public JWK, under which it is sent
// the hash of each new password; "" is for none. It refuses with HookURL, HookUser, HookPlain,
// HookAddress, HookEvent, HooksMany and, of the key, with the codes HookKey….
func (s *Service) Add(ctx context.Context, by security.Actor, address string, events []Type,
	encryptTo string) (Added, error) {
	return s.add(ctx, by, address, events, encryptTo, s.Store.Commit)
}

// add adds an endpoint by way of commit, which must not succeed twice for one wish.
func (s *Service) add(ctx context.Context, by security.Actor, address string, events []Type,
	encryptTo string, commit staff.Commit) (Added, error) {
	if err := s.MayTell(address); err != nil {
		return Added{}, err
	}
	events, err := offered(events)
	if err != nil {
		return Added{}, err
	}
	now, first := s.Now(), newKey()
	x := Endpoint{ID: token.ShortID(), Kind: Hook, URL: address, Events: events, State: Live,
		PublicKey: first.public(), MadeAt: now}
	if x.EncryptTo, err = keptKey(encryptTo, events); err != nil {
		return Added{}, err
	}
	if x.Keys, err = s.sealKeys(x.ID, keyring{first}); err != nil {
		return Added{}, err
	}
	err = commit(ctx, s.about(by, audit.HookAdded, x, now), AddEndpoint{x, maxEndpoints})
	switch {
	case errors.Is(err, security.ErrConflict):
		return Added{}, security.Refuse("url", refusal.HooksMany, strconv.Itoa(maxEndpoints))
	case err != nil:
		return Added{}, fmt.Errorf("commit webhook: %w", err)
	}
	return Added{x, first.secret()}, nil
}

// List lists all endpoints, the oldest first, with counts of what waits for them.
func (s *Service) List(ctx context.Context) ([]Endpoint, error) {
	all, err := s.Hooks.Endpoints(ctx)
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	return all, nil
}

// Pause keeps what happens from an endpoint until it is resumed. Doing it twice is no error;
// ErrNotFound: there is none.
func (s *Service) Pause(ctx context.Context, by security.Actor, id string) (Endpoint, error) {
	return s.change(ctx, by, id, audit.HookPaused, func(x *Endpoint, _ time.Time) (
		[]security.Write, error) {
		from := x.State
		if x.State = Paused; from == Paused {
			return nil, nil
		}
		return []security.Write{SetState{x.ID, from, Paused}}, nil
	})
}

// Resume lets an endpoint hear again, whoever stopped it: what waited for it is due at once. Doing
// it twice is no error; ErrNotFound: there is none.
func (s *Service) Resume(ctx context.Context, by security.Actor, id string) (Endpoint, error) {
	return s.change(ctx, by, id, audit.HookResumed, func(x *Endpoint, now time.Time) (
		[]security.Write, error) {
		from := x.State
		if x.State = Live; from == Live {
			return nil, nil
		}
		return []security.Write{SetState{x.ID, from, Live}, SendWaiting{x.ID, now}}, nil
	})
}

// Rotate gives an endpoint new keys. The ones before sign beside them for a day. ErrNotFound: there
// is no such endpoint.
func (s *Service) Rotate(ctx context.Context, by security.Actor, id string) (Added, error) {
	return s.rotate(ctx, by, id, s.Store.Commit)
}

// rotate rotates by way of commit, which must not succeed twice for one wish.
func (s *Service) rotate(ctx context.Context, by security.Actor, id string, commit staff.Commit) (
	Added, error) {
	var secret string
	x, err := s.changeBy(ctx, by, id, audit.HookTurned, commit, func(x *Endpoint, now time.Time) (
		[]security.Write, error) {
		keys, err := s.openKeys(*x)
		if err != nil {
			return nil, err
		}
		from, next := x.Keys, keys.turned(now)
		secret, x.PublicKey = next[0].secret(), next[0].public()
		x.Keys, err = s.sealKeys(x.ID, next)
		return []security.Write{SetKeys{x.ID, from, x.Keys, x.PublicKey}}, err
	})
	return Added{x, secret}, err
}

// Remove forgets an endpoint, with what waits for it. ErrNotFound: there is none.
func (s *Service) Remove(ctx context.Context, by security.Actor, id string) (Endpoint, error) {
	return s.change(ctx, by, id, audit.HookRemoved, func(x *Endpoint, _ time.Time) (
		[]security.Write, error) {
		return []security.Write{RemoveEndpoint{x.ID}}, nil
	})
}

// offered are events as they are kept, in the order of Types. It refuses with HookEvent.
func offered(events []Type) ([]Type, error) {
	for _, wanted := range events {
		if !slices.Contains(Types, wanted) {
			return nil, security.Refuse("events", refusal.HookEvent)
		}
	}
	return security.InOrder(Types, events), nil
}

// SetEvents lets an endpoint hear of other events from now on; none means all. What waits for it is
// sent all the same. Seen is what it hears as far as whoever decides knows, or nil for whatever that
// is; ErrStale: it is not so any more. Doing it twice is no error. It refuses with HookEvent, and with
// HookKeyIdle where the endpoint has a key for hashes and would hear of no new passwords. ErrNotFound:
// there is no such endpoint.
func (s *Service) SetEvents(ctx context.Context, by security.Actor, id string, events []Type,
	seen *[]Type) (Endpoint, error) {
	wanted, err := offered(events)
	if err != nil {
		return Endpoint{}, err
	}
	var from []Type
	about := func(x Endpoint, now time.Time) security.Event {
		e := s.about(by, audit.HookChanged, x, now)
		e.Data["from"], e.Data["to"] = named(from), named(wanted)
		return e
	}
	return s.changeAs(ctx, id, audit.HookChanged, about, s.Store.Commit, func(x *Endpoint, _ time.Time) (
		[]security.Write, error) {
		from = x.Events
		switch {
		case slices.Equal(from, wanted):
			return nil, nil
		case seen != nil && !slices.Equal(from, *seen):
			return nil, security.ErrStale
		case x.EncryptTo != "" && idle(wanted):
			return nil, security.Refuse("events", refusal.HookKeyIdle)
		}
		x.Events = wanted
		return []security.Write{SetEvents{x.ID, from, wanted, x.EncryptTo}}, nil
	})
}

// idle reports whether an endpoint that hears of these has no use for a key for hashes.
func idle(events []Type) bool {
	return len(events) > 0 && !slices.Contains(events, PasswordUpdated)
}

// named are events as the audit trail has them.
func named(events []Type) string {
	if len(events) == 0 {
		return "all"
	}
	all := make([]string, len(events))
	for i, t := range events {
		all[i] = string(t)
	}
	return strings.Join(all, " ")
}

// change reads an endpoint and commits what do makes of it; nil is nothing.
func (s *Service) change(ctx context.Context, by security.Actor, id string, kind audit.Kind,
	do func(x *Endpoint, now time.Time) ([]security.Write, error)) (Endpoint, error) {
	return s.changeBy(ctx, by, id, kind, s.Store.Commit, do)
}

// changeBy is change by way of commit.
func (s *Service) changeBy(ctx context.Context, by security.Actor, id string, kind audit.Kind,
	commit staff.Commit, do func(x *Endpoint, now time.Time) ([]security.Write, error)) (
	Endpoint, error) {
	return s.changeAs(ctx, id, kind, func(x Endpoint, now time.Time) security.Event {
		return s.about(by, kind, x, now)
	}, commit, do)
}

// changeAs is changeBy with an audit line of its own.
func (s *Service) changeAs(ctx context.Context, id string, kind audit.Kind,
	about func(x Endpoint, now time.Time) security.Event, commit staff.Commit,
	do func(x *Endpoint, now time.Time) ([]security.Write, error)) (x Endpoint, err error) {
	err = security.Retry(ctx, func() error {
		if x, err = s.Hooks.Endpoint(ctx, id); err != nil {
			return err
		}
		now := s.Now()
		writes, err := do(&x, now)
		if err != nil || writes == nil {
			return err
		}
		return commit(ctx, about(x, now), writes...)
	})
	if err != nil {
		return Endpoint{}, fmt.Errorf("%s: %w", kind, err)
	}
	return x, nil
}

// about is the audit line of what is done to an endpoint. What stands in its address behind the
// host may be a secret.
func (s *Service) about(by security.Actor, kind audit.Kind, x Endpoint, now time.Time) security.Event {
	e := s.Event(by, kind, now)
	e.Data = map[string]string{"webhook": x.ID, "host": x.Host()}
	if key, err := x.Thumbprint(); err == nil && key != "" {
		e.Data["encrypt_to"] = key
	}
	return e
}

// Host is where the endpoint is, and all of its address that may be told to many.
func (e Endpoint) Host() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// MayTell refuses addresses that nothing is delivered to, with HookURL, HookUser, HookPlain and
// HookAddress. Where a name leads is checked when it is.
func (s *Service) MayTell(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Fragment != "" || len(address) > maxURL ||
		u.Scheme != "https" && u.Scheme != "http" || strings.ContainsFunc(address, notPlain) {
		return security.Refuse("url", refusal.HookURL)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	own := security.Loopback(u.Hostname())
	switch {
	case u.User != nil:
		return security.Refuse("url", refusal.HookUser)
	case u.Scheme == "http" && !(s.Reach.Loopback && own):
		return security.Refuse("url", refusal.HookPlain)
	case own && !s.Reach.Loopback && err != nil, err == nil && !s.Reach.Allows(ip):
		return security.Refuse("url", refusal.HookAddress)
	}
	return nil
}

func notPlain(r rune) bool { return r <= ' ' || r > '~' }
