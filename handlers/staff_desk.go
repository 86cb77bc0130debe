package handlers

// deskRoutes are filled in by the pages of this file.
func (p *portal) deskRoutes() []route { return nil }
