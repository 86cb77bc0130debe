package handlers

import "regain/security/staff"

// Line is one line of the route table, for tests that walk all of it.
type Line struct {
	Method, Path, Step string
	Public             bool
	// Halfway is a route of staff who are signing in, Right what a route needs of those who are.
	Halfway bool
	Right   staff.Right
	// Midway is a route of owners who owe their second factor, Account one of those who are signed
	// in, Fresh one that asks for a proof of the last minutes.
	Midway, Account, Fresh bool
}

// Routes is the table of the server.
func (s *Server) Routes() []Line {
	var all []Line
	for _, r := range allRoutes(newPortal(s)) {
		all = append(all, Line{r.Method, r.Path, string(r.Step), r.Door == Open, r.Door == Halfway,
			r.Right, r.Door == Midway, r.Door == SignedIn || r.Door == Fresh, r.Door == Fresh})
	}
	return all
}
