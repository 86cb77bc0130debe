package guided

import (
	"regain/security/access"
)

func (o *Owner) proving() access.Ceremony {
	return access.Ceremony{Purpose: access.Recovering, Bound: o.Session.ID}
}

// AskPasskeyToRecover is the same in a recovery.
func (s *Service) AskPasskeyToRecover(o *Owner) (string, error) {
	return s.Access.AskForProof(o.proving(), o.Factors)
}
