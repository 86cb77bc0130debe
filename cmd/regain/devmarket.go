package main

import (
	"context"
	"net"

	"regain/cmd/regain/demo"
	"regain/cmd/regain/market"
	"regain/handlers"
	"regain/handlers/api"
	"regain/security"
	"regain/security/apikey"
)

// marketName is what the key of the demo's marketplace is called.
const marketName = "demo marketplace"

// openMarket makes the demo's marketplace, which asks the portal at an address.
func openMarket(ctx context.Context, x *portal, at net.Addr) ([]handlers.Route, error) {
	key, err := marketKey(ctx, x.service.APIKeys)
	if err != nil {
		return nil, err
	}
	c := market.Config{Brand: x.settings.Brand, API: "http://" + at.String() + api.Base, Key: key,
		Stranger: market.Device{IP: demo.Vietnam, Agent: demo.Stranger}}
	for _, p := range demo.People {
		c.Members = append(c.Members, market.Member{Account: p.ID, Username: p.Username,
			Email: p.Email, Password: p.Password, Home: market.Device{IP: p.Home, Agent: p.Agent()}})
	}
	return market.Routes(c)
}

// marketKey makes a key for the demo's marketplace, which nobody is shown, in the place of that of
// the start before.
func marketKey(ctx context.Context, keys *apikey.Service) (string, error) {
	by := security.Operator("dev")
	all, err := keys.List(ctx)
	if err != nil {
		return "", err
	}
	for _, k := range all {
		if k.Name != marketName {
			continue
		}
		if _, err := keys.Revoke(ctx, by, k.ID); err != nil {
			return "", err
		}
	}
	_, shown, err := keys.Create(ctx, by, apikey.Wanted{Name: marketName,
		Scopes: []apikey.Scope{apikey.SignIns}})
	return shown, err
}
