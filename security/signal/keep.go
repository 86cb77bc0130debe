package signal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/token"
	"regain/security/webhook"
)

// Bounds of streams, and of what their receivers say about them.
const (
	maxStreams  = 5 // of one receiver
	maxOfAll    = 50
	maxEvents   = 50
	maxType     = 200
	maxWords    = 200
	maxPass     = 2000
	verifyEvery = time.Minute
)

// VerifyEvery is how long a receiver waits between two verifications, in seconds.
var VerifyEvery = seconds(verifyEvery)

// Wanted is what a receiver says about a stream.
type Wanted struct {
	URL           string // "" to come for what is there
	Authorization string // sent along with every message; it is shown to nobody
	Description   string
	Events        []webhook.Type // none: all
}

// checked refuses with a RequestError what cannot be.
func (s *Service) checked(w Wanted) error {
	if w.URL != "" && s.Hooks.MayTell(w.URL) != nil {
		return RequestError("delivery/endpoint_url")
	}
	if len(w.Authorization) > maxPass || plain(w.Authorization) != w.Authorization {
		return RequestError("delivery/authorization_header")
	}
	if !wordy(w.Description) {
		return RequestError("description")
	}
	if len(w.Events) > maxEvents {
		return RequestError("events_requested")
	}
	for _, t := range w.Events {
		if len(t) > maxType || plain(string(t)) != string(t) {
			return RequestError("events_requested")
		}
	}
	return nil
}

// apply puts what a receiver wants into a stream.
func (s *Service) apply(x *Stream, w Wanted) error {
	if err := s.checked(w); err != nil {
		return err
	}
	x.URL, x.Events, x.Description = w.URL, w.Events, w.Description
	x.Keys = s.Seal(security.PurposeWebhook, x.ID, []byte(w.Authorization))
	return nil
}

// Create makes a stream for the caller. It refuses with a RequestError, and with ErrConflict when the
// caller or all together have as many as may be.
func (s *Service) Create(ctx context.Context, by apikey.Caller, w Wanted) (Stream, error) {
	now := s.Now()
	x := Stream{Holder: by.Key.Name, Endpoint: webhook.Endpoint{ID: token.ShortID(),
		Kind: webhook.Stream, State: webhook.Live, MadeAt: now}}
	if err := s.apply(&x, w); err != nil {
		return Stream{}, err
	}
	if all, err := s.Signers(ctx); err != nil || len(all) == 0 {
		if err == nil {
			_, err = s.Rotate(ctx, by.Actor())
		}
		if err != nil {
			return Stream{}, err
		}
	}
	err := s.Store.Commit(ctx, s.about(by.Actor(), audit.StreamAdded, x, now),
		webhook.AddEndpoint{Endpoint: x.Endpoint, Most: maxOfAll}, AddStream{x, maxStreams})
	if err != nil {
		return Stream{}, fmt.Errorf("commit stream: %w", err)
	}
	return x, nil
}

// Change changes what a receiver has said about its stream. It refuses as Create and do, and with
// ErrNotFound what is no stream of the caller.
func (s *Service) Change(ctx context.Context, by apikey.Caller, id string,
	do func(Stream, *Wanted) error) (Stream, error) {
	return s.change(ctx, by, id, audit.StreamChanged, func(x *Stream, _ time.Time) (
		[]security.Write, error) {
		pass, err := s.Unseal(security.PurposeWebhook, x.ID, x.Keys)
		if err != nil {
			return nil, err
		}
		w := Wanted{x.URL, string(pass), x.Description, x.Events}
		if err := do(*x, &w); err != nil {
			return nil, err
		}
		from := x.Keys
		if err := s.apply(x, w); err != nil {
			return nil, err
		}
		return []security.Write{webhook.SetTarget{Endpoint: x.Endpoint, From: from},
			SetWords{x.ID, x.Description, x.Reason}}, nil
	})
}

