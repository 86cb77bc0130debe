package account

import (
	"context"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/password"
)

// ChangePassword replaces the password of a signed-in owner who knows the current one: one
// commit in which every other session and everything that was mailed dies, and every address is
// told. It returns the session's new token, the same one to every copy of the form that was sent
// at once. It refuses current_password with PasswordMissing, PasswordWrong, PasswordOff or
// TooManyTries, and new_password with what the policy says. ErrConflict: another form of the
// session came first.
func (s *Service) ChangePassword(ctx context.Context, u *SignedIn, current, next string) (string,
	error) {
	if u.Session.Half() {
		return "", security.ErrNoSession
	}
	return s.Access.InTurn(ctx, u.Session, func() (string, error) {
		made, holds, err := s.accept(ctx, u, current, next)
		if err != nil {
			return "", err
		}
		return s.Access.SetPassword(ctx, s.keeper(u), access.Choice{Kind: audit.PasswordChanged,
			Accepted: made, Short: s.Passwords.Short(next),
			Still: func(a security.Account) ([]security.Write, error) {
				return holds, s.Federation.RefuseHere(ctx, a, "current_password")
			}})
	})
}

// accept checks the current password and returns the hashes of the next one, and what holds the
// current one. Whoever has to wait for that has spent nothing.
func (s *Service) accept(ctx context.Context, u *SignedIn, current, next string) (
	made access.Accepted, holds []security.Write, err error) {
	ctx, leave, err := s.Access.LetIn(ctx, u.Session, access.ToProve+access.ToChoose)
	if err != nil {
		return made, nil, err
	}
	defer leave()
	if holds, err = s.confirmPassword(ctx, u, "current_password", current); err != nil {
		return made, nil, err
	}
	c := u.chooser()
	c.Typed = current
	made, err = s.Guided.Accept(ctx, c, next)
	return made, holds, err
}

// AdviseChange tells a signed-in owner how a candidate looks while it is typed. Nothing is
// recorded.
func (s *Service) AdviseChange(ctx context.Context, u *SignedIn, candidate string) (
	password.Advice, []string, error) {
	if u.Session.Half() {
		return password.Advice{}, nil, security.ErrNoSession
	}
	return s.Guided.Advise(ctx, u.chooser(), candidate)
}

func (u *SignedIn) chooser() guided.Chooser {
	return guided.Chooser{Account: u.Account, SecondFactor: len(u.Factors) > 0, By: u.Actor(),
		CaseID: "", Typed: ""}
}
