package handlers

// staffRoutes are filled in by the pages of this file.
func (p *portal) staffRoutes() []route { return nil }
