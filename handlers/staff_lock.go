package handlers

// lockRoutes are filled in by the pages of this file.
func (p *portal) lockRoutes() []route { return nil }
