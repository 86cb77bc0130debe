package handlers

// ticketRoutes are filled in by the pages of this file.
func (p *portal) ticketRoutes() []route { return nil }
