package account

import (
	"context"
	"errors"
	"fmt"

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
// TooManyTries, and new_password with what the policy says. ErrConflict: another password was set
// in the same moment.
func (s *Service) ChangePassword(ctx context.Context, u *SignedIn, current, next string) (string,
	error) {
	if u.Session.Half() {
		return "", security.ErrNoSession
	}
	holds, err := s.confirmPassword(ctx, u, "current_password", current)
	if err != nil {
		return "", err
	}
	c := u.chooser()
	c.Typed = current
	hash, err := s.Guided.Accept(ctx, c, next)
	if err != nil {
		return "", err
	}
	tok, err := s.Access.SetPassword(ctx, s.keeper(u), access.Choice{Kind: audit.PasswordChanged,
		Hash:  hash,
		Short: s.Passwords.Short(next), Holds: holds})
	if errors.Is(err, security.ErrNoSession) || errors.Is(err, security.ErrConflict) {
		return s.changedMeanwhile(ctx, u, next, err)
	}
	return tok, err
}

// changedMeanwhile answers the form that came second: a copy of the one that came first gets the
// same new token, and whoever typed another password ErrConflict. Where no password came first
// it is err.
func (s *Service) changedMeanwhile(ctx context.Context, was *SignedIn, typed string, err error) (
	string, error) {
	now, readErr := s.signedIn(ctx, was.Session.ID)
	if readErr != nil {
		return "", fmt.Errorf("read signed-in session again: %w", readErr)
	}
	x := now.Session
	switch {
	case now.Account.PasswordAt.Equal(was.Account.PasswordAt):
		return "", err
	case !x.EndedAt.IsZero() || x.Generation != was.Session.Generation+1:
		return "", security.ErrConflict
	}
	same, err := s.Hasher.Verify(ctx, now.Account.PasswordHash, typed)
	if err != nil {
		return "", fmt.Errorf("compare with the new password: %w", err)
	}
	if !same {
		return "", security.ErrConflict
	}
	return s.Access.SessionToken(x), nil
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
	return guided.Chooser{Account: u.Account, SecondFactor: len(u.Factors) > 0, By: u.actor(),
		CaseID: "", Typed: ""}
}
