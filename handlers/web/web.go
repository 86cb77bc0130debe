// Package web puts the sides of the portal together.
package web

import (
	"net/http"
	"slices"

	"regain/handlers"
	"regain/handlers/account"
	"regain/handlers/api"
	"regain/handlers/desk"
	"regain/handlers/owner"
	"regain/handlers/receiver"
	"regain/handlers/signal"
	"regain/security/federation"
)

const get = http.MethodGet

// pages answers requests for what belongs to no side.
type pages struct{ *handlers.Portal }

// Handler answers every request of the portal, those of programs too unless Server.APIApart says that
// they have a listener of their own. It panics when Site.BaseURL is no origin, which
// whoever reads the settings must have refused before.
func Handler(s *handlers.Server) http.Handler {
	p := handlers.New(s)
	pages := p.Mount(common(p), sides(p)...)
	programs, heard, told, over := pages, receiver.Handler(s), signal.Handler(s), receiver.LogoutHandler(s)
	if !s.APIApart {
		programs = api.Handler(s)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case handlers.UnderPath(r.URL.Path, api.Base):
			programs.ServeHTTP(w, r)
		case r.URL.Path == receiver.Path:
			heard.ServeHTTP(w, r)
		case r.URL.Path == federation.LogoutPath:
			over.ServeHTTP(w, r)
		case handlers.UnderPath(r.URL.Path, signal.Base), r.URL.Path == signal.Configuration:
			told.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

func sides(p *handlers.Portal) []handlers.Side {
	return []handlers.Side{owner.Side(p), account.Side(p), desk.Side(p)}
}

// common is the addresses of no side.
func common(of *handlers.Portal) []handlers.Route {
	p := &pages{of}
	all := p.commonRoutes()
	if p.Dev != nil {
		all = slices.Concat(all, p.devRoutes(), p.Dev.Market)
	}
	return all
}

// commonRoutes is what belongs to no side.
func (p *pages) commonRoutes() []handlers.Route {
	return []handlers.Route{
		{Method: get, Path: "/.well-known/change-password", Serve: p.showWhereToChange,
			Door: handlers.Open},
		{Method: get, Path: "/.well-known/security.txt", Serve: p.showSecurityContact,
			Door: handlers.Open},
		{Method: get, Path: "/robots.txt", Serve: p.showRobots, Door: handlers.Open},
		{Method: get, Path: "/healthz", Serve: p.showHealth, Door: handlers.Open},
		{Method: get, Path: "/readyz", Serve: p.showReady, Door: handlers.Open},
		{Method: get, Path: "/static/:name", Serve: p.sendStatic, Door: handlers.Open},
		{Method: get, Path: "/.well-known/passkey-endpoints", Serve: p.showPasskeyEndpoints,
			Door: handlers.Open},
	}
}