// states are what a status that a receiver asks for makes of its stream.
var states = map[Status]webhook.State{Enabled: webhook.Live, Paused: webhook.Paused,
	Disabled: webhook.Disabled}

// SetStatus changes how a stream of the caller stands. Refused is as in Change.
func (s *Service) SetStatus(ctx context.Context, by apikey.Caller, id string, to Status,
	reason string) (Stream, error) {
	state := states[to]
	if state == "" {
		return Stream{}, RequestError("status")
	}
	if !wordy(reason) {
		return Stream{}, RequestError("reason")
	}
	return s.change(ctx, by, id, audit.StreamChanged, func(x *Stream, now time.Time) (
		[]security.Write, error) {
		from, was := x.State, x.Status()
		x.State, x.Reason = state, reason
		writes := []security.Write{SetWords{x.ID, x.Description, reason}}
		if from != state {
			writes = append(writes, webhook.SetState{ID: x.ID, From: from, To: state})
		}
		if was == Disabled || to == Disabled {
			writes = append(writes, webhook.DropWaiting{Endpoint: x.ID, At: now})
		} else if to == Enabled {
			writes = append(writes, webhook.SendWaiting{Endpoint: x.ID, At: now})
		}
		return writes, nil
	})
}

// Verify queues a verification that echoes state. Asked for too soon it is ErrConflict; refused is as
// in Change.
func (s *Service) Verify(ctx context.Context, by apikey.Caller, id, state string) error {
	if len(state) > maxPass || strings.Contains(state, "\x00") {
		return RequestError("state")
	}
	x, err := s.stream(ctx, by, id)
	if err != nil {
		return err
	}
	now := s.Now()
	err = s.Store.Commit(ctx, s.about(by.Actor(), audit.StreamVerified, x, now),
		Verify{x.ID, state, now, now.Add(-verifyEvery)})
	if err != nil {
		return fmt.Errorf("queue verification: %w", err)
	}
	return nil
}

// Remove forgets a stream of the caller, with what waits for it.
func (s *Service) Remove(ctx context.Context, by apikey.Caller, id string) error {
	x, err := s.stream(ctx, by, id)
	if err != nil {
		return err
	}
	return s.remove(ctx, by.Actor(), x)
}

// RemoveAny is Remove for the command line, whoever has the stream.
func (s *Service) RemoveAny(ctx context.Context, by security.Actor, id string) (Stream, error) {
	x, err := s.Signals.Stream(ctx, id)
	if err != nil {
		return Stream{}, fmt.Errorf("read stream: %w", err)
	}
	return x, s.remove(ctx, by, x)
}

func (s *Service) remove(ctx context.Context, by security.Actor, x Stream) error {
	err := s.Store.Commit(ctx, s.about(by, audit.StreamRemoved, x, s.Now()),
		webhook.RemoveEndpoint{ID: x.ID})
	if err != nil {
		return fmt.Errorf("remove stream: %w", err)
	}
	return nil
}

// change reads a stream of the caller and commits what do makes of it.
func (s *Service) change(ctx context.Context, by apikey.Caller, id string, kind audit.Kind,
	do func(x *Stream, now time.Time) ([]security.Write, error)) (x Stream, err error) {
	err = security.Retry(ctx, func() error {
		if x, err = s.stream(ctx, by, id); err != nil {
			return err
		}
		now := s.Now()
		writes, err := do(&x, now)
		if err != nil {
			return err
		}
		return s.Store.Commit(ctx, s.about(by.Actor(), kind, x, now), writes...)
	})
	if err != nil {
		return Stream{}, fmt.Errorf("%s: %w", kind, err)
	}
	return x, nil
}

// about is the audit line of what is done to a stream.
func (s *Service) about(by security.Actor, kind audit.Kind, x Stream, now time.Time) security.Event {
	e := s.Event(by, kind, now)
	e.Data = map[string]string{"stream": x.ID, "holder": x.Holder, "host": x.Host(),
		"status": string(x.Status())}
	return e
}
