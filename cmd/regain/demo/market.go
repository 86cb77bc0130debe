package demo

import (
	"context"
	"errors"
	"strings"

	"regain/cmd/regain/market"
	"regain/handlers"
	"regain/handlers/api"
	"regain/security"
	"regain/security/apikey"
	"regain/security/refusal"
	"regain/security/rooms"
	"regain/security/webhook"
)

// marketName is what the key of the demo's marketplace is called.
const marketName = "demo marketplace"

// Market are the addresses of the demo's marketplace, which asks the portal at an address such as
// "127.0.0.1:8080", as a program with a new key that nobody is shown.
func Market(ctx context.Context, s *rooms.All, brand, at string) ([]handlers.Route, error) {
	key, err := marketKey(ctx, s.APIKeys)
	if err != nil {
		return nil, err
	}
	secret, err := marketHook(ctx, s.Webhooks, "http://"+at)
	if err != nil {
		return nil, err
	}
	c := market.Config{Brand: brand, API: "http://" + at + api.Base, Key: key, Secret: secret,
		Stranger: market.Device{IP: Vietnam, Agent: opera}}
	for _, p := range People {
		c.Members = append(c.Members, market.Member{Username: p.Username, Email: p.Email, Home: market.Device{IP: p.Home, Agent: p.agents[0]}})
	}
	return market.Routes(c)
}

// marketHook lets the marketplace hear of everything, in the place of that of the start before, and
// returns the secret; "" where the portal has an address of its own and tells nobody on this machine.
func marketHook(ctx context.Context, hooks *webhook.Service, origin string) (string, error) {
	all, err := hooks.List(ctx)
	if err != nil {
		return "", err
	}
	for _, x := range all {
		if !strings.HasSuffix(x.URL, market.HooksPath) {
			continue
		}
		if _, err := hooks.Remove(ctx, actor, x.ID); err != nil {
			return "", err
		}
	}
	x, err := hooks.Add(ctx, actor, origin+market.HooksPath, nil, "")
	if r, ok := errors.AsType[*security.Refusal](err); ok && r.Code == refusal.HookPlain {
		return "", nil
	}
	return x.Secret, err
}

// marketKey makes the key, in the place of that of the start before.
func marketKey(ctx context.Context, keys *apikey.Service) (string, error) {
	all, err := keys.List(ctx)
	if err != nil {
		return "", err
	}
	for _, k := range all {
		if k.Name != marketName {
			continue
		}
		if _, err := keys.Revoke(ctx, actor, k.ID); err != nil {
			return "", err
		}
	}
	_, shown, err := keys.Create(ctx, actor, apikey.Wanted{Name: marketName,
		Scopes: []apikey.Scope{apikey.SignIns, apikey.PasswordsVerify}})
	return shown, err
}
