// Package market is the demo's marketplace: a program that knows the portal by its API and its
// webhooks alone. It has a sign-in of its own, and shows what it was told.
package market

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"regain/handlers"
	"regain/handlers/api/client"
	"regain/views"
)

// Base is what every address of the marketplace begins with.
const Base = "/dev/market"

// HooksPath is where it takes webhooks, and shows them.
const HooksPath = Base + "/hooks"

// Config is what the marketplace is started with.
type Config struct {
	Brand string
	// API is where the portal answers programs, such as "http://127.0.0.1:8080/api/v1", and Key what
	// it is shown there, with the scopes of sign-ins and of checking passwords.
	API, Key string
	// Secret is that of its webhooks, "whsec_" and so on; without one nothing is believed.
	Secret  string
	Members []Member
	// Stranger is what somebody far away signs in from.
	Stranger Device
}

// Member is somebody with an account, Home what they always sign in from.
type Member struct {
	Username, Email string
	Home            Device
}

// Device is what a sign-in comes from.
type Device struct{ IP, Agent string }

// market is the marketplace as it runs.
type market struct {
	Config
	api      *client.ClientWithResponses
	verifier *webhooks.Webhook // nil believes nothing

	sync.Mutex
	asked []question         // newest first
	heard []views.MarketHook // newest first
}

// kept is how many questions and webhooks are in memory.
const kept = 100

// Routes are the addresses of the marketplace. It fails when the secret cannot be read.
func Routes(c Config) ([]handlers.Route, error) {
	m := &market{Config: c}
	var err error
	m.api, err = client.NewClientWithResponses(c.API, client.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+c.Key)
			return nil
		}))
	if err == nil && c.Secret != "" {
		m.verifier, err = webhooks.NewWebhook(c.Secret)
	}
	if err != nil {
		return nil, fmt.Errorf("demo marketplace: %w", err)
	}
	const get, post, open = http.MethodGet, http.MethodPost, handlers.Open
	return []handlers.Route{
		{Method: get, Path: Base, Serve: m.showSignIn, Door: open},
		{Method: post, Path: Base, Serve: m.signIn, Door: open},
		{Method: post, Path: Base + "/code", Serve: m.answer, Door: open},
		{Method: get, Path: HooksPath, Serve: m.showHooks, Door: open},
		{Method: post, Path: HooksPath, Serve: m.receive, Door: open, Raw: true},
	}, nil
}

// frame is what stands around its pages.
func (m *market) frame(wrong ...views.Wrong) views.Page {
	return views.Page{Brand: m.Brand, Dev: true, Wrong: wrong}
}

// device is what a sign-in comes from, by what the form says.
func (m *market) device(who Member, from string) Device {
	switch from {
	case "abroad":
		return m.Stranger
	case "device":
		return Device{who.Home.IP, m.Stranger.Agent}
	}
	return who.Home
}

// member finds somebody by what they are called; whoever has no account is a stranger everywhere.
func (m *market) member(identifier string) Member {
	i := slices.IndexFunc(m.Members, func(x Member) bool {
		return strings.EqualFold(x.Username, identifier) || strings.EqualFold(x.Email, identifier)
	})
	if i < 0 {
		return Member{Home: m.Stranger}
	}
	return m.Members[i]
}

// add puts something in front and lets go of the oldest.
func add[T any](list []T, x T) []T {
	return append([]T{x}, list[:min(len(list), kept-1)]...)
}
