package security

import (
	"context"
	"errors"
	"fmt"

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
		return "", ErrNoSession
	}
	holds, err := s.confirmPassword(ctx, u, "current_password", current)
	if err != nil {
		return "", err
	}
	c := u.chooser()
	c.typed = current
	hash, err := s.accept(ctx, c, next)
	if err != nil {
		return "", err
	}
	tok, err := s.setPassword(ctx, s.keeper(u), choice{kind: PasswordChanged, hash: hash,
		short: s.Passwords.Short(next), holds: holds})
	if errors.Is(err, ErrNoSession) || errors.Is(err, ErrConflict) {
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
		return "", ErrConflict
	}
	same, err := s.Hasher.Verify(ctx, now.Account.PasswordHash, typed)
	if err != nil {
		return "", fmt.Errorf("compare with the new password: %w", err)
	}
	if !same {
		return "", ErrConflict
	}
	return s.sessionToken(x), nil
}

// AdviseChange tells a signed-in owner how a candidate looks while it is typed. Nothing is
// recorded.
func (s *Service) AdviseChange(ctx context.Context, u *SignedIn, candidate string) (
	password.Advice, []string, error) {
	if u.Session.Half() {
		return password.Advice{}, nil, ErrNoSession
	}
	return s.advise(ctx, u.chooser(), candidate)
}
