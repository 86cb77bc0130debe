package handlers

import "regain/security"

// Route is one line of the route table, for tests that walk all of it.
type Route struct {
	Method, Path, Step string
	Public             bool
	// Halfway is a route of staff who are signing in, Right what a route needs of those who are.
	Halfway bool
	Right   security.Right
}

// Routes is the table of the server.
func (s *Server) Routes() []Route {
	var all []Route
	for _, r := range s.portal().routes() {
		all = append(all, Route{r.method, r.path, string(r.step), r.open != nil, r.halfway != nil,
			r.right})
	}
	return all
}
