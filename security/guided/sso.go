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
		return s.Access.SetPassword(ctx, s.keeperOf(o, recovery.Password), access.Choice{
			Kind: audit.PasswordUpdated, Organisation: v.Organisation,
			Still: func(a security.Account) ([]security.Write, error) { return s.vouched(ctx, a, v) }})
	})
}

// vouched are the writes that make the word of an issuer count for an account as it is now: it may have
// gone to another organisation while its owner was on the way, or that asks for a password here again.
func (s *Service) vouched(ctx context.Context, a security.Account, v federation.Vouched) (
	[]security.Write, error) {
	of, err := s.Federation.Elsewhere(ctx, a)
	switch {
	case err != nil:
		return nil, err
	case of == nil || of.ID != v.Issuer.Organisation:
		return nil, s.Federation.Refuse(ctx, v, a.ID, federation.Outside)
	}
	holder, writes, err := s.Federation.Meant(ctx, v, s.Federation.Owners())
	if err == nil && holder != a.ID {
		err = s.Federation.Refuse(ctx, v, holder, federation.Other)
	}
	return writes, err
}
