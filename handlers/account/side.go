// Package account is the pages of owners who are signed in, and those by which they sign in.
package account

import (
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/refusal"
)

// Side is the side of owners who are signed in, and their way in.
func Side(p *handlers.Portal) handlers.Side { return (&pages{p}).side() }

func (p *pages) side() handlers.Side {
	s := handlers.Side{Has: isAccountPath, Jar: p.AccountJar, Frame: p.signedInPage,
		SignedOut: p.accountSignedOut,
		Refused: func(c echo.Context, r *security.Refusal) (bool, error) {
			if r.Code != refusal.ProofNeeded {
				return false, nil
			}
			return true, proveAgain(p, c)
		}}
	for _, r := range slices.Concat(p.signInRoutes(), ssoRoutes(p), p.overviewRoutes(), p.factorRoutes(),
		p.changeRoutes(), p.alertRoutes(), p.dataRoutes()) {
		s.Routes = append(s.Routes, p.door(r))
	}
	return s
}
