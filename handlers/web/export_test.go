package web

import (
	"regain/handlers"
	"regain/security/staff"
)

// Line is one line of the route table, for tests that walk all of it.
type Line struct {
	Method, Path, Step string
	// Public is a route for everybody, Kept one of those for browsers that keep cookies.
	Public, Kept bool
	// Halfway is a route of staff who are signing in, Right what a route needs of those who are.
	Halfway bool
	Right   staff.Right
	// Midway is a route of owners who owe their second factor, Account one of those who are signed
	// in, Fresh one that asks for a proof of the last minutes.
	Midway, Account, Fresh bool
}

// Routes is the table of a server.
func Routes(s *handlers.Server) []Line {
	p := handlers.New(s)
	all := common(p)
	for _, side := range sides(p) {
		all = append(all, side.Routes...)
	}
	var lines []Line
	for _, r := range all {
		lines = append(lines, Line{r.Method, r.Path, string(r.Step),
			r.Door == handlers.Open || r.Door == handlers.Kept,
			r.Door == handlers.Kept, r.Door == handlers.Halfway, r.Right, r.Door == handlers.Midway,
			r.Door == handlers.SignedIn || r.Door == handlers.Fresh, r.Door == handlers.Fresh})
	}
	return lines
}
