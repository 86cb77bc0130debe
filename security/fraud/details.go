package fraud

import (
	"context"
	"errors"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
)

// TellDetails takes what a signed-in owner gave to a fake page. It lands on the one ticket for Account
// Security about that, and its number comes back. It refuses as casework.Given.Clean does, or with
// TooManyRequests.
func (s *Service) TellDetails(ctx context.Context, u *account.SignedIn, g casework.Given) (
	number string, err error) {
	if g, err = g.Clean(); err != nil {
		return "", err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Messages, u.Session.ID, now); err != nil {
		return "", err
	}
	err = security.Retry(ctx, func() error {
		var writes []security.Write
		if writes, number, err = s.Casework.GaveDetails(ctx, u.Account, g, now); err != nil {
			return err
		}
		o := SignedIn(u)
		e := s.Event(o.By, audit.DetailsGiven, now)
		e.Account, e.Data = u.Account.ID, map[string]string{"ticket": number}
		return s.Access.CommitOnce(ctx, u.Session, e, writes...)
	})
	if errors.Is(err, access.ErrAnswered) {
		return s.Casework.Landed(ctx, casework.AboutDetails(u.Account))
	}
	return number, err
}
