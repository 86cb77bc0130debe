package security

import (
	"context"
	"fmt"
	"slices"

	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
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
	hash, err := s.accept(ctx, u.chooser(), next)
	if err != nil {
		return "", err
	}
	chosen := chosen{next, holds, SetPassword{Account: u.Account.ID, Hash: hash,
		Short: s.Passwords.Short(next)}}
	var renewed string
	err = retry(ctx, func() error {
		renewed, err = s.changePassword(ctx, u, chosen)
		return err
	})
	if err == nil && renewed == "" {
		err = ErrConflict
	}
	return renewed, err
}

// chosen is a password that was accepted, the writes that hold what it was accepted on, and the
// one that sets it but for when and on which version.
type chosen struct {
	plain string
	holds []Write
	set   SetPassword
}

// changePassword is one attempt at the commit, on the state as it is now. There is no token when
// another password came first.
func (s *Service) changePassword(ctx context.Context, before *SignedIn, c chosen) (string,
	error) {
	u, err := s.signedIn(ctx, before.Session.ID)
	if err != nil {
		return "", fmt.Errorf("read signed-in session again: %w", err)
	}
	u.Session.Visitor = before.Session.Visitor
	a, x := u.Account, u.Session
	if !x.EndedAt.IsZero() { // maybe by a change that came after the account was read
		if a, err = s.Store.Account(ctx, a.ID); err != nil {
			return "", fmt.Errorf("read account again: %w", err)
		}
	}
	switch {
	case !a.PasswordAt.Equal(before.Account.PasswordAt):
		return s.changedMeanwhile(ctx, before, u, c.plain)
	case !x.EndedAt.IsZero() || a.State() != "active":
		return "", ErrNoSession
	case x.Generation != before.Session.Generation:
		return "", ErrConflict
	case c.set.Short && len(u.Factors) == 0: // the second factor went meanwhile
		return "", refuse("new_password", Code(password.Short), fmt.Sprint(s.MinimumLength(nil)))
	}
	now := s.Now()
	c.set.At, c.set.IfVersion = now, a.Version
	writes := append(slices.Clone(c.holds), HoldAccount{a.ID, a.Stirs}, c.set,
		RotateSession{x.ID, x.Generation, now}, EndSessions{a.ID, x.ID, now},
		u.did(Activity{At: now, Kind: recovery.PasswordChanged}))
	writes = append(writes, endMailed(a.ID, now)...)
	mails, err := s.tell(ctx, a, notice.PasswordUpdated{At: now, Device: deviceOf(x.Visitor),
		Place: s.Country(x.IP)}, now)
	if err != nil {
		return "", err
	}
	err = s.Store.Commit(ctx, s.signedInEvent(u, PasswordChanged, now), append(writes, mails...)...)
	if err != nil {
		return "", fmt.Errorf("commit change of password: %w", err)
	}
	x.Generation++
	return s.sessionToken(x), nil
}

// changedMeanwhile answers the form that came second: a copy of the one that came first gets the
// same new token, whoever typed another password gets none.
func (s *Service) changedMeanwhile(ctx context.Context, before, now *SignedIn, typed string) (
	string, error) {
	x := now.Session
	if !x.EndedAt.IsZero() || x.Generation != before.Session.Generation+1 {
		return "", nil
	}
	ok, err := s.Hasher.Verify(ctx, now.Account.PasswordHash, typed)
	if err != nil {
		return "", fmt.Errorf("compare with the new password: %w", err)
	}
	if !ok {
		return "", nil
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
