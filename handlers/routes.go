package handlers

// allRoutes is the one table of all addresses. It gives the portal its sides.
func allRoutes(p *portal) []Route {
	p.sides = []Side{p.ownerSide(), p.accountSide(), p.deskSide()}
	all := p.commonRoutes()
	for _, s := range p.sides {
		all = append(all, s.Routes...)
	}
	if p.Dev != nil {
		all = append(all, p.devRoutes()...)
	}
	return all
}

// commonRoutes is what belongs to no side.
func (p *portal) commonRoutes() []Route {
	return []Route{
		{Method: get, Path: "/.well-known/change-password", Serve: p.showWhereToChange, Door: Open},
		{Method: get, Path: "/.well-known/security.txt", Serve: p.showSecurityContact, Door: Open},
		{Method: get, Path: "/robots.txt", Serve: p.showRobots, Door: Open},
		{Method: get, Path: "/healthz", Serve: p.showHealth, Door: Open},
		{Method: get, Path: "/readyz", Serve: p.showReady, Door: Open},
		{Method: get, Path: "/static/:name", Serve: p.sendStatic, Door: Open},
		{Method: get, Path: "/.well-known/passkey-endpoints", Serve: p.showPasskeyEndpoints,
			Door: Open},
	}
}
