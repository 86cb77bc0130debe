package account

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/signin"
)

// startSignedIn starts a session for the account as it was read, half of one where a second
// factor is owed. ErrConflict: the account was locked, closed, or got another password or factor
// meanwhile, or what was shown is spent.
func (s *Service) startSignedIn(ctx context.Context, a security.Account, x signin.Arrival) (string,
	error) {
	switch {
	case a.Closed:
		return "", security.Refuse("identifier", refusal.SignInWrong)
	case a.Locked():
		return s.backToRecovery(ctx, a, x)
	}
	factors, err := s.SignIns.Factors(ctx, a, &x)
	if err != nil {
		return "", err
	}
	now, kind := s.Now(), audit.SignedInOK
	session := access.Session{Kind: access.AccountSession, Subject: a.ID, Stage: access.StageIn,
		ProvedAt: now,
		ProvedBy: x.By, Visitor: x.Visitor}
	if access.Alone(x.By) && len(factors) > 0 {
		kind, session.Stage = audit.PasswordProved, access.StageVerify
		session.ProvedAt, session.ProvedBy = time.Time{}, ""
	}
	session = s.Access.Starting(session, now)
	e, writes := s.SignIns.LetIn(a, x, kind, now)
	writes = append(writes, access.StartSession{Session: session})
	if x.Starts != nil {
		writes = append(writes, x.Starts(session.ID))
	}
	if !session.Half() {
		known, err := s.Alert.Observe(ctx, []security.Login{signin.Succeeded(session, now)}, now)
		if err != nil {
			return "", err
		}
		writes = append(append(writes, known...), s.Access.Replace(session)...)
	}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return "", fmt.Errorf("commit sign-in: %w", err)
	}
	return s.Access.SessionToken(session), nil
}

// backToRecovery lets whoever has been through the recovery of a locked account come back to it, to
// see how things stand: with a passkey that was made in it, after its mail was read, or with the
// password that was chosen in it, where the account has a second factor to show next and its organisation
// does not keep the password by now. That is a
// visit to the recovery and no login, neither one that got in nor one that was stopped. It returns
// the token of a recovery session. All others are recorded as stopped, and told by AccountLockedOut
// how things stand; its Args are the username, a state of guided.Standing and, if there is one, when
// they hear next (RFC 3339).
func (s *Service) backToRecovery(ctx context.Context, a security.Account, x signin.Arrival) (string,
	error) {
	o, err := s.Guided.Standing(ctx, a)
	if err != nil {
		return "", err
	}
	by := lockout.Shown{Visitor: x.Visitor, Kind: audit.RecoveryRejoined,
		Spent: append([]security.Write{security.HoldCase{ID: o.Case.ID, Version: o.Case.Version}},
			x.Writes...)}
	switch {
	case o.Case.SecuredAt.IsZero() || !a.PasswordAt.Equal(o.Recovery.PasswordAt):
	case x.Key != nil && x.Key.Recovery == o.Recovery.ID:
		by.Factor = x.By
		return s.Lockout.Begin(ctx, a, by, s.Now())
	case x.Key == nil && len(o.Factors) > 0 && (x.Vouched() || o.Elsewhere() == nil):
		by.PasswordAt = a.PasswordAt
		return s.Lockout.Begin(ctx, a, by, s.Now())
	}
	told := []string{o.State}
	if !o.NextWord.IsZero() {
		told = append(told, o.NextWord.Format(time.RFC3339))
	}
	return "", s.SignIns.Stop(ctx, a, x, audit.SignInLocked, refusal.AccountLockedOut, told...)
}

// SignOutAccount ends the session in hand. One that still owes its second factor is closed like
// one that ran out, so that signing out hides nothing from the owner.
func (s *Service) SignOutAccount(ctx context.Context, u *SignedIn) error {
	if u.Session.Half() {
		return s.SignIns.CloseHalf(ctx, u.Session)
	}
	return s.Access.SignOut(ctx, s.SignedInEvent(u, audit.SignedOut, s.Now()), u.Session, false)
}

// SignOutEverywhere ends every session of the account at this portal, of both kinds.
func (s *Service) SignOutEverywhere(ctx context.Context, u *SignedIn) error {
	e := s.SignedInEvent(u, audit.SignedOut, s.Now())
	e.Data = map[string]string{"sessions": "all"}
	return s.Access.SignOut(ctx, e, u.Session, true)
}
