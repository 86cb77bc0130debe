package account

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/refusal"
	"regain/security/signin"
	"regain/security/token"
)

// SignIn checks username or e-mail address and password and starts a session, one that can do
// nothing but show a second factor where the account has any. It returns the token of the
// session. It refuses as signin.Password does. Only after the right password is a locked account told
// so, by AccountLockedOut with its username, and likewise by PasswordOutgrown one whose password is
// too short without the second factor that it has lost.
func (s *Service) SignIn(ctx context.Context, v security.Visitor, typed, plain string) (session string,
	err error) {
	typed, err = security.TypedIdentifier("identifier", typed)
	switch {
	case err != nil:
		return "", err
	case plain == "":
		return "", security.Refuse("password", refusal.PasswordMissing)
	}
	t := signin.Try{Attempt: access.Attempt{Visitor: v, Plain: plain}, Typed: typed,
		Login: security.Login{ID: signin.PortalLogin(token.ID())}}
	err = s.SignIns.Password(ctx, t, func(a security.Account, x signin.Arrival) error {
		session, err = s.startSignedIn(ctx, a, x)
		return err
	})
	return session, err
}
