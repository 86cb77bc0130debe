package guided

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/federation"
	"regain/security/recovery"
	"regain/security/refusal"
)

// ProveSSO meets the password step of an owner whose organisation has its members sign in by itself: the
// password is kept there, and that they signed in there just now stands in the place of a new one here. It
// is the same commit as that of UpdatePassword, once, with the same ticket; the password that the account
// had here goes, so that it opens nothing whatever the organisation asks for later. It returns the
// session's new token, and refuses as federation.Meant does.
func ProveSSO(ctx context.Context, s *Service, o *Owner, v federation.Vouched) (string, error) {
	switch {
	case o.Over():
		return "", security.Refuse("", refusal.RecoveryReadOnly)
	case v.Session != o.Session.ID:
		return "", security.Refuse("", refusal.SSOOver)
	case o.Progress.PasswordDone:
		return s.Access.SessionToken(o.Session), nil
	case o.Case == nil || o.Elsewhere() == nil:
		return "", security.Refuse("", refusal.StepNotOpen)
	}
	if err := o.open(recovery.Password); err != nil {
		return "", err
	}
	return s.Access.InTurn(ctx, o.Session, func() (string, error) {
		holder, writes, err := s.Federation.Meant(ctx, v, s.Federation.Owners())
		switch {
		case err != nil:
			return "", err
		case holder != o.Account.ID:
			return "", s.Federation.Refuse(ctx, v, holder, federation.Other)
		}
		return s.Access.SetPassword(ctx, s.keeperOf(o, recovery.Password), access.Choice{
			Kind: audit.PasswordUpdated, Organisation: v.Organisation, Holds: writes})
	})
}
