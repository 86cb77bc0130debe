package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/refusal"
)

// SignInStaff checks address and password and starts a session that can do
// nothing but show a second factor. It returns the token of the session. It refuses
// everybody with StaffSSOOnly where staff sign in by their issuer alone. Else the
// refusal SignInWrong, the waits (TooManyTries with Retry) and the work are the
// same for a wrong password, an unknown address, and a member who may not sign in.
func (s *Service) SignInStaff(ctx context.Context, v security.Visitor, email, plain string) (string,
	error) {
	email = identifier.Read(email)
	switch {
	case s.Policy.StaffSSOOnly:
		return "", security.Refuse("identifier", refusal.StaffSSOOnly)
	case email == "":
		return "", security.Refuse("identifier", refusal.EmailMissing)
	case plain == "":
		return "", security.Refuse("password", refusal.PasswordMissing)
	}
	k := access.Attempt{Visitor: v, Name: email, Plain: plain}
	ctx, leave, err := s.Hasher.Join(ctx, password.Form{Standing: password.Stranger, Hashes: 1})
	if err != nil {
		return "", err
	}
	defer leave()
	x, err := s.named(ctx, email)
	if err == nil {
		err = s.Access.SlowDown(ctx, limits.StaffAddress, &k, x.ID)
	}
	if err != nil {
		return "", err
	}
	var session string
	err = security.Retry(ctx, func() error {
		if x, err = s.named(ctx, email); err != nil {
			return err
		}
		session, err = s.checkPassword(ctx, k, x)
		return err
	})
	return session, err
}

// named is the member of staff with the address; nobody when there is none.
func (s *Service) named(ctx context.Context, email string) (Staff, error) {
	x, err := s.Store.StaffByEmail(ctx, email)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return Staff{}, fmt.Errorf("read member of staff: %w", err)
	}
	return x, nil
}

// checkPassword signs in by password; x is empty when nobody has the address.
func (s *Service) checkPassword(ctx context.Context, k access.Attempt, x Staff) (string, error) {
	hash := ""
	if x.State() == StaffActive {
		hash = x.PasswordHash
	}
	ok, err := s.Hasher.Verify(ctx, hash, k.Plain)
	if err != nil {
		return "", fmt.Errorf("check password: %w", err)
	}
	now := s.Now()
	if !ok {
		return "", s.refuseSignIn(ctx, k.Visitor, x, now)
	}
	session := s.Access.Starting(access.Session{Kind: access.StaffSession, Subject: x.ID,
		Stage:   access.StageVerify,
		Visitor: k.Visitor}, now)
	writes := []security.Write{access.StartSession{Session: session},
		access.ForgetTries{Keys: k.Keys}}
	stale, ahead := s.Hasher.Stale(hash), limits.Ahead(x.JoinedAt, now)
	if stale {
		if x.PasswordHash, err = s.Hasher.Hash(ctx, k.Plain); err != nil {
			return "", fmt.Errorf("hash password anew: %w", err)
		}
	}
	if ahead { // the clock was set right: they settle from now on, not from then
		x.JoinedAt = now
	}
	if stale || ahead {
		writes = append(writes, SaveStaff{x})
	}
	e := s.Event(security.Actor{Kind: security.ByStaff, ID: x.ID, Visitor: k.Visitor},
		audit.StaffPassword, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return "", fmt.Errorf("commit sign-in: %w", err)
	}
	return s.Access.SessionToken(session), nil
}

// refuseSignIn records for whom and why, which nobody is told.
func (s *Service) refuseSignIn(ctx context.Context, v security.Visitor, x Staff,
	now time.Time) error {
	why := "password"
	switch {
	case x.ID == "":
		why = "unknown"
	case x.State() != StaffActive:
		why = string(x.State())
	}
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: v}, audit.StaffRefused,
		now)
	e.Data = map[string]string{"why": why, "staff": x.ID}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return security.Refuse("identifier", refusal.SignInWrong)
}

// ProveStaff checks a code of the authenticator or a recovery code and returns
// the session's new token. The budget of tries belongs to the member and
// survives a new sign-in; after maxFactorFailures wrong codes in a row the
// authenticator takes none any more.
func (s *Service) ProveStaff(ctx context.Context, m *Member, code string) (string, error) {
	if m.Session.Stage != access.StageVerify {
		return s.Access.SessionToken(m.Session), nil
	}
	return s.showCode(ctx, m, s.provingStaff(m), code)
}

// ProveAgain is a fresh proof by a member who is signed in, as ProveStaff otherwise. It does not
// put the end of the session off.
func (s *Service) ProveAgain(ctx context.Context, m *Member, code string) (string, error) {
	if m.Session.Stage != access.StageIn {
		return "", security.ErrNoSession
	}
	return s.showCode(ctx, m, s.provingAgain(m), code)
}

// provingAgain is the holder of a session that is whole.
func (s *Service) provingAgain(m *Member) access.Prover {
	h := s.provingStaff(m)
	h.Stage = access.StageIn
	h.Adds = func(_ context.Context, now time.Time) (security.Event, []security.Write, error) {
		return s.StaffEvent(m, audit.ProofRenewed, now), []security.Write{
			access.SettleSession{ID: m.Session.ID, Visitor: m.Session.Visitor}}, nil
	}
	return h
}

// showCode refuses with PasskeyOnly, and spends no try, where no code stands in for a passkey.
func (s *Service) showCode(ctx context.Context, m *Member, h access.Prover, code string) (string,
	error) {
	if s.MustUsePasskey(m) {
		return "", security.Refuse("passkey", refusal.PasskeyOnly)
	}
	if err := mustProveBySSO(ctx, s, m); err != nil {
		return "", err
	}
	return s.Access.ProveByCode(ctx, h, code)
}

// provingStaff is the holder of a session that owes its second factor.
func (s *Service) provingStaff(m *Member) access.Prover {
	return access.Prover{Tell: s.telling(m), Factors: m.Factors, Codes: m.Codes, Session: m.Session,
		Stage: access.StageVerify, Limit: limits.StaffFactor,
		Adds: func(ctx context.Context, now time.Time) (security.Event, []security.Write, error) {
			told, err := s.tellSignedIn(ctx, m, now)
			return s.StaffEvent(m, audit.StaffProved, now), told, err
		},
		Refused: func(ctx context.Context, r access.NotTaken) error {
			return s.notTaken(ctx, m, r)
		}}
}

// notTaken records a second factor that was not taken. Whoever shows one has the password: the
// member hears of wrong ones, at most so often an hour.
func (s *Service) notTaken(ctx context.Context, m *Member, r access.NotTaken) error {
	now, writes, kind := s.Now(), r.Told, audit.StaffRefused
	if r.Kind == audit.FactorDisabled {
		kind = r.Kind
	}
	e := s.StaffEvent(m, kind, now)
	e.Data = map[string]string{"why": r.Why}
	if r.Wrong() {
		told, err := s.tellWrong(ctx, m, notice.FactorWrong{}.Kind(), now)
		if err != nil {
			return err
		}
		writes = append(writes, told...)
	}
	return s.Store.Commit(ctx, e, writes...)
}

// SignOutStaff ends every session of the member, or, for somebody who has not
// shown a second factor, only the one in hand.
func (s *Service) SignOutStaff(ctx context.Context, m *Member) error {
	return s.Access.SignOut(ctx, s.StaffEvent(m, audit.StaffSignedOut, s.Now()), m.Session,
		m.Session.Stage == access.StageIn)
}
