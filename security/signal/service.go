// Package signal tells identity providers and partners what happens to accounts, by the OpenID Shared
// Signals Framework 1.0: who hears of whom, what is told (RISC 1.0, CAEP 1.0), and how it is signed
// (RFC 8417). A stream is an endpoint of security/webhook, which delivers to it.
package signal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/apikey"
	"regain/security/webhook"
)

// Store is what this room reads beside security.Store.
type Store interface {
	webhook.Queue

	// Stream finds one stream by its id, without counts, Streams lists all, the oldest first.
	Stream(ctx context.Context, id string) (Stream, error)
	Streams(ctx context.Context) ([]Stream, error)
	// Subject is by what the receiver of a stream knows an account, as it is told of it.
	Subject(ctx context.Context, stream, account string) (string, error)
	// KnownBy lists the ids of the accounts that the receiver of a stream knows by a subject.
	KnownBy(ctx context.Context, stream, subject string) ([]string, error)
	// ClaimInTurn is Claim of what happened first among what nobody else holds.
	ClaimInTurn(ctx context.Context, stream string, now time.Time, lease time.Duration, most int) (
		[]webhook.Delivery, error)
	// Signers lists the keys that sign or have signed, the newest first.
	Signers(ctx context.Context) ([]Signer, error)
	// Acknowledge ends deliveries of a stream that were handed out: those in taken went well, of
	// those in refused the receiver says what is wrong. Any others are left out.
	Acknowledge(ctx context.Context, stream string, at time.Time, taken []string,
		refused map[string]string) error
	// Waits reports whether something is due for a stream.
	Waits(ctx context.Context, stream string, now time.Time) (bool, error)
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Signals Store
	Hooks   *webhook.Service
}

// Issuer is who signs, and what every address here begins with.
func (s *Service) Issuer() string { return s.Policy.Origin }

// Stream is what one receiver hears. It belongs to whoever holds a key with its name.
type Stream struct {
	webhook.Endpoint
	Holder      string
	Description string
	Reason      string    // that the receiver gave for its status
	VerifiedAt  time.Time // when it last asked for a verification
}

// Polls reports whether the receiver comes for what is there.
func (x Stream) Polls() bool { return x.URL == "" }

// Delivered lists what is told of what the receiver asked for.
func (x Stream) Delivered() []webhook.Type {
	return slices.DeleteFunc(slices.Clone(Types), func(t webhook.Type) bool {
		return len(x.Events) > 0 && !slices.Contains(x.Events, t)
	})
}

// Status is the word of the framework for how a stream stands.
type Status string

// What a stream can be. What happens waits for one that is Paused, and is lost to one that is
// Disabled.
const (
	Enabled  Status = "enabled"
	Paused   Status = "paused"
	Disabled Status = "disabled"
)

// Status tells how the stream stands.
func (x Stream) Status() Status {
	switch x.State {
	case webhook.Live:
		return Enabled
	case webhook.Gone, webhook.Disabled:
		return Disabled
	}
	return Paused
}

// Why says why the stream stands so: a code of ours, or what the receiver said; "" when nobody said.
func (x Stream) Why() string {
	switch x.State {
	case webhook.Failing:
		return "endpoint_failing"
	case webhook.Gone:
		return "endpoint_gone"
	}
	return x.Reason
}

// Audience names the receiver in what is signed for it.
func (s *Service) Audience(x Stream) string {
	return s.Issuer() + "/ssf/receivers/" + url.PathEscape(x.Holder)
}

// stream finds a stream of the caller. That of another one is not found.
func (s *Service) stream(ctx context.Context, by apikey.Caller, id string) (Stream, error) {
	if plain(id) != id {
		return Stream{}, security.ErrNotFound
	}
	x, err := s.Signals.Stream(ctx, id)
	if err == nil && x.Holder != by.Key.Name {
		err = security.ErrNotFound
	}
	if err != nil {
		return Stream{}, fmt.Errorf("read stream: %w", err)
	}
	return x, nil
}

// Stream finds a stream of the caller. ErrNotFound: there is none, or it belongs to another one.
func (s *Service) Stream(ctx context.Context, by apikey.Caller, id string) (Stream, error) {
	return s.stream(ctx, by, id)
}

// Streams lists those of the caller, the oldest first.
func (s *Service) Streams(ctx context.Context, by apikey.Caller) ([]Stream, error) {
	all, err := s.List(ctx)
	return slices.DeleteFunc(all, func(x Stream) bool { return x.Holder != by.Key.Name }), err
}

// List lists the streams of everybody, the oldest first, with counts of what waits for them.
func (s *Service) List(ctx context.Context) ([]Stream, error) {
	all, err := s.Signals.Streams(ctx)
	if err != nil {
		return nil, fmt.Errorf("read streams: %w", err)
	}
	return all, nil
}

// RequestError names the part of a request that is not as it must be.
type RequestError string

// Error says it.
func (e RequestError) Error() string { return "refused: " + string(e) }

// wordy reports whether text can be kept and has no more letters than may be.
func wordy(text string) bool {
	return utf8.RuneCountInString(text) <= maxWords && !strings.Contains(text, "\x00")
}

// plain leaves out of words all that is no plain sign.
func plain(words string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, words)
}
