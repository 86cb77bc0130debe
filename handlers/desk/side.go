// Package desk is the pages of staff: signing in, cases, tickets, accounts, bulk locks, people.
package desk

import (
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/connect"
	"regain/handlers/trust"
	"regain/security"
	"regain/security/refusal"
	"regain/security/staff"
)

// connectRoutes are the pages about the programs of the marketplace.
func connectRoutes(p *pages) (all []route) {
	for _, r := range (connect.Pages{Portal: p.Portal, Frame: p.deskPage}).Routes() {
		all = append(all, route{method: r.Method, path: r.Path, staffed: r.Serve, right: staff.RightManage})
	}
	return all
}

// trustRoutes are the pages of Trust & Safety.
func trustRoutes(p *pages) (all []route) {
	for _, r := range (trust.Pages{Portal: p.Portal, Frame: p.deskPage}).Routes() {
		all = append(all, route{method: r.Method, path: r.Path, staffed: r.Serve, right: staff.RightTrust})
	}
	return all
}

// Side is the side of staff, and their way in.
func Side(p *handlers.Portal) handlers.Side { return side(&pages{p}) }

func side(p *pages) handlers.Side {
	s := handlers.Side{Has: func(path string) bool { return handlers.UnderPath(path, "/staff") },
		Jar: p.StaffJar, OfStaff: true,
		Frame: p.deskPage, Back: "/staff",
		SignedOut: func(c echo.Context, err error) error {
			return p.SignedOut(c, "staff_session", "/staff", "/staff/signin", err)
		},
		Refused: func(c echo.Context, r *security.Refusal) (bool, error) {
			switch r.Code {
			case refusal.ProofNeeded:
				return true, proving{p}.ask(c)
			case refusal.PasskeyFirst:
				return true, handlers.Instead(p.Portal, c, myPasskeys)
			}
			return false, nil
		}}
	for _, r := range slices.Concat(p.staffRoutes(), verifying{p}.routes(), proving{p}.routes(), vouching{p}.routes(), p.deskRoutes(),
		p.ticketRoutes(), p.caseRoutes(), p.lockRoutes(), keys{p}.routes(), self{p}.routes(),
		connectRoutes(p), trustRoutes(p)) {
		s.Routes = append(s.Routes, p.door(r))
	}
	return s
}
