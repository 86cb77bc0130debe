package handlers

// Route is one line of the route table, for tests that walk all of it.
type Route struct {
	Method, Path, Step string
	Public             bool
}

// Routes is the table of the server.
func (s *Server) Routes() []Route {
	var all []Route
	for _, r := range s.portal().routes() {
		all = append(all, Route{r.method, r.path, string(r.step), r.open != nil})
	}
	return all
}
