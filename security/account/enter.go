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
	"regain/security/risk"
	"regain/security/token"
)

// arrival is somebody who has shown what a sign-in begins with.
type arrival struct {
	security.Visitor
	by     string           // ProvedByPassword or FactorPasskey, which needs no second factor
	hash   string           // of the password that was shown; "" for none
	key    *security.Factor // the passkey that was shown; nil for none
	writes []security.Write // that go with it
}

// startSignedIn starts a session for the account as it was read, half of one where a second
// factor is owed. ErrConflict: the account was locked, closed, or got another password or factor
// meanwhile, or what was shown is spent.
func (s *Service) startSignedIn(ctx context.Context, a security.Account, x arrival) (string,
	error) {
	switch {
	case a.Closed:
		return "", security.Refuse("identifier", refusal.SignInWrong)
	case a.Locked():
		return s.backToRecovery(ctx, a, x)
	}
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return "", fmt.Errorf("read factors: %w", err)
	}
	if a.ShortAlone(factors) {
		return "", s.stopArrival(ctx, a, x, audit.SignInStopped, refusal.PasswordOutgrown)
	}
	now, kind := s.Now(), audit.SignedInOK
	session := access.Session{Kind: access.AccountSession, Subject: a.ID, Stage: access.StageIn,
		ProvedAt: now,
		ProvedBy: x.by, Visitor: x.Visitor}
	if x.by == access.ProvedByPassword && len(factors) > 0 {
		kind, session.Stage = audit.PasswordProved, access.StageVerify
		session.ProvedAt, session.ProvedBy = time.Time{}, ""
	}
	session = s.Access.Starting(session, now)
	// Whoever enrols a first factor at this moment changes the facts.
	writes := append([]security.Write{HoldOpen{a.ID, x.hash},
		security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion},
		access.StartSession{Session: session}}, x.writes...)
	if !session.Half() {
		known, err := s.Alert.Observe(ctx, []security.Login{succeeded(session, now)}, now)
		if err != nil {
			return "", err
		}
		writes = append(append(writes, known...), s.Access.Replace(session)...)
	}
	e := s.Event(security.Actor{Kind: security.ByOwner, ID: a.ID, Visitor: x.Visitor}, kind, now)
	e.Account, e.Data = a.ID, map[string]string{"factor": x.by}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return "", fmt.Errorf("commit sign-in: %w", err)
	}
	return s.Access.SessionToken(session), nil
}

// backToRecovery lets whoever has been through the recovery of a locked account come back to it, to
// see how things stand: with a passkey that was made in it, after its mail was read, or with the
// password that was chosen in it, where the account has a second factor to show next. That is a
// visit to the recovery and no login, neither one that got in nor one that was stopped. It returns
// the token of a recovery session. All others are recorded as stopped, and told by AccountLockedOut
// how things stand; its Args are the username, a state of guided.Standing and, if there is one, when
// they hear next (RFC 3339).
func (s *Service) backToRecovery(ctx context.Context, a security.Account, x arrival) (string,
	error) {
	o, err := s.Guided.Standing(ctx, a)
	if err != nil {
		return "", err
	}
	by := lockout.Shown{Visitor: x.Visitor, Kind: audit.RecoveryRejoined,
		Spent: append([]security.Write{security.HoldCase{ID: o.Case.ID, Version: o.Case.Version}},
			x.writes...)}
	switch {
	case o.Case.SecuredAt.IsZero() || !a.PasswordAt.Equal(o.Recovery.PasswordAt):
	case x.key != nil && x.key.Recovery == o.Recovery.ID:
		by.Factor = x.by
		return s.Lockout.Begin(ctx, a, by, s.Now())
	case x.key == nil && len(o.Factors) > 0:
		by.PasswordAt = a.PasswordAt
		return s.Lockout.Begin(ctx, a, by, s.Now())
	}
	told := []string{o.State}
	if !o.NextWord.IsZero() {
		told = append(told, o.NextWord.Format(time.RFC3339))
	}
	return "", s.stopArrival(ctx, a, x, audit.SignInLocked, refusal.AccountLockedOut, told...)
}

// stopArrival records that somebody showed what would have opened the account but for the reason
// that they are told by code.
func (s *Service) stopArrival(ctx context.Context, a security.Account, x arrival, kind audit.Kind,
	code refusal.Code, told ...string) error {
	now := s.Now()
	writes, err := s.Alert.Observe(ctx, []security.Login{{ID: portalLogin(token.ID()),
		Account: a.ID, At: now,
		IP: x.IP, Agent: x.Agent, Outcome: risk.Stopped, StoppedBy: "other"}}, now)
	if err != nil {
		return err
	}
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: x.Visitor},
		kind, now)
	e.Account, e.Case, e.Data = a.ID, a.Case, map[string]string{"factor": x.by}
	if err := s.Store.Commit(ctx, e, append(writes, x.writes...)...); err != nil {
		return fmt.Errorf("record stopped sign-in: %w", err)
	}
	return security.Refuse("", code, append([]string{a.Username}, told...)...)
}

// portalLogin is the id of the login that belongs to a session of ours. The platform's own ids
// look otherwise.
func portalLogin(session string) string { return "portal-" + session }

// succeeded is the login of a session that is whole from now on.
func succeeded(x access.Session, now time.Time) security.Login {
	return security.Login{ID: portalLogin(x.ID), Account: x.Subject, At: now, IP: x.IP,
		Agent:   x.Agent,
		Outcome: risk.Succeeded}
}

// SignOutAccount ends the session in hand. One that still owes its second factor is closed like
// one that ran out, so that signing out hides nothing from the owner.
func (s *Service) SignOutAccount(ctx context.Context, u *SignedIn) error {
	if u.Session.Half() {
		return s.closeHalf(ctx, u.Session)
	}
	return s.Access.SignOut(ctx, s.SignedInEvent(u, audit.SignedOut, s.Now()), u.Session, false)
}

// SignOutEverywhere ends every session of the account at this portal, of both kinds.
func (s *Service) SignOutEverywhere(ctx context.Context, u *SignedIn) error {
	e := s.SignedInEvent(u, audit.SignedOut, s.Now())
	e.Data = map[string]string{"sessions": "all"}
	return s.Access.SignOut(ctx, e, u.Session, true)
}
