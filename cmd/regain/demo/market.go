package demo

import (
	"context"

	"regain/cmd/regain/market"
	"regain/handlers"
	"regain/handlers/api"
	"regain/security/apikey"
)

// marketName is what the key of the demo's marketplace is called.
const marketName = "demo marketplace"

// Market are the addresses of the demo's marketplace, which asks the portal at an address such as
// "127.0.0.1:8080", as a program with a new key that nobody is shown.
func Market(ctx context.Context, keys *apikey.Service, brand, at string) ([]handlers.Route, error) {
	key, err := marketKey(ctx, keys)
	if err != nil {
		return nil, err
	}
	c := market.Config{Brand: brand, API: "http://" + at + api.Base, Key: key,
		Stranger: market.Device{IP: Vietnam, Agent: opera}}
	for _, p := range People {
		c.Members = append(c.Members, market.Member{Account: p.ID, Username: p.Username,
			Email: p.Email, Password: p.Password, Home: market.Device{IP: p.Home, Agent: p.agents[0]}})
	}
	return market.Routes(c)
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
		Scopes: []apikey.Scope{apikey.SignIns}})
	return shown, err
}
