package handlers

// caseRoutes are filled in by the pages of this file.
func (p *portal) caseRoutes() []route { return nil }
